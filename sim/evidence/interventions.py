"""Interventions of the laboratory: what an experimenter does to a market that no strategist could."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.draws import uniforms
from sim.mechanisms.word_of_mouth import pack

if TYPE_CHECKING:
    from sim.engine import Engine

PEERS = ("word_of_mouth", "posts", "social_proof", "reviews", "referral")
"""Mechanisms by which consumers influence one another, reviews by strangers among them."""

STRANGERS: Mapping[str, Any] = {"world.peers.homophily": 0.0, "world.peers.likeness": 0.0}
"""Changes that leave who knows whom to chance: friends share neither segment nor tastes."""


def _look_away(engine: Engine) -> None:
    """Nobody sees which friends are customers."""
    engine.columns["friends_owning"][:] = 0


WITHOUT_PEERS: Mapping[str, Any] = {"without": PEERS, "before": _look_away}
"""How to live a market in which consumers do not influence one another: `lab.live(scenario, seed, **WITHOUT_PEERS)`."""


def unmoved_by_friends(engine: Engine) -> None:
    """Nobody minds what friends say or do: their words weigh nothing, and neither their staying nor their leaving is felt."""
    for name in ("trust_friends", "susceptibility", "farewells", "company"):
        engine.columns[name][:] = 0


def louder(factor: float, first: int, last: int) -> Callable[[Engine], None]:
    """On days [first, last) everybody talks and invites more often by a factor."""

    def before(engine: Engine) -> None:
        times = {first: factor, last: 1 / factor}.get(engine.day)
        if times is not None:
            names = ("word_of_mouth.rate", "word_of_mouth.hearsay", "referral.invite")
            given = {name: engine.parameters[name.split(".")[0]][name.split(".")[1]] for name in names}
            engine.set_parameters({name: times * value for name, value in given.items()})

    return before


def tell_everybody(engine: Engine, brand: int, share: float, tone: int, strength: int = 128) -> None:
    """This morning a share of all consumers, by chance, has heard a friend's word on a brand.

    tone: -100 (as bad as can be) to 100; strength: of the tie, 0 to 255. For `before` of a laboratory's life.
    """
    hears = uniforms(engine.key("laboratory"), engine.day, engine.consumers) < share
    engine.columns["heard"][brand, hears] += np.uint64(pack(tone, strength))
    engine.columns["spoken_to"][hears] |= np.uint8(1 << brand)


def show_posts(
    engine: Engine, roots: np.ndarray, tones: np.ndarray, people: np.ndarray, whose: np.ndarray, brand: int
) -> int:
    """Have people post about a brand last night; returns the first of their cascades, which follow one another.

    roots, tones: (posts,) rows of those who post, and their tones in [-1, 1]. people, whose: (views,) rows of those who would
    see a post, and which of the posts; everybody sees the first of them unless he met another post before.
    """
    log = engine.cascades.tables
    first = int(log["cascade_count"][0])
    last = first + roots.size
    log["cascade_brand"][first:last] = brand
    log["cascade_tone"][first:last] = np.rint(100 * tones)
    log["cascade_root"][first:last] = roots
    log["cascade_day"][first:last] = engine.day - 1
    log["cascade_count"][0] = last
    free = engine.columns["seen_post"][people] == 0
    # Of several posts for one viewer the one written last stays: the first of them.
    viewers, posts = people[free][::-1], whose[free][::-1]
    engine.columns["seen_post"][viewers] = first + posts + 1
    engine.columns["seen_from"][viewers] = roots[posts]
    return first


def show_post(engine: Engine, root: int, people: np.ndarray, tone: float, brand: int) -> int:
    """Have `root` post about a brand last night, seen by these people (rows) who met no other post; returns the cascade."""
    return show_posts(engine, np.array([root]), np.array([tone]), people, np.zeros(people.size, np.int64), brand)


def luck(engine: Engine, purpose: int) -> np.random.Generator:
    """The laboratory's own random numbers of this day and seed, apart from the market's."""
    return np.random.Generator(np.random.PCG64([engine.seed, engine.day, purpose]))


def notify_friends(engine: Engine, per_week: float) -> None:
    """An app that tells its users' friends by itself: so many posts a week, as glad as the user is, by organic reach."""
    brand, rng, ties = engine.focal, luck(engine, 1), engine.ties
    users = np.flatnonzero(engine.owned_stages[engine.columns["stage"][brand]])
    users = users[rng.random(users.size) < per_week / 7]
    begin, friends = ties.start[users], ties.start[users + 1] - ties.start[users]
    whose = np.repeat(np.arange(users.size), friends)
    nth = np.arange(whose.size) - (np.cumsum(friends) - friends)[whose]
    shown = rng.random(whose.size) < engine.platform.organic_reach
    glad = np.maximum(0.0, 2.0 * engine.columns["satisfaction"][brand, users].astype(np.float64) - 1.0)
    show_posts(engine, users, glad, ties.to[begin[whose] + nth][shown], whose[shown], brand)


