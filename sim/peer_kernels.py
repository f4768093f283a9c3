"""Compiled loops behind the peer network: who knows whom, tie by tie.

Every random number is a function of (stream, position), never of a shared generator, and each loop runs in one fixed
order, so the same seed gives the same network whatever the number of threads.
"""

from __future__ import annotations

import numpy as np

from sim.draws import bits, normal, stream, uniform
from sim.kernels import kernel, rule

TRIES = 8
"""Partners tried for one loose end before it is handed on (assumed: more changes nothing measurable)."""
SMALLEST = 3
"""Fewest people that make a community (assumed: the smallest circle in which a triangle can close)."""
FREE = np.uint8(255)
"""Marks a consumer whose segment is not the community's; hence at most 255 segments."""


@rule
def skewed(mean, spread, root, position):
    """One log-normal number with this mean and log standard deviation."""
    return mean * np.exp(spread * normal(root, position) - 0.5 * spread * spread)


@kernel
def settle(root, mean, spread, community, first):
    """Cut consumers 0..N-1 into communities of skewed size; fills `community` and `first` (C + 1), returns C."""
    people = len(community)
    here, count = 0, 0
    while here < people:
        size = max(SMALLEST, np.int64(skewed(mean, spread, root, count) + 0.5))
        if people - here - size < SMALLEST:
            size = people - here
        first[count] = here
        for i in range(here, here + size):
            community[i] = count
        here += size
        count += 1
    first[count] = people
    return count


@kernel(makes_arrays=True)
def assign_segments(root, first, by_size, homely, quota, segment):
    """Give every consumer the segment of the community (chance `homely`) or one from what the quotas leave.

    Communities, the largest first (`by_size`), take the segment furthest behind its quota, so that shares hold whatever
    the homophily: the small ones even out what the large ones left. The other consumers draw from the remaining places
    like balls from an urn, which makes the shares exact when there are any.
    """
    segments, people = len(quota), len(segment)
    held = np.zeros(segments)
    left = quota.copy()
    settled = 0
    for c in by_size:
        size = first[c + 1] - first[c]
        settled += size
        home, most = 0, -1e300
        for s in range(segments):
            behind = quota[s] * (settled / people) - held[s]
            if behind > most:
                home, most = s, behind
        held[home] += size
        for i in range(first[c], first[c + 1]):
            if uniform(root, 2 * i) < homely:
                segment[i] = home
                left[home] -= 1
            else:
                segment[i] = FREE
    places = 0
    for s in range(segments):
        left[s] = max(left[s], 0)
        places += left[s]
    for i in range(people):
        if segment[i] == FREE:
            pick = min(np.int64(uniform(root, 2 * i + 1) * places), places - 1)
            s = 0
            while pick >= left[s]:
                pick -= left[s]
                s += 1
            segment[i] = s
            left[s] -= 1
            places -= 1


@kernel
def draw_sociability(root, spread, sociability):
    """How many people each consumer tends to know, relative to the mean."""
    for i in range(len(sociability)):
        sociability[i] = skewed(1.0, spread, root, i)


@kernel
def fit_scale(sociability, wanted, most):
    """Factor that makes `min(sociability * factor, most)` sum to `wanted`."""
    scale = 1.0
    for _ in range(30):
        total = 0.0
        for i in range(len(sociability)):
            total += min(sociability[i] * scale, most)
        scale *= wanted / total
        if abs(total - wanted) < 0.001 * wanted:
            break
    return scale


@kernel
def plan_ties(root, sociability, scale, most, first, inside, room, row, near):
    """Fix how many ties each consumer will have (`row`, running sum) and how many of them inside (`near`).

    A community has room for only so many ties of a hub, the share `room` of its other members; what hubs cannot place
    inside, their neighbours do (`stretch`), so that the share of ties inside holds for the whole market.
    """
    people = len(sociability)
    stretch = 1.0
    for _ in range(12):
        wanted, total = 0.0, 0.0
        for c in range(len(first) - 1):
            space = room * (first[c + 1] - first[c] - 1)
            for i in range(first[c], first[c + 1]):
                ties = min(sociability[i] * scale, most)
                wanted += inside * ties
                total += min(stretch * inside * ties, space, ties)
        if total >= 0.995 * wanted:
            break
        stretch *= wanted / total
    row[0] = 0
    for c in range(len(first) - 1):
        space = room * (first[c + 1] - first[c] - 1)
        for i in range(first[c], first[c + 1]):
            ties = min(sociability[i] * scale, most)
            close = min(stretch * inside * ties, space, ties)
            whole = np.int64(ties + uniform(root, 2 * i))
            row[i + 1] = row[i] + whole
            near[i] = min(whole, np.int64(close + uniform(root, 2 * i + 1)))
    return row[people]


