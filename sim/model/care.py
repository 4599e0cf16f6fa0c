"""Clocks of patients: hours since the last treatment or the injury, never a hazard."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from sim.model.record import Array, CareLog, Visits, WithParty

if TYPE_CHECKING:
    from sim.model.medical import Chain
    from sim.model.patient import Patient
    from sim.model.world import World
    from sim.scenario.people import Patients

NOBODY_SEEN = Visits(*np.zeros((6, 0), int))
TIMES = ("began", "ready", "taken", "landed", "cared", "in_bed")


@dataclass(frozen=True)
class Clocks:
    """Of one group: who was past which safe interval, and the hours of each when back in care (nan if never)."""

    past: dict[str, float]
    hours: Array


def at_leaving(told: Patients, since: Array, left_home: Array) -> Array:
    """Hours since the last treatment when patients set off: treated at home until then, for the share told."""
    treated = np.arange(len(since)) < told.treated_at_home * len(since)
    waited = np.where(np.isnan(left_home), 0.0, left_home)
    again = treated & (waited > 0) & (told.interval > 0)
    found: Array = np.where(again, np.mod(since + waited, max(told.interval, 1e-9)), since + waited)
    return found


def clocks(hours: Array, running: Array, limits: dict[str, float]) -> Clocks:
    """Of patients with so many hours when back in care (nan if never) and so many at the end if they never were."""
    reached = ~np.isnan(hours)
    past = {name: float((np.where(reached, hours, running) > limit).sum()) for name, limit in limits.items()}
    return Clocks({**past, "patients": float(len(hours)), "in care": float(reached.sum())}, hours)


def cared_for(world: World, reached: Array) -> tuple[dict[str, dict[str, float]], dict[str, Array], CareLog | None]:
    """Patients by group: who was past which safe interval, their hours, and what happened to those transported.

    `reached` is the hour at which each party arrived.
    """
    chain, past, hours = world.care, dict[str, dict[str, float]](), dict[str, Array]()
    times = np.array(world.journeys.departed), reached
    seen = NOBODY_SEEN if chain.triage is None else chain.triage.visits()
    walk = {name: with_party(world, name, times, seen) for name in chain.with_party}
    for name in dict.fromkeys([*walk, *(patient.group for patient in chain.patients)]):
        lying = [patient for patient in chain.patients if patient.group == name and not patient.walked]
        found = [transported(lying, world.scenario.horizon)]
        if name in walk:
            its = walk[name]
            found.insert(0, (its.at_leaving + its.cared - its.departed, np.zeros(len(its.arrived))))
        each, running = (np.concatenate([part[k] for part in found]) for k in (0, 1))
        of_group = clocks(each, running, chain.limits(name))
        past[name], hours[name] = of_group.past, of_group.hours
    return past, hours, log(chain, walk, seen) if chain.acts or chain.triage else None


def arrivals(world: World) -> Array:
    """Hour each party arrived, nan if never; those who were given a lift with the vehicle that took them along."""
    found, taken_by = np.array(world.journeys.arrived), world.lifts.taken_by
    for party in taken_by:
        vehicle, seen = party, set[int]()
        while vehicle in taken_by and vehicle not in seen and np.isnan(found[vehicle]):
            seen.add(vehicle)
            vehicle = taken_by[vehicle]
        if np.isnan(found[party]) and world.road is not None:
            found[party] = found[vehicle] if vehicle < len(found) else world.traffic.crossed[vehicle]
    return found


def with_party(world: World, name: str, times: tuple[Array, Array], seen: Visits) -> WithParty:
    """Patients of a group who travel with their party, of which the hours of departure and arrival are given."""
    party, since = world.care.with_party[name]
    departed, arrived = times[0][party], times[1][party]
    cared, its = arrived.copy(), seen.group == name
    cared[seen.number[its]] = np.where(np.isinf(seen.begun[its]), np.nan, seen.begun[its])
    return WithParty(departed, arrived, at_leaving(world.care.of[name], since, departed), cared)


def transported(lying: list[Patient], horizon: float) -> tuple[Array, Array]:
    """Hours from injury or last treatment to the first bed (nan if never), and to the end of time."""
    began, cared = (np.array([getattr(one, what) for one in lying], float) for what in ("began", "cared"))
    return np.where(cared < inf, cared - began, np.nan), horizon - began


def log(chain: Chain, walk: dict[str, WithParty], seen: Visits) -> CareLog:
    """Everything that happened to those who were transported."""
    patients = chain.patients
    return CareLog(
        group=tuple(one.group for one in patients),
        triage=np.array([one.triage for one in patients], int),
        changes=tuple(chain.changes),
        cared_at=tuple(one.cared_at for one in patients),
        hospital=tuple(one.hospital for one in patients),
        in_own_bed=np.array([one.in_own_bed for one in patients], bool),
        with_party=walk,
        walked=np.array([one.walked for one in patients], bool),
        visits=seen,
        limits={name: min(limits.values(), default=inf) for name, limits in _limits(chain, walk).items()},
        **{what: np.array([getattr(one, what) for one in patients], float) for what in TIMES},
    )


def _limits(chain: Chain, walk: dict[str, WithParty]) -> dict[str, dict[str, float]]:
    groups = dict.fromkeys([*walk, *chain.told.groups, *(one.group for one in chain.patients)])
    return {name: chain.limits(name) for name in groups}
