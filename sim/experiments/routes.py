"""Where a difference comes from: direct, captured by search and owned touchpoints, carried by talk, carried by reviews.

Plan B moves people, and people move people. Let Y(S) be an outcome under plan B in a market where only the routes in S bring what
plan B makes them bring, and every other route brings each consumer, day by day, exactly the messages that it brings to the same
consumer under plan A and the same luck. Then Y(none) - Y_A is the direct effect (a natural direct effect, Pearl 2001, "Direct and
indirect effects", UAI 17: the mediators are held at what they were under A), and Y(all) - Y_A is the whole difference. What lies
between is shared out by the Shapley value (Shapley 1953), the mean over all orders in which the routes can be opened:

    part_r = sum over S without r of |S|! (n - |S| - 1)! / n! * (Y(S + r) - Y(S))

so that direct + parts = Y_B - Y_A on every seed, by construction. Nine markets are lived side by side: A, and B with each of the
eight sets of open routes. In the morning those whose talk is held take over A's example of friends (who owns the brand, who left,
who came by invitation); before messages are read, those of held routes are taken out and A's put in.

Direct is all the rest: paid media, influencers, prices, promotions, service and loyalty, what rivals do in answer, and what
customers learn from their own use. Money spent is the plan's and so direct. An invitation's reward is paid where the
purchase happens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from math import factorial
from typing import TYPE_CHECKING

import numpy as np

from sim.engine import Engine
from sim.experiments.figures import FIGURES, headline
from sim.results import Run
from sim.running import Books

if TYPE_CHECKING:
    from sim.scenario import Scenario

DIRECT = "direct"
ROUTES: dict[str, str] = {
    "owned": "captured by search and owned touchpoints",
    "talk": "carried by talk and friends' example",
    "reviews": "carried by reviews",
}
"""Routes that can be held, by name, with what their part is called."""

PARTS: dict[str, str] = {DIRECT: "direct", **ROUTES}
"""Every part of a difference in order, with its label; they sum to the difference."""

_KINDS = {
    "owned": ("website", "shop", "email", "community", "brand_post", "service"),
    "talk": ("friend", "advice", "post", "referral"),
    "reviews": ("review",),
}
_EXAMPLE = (
    "friends_owning",
    "farewells",
    "last_farewell",
    "company",
    "invited",
    "invited_to",
    "referrer",
    "invited_on",
)
"""Columns through which friends act on one another without a message."""


def route_of_kinds(engine: Engine) -> np.ndarray:
    """For each kind of touch the number of its route in `ROUTES`, -1 for direct; int64 (kinds,)."""
    routes = np.full(len(engine.kinds), -1)
    searches = {one.name for one in engine.channels if one.type == "search"}
    for number, route in enumerate(ROUTES):
        names = {*_KINDS[route], *(searches if route == "owned" else ())}
        routes[[k for k, kind in enumerate(engine.kinds) if kind.name in names]] = number
    return routes


class _Market:
    """One of the markets lived side by side. held: routes that bring what they bring in `model`, which lives each day before."""

    def __init__(self, scenario: Scenario, seed: int, held: Iterable[str] = (), model: _Market | None = None) -> None:
        consumers = scenario.world.market.consumers
        self.engine = Engine(scenario, seed, group=consumers, block=consumers, fused=False)
        self.books = Books(self.engine)
        self.model, self.held = model, tuple(held)
        numbers = [list(ROUTES).index(route) for route in self.held]
        self.replaced = np.isin(route_of_kinds(self.engine), numbers)
        order = [one.name for _, one, _ in self.engine.schedule()]
        self.rank = np.array([order.index(self._writer(kind.name)) for kind in self.engine.kinds], np.uint8)
        self.pushed = np.array([kind.pushed for kind in self.engine.kinds])
        self.letters = np.empty((0, 5), np.int32)
        self.effects = np.empty((0, 4), np.float32)
        self._bind, self.engine.bind = self.engine.bind, self._bind_and_listen  # type: ignore[method-assign]
        self._listen()

    def _writer(self, kind: str) -> str:
        """The mechanism that sends letters of a kind: its place in the day is the letters' place in the list."""
        owners = (name for name, one in self.engine.mechanisms.items() if any(own.name == kind for own in one.kinds))
        return next(owners, "paid_media" if "paid_media" in self.engine.mechanisms else "perception")

    def _bind_and_listen(self) -> None:
        self._bind()
        self._listen()

    def _listen(self) -> None:
        """Have the day stop by here just before letters are read."""
        calls = [one.name for phase, one, _ in self.engine.schedule() if phase != "spread"]
        if "perception" in calls:
            (group,) = self.engine.groups
            group.calls.insert(calls.index("perception"), (self._before_reading, ()))

    def morning(self) -> None:
        """Take over friends' example, where talk is held."""
        if self.model and "talk" in self.held:
            for name in _EXAMPLE:
                self.engine.columns[name][:] = self.model.engine.columns[name]

    def step(self) -> None:
        """Live a day."""
        self.engine.step()
        self.books.close_day()

    def _before_reading(self, lo: int, hi: int, day: int) -> None:
        lists = self.engine.groups[0].lists
        sent = int(lists.sent[0])
        if self.model is None:
            self.letters, self.effects = lists.letters[:sent].copy(), lists.effects[:sent].copy()
        elif self.held:
            self._exchange(lists, sent)

    def _exchange(self, lists: object, sent: int) -> None:
        """Put the model's letters of held routes in the place of the own ones, in the order in which a day writes them."""
        letters, effects = lists.letters, lists.effects  # type: ignore[attr-defined]
        theirs_held = self.replaced[self.model.letters[:, 2]]  # type: ignore[union-attr]
        theirs, their_effects = self.model.letters[theirs_held], self.model.effects[theirs_held]  # type: ignore[union-attr]
        own_held = self.replaced[letters[:sent, 2]]
        mine = letters[:sent][own_held]
        if np.array_equal(mine, theirs) and np.array_equal(effects[:sent][own_held], their_effects):
            return
        load = self.engine.columns["load"]
        for rows, sign in ((mine, -1), (theirs, 1)):
            counted = rows[self.pushed[rows[:, 2]]]
            np.add.at(load, counted[:, 0], (sign * counted[:, 3]).astype(load.dtype))
        merged = np.concatenate([letters[:sent][~own_held], theirs])
        merged_effects = np.concatenate([effects[:sent][~own_held], their_effects])
        order = np.argsort(self.rank[merged[:, 2]], kind="stable")
        letters[: len(merged)], effects[: len(merged)] = merged[order], merged_effects[order]
        lists.sent[0] = len(merged)  # type: ignore[attr-defined]

    def finish(self) -> Run:
        """The run, once its last day is lived."""
        self.engine.close()
        return Run.of(self.engine.scenario, self.engine.seed, self.books.record())