@rule
def tied(row, filled, slots, one, other):
    """Whether two consumers already have a tie (looks through the shorter list)."""
    if filled[one] > filled[other]:
        one, other = other, one
    for k in range(row[one], row[one] + filled[one]):  # noqa: SIM110 - numba compiles no any() over a generator
        if slots[k] == other:
            return True
    return False


@rule
def tie(row, filled, slots, one, other):
    """Write a tie into both lists."""
    slots[row[one] + filled[one]] = other
    slots[row[other] + filled[other]] = one
    filled[one] += 1
    filled[other] += 1


@kernel(makes_arrays=True)
def knit_inside(root, first, row, near, closing, filled, slots):
    """Make the ties inside each community: by closing a triangle (share `closing`) or with anyone who has a loose end.

    `near` counts down to the loose ends that found nobody; they become outside ties.
    """
    largest = 0
    for c in range(len(first) - 1):
        ends = 0
        for i in range(first[c], first[c + 1]):
            ends += near[i]
        largest = max(largest, ends)
    loose = np.empty(largest, np.int32)
    for c in range(len(first) - 1):
        luck = stream(root, 0, c)
        position, top = 0, 0
        for i in range(first[c], first[c + 1]):
            for _ in range(near[i]):
                loose[top] = i
                top += 1
        while top > 1:
            pick = np.int64(uniform(luck, position) * top)
            triangle = uniform(luck, position + 1) < closing
            position += 2
            one = loose[pick]
            top -= 1
            loose[pick] = loose[top]
            if near[one] == 0:
                continue
            found = -1
            if triangle and filled[one] > 0:
                for _ in range(TRIES):
                    word = bits(luck, position)
                    position += 1
                    via = slots[row[one] + np.int64((word >> np.uint64(32)) * np.uint64(filled[one]) >> np.uint64(32))]
                    low = word & np.uint64(0xFFFFFFFF)
                    other = slots[row[via] + np.int64(low * np.uint64(filled[via]) >> np.uint64(32))]
                    if other != one and near[other] > 0 and not tied(row, filled, slots, one, other):
                        found = other
                        break
            if found < 0:
                for _ in range(TRIES):
                    if top == 0:
                        break
                    pick = np.int64(uniform(luck, position) * top)
                    position += 1
                    other = loose[pick]
                    if near[other] == 0:
                        top -= 1
                        loose[pick] = loose[top]
                    elif other != one and not tied(row, filled, slots, one, other):
                        found = other
                        top -= 1
                        loose[pick] = loose[top]
                        break
            if found >= 0:
                tie(row, filled, slots, one, found)
                near[one] -= 1
                near[found] -= 1


@kernel(makes_arrays=True)
def sort_loose_ends(root, row, filled, segment, homophily, bound, loose):
    """Put each consumer's remaining ends into the pool of the own segment (share `homophily`) or the common pool.

    `bound` (segments + 2) gets the pools' limits, the common pool last; called with an empty `loose` it only counts.
    """
    common = len(bound) - 2
    place = bound.copy()
    for i in range(len(filled)):
        ends = row[i + 1] - row[i] - filled[i]
        same = min(ends, np.int64(ends * homophily + uniform(root, i)))
        if len(loose) > 0:
            for k in range(ends):
                pool = segment[i] if k < same else common
                loose[place[pool]] = i
                place[pool] += 1
        else:
            bound[segment[i] + 1] += same
            bound[common + 1] += ends - same
    if len(loose) == 0:
        for pool in range(1, len(bound)):
            bound[pool] += bound[pool - 1]


