"""A visitor's file runs if it is a scenario; it reads nothing of this machine and asks for nothing too large."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from sim.app.uploads import LARGEST, case, own
from sim.scenario import ScenarioError
from sim.scenario.read import shipped

REPO = Path(__file__).parents[2]


@pytest.mark.parametrize("name", sorted(shipped()))
def test_a_case_that_was_downloaded_can_be_given_back(name: str) -> None:
    assert own(case(name).to_toml()) == case(name)


def test_a_file_may_extend_a_shipped_scenario() -> None:
    text = 'extends = "crisis"\ntitle = "Mine"\n[[world.events]]\nkind = "trend"\non = 9\nsize = 1.2\n'
    mine = own(text)
    assert mine.title == "Mine"
    assert mine.world.events[-1].kind == "trend"
    assert len(mine.world.events) == len(case("crisis").world.events) + 1
    flagship = own('extends = "flagship"\ntitle = "Mine"\n')
    assert flagship.world.peers.file == case("flagship").world.peers.file
    assert flagship.folder == case("flagship").folder


SECRETS = ["/etc/passwd", "../pyproject.toml", str(REPO / "README.md"), "data/README.md", "data/../../README.md"]


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize(
    "text",
    [
        "[world.peers]\nfile = '{}'\n",
        "[world.peers]\nnodes = '{}'\n",
        "[[plan.spend]]\nfile = '{}'\ncolumns = {{ a = 'television' }}\n",
        "[[world.spend]]\nbrand = 'x'\nfile = '{}'\ncolumns = {{ a = 'television' }}\n",
        "[[arms.x.plan.spend]]\nfile = '{}'\ncolumns = {{ a = 'television' }}\n",
        "[arms.x]\n'plan.spend.0.file' = '{}'\n",
        "[arms.x]\n'plan.spend' = [{{ file = '{}', columns = {{ a = 'television' }} }}]\n",
        "extends = '{}'\n",
        "extends = 'launch'\n[world.peers]\nfile = '{}'\n",
    ],
)
def test_no_file_of_the_server_is_read(text: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = Path(name).name
    opened: list[str] = []
    real = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda self: opened.append(str(self)) or real(self))
    with pytest.raises(ScenarioError) as said:
        own(text.format(name))
    assert not any(one.endswith(secret) for one in opened)
    assert str(REPO) not in str(said.value).replace(name, "")
    assert "cannot name other files" in str(said.value) or "by its bare name" in str(said.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("horizon = { days = 5000 }", "5,000 days are too many for the app; at most 1,100"),
        ("[world.market]\nconsumers = 2_000_000", "2,000,000 consumers are too many"),
        ("[world.peers]\ndegree = 400", "400 ties are too many"),
        ('[[world.influencers]]\ntier = "nano"\ncount = 9999', "9,999 influencers are too many"),
        ("[[plan.flights]]\nchannel = 'display'\n" * 121, "121 flights are too many"),
        ("x" * (LARGEST + 1), "too large"),
        ("a = " + "[" * 20_000, "not a scenario file"),
        ("title = ", "not a scenario file"),
        ("[world.market]\npeple = 5", "did you mean 'people'?"),
        ("\x00", "not a scenario file"),
    ],
)
def test_what_cannot_be_run_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(ScenarioError, match=words.replace("?", r"\?")):
        own(text)


def test_mistakes_name_the_line_of_the_visitors_file() -> None:
    with pytest.raises(ScenarioError) as said:
        own('extends = "launch"\ntitle = "x"\n[world.market]\npeople = -5\n')
    assert str(said.value).startswith("your file:4: world.market.people: -5 is not allowed")


def test_a_table_that_is_opened_twice_says_where_it_is() -> None:
    with pytest.raises(ScenarioError) as said:
        own("[world.market]\npeople = 500\n[world.market]\nconsumers = 50\n")
    assert str(said.value).startswith("your file:3: ")
    assert "there is already a table [world.market] on line 1" in str(said.value)


def test_an_unknown_case_is_refused() -> None:
    with pytest.raises(ScenarioError, match="there is no case '/etc/passwd'"):
        case("/etc/passwd")
    assert case("launch") == sim.load("launch")
