"""The few numbers of one replication; `inf` says never within the horizon, nan that there is nothing to tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.model.journal import STATES
from sim.model.record import Array, Record
from sim.model.refuelling import UNCOUNTED
from sim.results import care, gaps, queues, treatments
from sim.results.blockade import state
from sim.results.curves import cumulative, each_weighted, share_reached, transit
from sim.results.dates import day_of
from sim.results.ledger import discharged
from sim.scenario import packing

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

SHARES = {"p50": 0.5, "p95": 0.95}
OF_MOVEMENT = (
    "arrived.total",
    "arrived.peak_day",
    *(f"clearance.{name}" for name in SHARES),
    *(f"transit.{name}" for name in SHARES),
    "queue.vehicles.peak",
    "road.person_hours",
    "stalled.vehicles",
    "left_behind.people",
)
"""Indicators of movement, in their order: empty where people are simply there."""
NOT_TO_COME = ("stayed", "reported_dead", "in_care")
"""States of those who stay by choice, were reported dead, or were brought to care."""
NOT_A_LIMIT = ("patients", "in care")
"""What the record of care counts beside the safe intervals."""
UNITS = {
    "arrived": "people",
    "clearance": "h",
    "transit": "h",
    "queue": "vehicles",
    "road": "person-hours",
    "waiting": "person-hours",
    "stalled": "vehicles",
    "left_behind": "people",
    "registration": "people",
    "care": "people",
    "casualties": "people",
    "stock": "h",
    "cost": "USD",
    "blockade": "1",
}


def units(scenario: Scenario) -> dict[str, str]:
    """Units of the items whose gaps are counted, and of those that treatment takes."""
    taken = {item for group in scenario.medical.groups.values() for item in group.treatment}
    found = {item: packing.unit_of(scenario, item) for item in taken}
    return found | {row.figure.item: row.unit for row in gaps.layout(scenario)}


def unit(indicator: str, items: dict[str, str]) -> str:
    """The unit of an indicator; `items` gives those of the items that may be short."""
    first, _, rest = indicator.partition(".")
    if first == "gap":
        return "h" if rest.endswith(".first_hour") else items.get(rest.rpartition(".")[0], "")
    if first == "cost" and rest.endswith(("_share", "_present", "_and_month")):
        return {"_share": "1", "_present": "USD/person"}.get(f"_{rest.rpartition('_')[2]}", "USD/person/month")
    if first == "care" and rest.endswith(treatments.NEEDED):
        return items.get(rest.split(".")[1], "")
    if first == "care" and ".hours_" in indicator:
        return "h"
    return UNITS.get(first, "")


def indicators(record: Record, arrays: dict[str, Array]) -> dict[str, float]:
    """The indicators of one replication, from its record and its ledger."""
    return {
        **dict.fromkeys(OF_MOVEMENT, np.nan),
        **(_movement(record, arrays["ledger"]) if moves(record.scenario) else {}),
        **_care(record),
        **state(record),
        **{
            f"stock.{depot}.out_hour": never(hour)
            for depot, hour in (record.fuel.out_hour if record.fuel else {}).items()
        },
    }


def moves(scenario: Scenario) -> bool:
    """Whether people go or come at all; where they are simply there, there is no movement to tell of."""
    return scenario.corridor is not None or scenario.arrivals is not None


def _movement(record: Record, ledger: Array) -> dict[str, float]:
    """Arrivals, the road, and who had not got away."""
    return {**_arrivals(record, ledger), **_road(record), **_behind(record, ledger)}


def never(hour: float) -> float:
    """An hour that may be nan for never, as inf."""
    return np.inf if np.isnan(hour) else float(hour)


def _arrivals(record: Record, ledger: Array) -> dict[str, float]:
    """How many arrived, when, and how long it took them; shares are of those present who did not stay or die."""
    hours, people, _ = record.counts["arrived"]
    days = day_of(record.scenario, hours)
    stayed = ledger[[STATES.index("stayed"), STATES.index("reported_dead")], -1].sum()
    leaving = float(ledger[:, 0].sum() - stayed)
    took, of = transit(record)
    return {
        "arrived.total": float(people.sum()),
        "arrived.peak_day": float(np.bincount(np.maximum(days, 0), people).max(initial=0.0)) if len(days) else 0.0,
        **{f"clearance.{name}": share_reached(record, share, leaving) for name, share in SHARES.items()},
        **dict(zip((f"transit.{name}" for name in SHARES), each_weighted(took, of, SHARES.values()), strict=True)),
    }


def _road(record: Record) -> dict[str, float]:
    """Vehicles waiting and stalled, and the person-hours spent in the state `road`, waiting to get onto it included."""
    on_road = np.array([spot.state == "road" for spot in record.spots], float)
    left = np.maximum(record.scenario.horizon - record.move_hour, 0.0)
    gain = on_road[record.move_destination] - on_road[record.move_origin]
    # no dot product over moves: its last digit depends on how many threads the machine gives it
    after = (record.move_people * gain * left).sum()
    person_hours = float(after + (record.first @ on_road) * record.scenario.horizon)
    known = [stall.party for stall in record.stalls if stall.party < len(record.parties.vehicles)]
    stalled = float(record.parties.vehicles[known].sum()) + len(record.stalls) - len(known)
    return {"queue.vehicles.peak": queues.peak(record), "road.person_hours": person_hours, "stalled.vehicles": stalled}


def _behind(record: Record, ledger: Array) -> dict[str, float]:
    """People left behind, the most who had arrived and were not yet registered, and casualties told but not found.

    Left behind is everybody present who at the horizon has neither crossed nor stays by choice, was not reported dead
    and is not in care outside, nor discharged from it: in care inside, at home, in a queue, on foot, stranded or still
    on the road before the place of counting.
    """
    aside = ledger[[STATES.index(state) for state in NOT_TO_COME], -1].sum()
    crossed = record.counts["arrived"][1].sum()
    left = record.first.sum() - aside - crossed - discharged(record) + care.not_out(record)
    result = {"left_behind.people": float(left)}
    if record.scenario.fuel is not None and record.scenario.fuel.explosions:
        result["casualties.not_found"] = float(sum(e.people for e in record.entries if e.kind == UNCOUNTED))
    if record.scenario.reception.registration is not None:
        result["registration.backlog.peak"] = backlog(record)
    return result


def backlog(record: Record) -> float:
    """Most people who had arrived and were not yet registered, at any instant."""
    arrived, registered = record.counts["arrived"][:2], record.counts["registered"][:2]
    at = np.concatenate([arrived[0], registered[0]])
    return float((cumulative(*arrived, at) - cumulative(*registered, at)).max(initial=0.0))


def _care(record: Record) -> dict[str, float]:
    """Patients past a safe interval when back in care, by group; in all, those past the shortest of their group."""
    past = {
        group: {k: v for k, v in told.items() if k not in NOT_A_LIMIT}
        for group, told in care.past_limits(record).items()
    }
    if not past:
        return {}
    total = sum(max(limits.values(), default=0.0) for limits in past.values())
    each = {f"care.{group}.{name}": number for group, limits in past.items() for name, number in limits.items()}
    return {"care.past_safe_interval": total, **each, **care.indicators(record), **treatments.indicators(record)}