@kernel
def knit_outside(root, bound, loose, community, row, filled, slots):
    """Pair the loose ends of each pool at random, across communities; returns how many found nobody.

    What a segment's pool cannot pair joins the common pool; there, as a last resort, the own community is allowed.
    """
    carried, position = 0, 0
    for pool in range(len(bound) - 1):
        common = pool == len(bound) - 2
        low, high = bound[pool], bound[pool + 1]
        if common:
            low -= carried
            carried = 0
        top, kept = high, high
        while top > low:
            top -= 1
            one = loose[top]
            found = False
            for trial in range(2 * TRIES if common else TRIES):
                if top == low:
                    break
                pick = low + np.int64(uniform(root, position) * (top - low))
                position += 1
                other = loose[pick]
                apart = community[other] != community[one] or (trial >= TRIES and other != one)
                if apart and not tied(row, filled, slots, one, other):
                    tie(row, filled, slots, one, other)
                    top -= 1
                    loose[pick] = loose[top]
                    found = True
                    break
            if not found:
                kept -= 1
                loose[kept] = one
        for k in range(carried - 1, -1, -1):
            loose[kept - carried + k] = loose[bound[pool] - carried + k]
        carried += high - kept
    return carried


@kernel
def tidy(row, filled, slots, community):
    """Sort every list and close the gaps, in place; returns the ends in all and those inside communities."""
    people = len(filled)
    here, inside, low = 0, 0, row[0]
    for i in range(people):
        following, count = row[i + 1], filled[i]
        gap = 1
        while gap < count // 3:
            gap = 3 * gap + 1
        while gap > 0:
            for k in range(low + gap, low + count):
                value = slots[k]
                j = k
                while j >= low + gap and slots[j - gap] > value:
                    slots[j] = slots[j - gap]
                    j -= gap
                slots[j] = value
            gap //= 3
        for k in range(low, low + count):
            slots[here] = slots[k]
            inside += community[slots[k]] == community[i]
            here += 1
        row[i + 1] = here
        low = following
    return here, inside


@kernel
def weigh(root, start, to, community, low_in, width_in, low_out, width_out, strength):
    """Strength of every tie, from the pair alone, so that it is the same seen from both ends."""
    for i in range(len(community)):
        for k in range(start[i], start[i + 1]):
            j = to[k]
            draw = uniform(stream(root, min(i, j), max(i, j)), 0)
            if community[i] == community[j]:
                strength[k] = np.uint8(255.0 * (low_in + width_in * draw) + 0.5)
            else:
                strength[k] = np.uint8(255.0 * (low_out + width_out * draw) + 0.5)


@kernel(makes_arrays=True)
def place_both(source, target, start, to, strength, given):
    """Fill the lists from ties sorted by (source, target), source < target: each list comes out sorted.

    Lower numbers first, from the other end's row, then the higher ones from the own row.
    """
    place = start[:-1].copy()
    for k in range(len(source)):
        to[place[target[k]]] = source[k]
        strength[place[target[k]]] = given[k]
        place[target[k]] += 1
    for k in range(len(source)):
        to[place[source[k]]] = target[k]
        strength[place[source[k]]] = given[k]
        place[source[k]] += 1


@kernel
def draw_followers(root, running, order, home_low, home_high, pull, mark, taken, rows):
    """Fill `rows` with distinct consumers, drawn by weight: `running` sums it along `order` (consumers by segment).

    `pull` is the chance of drawing among the home segment, places home_low..home_high of `order`; `mark` is the
    influencer's number.
    """
    luck = stream(root, 0, mark)
    position, count = 0, 0
    total = running[-1]
    below = running[home_low - 1] if home_low > 0 else 0.0
    within = running[home_high - 1] - below if home_high > home_low else 0.0
    while count < len(rows):
        value = uniform(luck, 2 * position + 1)
        value = below + value * within if uniform(luck, 2 * position) < pull else value * total
        position += 1
        low, high = 0, len(running) - 1
        while low < high:
            middle = (low + high) >> 1
            if running[middle] > value:
                high = middle
            else:
                low = middle + 1
        if taken[order[low]] != mark:
            taken[order[low]] = mark
            rows[count] = order[low]
            count += 1


@kernel
def race_to_follow(root, number, weight, segment, home, pull, finish):
    """Time at which each consumer would follow: exponential, faster by weight; the first k are a weighted sample."""
    luck = stream(root, 0, number)
    for i in range(len(weight)):
        speed = weight[i] * (pull if segment[i] == home else 1.0)
        finish[i] = -np.log(1.0 - uniform(luck, i)) / speed
