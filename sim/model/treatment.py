"""What treatment takes from stocks: fluids and kits drawn where patients are cared for, the most urgent first.

A treatment is given whole or waits until there is enough for it; who is taken on elsewhere waits there. Nothing here
says what becomes of who waits. Items used up by the hour are drawn as needs are, and not here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from math import inf, nan
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.model import needs
from sim.model.lasting import come_by_hour
from sim.model.provided import serves
from sim.scenario import standards
from sim.scenario.response import CARE

if TYPE_CHECKING:
    from sim.model.provided import SupplyRow
    from sim.model.record import Array, CareLog
    from sim.model.whereabouts import Whereabouts
    from sim.scenario.medical import CareGroup
    from sim.scenario.schema import Scenario
    from sim.scenario.standards import Figure
    from sim.scenario.supplies import SupplyItem

NOTHING = 1e-9
LYING = ""
"""The party's group of patients who lie: they have none."""


class Stay(NamedTuple):
    """A time in which somebody is cared for at one place."""

    triage: int
    begins: float
    who: tuple[str, int]
    """The group of one who came with a party, or none, and the number among its patients, or among those who lie."""
    place: str
    ends: float


class Drawn(NamedTuple):
    """What treatments drew, and when each was given."""

    supplies: dict[str, Array]
    """Supply: amount drawn in each hour."""
    given: dict[tuple[str, str], dict[tuple[str, int], float]]
    """Group and item: hour at which each patient was given it, inf if never, of those for whom a supply was told."""


def stays(log: CareLog, group: str) -> Iterator[Stay]:
    """Where and when patients of a group are cared for: at a health post, in a hospital inside, then in one outside."""
    seen = log.visits
    for k in np.flatnonzero((seen.group == group) & (seen.begun < inf)).tolist():
        yield Stay(int(seen.triage[k]), float(seen.begun[k]), (group, int(seen.number[k])), str(seen.place[k]), inf)
    for k in np.flatnonzero((np.array(log.group) == group) & ~log.walked & (log.cared < inf)).tolist():
        who, triage = (LYING, k), int(log.triage[k])
        yield Stay(triage, float(log.cared[k]), who, log.cared_at[k], float(log.taken[k]))
        if log.cared[k] < log.in_bed[k] < inf:
            yield Stay(triage, float(log.in_bed[k]), who, log.hospital[k], inf)


def cared(log: CareLog, group: str) -> int:
    """How many of a group are cared for at a health post or in a hospital."""
    seen = (log.visits.group == group) & (log.visits.begun < inf)
    lying = (np.array(log.group, str) == group) & ~log.walked & (log.cared < inf)
    return int(seen.sum() + lying.sum())


def given_once(scenario: Scenario, item: str) -> Figure | None:
    """The figure of a treatment given once; None of what patients use up by the hour."""
    figure = standards.drawn_at(item, scenario.needs.figures)
    return None if figure is None or (figure.kind == "treatment" and figure.hours is not None) else figure


def course_of(figure: Figure) -> float:
    """How much of it each patient takes: its amount, or a part of a kit that is for so many."""
    return 1 / figure.value if figure.kind == "kit" else figure.an_hour


def items_of(group: CareGroup) -> list[str]:
    """Items that the treatment of a group takes."""
    return [item for item, is_needed in group.treatment.items() if is_needed]


def draw(there: Whereabouts, statuses: Collection[str]) -> Drawn | None:
    """Give every treatment of the scenario's groups from the supplies told where they are cared for."""
    scenario, log = there.record.scenario, there.record.chain
    takes: dict[str, list[str]] = {}
    for name, group in scenario.medical.groups.items():
        for item in items_of(group):
            takes.setdefault(item, []).append(name)
    if log is None or not takes:
        return None
    found = Drawn({}, {})
    for item, groups in takes.items():
        figure, supplies = given_once(scenario, item), scenario.supply.provided.values()
        found.given.update({(group, item): {} for group in groups})
        if figure is not None and any(draws_from(scenario, told, figure) for told in supplies):
            _give(there, statuses, figure, {group: list(stays(log, group)) for group in groups}, found)
    return found


def draws_from(scenario: Scenario, told: SupplyItem, figure: Figure) -> bool:
    """Whether treatments draw from a supply: where nobody else does, in hospitals or of what no need is counted of."""
    inside = told.place == CARE or told.place in scenario.medical.hospitals
    return told.item == figure.item and (inside or not needs.share_of(scenario, figure))


def _give(
    there: Whereabouts, statuses: Collection[str], figure: Figure, of: dict[str, list[Stay]], found: Drawn
) -> None:
    """Give one item to the patients of some groups, hour by hour."""
    scenario, amount = there.record.scenario, course_of(figure)
    told = {name: one for name, one in scenario.supply.provided.items() if draws_from(scenario, one, figure)}
    places = {stay.place for mine in of.values() for stay in mine}
    reach = {at: [name for name, one in told.items() if serves(scenario, one.place, at)] for at in places}
    begin: dict[int, list[tuple[Stay, str]]] = {}
    for group, mine in of.items():
        served = [stay for stay in mine if reach[stay.place]]
        found.given[group, figure.item] = {stay.who: inf for stay in served}
        for stay in served:
            begin.setdefault(int(stay.begins), []).append((stay, group))
    come = {name: come_by_hour(there, one, statuses) for name, one in told.items()}
    gave, stock = {name: np.zeros(there.hours) for name in told}, dict.fromkeys(told, 0.0)
    waiting: list[tuple[Stay, str]] = []
    for hour in range(there.hours):
        waiting = sorted([*waiting, *begin.get(hour, [])])
        for name in told:
            stock[name] += float(come[name][hour])
        left = []
        for stay, group in waiting:
            at, given = max(stay.begins, float(hour)), found.given[group, figure.item]
            source = next((name for name in reach[stay.place] if stock[name] >= amount - NOTHING), None)
            if at < stay.ends and given[stay.who] == inf and source is not None:
                stock[source] -= amount
                gave[source][hour] += amount
                given[stay.who] = at
            elif hour + 1 < stay.ends and given[stay.who] == inf:
                left.append((stay, group))
        waiting = left
    found.supplies.update(gave)


def rows(there: Whereabouts, statuses: Collection[str], usual: list[SupplyRow], drawn: Drawn | None) -> list[SupplyRow]:
    """Rows of supplies, those that treatments draw from as they are drawn."""
    if drawn is None:
        return usual
    told = there.record.scenario.supply.provided
    return [
        _row(row, come_by_hour(there, told[row.name], statuses), drawn.supplies[row.name])
        if row.name in drawn.supplies
        else row
        for row in usual
    ]


def _row(row: SupplyRow, come: Array, gave: Array) -> SupplyRow:
    stock = np.concatenate([come[:1], np.cumsum(come - gave)])
    stock[np.abs(stock) < NOTHING] = 0.0
    empty = np.flatnonzero((stock[1:] <= 0) & (np.cumsum(gave) > 0))
    out = float(empty[0]) if len(empty) else nan
    return replace(row, drawn=gave, stock=stock, received=float(come.sum()), out_hour=out, lost=0.0)
