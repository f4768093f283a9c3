"""Service: complaints wait in a queue; a fast, skilled answer contents, a late one or silence breeds detractors.

A brand can answer `capacity` complaints a day per 1,000 customers. Each open complaint is answered today with chance

    min(1, 24 / answer_hours) * min(1, capacity today / open complaints),

and the delay is answer_hours plus the days waited. An answer contents the complainer with chance

    skill / (1 + delay hours / patience):

people differ in how long they find it right to wait, and half of them no longer than `patience`. Who is contented is back at
`ceiling` satisfaction, if it was lower: a failure well mended pleases more than none, although it does not win back what the
failure cost in belief and custom (S05, de Matos, Henrique & Rossi 2007, J. Service Research 10(1)). Who is not, because the
answer came late or did not help, stays aggrieved just as one who got none: failing twice is what turns people away (double
deviation, Bitner, Booms & Tetreault 1990, J. Marketing 54(1)). After `despair` days the aggrieved give up, with evidence
against the brand.
"""

from __future__ import annotations

import numpy as np

from sim.draws import stream, uniform
from sim.kernels import kernel, rule
from sim.mechanism import Kind, Mechanism, Response, register
from sim.params import Param
from sim.screens import collect, mark_nonzero, wipe

PARAMS = {
    "patience": Param(
        0.39,
        0.01,
        1000,
        "hours",
        "delay that half of the complainers accept",
        "S08: 72 % expect an answer within an hour",
    ),
    "ceiling": Param(
        0.85,
        0,
        1,
        "satisfaction",
        "satisfaction that a contenting answer restores",
        "S05: above that of a purchase without trouble (de Matos et al. 2007), size assumed",
    ),
    "relief": Param(2.0, 0, 50, "evidence", "evidence for the brand in a contenting answer"),
    "despair": Param(14.0, 1, 365, "days", "how long the aggrieved wait before they give up"),
    "silence": Param(1.5, 0, 50, "evidence", "evidence against a brand that never contented a complainer"),
}

TABLES = {
    "answer_chance": "chance that an open complaint is answered today, per brand",
    "answer_hours": "hours to an answer when there is no queue, per brand",
    "service_skill": "share of complainers whom an answer at once contents, per brand",
    "service_capacity": "complaints that can be answered a day per 1,000 customers, per brand",
    "answer_speed": "chance that an open complaint is answered on a day without a queue, per brand",
    "waiting_complaints": "complaints open last night, per brand",
}

TALLIES = {"answered": ("brand",), "unanswered": ("brand",), "open_complaints": ("brand",)}


@rule
def contenting(skill, delay_hours, patience):
    """Share of complainers whom an answer after this delay contents."""
    return skill / (1.0 + delay_hours / patience)


@kernel
def attend(lo, hi, day, key, complaint, satisfaction, evidence_for, evidence_against, answer_chance, answer_hours,
           service_skill, answered, unanswered, open_complaints, mark, chosen, perception__negativity, patience, ceiling,
           relief, despair, silence):  # fmt: skip
    """Answer complaints, or let them wait."""
    wipe(mark)
    for b in range(complaint.shape[0]):
        today, luck = stream(key, day, b), stream(key, day, 64 + b)
        mark_nonzero(complaint[b, lo:hi], mark)
        for n in range(collect(mark, hi - lo, chosen)):
            i = np.uint32(lo + chosen[n])
            waiting = complaint[b, i] > 0
            waited = day - (abs(complaint[b, i]) - 1)
            if waiting and uniform(today, i) < answer_chance[b]:
                answered[b] += 1
                delay = answer_hours[b] + 24.0 * waited
                if uniform(luck, i) < contenting(service_skill[b], delay, patience):
                    satisfaction[b, i] = max(satisfaction[b, i], np.float32(ceiling))
                    evidence_for[b, i] += np.float32(relief)
                    complaint[b, i] = 0
                    continue
                waiting = False
                complaint[b, i] = -complaint[b, i]
            if waited >= despair:
                evidence_against[b, i] += np.float32(silence * perception__negativity)
                complaint[b, i] = 0
                unanswered[b] += waiting
            else:
                open_complaints[b] += waiting


def setup(engine):
    """Nothing is open on the first day."""
    return {
        "answer_chance": np.zeros(len(engine.brands)),
        "answer_hours": np.array([one.service.answer_hours for one in engine.brands]),
        "service_skill": np.array([one.service.skill for one in engine.brands]),
        "waiting_complaints": np.zeros(len(engine.brands)),
        "service_capacity": np.array([one.service.capacity for one in engine.brands], np.float64),
        "answer_speed": np.array([min(1.0, 24.0 / one.service.answer_hours) for one in engine.brands]),
    }


@kernel
def dawn(day, key, people, customer_owned, service_capacity, answer_speed, waiting_complaints, answer_chance):
    """How much of the queue can be answered today."""
    for b in range(answer_chance.size):
        customers = 0
        for g in range(people.shape[1]):
            for at in range(people.shape[2]):
                customers += people[b, g, at] * customer_owned[at]
        capacity = service_capacity[b] * customers / 1000.0
        answer_chance[b] = answer_speed[b] * min(1.0, capacity / max(waiting_complaints[b], 1e-9))


@kernel
def dusk(day, key, open_complaints, waiting_complaints):
    """Count who is still waiting, and who just joined."""
    for b in range(waiting_complaints.size):
        waiting_complaints[b] = open_complaints[b]


register(
    Mechanism(
        name="service",
        phase="live",
        kernels=(attend,),
        params=PARAMS,
        tables=TABLES,
        tallies=TALLIES,
        kinds=(Kind("service", "an answer from customer service", pushed=False),),
        setup=setup,
        dawn=dawn,
        dusk=dusk,
        after=("experience",),
        responses=(Response("relief", "trust", 1),),
    )
)
