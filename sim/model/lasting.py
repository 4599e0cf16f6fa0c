"""Supplies of what is not used up by the hour: things given once, and what stands at a place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from math import inf, nan
from typing import TYPE_CHECKING

import numpy as np

from sim.model import needs, owed, standing
from sim.model.coming import coming
from sim.model.handing_out import Receipt
from sim.model.keeping import Keeping
from sim.model.provided import SupplyRow, in_stock, serves
from sim.model.store import HOURS_A_DAY, NOTHING
from sim.scenario import packing
from sim.scenario.standards.catchment import catchments

if TYPE_CHECKING:
    from sim.model.pipeline import Pipeline
    from sim.model.record import Array
    from sim.model.whereabouts import Whereabouts
    from sim.scenario.standards import Figure
    from sim.scenario.supplies import SupplyItem


def _of(there: Whereabouts, figure: Figure) -> list[tuple[str, SupplyItem, Array]]:
    """The supplies of an item: name, what is told, and which places each serves."""
    scenario, anywhere = there.record.scenario, figure.name in catchments()
    return [
        (name, told, np.array([anywhere or serves(scenario, told.place, place) for place in there.names], float))
        for name, told in scenario.supply.provided.items()
        if told.item == figure.item
    ]


def come_by_hour(there: Whereabouts, told: SupplyItem, statuses: Collection[str]) -> Array:
    """Amount that is there from each hour on: the stock from the first, then what arrives."""
    scenario = there.record.scenario
    come = arriving(there, told, statuses) * packing.factor(scenario, told)
    come[:1] += _first(there, told, statuses)
    return come


def _first(there: Whereabouts, told: SupplyItem, statuses: Collection[str]) -> float:
    """Amount that is there at the start."""
    return in_stock(there.record.scenario, told, there.record.blockade, statuses)


def _fit(told: SupplyItem) -> float:
    """Hour until which what is there at the start is fit."""
    return _or_never(told.expires)


def _or_never(hour: float | None) -> float:
    return inf if hour is None else hour


def _spoilt(there: Whereabouts, told: SupplyItem, first: float, serves: float | None) -> Array:
    """Of the stock at the start, what no longer serves in each hour since it has expired, shape (hours,)."""
    hour = np.arange(there.hours)
    found: Array = np.where((hour >= _fit(told)) & (hour < _or_never(serves)), first, 0.0)
    return found


def once(
    there: Whereabouts, figure: Figure, statuses: Collection[str], own: Array
) -> tuple[owed.Given, list[SupplyRow]]:
    """What is given once, and keeps being owed until it is."""
    told = _of(there, figure)
    come = [come_by_hour(there, supply, statuses) for _, supply, _ in told]
    sources = [
        owed.Source(
            at[there.changing.rows], comes, _or_never(supply.handout), _first(there, supply, statuses), _fit(supply)
        )
        for (_, supply, at), comes in zip(told, come, strict=True)
    ]
    given = owed.hand_out(there, figure, sources, own)
    rows = []
    for (name, supply, at), comes, gave, lost in zip(told, come, given.drawn, given.lost, strict=True):
        stock = np.concatenate([comes[:1], np.cumsum(comes - gave - lost)])
        out = owed.first_out(gave, stock, given.owed, at)
        spoilt = float(lost.sum())
        rows.append(SupplyRow(name, figure.item, supply.place, gave, stock, float(comes.sum()), out, lost=spoilt))
    return given, rows


def stands(there: Whereabouts, figure: Figure, statuses: Collection[str]) -> tuple[Array, list[SupplyRow]]:
    """What stands at each place and hour, and the supplies as they grow; nothing of them is used up by the hour."""
    units, rows = np.zeros((len(there.names), there.hours)), []
    for name, told, at in _of(there, figure):
        there_then = standing.in_service(come_by_hour(there, told, statuses), standing.serves_for(figure))
        there_then -= _spoilt(there, told, _first(there, told, statuses), standing.serves_for(figure))
        units += standing.shared(there, figure, there_then, at)
        stock = np.concatenate([there_then[:1], there_then])
        come = float(come_by_hour(there, told, statuses).sum())
        spent = come - float(stock[-1])  # kits serve for their time and are then no more
        rows.append(SupplyRow(name, figure.item, told.place, np.zeros(there.hours), stock, come, nan, lost=spent))
    return units, rows


def arriving(there: Whereabouts, told: SupplyItem, statuses: Collection[str]) -> Array:
    """Amount that comes in each hour: deliveries of these statuses, and the daily amount spread over the day."""
    come, begins = np.zeros(there.hours), np.arange(there.hours)
    for it in coming(there.record, name_of(there, told), statuses, 0.0, there.hours):
        come[int(it.hour + NOTHING)] += it.amount
    since = max(told.begins or 0.0, 0.0)
    come += told.daily / HOURS_A_DAY * np.clip(begins + 1 - since, 0.0, 1.0)
    return come


def name_of(there: Whereabouts, told: SupplyItem) -> str:
    """The name of a supply."""
    return next(name for name, supply in there.record.scenario.supply.provided.items() if supply is told)


def keep(there: Whereabouts, figure: Figure, pipeline: Pipeline, own: Array) -> None:
    """Put the stores of an item into a pipeline, where they are ordered for and lost from."""
    record, told = there.record, _of(there, figure)
    points = []
    for name, supply, _ in told:
        points.append(
            pipeline.point(name, in_stock(record.scenario, supply, record.blockade, pipeline.statuses), [], [])
        )
        points[-1].store.owes = False  # what is given once is owed to people, wherever they are
    given_once = needs.is_once(figure)
    keeping = Keeping(pipeline.env, points, there.hours, None if given_once else standing.serves_for(figure))
    if given_once:
        sources = [
            owed.Source(at[there.changing.rows], come, point.store.handout)
            for (_, _, at), come, point in zip(told, keeping.come, points, strict=True)
        ]
        keeping.giving = owed.handing(there, figure, sources, own)
    keeping.begin()
    pipeline.rounds[figure.item] = keeping


def lived(there: Whereabouts, figure: Figure, keeping: Keeping) -> tuple[Array, Array | None, list[SupplyRow]]:
    """What stores that were kept so gave at each place and hour, what is still owed where it is, and their rows."""
    given, told, rows = keeping.given, _of(there, figure), []
    units = np.zeros((len(there.names), there.hours))
    for (name, supply, at), point in zip(told, keeping.points, strict=True):
        stock, store, gave = np.array(point.levels), point.store, np.array(point.given)
        units += standing.shared(there, figure, stock[1:], at) if given is None else 0.0
        out = nan if given is None else owed.first_out(gave, stock, given.owed, at)
        came = store.first + store.received
        rows.append(
            SupplyRow(name, figure.item, supply.place, gave, stock, came, out, sent=store.sent, lost=store.lost)
        )
    return (units, None, rows) if given is None else (given.met, given.owed, rows)


def receipts(there: Whereabouts, figure: Figure, came: Iterable[Receipt], still: Array | None) -> Iterator[Receipt]:
    """What came of an item, with what of it came after the need it was for: what was owed then where it is handed out.

    Of what stands at a place that is not known here.
    """
    places = {name: at for name, _, at in _of(there, figure)}
    for one in came:
        if still is None:
            yield one._replace(too_late=nan, short=nan)
            continue
        owing, hour = (still * places[one.store][:, None]).sum(axis=0), int(one.hour + NOTHING)
        before = np.flatnonzero(owing[:hour] <= NOTHING)
        since = before[-1] + 1 if len(before) else 0
        late = min(one.amount, float(owing[hour - 1])) if since < hour else 0.0
        yield one._replace(too_late=late, short=one.hour - since if late > NOTHING else 0.0)


def came(there: Whereabouts, figure: Figure, statuses: Collection[str]) -> Iterator[Receipt]:
    """Deliveries of an item whose stores are neither ordered for nor lost from."""
    for name, told, _ in _of(there, figure):
        factor = packing.factor(there.record.scenario, told)
        for it in coming(there.record, name, statuses, 0.0, there.hours):
            yield Receipt(name, it.delivery, it.hour, it.amount * factor, 0.0, 0.0)
