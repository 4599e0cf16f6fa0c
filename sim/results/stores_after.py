"""What stores give after the horizon, day by day: stocks that stand then, what comes, and what is ordered and lost."""

from __future__ import annotations

from collections.abc import Callable, Collection
from math import ceil, inf
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.model import needs, owed, provided
from sim.model.cold import factor
from sim.model.coming import coming
from sim.model.provided import in_stock
from sim.model.record import Array
from sim.model.standing import LEVELS, in_service, serves_for
from sim.model.store import NOTHING
from sim.model.supply import drawn_when, goes_on
from sim.results.dates import DAY, full_hours
from sim.results.requirement import RESTS_ON
from sim.scenario import packing, standards

if TYPE_CHECKING:
    from sim.results.monthly import Last
    from sim.scenario.standards import Figure


class After(NamedTuple):
    """What covers each item's need after the horizon, when deliveries of some statuses arrive."""

    covers: dict[str, Array]
    """On each day at each place, shape (places, days); of what stands there how many units more than at the horizon."""
    owed: dict[str, Array]
    """What is still owed of an item that is given once at the end of each day at each place, shape (places, days)."""


class Wish(NamedTuple):
    """What is wanted of one item, day by day."""

    wanted: Array
    """At each place on each day, shape (places, days)."""
    left: Array
    """The same beyond what hosts and shops cover."""
    stores: dict[str, Array]
    """Supply: 1 for each place it serves, shape (places, 1)."""
    stands: Figure | None
    """The figure, of an item that stands at a place and is not handed out."""
    once: Figure | None
    """The figure, of an item that is given once and owed until it is."""


def given_when(end: Last, wanted: Callable[[Last, Figure], Array]) -> dict[str, After]:
    """What covers each item's need when deliveries of some statuses arrive; each different set is worked out once."""
    wishes, told = _wishes(end, wanted), provided.told_statuses(end.record.scenario)
    found: dict[frozenset[str], After] = {}
    result = {}
    for name, statuses in {"": provided.ARRIVES, **RESTS_ON}.items():
        key = frozenset(told.intersection(statuses))
        if key not in found:
            found[key] = _given(end, wishes, statuses)
        result[name] = found[key]
    return result


def _wishes(end: Last, wanted_of: Callable[[Last, Figure], Array]) -> dict[str, Wish]:
    """What is wanted of every item that is supplied."""
    scenario, found = end.record.scenario, {}
    told, names = scenario.supply.provided, end.record.there.names
    items = [*(part.item for part in told.values()), *(part.item for part in scenario.supply.covered.values())]
    for item in dict.fromkeys(items):
        figure = standards.drawn_at(item, scenario.needs.figures)
        if figure is None:
            continue
        wanted = np.zeros((len(names), len(end.days.hours)))
        wanted[end.at.get(figure.name, [])] = wanted_of(end, figure)
        stores = {
            name: np.array([provided.serves(scenario, part.place, place) for place in names], float)[:, None]
            for name, part in told.items()
            if part.item == item
        }
        found[item] = Wish(
            wanted,
            wanted * (1 - provided.covered(scenario, item))[:, None],
            stores,
            figure if figure.kind in LEVELS else None,
            figure if needs.is_once(figure) else None,
        )
    return found


def _given(end: Last, wishes: dict[str, Wish], statuses: Collection[str]) -> After:
    """What covers each item's need on each day at each place, shape (places, days): hosts and shops, then stocks."""
    drawn = drawn_when(end.record, statuses)
    owing = {item: _debt(end, item, wish, drawn) for item, wish in wishes.items() if wish.once is not None}
    before, met = {row.name: float(row.stock[-1]) for row in drawn.rows}, _met_on(end, wishes, drawn, owing)
    found, still = {}, {}
    for item, wish in wishes.items():
        left = wish.left
        if wish.stands is not None:
            found[item] = sum((_units(end, name, wish, drawn, statuses) for name in wish.stores), np.zeros(left.shape))
            continue
        if item in owing:
            given = _handed(end, item, wish, owing[item], drawn, statuses)
            found[item], still[item] = wish.wanted - wish.left + given.met, given.owed
            continue
        if item in met:
            left = left * (1 - met[item])
        for name, mine in wish.stores.items() if item not in met else ():
            coming = _coming(end, name, statuses)
            if before[name] > 0 or coming.any():
                left = left - _hand_out(end, name, left * mine, coming, before[name])
        found[item] = wish.wanted - left
    return After(found, still)


def _debt(end: Last, item: str, wish: Wish, drawn: provided.SupplyRecord) -> owed.Debt:
    """What is owed at the horizon of an item that is given once, as the days before have it, and what is due later.

    What only winter asks for is due on its first cold day to those who have none.
    """
    figure, there = wish.once, end.record.there
    assert figure is not None
    still = drawn.owed.get(item)
    if still is None:
        still = owed.hand_out(there, figure, [], provided.covered(end.record.scenario, item)).owed
    asked, wanted = factor(end.record.scenario, figure, there.hours)[-1], wish.left.copy()
    first = np.flatnonzero(wanted.any(axis=0))[:1]
    if not asked:
        wanted[:, first] = np.minimum(wanted[:, first], still[:, -1:])
    people = end.in_care if figure.of == needs.IN_CARE else end.everyone
    most = np.maximum(people * owed.each(there, figure), wanted.max(axis=1, initial=0.0))
    return owed.Debt(still[:, -1] * asked, wanted, most)


