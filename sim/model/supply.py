"""Stocks and deliveries by item and place, drawn hour by hour by the people who are there.

What is drawn changes nothing of what people do next (trucks of orders on their road apart: `living`), so it is worked
out when their moves are known: exactly, by person-hours. What people carry covers them first, then hosts and shops,
then stocks in the order of the file.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from math import nan
from typing import TYPE_CHECKING

import numpy as np

from sim.model import keeping, needs, standing, treatment
from sim.model.handing_out import Round
from sim.model.lasting import came as came_of
from sim.model.lasting import keep, lived, once, receipts, stands
from sim.model.pipeline import Pipeline
from sim.model.provided import (
    ARRIVES,
    IN_PLACE,
    Rations,
    SupplyRecord,
    SupplyRow,
    covered,
    holds,
    in_stock,
    serves,
    told_statuses,
)
from sim.scenario import standards

if TYPE_CHECKING:
    from sim.model.record import Array, Record
    from sim.model.whereabouts import Whereabouts
    from sim.scenario.schema import Scenario
    from sim.scenario.standards import Figure
    from sim.scenario.supplies import SupplyItem


def drawn(
    there: Whereabouts,
    statuses: Collection[str] = ARRIVES,
    level: str = "",
    usual: SupplyRecord | None = None,
    only: Collection[str] = (),
) -> SupplyRecord:
    """Hand everything out, hour by hour; at their standard people draw, unless another level is asked for.

    Items whose supplies are alike are taken from the usual record, and only a few are handed out where they are asked
    for, unless items wait for each other.
    """
    scenario = there.record.scenario
    items = dict.fromkeys(told.item for told in scenario.supply.provided.values())
    kept_to = items if not only or share_ways(scenario) else only
    figures = {item: drawn_by(scenario, item, level) for item in items if item in kept_to}
    lasting = {item: figure for item, figure in figures.items() if figure is not None and lasts(figure)}
    kept = {item: figure for item, figure in lasting.items() if keeping.kept(scenario, item)}
    consumed = {item: figure for item, figure in figures.items() if item not in lasting}
    record, pipeline = used_up_anew(there, statuses, consumed, kept, usual)
    rows, met, came = list(record.rows), record.met, list(record.receipts)
    still: dict[str, Array] = {}
    for item, figure in lasting.items():
        if item in kept:
            met[item], owing, mine = lived(there, figure, pipeline.kept(item))
            still |= {} if owing is None else {item: owing}
        elif usual is not None and alike(scenario, statuses, item):
            met[item], mine = usual.met[item], [row for row in usual.rows if row.item == item]
            still |= {item: usual.owed[item]} if item in usual.owed else {}
        elif needs.is_once(figure):
            given, mine = once(there, figure, statuses, covered(scenario, item))
            met[item], still[item] = given.met, given.owed
        else:
            met[item], mine = stands(there, figure, statuses)
        rows += mine
        arrived = pipeline.kept(item).receipts if item in kept else came_of(there, figure, statuses)
        came += [] if level else receipts(there, figure, arrived, still.get(item))
    treated, order = treatment.draw(there, statuses), list(scenario.supply.provided)
    rows = sorted(treatment.rows(there, statuses, rows, treated), key=lambda row: order.index(row.name))
    held = pipeline if scenario.needs.period and goes_on(scenario) else None
    return replace(record, rows=tuple(rows), owed=still, receipts=tuple(came), pipeline=held, treated=treated)


def goes_on(scenario: Scenario) -> list[str]:
    """Items whose stores have to go on after the horizon as they did before it: ordered for, lost from, owing."""
    told = scenario.supply.provided.values()
    items, alone = dict.fromkeys(supply.item for supply in told), {s.item for s in told if s.owed or s.expires}
    return [item for item in items if item in alone or keeping.kept(scenario, item)]


def share_ways(scenario: Scenario) -> bool:
    """Whether items wait for each other: they are ordered or brought by the same trucks, or paid from one budget."""
    told = scenario.supply.provided.values()
    convoys = (convoy for supply in told for convoy in supply.convoys.values())
    return any(supply.reorder is not None for supply in told) or any(it.source is not None for it in convoys)


def lasts(figure: Figure) -> bool:
    """Whether an item is given once or stands at a place, and is not used up by the hour."""
    return needs.is_once(figure) or figure.kind in standing.STANDING


def alike(scenario: Scenario, statuses: Collection[str], item: str) -> bool:
    """Whether the deliveries and stocks of an item that are as certain as that are the usual ones."""
    supplies = [supply for supply in scenario.supply.provided.values() if supply.item == item]
    told: set[str] = {delivery.status for supply in supplies for delivery in supply.deliveries.values()}
    told |= {supply.status or IN_PLACE[0] for supply in supplies}
    told |= {convoy.status for supply in supplies for convoy in supply.convoys.values()}
    return told.intersection(statuses) == told.intersection(ARRIVES)


def used_up_anew(
    there: Whereabouts,
    statuses: Collection[str],
    figures: dict[str, Figure | None],
    kept: dict[str, Figure],
    usual: SupplyRecord | None,
) -> tuple[SupplyRecord, Pipeline]:
    """Hand out what people use up; items whose supplies are alike as in the usual record, where they stand alone."""
    scenario = there.record.scenario
    if usual is None or share_ways(scenario) or (scenario.needs.period and goes_on(scenario)):
        return used_up(there, statuses, figures, kept)
    same = {item for item in figures if alike(scenario, statuses, item)}
    others = {item: figure for item, figure in figures.items() if item not in same}
    record, pipeline = used_up(there, statuses, others, kept)
    rows = (*record.rows, *(row for row in usual.rows if row.item in same))
    met = record.met | {item: usual.met[item] for item in same}
    told = scenario.supply.provided
    receipts = (*record.receipts, *(one for one in usual.receipts if told[one.store].item in same))
    return replace(record, rows=rows, met=met, receipts=receipts), pipeline


def used_up(
    there: Whereabouts, statuses: Collection[str], figures: dict[str, Figure | None], kept: dict[str, Figure]
) -> tuple[SupplyRecord, Pipeline]:
    """Hand out what people use up, through the stores and ways that lead to them, beside lasting things kept so."""
    scenario, wanted, left = there.record.scenario, {}, {}
    pipeline = Pipeline(there.record, statuses, there.hours)
    stores = {name: told for name, told in scenario.supply.provided.items() if holds(told)}
    for item, figure in figures.items():
        wanted[item] = needs.uncovered(there, figure) * figure.an_hour if figure else np.zeros(there.everyone.shape)
        left[item] = wanted[item] * (1 - covered(scenario, item)[:, None])
        its = {name: told for name, told in stores.items() if told.item == item}
        mine = [[serves(scenario, told.place, place) for place in there.names] for told in its.values()]
        first = {name: in_stock(scenario, told, there.record.blockade, statuses) for name, told in its.items()}
        if its:
            pipeline.add(item, left[item], np.array(mine, bool), first)
    for item, lasting in kept.items():
        keep(there, lasting, pipeline, covered(scenario, item))
    pipeline.run()
    rounds = {item: each for item, each in pipeline.rounds.items() if isinstance(each, Round)}
    given = {item: left[item] * each.shares() for item, each in rounds.items()}
    record = SupplyRecord(
        tuple(_row(pipeline, name, told) for name, told in scenario.supply.provided.items() if told.item in figures),
        {item: wanted[item] - left[item] + given.get(item, 0.0) for item in wanted},
        {},
        {item: Rations(float(left[item].sum()), float(given[item].sum())) for item in given},
        tuple(receipt for each in rounds.values() for receipt in each.receipts),
        pipeline.moved,
        pipeline.under_way,
        tuple(pipeline.haulage.ordered),
    )
    return record, pipeline


def drawn_by(scenario: Scenario, item: str, level: str = "") -> Figure | None:
    """The figure people draw an item by: of a level, where there is one of it, or else its standard."""
    known = standards.of_item(item, scenario.needs.figures) if level else ()
    usual = standards.drawn_at(item, scenario.needs.figures)
    return next((figure for figure in known if figure.level == level), usual)


def out_hours(record: Record) -> dict[str, float]:
    """First hour in which a store of an item was out, by item, and by level where people might draw by another."""
    scenario = record.scenario
    items = {told.item for told in scenario.supply.provided.values() if holds(told)}
    usual = {item: figure.level for item in items if (figure := drawn_by(scenario, item)) is not None}
    found = {item: _first_out(record.supply, item) for item in sorted(usual)}
    others = {(f.level, item) for item in items for f in standards.of_item(item) if f.level != usual.get(item)}
    for level in sorted({level for level, _ in others}):
        its = [item for of, item in sorted(others) if of == level]
        supply = drawn(record.there, level=level, only=its)
        found |= {f"{item}.{level}": _first_out(supply, item) for item in its}
    return found


def _first_out(supply: SupplyRecord, item: str) -> float:
    hours = [row.out_hour for row in supply.rows if row.item == item and row.out_hour == row.out_hour]
    return min(hours, default=nan)


def _row(pipeline: Pipeline, name: str, told: SupplyItem) -> SupplyRow:
    """What a supply gave; one that only covers a share by itself holds nothing."""
    if name not in pipeline.points:
        nothing = np.zeros(int(pipeline.hours))
        return SupplyRow(name, told.item, told.place, nothing, np.zeros(int(pipeline.hours) + 1), 0.0, nan)
    point, store = pipeline.points[name], pipeline.points[name].store
    given, levels = np.array(point.given), np.array(point.levels)
    came = store.first + store.received
    return SupplyRow(name, told.item, told.place, given, levels, came, point.out, store.late, store.sent, store.lost)


def drawn_when(record: Record, statuses: Collection[str]) -> SupplyRecord:
    """The same for the deliveries of some statuses; each different set is worked out once."""
    told = told_statuses(record.scenario)
    if told.intersection(statuses) == told.intersection(ARRIVES):
        return record.supply
    key = frozenset(told.intersection(statuses))
    if key not in record.there.supplies:
        record.there.supplies[key] = drawn(record.there, statuses, usual=record.supply)
    return record.there.supplies[key]
