"""The compiled market and the plain one live the same days: same draws, same state, same counts, person by person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import islice

import numpy as np
import pytest

from reference.comparing import differences, other_counts, state_of
from reference.luck import Luck, bits, poisson, screened, uniform
from reference.market import PlainMarket
from reference.markets import DAYS, bicycles, groceries, magazines, own_journey
from sim import draws
from sim.engine import Engine
from sim.scenario import Scenario

MUST_HAPPEN = {
    groceries: (
        "talk_positive", "talk_negative", "told", "asked", "posts", "shares", "purchases_first", "purchases_repeat",
        "reviews", "stars", "complaints", "answered", "open_complaints", "invitations", "referred",
    ),
    bicycles: (
        "talk_positive", "talk_negative", "told", "asked", "posts", "shares", "purchases_first", "reviews",
        "unanswered", "open_complaints",
    ),
    magazines: ("purchases_first", "purchases_repeat", "invitations", "referred", "answered", "told"),
    own_journey: ("purchases_first", "purchases_repeat", "told", "complaints"),
}  # fmt: skip
"""What a market is there to test: counts that must not stay 0."""

TOUCHES = {
    groceries: ("television", "paid_social", "display", "search", "news", "influencer", "email", "brand_post",
                "community", "website", "shop", "friend", "advice", "post", "review", "referral"),
    bicycles: ("online_video", "search", "friend", "advice", "post", "review", "brand_post"),
    magazines: ("paid_social", "email", "referral"),
    own_journey: ("podcast", "website", "friend"),
}  # fmt: skip
"""Kinds of touchpoint that must be noticed in a market."""


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("make", list(MUST_HAPPEN))
def test_the_compiled_market_agrees_with_the_plain_one(make: Callable[[], Scenario], seed: int) -> None:
    scenario = make()
    # With seed 2 the compiled market is cut into small groups: that must not matter either.
    compiled = Engine(scenario, seed, group=64 if seed == 2 else None)
    plain = PlainMarket(scenario, seed)
    happened: Counter[str] = Counter()
    touched: Counter[str] = Counter()
    for _ in range(DAYS):
        compiled.step()
        plain.step()
        wrong = [*differences(compiled, plain), *other_counts(compiled, plain)]
        assert not wrong, f"{len(wrong)} differences, the first ones:\n" + "\n".join(islice(wrong, 20))
        for name, *at in plain.today:
            happened[name] += 1
            if name == "noticed":
                touched[plain.kinds[at[1]].name] += 1
    assert [name for name in MUST_HAPPEN[make] if not happened[name]] == []
    assert [name for name in TOUCHES[make] if not touched[name]] == []


@pytest.mark.parametrize("make", [groceries, magazines])
def test_the_order_in_which_people_are_called_does_not_matter(make: Callable[[], Scenario]) -> None:
    scenario = make().with_({"world.market.consumers": 80})
    by_row, shuffled = PlainMarket(scenario, 5), PlainMarket(scenario, 5, order="shuffled")
    columns = Engine(scenario, 5)
    for _ in range(25):
        by_row.step()
        shuffled.step()
        assert by_row.today == shuffled.today
        assert by_row.shares == shuffled.shares
        assert by_row.series == shuffled.series
        for (name, b, _, one), (_, _, _, other) in zip(state_of(columns, by_row), state_of(columns, shuffled)):
            assert one == other, f"{name} of brand {b} hangs on the order of calls on day {by_row.day - 1}"


def test_a_mechanism_cannot_be_switched_off() -> None:
    scenario = groceries().with_({"world.mechanisms": {"posts": {"on": False}}})
    with pytest.raises(ValueError, match="posts cannot be switched off"):
        PlainMarket(scenario)


def test_plain_draws_are_the_compiled_ones() -> None:
    luck = Luck(11)
    assert luck.key("journey") == int(draws.key(11, "journey"))
    for day, purpose, row in [(0, 0, 0), (3, 7, 12), (364, 1 << 40, 9_999_999)]:
        compiled = draws.stream(draws.key(11, "journey"), day, purpose)
        stream = luck.stream("journey", day, purpose)
        assert stream == int(compiled)
        assert bits(stream, row) == int(draws.bits(np.uint64(stream), row))
        assert uniform(stream, row) == draws.uniform(np.uint64(stream), row)
        assert screened(stream, row) == draws.screened(np.uint64(stream), row)
        gumbel = draws.gumbel(np.uint64(stream), row)
        assert luck.gumbel("journey", day, purpose, row) == pytest.approx(gumbel, rel=1e-12)
    stream = luck.stream("experience", 1, 2)
    for row in range(500):
        assert luck.normal("experience", 1, 2, row) == pytest.approx(draws.normal(np.uint64(stream), row), rel=1e-9)
        u = luck.uniform("experience", 1, 2, row)
        for mean in (0.01, 0.7, 15.0):
            assert poisson(u, mean) == draws.poisson(u, mean)
            assert poisson(1.0 - u, mean) == draws.poisson_above(u, mean)
