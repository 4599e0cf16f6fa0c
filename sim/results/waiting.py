"""How long people wait until they are received: one number for what moves people and what takes them in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.model.journal import STATES
from sim.results.ledger import states

if TYPE_CHECKING:
    from sim.model.record import Record

WAITING = "waiting.person_hours"
ASIDE = ("stayed", "reported_dead", "in_care")


def waiting(record: Record) -> dict[str, float]:
    """Person-hours from the start until people are registered (arrived, where no registration is told).

    Of everybody who leaves, those still at home, in a queue or on the road included; who is not received by the horizon
    has waited until then. Not counted are those who stay, were reported dead, or are in care at the horizon.
    """
    told = record.scenario.reception.registration is not None
    hours, people = record.counts["registered" if told else "arrived"][:2]
    last = states(record)[:, -1]
    leaving = float(record.first.sum() - last[[STATES.index(state) for state in ASIDE]].sum())
    left = record.scenario.horizon - hours
    return {WAITING: leaving * record.scenario.horizon - float((people * left.clip(min=0.0)).sum())}
