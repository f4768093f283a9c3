"""Loyalty programmes and thanks: a reward for staying, and gratitude that is noticed.

A reward pulls those who must change to earn it. It is earned by buying the brand `goal` times as often as an average person
buys the category; a member who does so anyway (habit x own purchase rate is the usual pace) has nothing to gain by buying more,
one far from it has all. So a member's utility of the brand rises by

    `pull` * reward * max(0, 1 - habit * purchase rate / reward pace),    reward pace = goal / purchase cycle.

Heavy buyers claim rewards for what they would have bought (L01, Liu 2007); that pressure comes from the distance to a threshold
is the finding on point pressure (Taylor & Neslin 2005, J. Retailing 81(4); Kivetz, Urminsky & Zheng 2006, JMR 43(1)). A
thanked customer's satisfaction rises by `gratitude` of what is missing.
"""

from __future__ import annotations

import numpy as np

from sim.draws import stream, uniform
from sim.kernels import kernel
from sim.mechanism import Mechanism, Response, register
from sim.params import Param

PARAMS = {
    "pull": Param(0.8, 0, 20, "utility", "utility of a full reward to a member far from it", "L01, size assumed"),
    "goal": Param(0.5, 0.01, 100, "share", "buying that earns the reward, relative to average buying of the category"),
    "gratitude": Param(0.15, 0, 1, "share", "missing satisfaction that one noticed thank-you adds"),
    "bond": Param(0.05, 0, 1, "share", "missing habit that a full reward adds at each purchase", "L02, size assumed"),
}

TABLES = {
    "reward_strength": "strength of each brand's loyalty programme",
    "thanks_chance": "chance that a purchase is followed by thanks that are noticed, per brand",
    "reward_cost": "share of revenue that a programme of full strength costs, per brand",
    "usual_cycle": "days between purchases of the category by an average person, one number",
}


@kernel
def thank(lo, hi, day, key, orders, ordered, reward_strength, thanks_chance, satisfaction, habit, gratitude, bond):
    """Reward and thank today's buyers."""
    for n in range(ordered[0]):
        i, b = orders[n, 0], orders[n, 1]
        if reward_strength[b] > 0.0:
            habit[b, i] += (np.float32(1.0) - habit[b, i]) * np.float32(bond * reward_strength[b])
        if thanks_chance[b] > 0.0 and uniform(stream(key, day, b), i) < thanks_chance[b]:
            satisfaction[b, i] += (np.float32(1.0) - satisfaction[b, i]) * np.float32(gratitude)


def setup(engine):
    """The programmes as the plan has them."""
    return {
        "reward_strength": np.array([one.loyalty.reward for one in engine.brands]),
        "thanks_chance": np.array([one.loyalty.thanks for one in engine.brands]),
        "reward_cost": np.array([one.loyalty.cost_share for one in engine.brands]),
        "usual_cycle": np.array([engine.scenario.world.market.purchase_cycle], np.float64),
    }


@kernel
def dawn(day, key, reward_strength, member_bonus, reward_pace, usual_cycle, pull, goal):
    """What the programme is worth to a member in choice."""
    for b in range(member_bonus.size):
        member_bonus[b] = pull * reward_strength[b]
    reward_pace[0] = goal / usual_cycle[0]


@kernel
def dusk(day, key, reward_cost, reward_strength, daily_revenue, daily_spend_programmes):
    """Pay for the programme: a share of revenue at full reward."""
    for b in range(reward_cost.size):
        daily_spend_programmes[day, b] += reward_cost[b] * reward_strength[b] * daily_revenue[day, b]


register(
    Mechanism(
        name="loyalty",
        phase="live",
        kernels=(thank,),
        params=PARAMS,
        tables=TABLES,
        setup=setup,
        dawn=dawn,
        dusk=dusk,
        after=("experience", "service", "purchase"),
        off={"pull": 0.0, "gratitude": 0.0, "bond": 0.0},
        responses=(Response("gratitude", "satisfaction", 1),),
    )
)