def _handed(
    end: Last, item: str, wish: Wish, debt: owed.Debt, drawn: provided.SupplyRecord, statuses: Collection[str]
) -> owed.Given:
    """What is handed out day by day of an item that is given once: as stores have gone on, or else as they stand."""
    if drawn.pipeline is not None and item in drawn.pipeline.rounds:
        given = drawn.pipeline.kept(item).given
        assert given is not None
        return given
    sources = [_source(end, name, wish, drawn, statuses) for name in wish.stores]
    return owed.all_of(owed.onward(debt, sources, end.days.hours))


def _source(end: Last, name: str, wish: Wish, drawn: provided.SupplyRecord, statuses: Collection[str]) -> owed.Source:
    """A store of such an item as it stands at the horizon, what comes to it on each day, and until when it is fit."""
    told, row = end.record.scenario.supply.provided[name], next(row for row in drawn.rows if row.name == name)
    come = _coming(end, name, statuses)
    come[:1] += row.stock[-1]
    most = inf if told.handout is None else told.handout * _factor(end, name)
    gone = float(row.drawn.sum()) + row.lost
    first = max(in_stock(end.record.scenario, told, end.record.blockade, statuses) - gone, 0.0)
    fit = inf if told.expires is None else float(np.searchsorted(end.days.begins, told.expires - NOTHING))
    return owed.Source(wish.stores[name][:, 0], come, most, first, fit)


def _met_on(
    end: Last, wishes: dict[str, Wish], drawn: provided.SupplyRecord, owing: dict[str, owed.Debt]
) -> dict[str, Array]:
    """Item: share of what is wanted that stores meet which are ordered for, lost from, or owe: the run goes on."""
    if drawn.pipeline is None:
        return {}
    known = [item for item in goes_on(end.record.scenario) if item in wishes and item in drawn.pipeline.rounds]
    standing = [item for item in known if wishes[item].stands is not None]
    debts = {item: owing[item] for item in known if item in owing}
    wanted = {item: wishes[item].left for item in known if item not in standing and item not in debts}
    return drawn.pipeline.go_on(end.days.hours.tolist(), wanted, standing, debts)


def _units(end: Last, name: str, wish: Wish, drawn: provided.SupplyRecord, statuses: Collection[str]) -> Array:
    """Units of a store in service on each day beyond those at the horizon, at each place, shape (places, days)."""
    assert wish.stands is not None
    people = end.everyone[:, None] * wish.stores[name] * (wish.left.any(axis=1, keepdims=True))
    share = people / max(float(people.sum()), 1e-12)
    horizon, days = full_hours(end.record.scenario), end.days
    if drawn.pipeline is not None and name in drawn.pipeline.points:
        levels = np.array(drawn.pipeline.points[name].levels)
        more = levels[-len(days.hours) :] - levels[horizon]
    else:
        told, factor = end.record.scenario.supply.provided[name], _factor(end, name)
        last = ceil(days.begins[-1] + days.hours[-1])
        come = np.zeros(last)
        come[0] = in_stock(end.record.scenario, told, end.record.blockade, statuses)
        for it in coming(end.record, name, statuses, 0.0, last):
            come[int(it.hour + NOTHING)] += it.amount * factor
        come += told.daily * factor / DAY * np.clip(np.arange(last) + 1 - (told.begins or 0.0), 0.0, 1.0)
        life = serves_for(wish.stands)
        levels = in_service(come, life)
        if told.expires is not None:
            hour, serves = np.arange(last), inf if life is None else life
            levels -= np.where((hour >= told.expires) & (hour < serves), come[0], 0.0)
        more = levels[np.ceil(np.array(days.begins) + days.hours).astype(int) - 1] - levels[horizon - 1]
    result: Array = share * more
    return result


def _factor(end: Last, name: str) -> float:
    """How much of the need one unit of a supply meets."""
    return packing.factor(end.record.scenario, end.record.scenario.supply.provided[name])


def _hand_out(end: Last, name: str, left: Array, coming: Array, stock: float) -> Array:
    """One supply day by day, from the stock that stands at the horizon: shared by need where it serves several."""
    told, wanted = end.record.scenario.supply.provided[name], left.sum(axis=0)
    handout = None if told.handout is None else told.handout * packing.factor(end.record.scenario, told)
    most = end.days.hours * handout if handout is not None else np.full(len(wanted), inf)
    gave = np.zeros(len(wanted))
    for day, (comes, want, limit) in enumerate(zip(coming.tolist(), wanted.tolist(), most.tolist(), strict=True)):
        gave[day] = min(want, stock + comes, limit)
        stock += comes - gave[day]
    share = np.divide(gave, wanted, out=np.zeros(len(wanted)), where=wanted > 0)
    result: Array = left * share
    return result


def _coming(end: Last, name: str, statuses: Collection[str]) -> Array:
    """What comes of one supply on each day: deliveries and convoys of these statuses, and the daily amount."""
    told, days = end.record.scenario.supply.provided[name], end.days
    begins, ends = np.array(days.begins), np.array(days.begins) + days.hours
    come = told.daily / DAY * np.clip(ends - np.maximum(begins, told.begins or 0.0), 0.0, days.hours)
    for it in coming(end.record, name, statuses, float(begins[0]), float(ends[-1])):
        come[int(np.searchsorted(begins, it.hour + NOTHING)) - 1] += it.amount
    result: Array = come * _factor(end, name)
    return result