def recommend(engine: Engine, people: np.ndarray, times: np.ndarray, tone: float, strength: float) -> None:
    """Have friends recommend the focal brand to people (rows) last night, each so many times, on ties of one strength."""
    said = int(100 * tone * strength)
    engine.columns["heard"][engine.focal, people] += times.astype(np.uint64) * np.uint64((1 << 48) + (said << 24))
    engine.columns["spoken_to"][people] |= np.uint8(1 << engine.focal)


def echo_posts(engine: Engine, share: float) -> None:
    """Post again what consumers posted last night about the focal brand: each post with a chance, as glad or as angry.

    The second post is by some other customer, to his ties, so that there is more talk but none of another tone.
    """
    log, rng, ties = engine.cascades.tables, luck(engine, 2), engine.ties
    many = int(log["cascade_count"][0])
    brand, day, root = (log[f"cascade_{name}"][:many] for name in ("brand", "day", "root"))
    posted = np.flatnonzero((brand == engine.focal) & (day == engine.day - 1) & (root >= 0))
    owners = np.flatnonzero(engine.owned_stages[engine.columns["stage"][engine.focal]])
    for post in posted[rng.random(posted.size) < share].tolist():
        if owners.size:
            other = int(rng.choice(owners))
            friends = ties.to[ties.start[other] : ties.start[other + 1]]
            shown = friends[rng.random(friends.size) < engine.platform.organic_reach]
            show_post(engine, other, shown, log["cascade_tone"][post] / 100, engine.focal)


def reviewed_as(change: Callable[[np.ndarray], np.ndarray], first: int) -> Callable[[Engine], None]:
    """From a day on, readers find the focal brand's reviews changed; new ones come in as they are written.

    change: from the number of reviews of one to five stars, float64 (5,), to those shown instead.
    """
    given, shown = np.zeros(5), np.zeros(5)

    def before(engine: Engine) -> None:
        nonlocal given, shown
        if engine.day >= first:
            stars = engine.tables["stars_so_far"][engine.focal]
            given = stars.copy() if engine.day == first else given + (stars - shown)
            shown = change(given)
            stars[:] = shown

    return before


def raised(stars: np.ndarray, factor: float) -> np.ndarray:
    """As many reviews with a mean higher by a factor, at most five stars: some of every kind give five instead.

    >>> raised(np.array([0.0, 0.0, 0.0, 10.0, 0.0]), 1.1).tolist()
    [0.0, 0.0, 0.0, 6.0, 4.0]
    """
    number = stars.sum()
    mean = float(stars @ np.arange(1, 6)) / number
    moved = min(1.0, (factor - 1) * mean / (5 - mean)) if mean < 5 else 0.0
    return (1 - moved) * stars + moved * number * np.array([0, 0, 0, 0, 1])
