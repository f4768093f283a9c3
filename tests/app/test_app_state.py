"""A visitor's settings survive the address; damaged or hostile addresses are refused in words."""

from __future__ import annotations

import base64
import contextlib
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.app.state import EVENT_KINDS, LETTERS, BadAddress, Happening, Saved, State, decode

NAMES = st.text(max_size=40)
LEVERS = st.dictionaries(
    st.text(min_size=1, max_size=30), st.floats(-1e6, 1e6).map(lambda x: float(f"{x:.7g}")), max_size=8
)
STATES = st.builds(
    State,
    case=st.sampled_from(["launch", "coffee", ""]),
    levers=LEVERS,
    events=st.lists(
        st.builds(
            Happening,
            kind=st.sampled_from(EVENT_KINDS),
            day=st.integers(0, 9_999),
            days=st.none() | st.integers(1, 9_999),
            size=st.sampled_from([0.0, 0.5, 2.0]),
        ),
        max_size=5,
    ).map(tuple),
    saved=st.dictionaries(st.sampled_from(LETTERS), st.builds(Saved, name=NAMES, levers=LEVERS)),
    own=st.text(max_size=200),
)


@given(STATES)
def test_an_address_holds_everything(state: State) -> None:
    token = state.encode()
    assert decode(token) == state
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_a_fresh_visitor_has_a_plain_address() -> None:
    assert State().encode() == ""
    assert decode("") == State()


@given(st.text(max_size=300) | st.binary(max_size=300).map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_any_other_text_is_refused_as_a_bad_address(text: str) -> None:
    with contextlib.suppress(BadAddress):
        decode(text)


def packed(entry: object) -> str:
    return base64.urlsafe_b64encode(zlib.compress(json.dumps(entry).encode())).decode().rstrip("=")


@pytest.mark.parametrize(
    "entry",
    [
        {"v": 99, "c": "launch"},
        {"v": 1},
        {"v": 1, "c": "launch", "l": {"x": "many"}},
        {"v": 1, "c": "launch", "l": {"x": float("inf")}},
        {"v": 1, "c": "launch", "e": [["meteor", 3, None, 1]]},
        {"v": 1, "c": "launch", "e": [["crisis", -3, None, 1]]},
        ["launch"],
        {"v": 1, "c": "x" * 1_000_000},
    ],
    ids=["version", "no case", "not a number", "endless", "kind", "day", "list", "bomb"],
)
def test_what_cannot_be_a_plan_is_refused(entry: object) -> None:
    with pytest.raises(BadAddress):
        decode(packed(entry))


def test_too_long_an_address_is_refused_unread() -> None:
    with pytest.raises(BadAddress, match="too long: 12001 characters"):
        decode("A" * 12_001)


def test_saved_plans_open_and_go() -> None:
    state = State(levers={"a": 2.0}).save("B", "  Friends ")
    assert (state.saved["B"], state.editing, state.free_letter()) == (Saved("Friends", {"a": 2.0}), "B", "A")
    today = state.open("")
    assert (dict(today.levers), today.editing) == ({}, "")
    assert dict(today.open("B").levers) == {"a": 2.0}
    assert state.drop("B").saved == {}
    assert state.on_case("coffee").saved == {}
    with pytest.raises(ValueError, match="there are A, B, C"):
        state.save("Z", "z")
