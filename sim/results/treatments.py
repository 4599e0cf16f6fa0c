"""Treatment that has to wait for what it takes: when each patient was treated, and who was given it late or never.

What is given once is drawn from stocks patient by patient (`sim.model.treatment`). Of what is used up by the hour each
patient is served in the first hour in which its own luck is below the share of the need that is met at its place; who
moves on unserved with a party is not followed to the next place, and stays unserved.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.model import treatment
from sim.model.people import Luck
from sim.model.treatment import LYING, Stay
from sim.results.curves import weighted
from sim.results.requirement import amounts, status, where
from sim.scenario import standards

if TYPE_CHECKING:
    from sim.model.record import Array, CareLog, Record

LEVELS = {"p50": 0.5, "p95": 0.95}
PROVIDED, NEEDED = "provided", ".needed"
Given = dict[tuple[str, int], float]
"""Who (the group of one who came with a party, or none; its number): hour it was given, inf if never."""


class Treated(NamedTuple):
    """When patients were treated: cared for, and given all that was provided of what their treatment takes."""

    lying: Array
    """Hour of each patient of the chain, inf if never, shape (patients,)."""
    with_party: dict[str, Array]
    """Group: hour of each who travelled with its party, nan if never."""


def treated(record: Record, log: CareLog, given: dict[tuple[str, str], Given] | None = None) -> Treated:
    """When patients were treated; as soon as they were cared for where their treatment takes nothing provided."""
    found = Treated(log.cared.copy(), {name: its.cared.copy() for name, its in log.with_party.items()})
    for of in (received(record) if given is None else given).values():
        for (group, number), hour in of.items():
            if group == LYING:
                found.lying[number] = max(found.lying[number], hour)
            else:
                at = found.with_party[group]
                at[number] = np.nan if hour == inf else max(at[number], hour)
    return found


def received(record: Record) -> dict[tuple[str, str], Given]:
    """Group and item: when each patient was given it, of those at whose place it is provided."""
    scenario, log, found = record.scenario, record.chain, dict[tuple[str, str], Given]()
    if log is None:
        return found
    for name, group in scenario.medical.groups.items():
        for item in treatment.items_of(group):
            if treatment.given_once(scenario, item) is None:
                found[name, item] = _by_the_hour(record, item, list(treatment.stays(log, name)))
            elif record.supply.treated is not None:
                found[name, item] = record.supply.treated.given[name, item]
    return {key: given for key, given in found.items() if given}


def _by_the_hour(record: Record, item: str, stays: list[Stay]) -> Given:
    """When patients are given what is used up by the hour: as it is met at the place where they are cared for."""
    scenario, hours = record.scenario, record.there.hours
    figure = standards.drawn_at(item, scenario.needs.figures)
    if figure is None or not stays:
        return {}
    places = where(scenario, figure)
    told = {at for at in places if status(scenario, figure, at) == PROVIDED}
    if not told & {stay.place for stay in stays}:
        return {}
    need, supply, _ = amounts(record)(figure)
    met = np.divide(supply, need, out=np.zeros(need.shape), where=need > 1e-12)
    luck = {group: Luck(record.seed, record.replication).of(f"{group or 'lying'} {item}") for group, _ in _who(stays)}
    last = {group: max(number for its, number in _who(stays) if its == group) for group in luck}
    drawn = {group: rng.random(last[group] + 1) for group, rng in luck.items()}
    found: Given = {}
    for stay in (stay for stay in stays if stay.place in told):
        first, until = int(stay.begins), int(min(np.ceil(stay.ends), hours))
        served = np.flatnonzero(met[places.index(stay.place), first:until] > drawn[stay.who[0]][stay.who[1]] - 1e-9)
        hour = max(stay.begins, float(first + served[0])) if len(served) else inf
        found[stay.who] = min(found.get(stay.who, inf), hour)
    return found


def _who(stays: list[Stay]) -> list[tuple[str, int]]:
    return [stay.who for stay in stays]


def _needed(record: Record, log: CareLog) -> dict[str, float]:
    """How much of what is given once patients in care need, provided or not."""
    scenario, found = record.scenario, dict[str, float]()
    for name, group in scenario.medical.groups.items():
        for item in treatment.items_of(group):
            figure = treatment.given_once(scenario, item)
            if figure is not None:
                found[f"care.{name}.{item}{NEEDED}"] = treatment.cared(log, name) * treatment.course_of(figure)
    return found


def indicators(record: Record) -> dict[str, float]:
    """By group and item: for how many it was not there when care began, or never, and how long they waited for it."""
    log = record.chain
    if log is None:
        return {}
    found = _needed(record, log)
    for (group, item), given in received(record).items():
        cared = [float(log.cared[n]) if of == LYING else float(log.with_party[of].cared[n]) for of, n in given]
        wait = np.array(list(given.values())) - np.array(cared)
        found[f"care.{group}.{item}.late"] = float((wait > 1e-9).sum())
        found[f"care.{group}.{item}.never"] = float(np.isinf(wait).sum())
        for level, share in LEVELS.items():
            found[f"care.{group}.hours_for_{item}.{level}"] = weighted(wait, np.ones(len(wait)), share)
    return found
