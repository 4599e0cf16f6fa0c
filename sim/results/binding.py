"""What limits supply, sector by sector and hour by hour, within one replication.

Of each item that is short at a place in an hour the cause is looked for at the stores that serve it: they have stock
and hand out as fast as they can; they are empty and an order is under way; what was pledged for by then is not counted
or did not come; more is told for later; or all they ever had is gone. Of a sector it is the cause for which most people
are short. Where nothing told is short, a sector is limited by what nobody provides, or else by who is there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.model.provided import ARRIVES, holds, serves
from sim.results.bases import Bases, each
from sim.results.dates import full_hours
from sim.results.gaps import SOME, Row, layout
from sim.results.requirement import FUEL, SHELTER, Amounts, amounts, room
from sim.scenario import packing

if TYPE_CHECKING:
    from sim.model.provided import SupplyRow
    from sim.model.record import Array, Record
    from sim.scenario.schema import Scenario
    from sim.scenario.standards import Figure
    from sim.scenario.supplies import SupplyItem

LIMITS = ("who_is_there", "not_provided", "stock", "not_yet_come", "pledge", "lead_time", "handout", "room")
"""What can limit supply: need met in full, nothing told, all gone, told for later, not come, on its way, pace, room."""
PLEDGED, COMES = "pledged", "on the way"


class Store(NamedTuple):
    """A supply as told, what it gave, and how much of the need one of its units is."""

    told: SupplyItem
    gave: SupplyRow
    factor: float


def sectors(scenario: Scenario) -> list[str]:
    """Codes of the sectors in which anything is needed, fixed for every run."""
    return list(dict.fromkeys(row.figure.sector_code for row in layout(scenario) if row.counted))


def supply_limits(record: Record) -> Array:
    """What limits supply in each hour, one 1 for each sector and hour, shape (sectors, limits, hours)."""
    codes, hours = sectors(record.scenario), full_hours(record.scenario)
    short = np.zeros((len(codes), len(LIMITS), hours))
    needed = np.zeros((len(codes), hours), bool)
    of = amounts(record, Bases(record))
    for figure, rows in _figures(record.scenario):
        at = codes.index(figure.sector_code)
        untold = [not row.told for row in rows]
        found = of(figure)
        needed[at] |= (found.need[untold] > SOME).any(axis=0)
        if not all(untold):
            _add(record, short[at], (figure, rows, found))
    return _first(short, needed)


def _figures(scenario: Scenario) -> list[tuple[Figure, list[Row]]]:
    """Each figure that is counted, with its rows by place."""
    found: dict[str, tuple[Figure, list[Row]]] = {}
    for row in layout(scenario):
        if row.counted and row.place != "all":
            found.setdefault(row.figure.name, (row.figure, []))[1].append(row)
    return list(found.values())


def _first(short: Array, needed: Array) -> Array:
    """The limit for which most people are short; where there is none, what is not provided, or who is there."""
    most = short.argmax(axis=1)
    most[~(short.max(axis=1) > SOME)] = LIMITS.index("who_is_there")
    most[~(short.max(axis=1) > SOME) & needed] = LIMITS.index("not_provided")
    result: Array = (most[:, None, :] == np.arange(len(LIMITS))[None, :, None]).astype(float)
    return result


def _add(record: Record, short: Array, of: tuple[Figure, list[Row], Amounts]) -> None:
    """Add the people who are short of an item at each place, by what limits it there."""
    figure, rows, found = of
    for row, need, supply in zip(rows, found.need, found.supply, strict=True):
        missing = np.maximum(need - supply, 0.0)
        hours = np.flatnonzero(missing > SOME)
        if row.told and len(hours):
            cause, people = _cause(record, row), 1 / _amount(record, figure, found.need)
            for hour in hours.tolist():
                short[LIMITS.index(cause(hour)), hour] += missing[hour] * people


def _amount(record: Record, figure: Figure, need: Array) -> float:
    """What one person needs in an hour: of litres for the way what those who asked for any did."""
    if figure is not FUEL:
        return max(each(record.scenario, figure), 1e-12)
    asked = float(record.parties.people[record.parties.fuel_asked < full_hours(record.scenario)].sum())
    return float(need.sum()) / max(asked, 1.0) or 1.0


def _cause(record: Record, row: Row) -> Callable[[int], str]:
    """What limits an item at a place, as a function of the hour."""
    scenario, item = record.scenario, row.figure.item
    if row.figure is FUEL:
        return lambda hour: _of_fuel(record, row.place, hour)
    if item == SHELTER and room(scenario, row.place) is not None:
        return lambda _: "room"
    gave = {one.name: one for one in record.supply.rows}
    stores = [
        Store(told, gave[name], packing.factor(scenario, told))
        for name, told in scenario.supply.provided.items()
        if told.item == item and serves(scenario, told.place, row.place) and holds(told) and name in gave
    ]
    return lambda hour: _of_stores(record, stores, hour)


def _of_stores(record: Record, stores: list[Store], hour: int) -> str:
    """What keeps the stores of an item from giving more in an hour: the soonest that would help."""
    if any(_at_pace(store, hour) for store in stores):
        return "handout"
    if any(_under_way(record, store, hour) for store in stores):
        return "lead_time"
    if any(_not_come(record, store, hour) for store in stores):
        return "pledge"
    return "not_yet_come" if any(_later(store, hour) for store in stores) else "stock"


def _at_pace(store: Store, hour: int) -> bool:
    """Whether it has stock left and has handed out as much as it can."""
    most = store.told.handout
    return most is not None and _left(store, hour) and bool(store.gave.drawn[hour] >= most * store.factor - SOME)


def _left(store: Store, hour: int) -> bool:
    """Whether it has stock throughout an hour."""
    return bool(min(store.gave.stock[hour], store.gave.stock[hour + 1]) > SOME)


def _under_way(record: Record, store: Store, hour: int) -> bool:
    """Whether an empty store waits for an order: it has ordered, unless nothing stands at its source."""
    told = store.told.reorder
    if told is None or COMES not in ARRIVES or _left(store, hour):
        return False
    provided = record.scenario.supply.provided
    there = [
        one for one in record.supply.rows if provided[one.name].place == told.source and one.item == store.gave.item
    ]
    comes = any(one.store == store.gave.name and not one.name and one.hour > hour for one in record.supply.receipts)
    return comes or not there or any(one.stock[hour + 1] > SOME for one in there)


def _not_come(record: Record, store: Store, hour: int) -> bool:
    """Whether something was told for by then that does not count, or did not come."""
    came = {one.name for one in record.supply.receipts if one.store == store.gave.name}
    due = {name: one for name, one in store.told.deliveries.items() if one.at <= hour + 1}
    return any(one.status == PLEDGED or (one.chance < 1 and name not in came) for name, one in due.items())


def _later(store: Store, hour: int) -> bool:
    """Whether something that counts is told for later."""
    told = store.told
    comes = any(one.status in ARRIVES and one.at > hour + SOME for one in told.deliveries.values())
    return comes or (told.daily > 0 and (told.begins or 0.0) > hour + SOME)


def _of_fuel(record: Record, place: str, hour: int) -> str:
    """What keeps the depots of a settlement from giving more: pumps, rations and patience, or litres."""
    fuel, book = record.scenario.fuel, record.fuel
    if fuel is None or book is None:
        return "stock"
    mine = {name: told for name, told in fuel.depots.items() if told.at in (None, place)}
    opened = [name for name, told in mine.items() if told.opens < hour + 1 and name in book.stock_hour]
    if any(book.stock_hour[name][hour : hour + 2].max(initial=0.0) > SOME for name in opened):
        return "handout"
    later = any(told.opens >= hour + 1 or any(d.at > hour for d in told.deliveries.values()) for told in mine.values())
    return "not_yet_come" if later else "stock"