def open_sets() -> Iterator[frozenset[str]]:
    """Every set of routes that can be open, smallest first."""
    for size in range(len(ROUTES) + 1):
        for names in combinations(ROUTES, size):
            yield frozenset(names)


def live_side_by_side(before: Scenario, after: Scenario, seed: int) -> tuple[Run, dict[frozenset[str], Run]]:
    """Plan A, and plan B with every set of open routes, under one luck: (A's run, open routes -> B's run).

    With all routes open B's run is that of plan B by itself, bit for bit. Raises ScenarioError for what cannot be built.
    """
    model = _Market(before, seed)
    markets = {
        opened: _Market(after, seed, [one for one in ROUTES if one not in opened], model) for opened in open_sets()
    }
    for _ in range(model.engine.calendar.days):
        for market in markets.values():
            market.morning()
        model.step()
        for market in markets.values():
            market.step()
    return model.finish(), {opened: market.finish() for opened, market in markets.items()}


def shared_out(outcome: Mapping[frozenset[str], float], start: float) -> dict[str, float]:
    """Parts of a difference by name: the direct one, and each route's Shapley value; they sum to the whole.

    outcome: of plan B by the set of open routes. start: of plan A.

    >>> shared_out({s: 10.0 + 3.0 * ("talk" in s) for s in open_sets()}, 4.0)
    {'direct': 6.0, 'owned': 0.0, 'talk': 3.0, 'reviews': 0.0}
    """
    n = len(ROUTES)
    parts = {DIRECT: outcome[frozenset()] - start}
    for route in ROUTES:
        parts[route] = sum(
            factorial(len(s)) * factorial(n - len(s) - 1) / factorial(n) * (outcome[s | {route}] - outcome[s])
            for s in open_sets()
            if route not in s
        )
    return parts


def decompose(before: Scenario, after: Scenario, seed: int) -> np.ndarray:
    """Parts of every headline figure's difference on one seed, float64 (figures, parts); nan where a figure has no meaning."""
    model, markets = live_side_by_side(before, after, seed)
    start = headline(model)
    found = {opened: headline(run) for opened, run in markets.items()}
    table = np.empty((len(FIGURES), len(PARTS)))
    for row, name in enumerate(FIGURES):
        parts = shared_out({opened: figures[name] for opened, figures in found.items()}, start[name])
        table[row] = [parts[part] for part in PARTS]
    return table
