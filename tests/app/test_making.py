"""What takes seconds is made once, remembered, and told about: on its way, there, failed, too busy, stopped."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from typing import Any

import pytest
from drawn_parts import press, shown, until

from sim.app.tickets import Busy

solara = pytest.importorskip("solara", reason="the app needs: pip install 'journeysim[app]'")

from sim.app import making  # noqa: E402 (needs Solara)
from sim.app.making import Made, Order, Shelf, use_made  # noqa: E402


class Counter:
    """In place of the desk: keeps what was asked for until the test says how it ends."""

    workers = 1

    def __init__(self) -> None:
        self.asked: list[tuple[tuple[Any, ...], Future[Any]]] = []
        self.full = False

    def call(self, work: Callable[..., Any], *given: Any) -> Future[Any]:
        if self.full:
            raise Busy
        self.asked.append((given, Future()))
        return self.asked[-1][1]

    def end(self, number: int, thing: Any) -> None:
        """Let a piece of work be done, or fail with an exception."""
        future = self.asked[number][1]
        if isinstance(thing, Exception):
            future.set_exception(thing)
        else:
            future.set_result(thing)


@pytest.fixture
def counter(monkeypatch: pytest.MonkeyPatch) -> Counter:
    found = Counter()
    monkeypatch.setattr(making, "desk", found)
    monkeypatch.setattr(making, "DEBOUNCE", 0.0)
    return found


class Looker:
    """A page that shows what is made."""

    def __init__(self, shelf: Shelf) -> None:
        self.orders: Any = solara.reactive({})
        self.seen: list[Made] = []

        @solara.component
        def Page() -> None:
            self.seen.append(use_made(shelf, self.orders.value))
            solara.Text("")

        _, self.rendered = solara.render(Page(), handle_error=False)

    def ask(self, **keys: Any) -> None:
        """Want things by name and key."""
        self.orders.value = {name: Order(key, work, (key,)) for name, key in keys.items()}

    @property
    def now(self) -> Made:
        return self.seen[-1]

    def has(self, things: Mapping[str, Any]) -> bool:
        return not self.now.pending and self.now.things == things


def work(key: Any) -> Any:
    raise AssertionError("the desk does this")


@pytest.fixture
def looker() -> Iterator[Callable[[Shelf], Looker]]:
    made: list[Looker] = []

    def make(shelf: Shelf) -> Looker:
        made.append(Looker(shelf))
        return made[-1]

    yield make
    for one in made:
        one.rendered.close()


def test_a_thing_is_made_once_and_the_last_stays_until_the_next_is_there(
    counter: Counter, looker: Callable[[Shelf], Looker]
) -> None:
    shelf = Shelf(most=2)
    one = looker(shelf)
    assert one.has({})
    one.ask(market="a")
    until(lambda: len(counter.asked) == 1)
    assert one.now.pending
    counter.end(0, "market a")
    until(lambda: one.has({"market": "market a"}))
    one.ask(market="b")
    until(lambda: len(counter.asked) == 2)
    assert (one.now.things, one.now.pending) == ({"market": "market a"}, True)
    counter.end(1, "market b")
    until(lambda: one.has({"market": "market b"}))
    one.ask(market="a")  # remembered
    until(lambda: one.has({"market": "market a"}))
    other = looker(shelf)  # by anybody
    other.ask(market="b")
    until(lambda: other.has({"market": "market b"}))
    assert [given for given, _ in counter.asked] == [("a",), ("b",)]
    assert shelf.find("a") == "market a"
    shelf.put("c", "market c")
    assert shelf.find("b") is None  # the longest unused gives way


def test_of_two_wishes_in_a_row_the_last_is_shown(counter: Counter, looker: Callable[[Shelf], Looker]) -> None:
    one = looker(Shelf(most=4))
    one.ask(market="slow")
    until(lambda: len(counter.asked) == 1)
    one.ask(market="quick")
    until(lambda: len(counter.asked) == 2)
    counter.end(1, "quick market")
    until(lambda: one.has({"market": "quick market"}))
    if not counter.asked[0][1].cancelled():
        counter.end(0, "slow market")
    time.sleep(0.2)
    assert one.has({"market": "quick market"})


def test_a_failure_is_told_and_the_next_wish_is_served(counter: Counter, looker: Callable[[Shelf], Looker]) -> None:
    one = looker(Shelf(most=4))
    one.ask(market="a")
    until(lambda: len(counter.asked) == 1)
    counter.end(0, RuntimeError("/srv/secret is gone"))
    until(lambda: one.now.problem == "state.not_made")
    assert not one.now.pending
    one.ask(market="b")
    until(lambda: len(counter.asked) == 2)
    assert one.now.problem == ""
    counter.end(1, "market b")
    until(lambda: one.has({"market": "market b"}))


def test_too_busy_is_told_and_can_be_asked_again(counter: Counter, looker: Callable[[Shelf], Looker]) -> None:
    counter.full = True
    one = looker(Shelf(most=4))
    one.ask(market="a")
    until(lambda: one.now.problem == "state.busy")
    counter.full = False
    one.now.again()
    until(lambda: len(counter.asked) == 1)
    counter.end(0, "market a")
    until(lambda: one.has({"market": "market a"}))
    assert one.now.problem == ""


def test_it_can_be_stopped_and_taken_up_again(counter: Counter, looker: Callable[[Shelf], Looker]) -> None:
    one = looker(Shelf(most=4))
    one.ask(market="a")
    until(lambda: len(counter.asked) == 1)
    assert one.now.way is not None
    assert not one.now.way.value.stopped
    one.now.stop()
    until(lambda: counter.asked[0][1].cancelled())
    assert one.now.way.value.stopped
    assert one.now.pending
    one.now.again()
    until(lambda: len(counter.asked) == 2)
    assert not one.now.way.value.stopped
    counter.end(1, "market a")
    until(lambda: one.has({"market": "market a"}))


def test_what_was_refused_or_failed_can_be_asked_again_where_it_is_told(counter: Counter) -> None:
    import sim
    from sim.app.pages import inside

    counter.full = True
    box, drawn = solara.render(inside.Market(sim.load("minimal", {"seed": 2_026})), handle_error=False)
    try:
        until(lambda: "the queue is full" in shown(box))
        counter.full = False
        press(box, "Try again")
        until(lambda: len(counter.asked) == 1)
        assert "Try again" not in shown(box)  # it is on its way
        assert "Another run" in shown(box)
        counter.end(0, RuntimeError("/srv/secret is gone"))
        until(lambda: "This could not be made" in shown(box))
        assert "/srv" not in shown(box)
        press(box, "Try again")
        until(lambda: len(counter.asked) == 2)
    finally:
        drawn.close()


def test_a_measurement_that_failed_is_made_again_at_a_press(counter: Counter) -> None:
    import sim
    from sim.app.pages import channels

    tries: list[int] = []

    def measured(*_: Any) -> str:
        tries.append(len(tries))
        if len(tries) == 1:
            raise RuntimeError("/srv/secret is gone")
        return "a measurement"

    plan = sim.load("minimal", {"seed": 2_027})
    box, drawn = solara.render(channels.Measured(plan, "tried", measured, {}), handle_error=False)
    try:
        until(lambda: "This could not be made" in shown(box))
        press(box, "Try again")
        until(lambda: channels.SHELF.find((plan.fingerprint(), "tried")) == "a measurement")
        until(lambda: "This could not be made" not in shown(box))
        assert tries == [0, 1]
    finally:
        drawn.close()
