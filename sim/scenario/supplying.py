"""What must fit together in supplies: units, goods with a mass, sources, trucks, who goes first; and double counts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from sim.scenario import packing
from sim.scenario.faults import Fault, did_you_mean
from sim.scenario.place_names import which
from sim.scenario.references import PLACE, places
from sim.scenario.standards import goods
from sim.scenario.standards.sectors import names as sectors

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario
    from sim.scenario.supplies import Convoy, SupplyItem, SupplySource

LIKE, A_DAY = 0.01, 24.0
"""Two rows may be one when their amounts differ by a hundredth at most, and their times by less than a day."""


class Told(NamedTuple):
    """A stock or a delivery as it was told."""

    path: str
    item: str
    place: str
    at: float
    amount: float
    organisation: str


def supplied(scenario: Scenario) -> Iterator[Fault]:
    """Supplies that cannot be counted, weighed or brought."""
    for name, told in scenario.supply.provided.items():
        path = f"supply.provided.{name}"
        for key, delivery in told.deliveries.items():
            if delivery.at < 0:
                text = f"is {-delivery.at:g} h before the start; must be 0 h or later: what came before is in `stock`"
                yield Fault(f"{path}.deliveries.{key}.at", text)
        for key, convoy in told.convoys.items():
            yield from _convoy(scenario, told, convoy, f"{path}.convoys.{key}")
        yield from _measured(scenario, told, path)
        yield from _ordered(scenario, told, path)


def _measured(scenario: Scenario, told: SupplyItem, path: str) -> Iterator[Fault]:
    """Goods that are there, with a mass, and a unit in which the need can be met."""
    if told.goods and told.goods not in goods.items():
        yield Fault(f"{path}.goods", f"no such goods: {told.goods!r}; {did_you_mean(told.goods, goods.items())}")
        return
    if told.goods and goods.named(told.goods).mass_kg <= 0:
        kind = goods.named(told.goods).kind
        yield Fault(f"{path}.goods", f"'{told.goods}' is {kind} and has no mass; name goods that a truck can carry")
        return
    try:
        packing.factor(scenario, told)
    except ValueError as fault:
        yield Fault(f"{path}.unit", str(fault))


def _convoy(scenario: Scenario, told: SupplyItem, convoy: Convoy, at: str) -> Iterator[Fault]:
    """Convoys after the start, from a source that reaches the place, of goods with a mass."""
    if convoy.begins < 0:
        yield Fault(f"{at}.from", f"is {-convoy.begins:g} h before the start; must be 0 h or later")
    if convoy.until is not None and convoy.until < convoy.begins:
        yield Fault(f"{at}.until", "is before `from`: none ever comes")
    if convoy.source is not None:
        yield from _from_source(scenario, told, convoy.source, f"{at}.source")
    try:
        packing.amount_of(scenario, told, 1.0)
    except ValueError as fault:
        yield Fault(at, str(fault))


def _from_source(scenario: Scenario, told: SupplyItem, name: str, at: str) -> Iterator[Fault]:
    """A source that is told, and reaches the place."""
    sources = scenario.supply.sources
    if name not in sources:
        yield Fault(at, f"no such source: {name!r}; {did_you_mean(name, sources)}")
    elif told.place not in sources[name].to:
        yield Fault(at, f"'{name}' sends nothing to '{told.place}'; {which(scenario, told.place, sources[name].to)}")


def _ordered(scenario: Scenario, told: SupplyItem, path: str) -> Iterator[Fault]:
    """Orders that can be brought: from a source that reaches the place, of goods with a mass."""
    order = told.reorder
    if order is None:
        return
    wrong = [] if order.source is None else list(_from_source(scenario, told, order.source, f"{path}.reorder.from"))
    yield from wrong
    if order.source is not None and not wrong and order.lead is None:
        yield from _weighed(scenario, told, path)
    if scenario.supply.allocation.rule == "by_budget" and not _priced(scenario, told):
        text = f"no price is known of '{told.item}', which a budget has to pay; name its goods in `goods`"
        yield Fault(path, text)


def _weighed(scenario: Scenario, told: SupplyItem, path: str) -> Iterator[Fault]:
    item = packing.packed(told.item, told.goods) if told.goods in ("", *goods.items()) else None
    if item is None:
        text = f"no mass is known of '{told.item}', so no truck can be counted; name its goods in `goods`, or a `lead`"
        yield Fault(path, text)
        return
    try:
        packing.weight(item, 1.0, packing.unit_of(scenario, told.item))
    except ValueError as fault:
        yield Fault(f"{path}.goods", f"'{item.name}' does not hold '{told.item}': {fault}")


def _priced(scenario: Scenario, told: SupplyItem) -> bool:
    item = packing.packed(told.item, told.goods) if told.goods in ("", *goods.items()) else None
    return item is not None and (item.unit_cost_usd is not None or item.name in scenario.costs.prices)


def sourced(scenario: Scenario) -> Iterator[Fault]:
    """Sources that name no place, fleet or segment, and orders of who goes first that name nobody."""
    for name, source in scenario.supply.sources.items():
        for path, told, allowed, what in _named(scenario, name, source):
            if told not in allowed:
                hint = which(scenario, told, allowed) if what == PLACE else did_you_mean(told, allowed)
                yield Fault(path, f"no such {what}: {told!r}; {hint}")
        convoy = source.convoy
        if convoy is not None and convoy.until is not None and convoy.until < convoy.begins:
            yield Fault(f"supply.sources.{name}.convoy.until", "is before `from`: none ever leaves")
        for key, season in source.seasons.items():
            if season.until <= season.begins:
                yield Fault(f"supply.sources.{name}.seasons.{key}.until", "is not after `from`")
    allocation = scenario.supply.allocation
    ranked = {"most_vulnerable_first": (places(scenario), PLACE), "by_sector": (list(sectors()), "sector")}
    allowed, what = ranked.get(allocation.rule, ([], ""))
    for told in allocation.order:
        if told not in allowed:
            hint = which(scenario, told, allowed) if what == PLACE else did_you_mean(told, allowed)
            yield Fault(f"supply.allocation.order.{told}", f"no such {what}: {told!r}; {hint}")


def _named(scenario: Scenario, name: str, source: SupplySource) -> Iterator[tuple[str, str, list[str], str]]:
    at = f"supply.sources.{name}"
    corridor = scenario.corridor
    segments = [*corridor.feeders, *corridor.segments] if corridor else []
    yield from ((f"{at}.to.{place}", place, places(scenario), PLACE) for place in source.to)
    yield from ((f"{at}.shared.{road}", road, segments, "segment") for road in source.shared)
    if source.trucks is not None:
        yield f"{at}.trucks", source.trucks, list(scenario.transport.trucks), "fleet of trucks"


def stocks_and_deliveries(scenario: Scenario) -> Iterator[Told]:
    """Every stock and every delivery that was told, in the unit of the need it meets."""
    for name, supply in scenario.supply.provided.items():
        path, factor = f"supply.provided.{name}", packing.factor(scenario, supply)
        if supply.stock > 0:
            yield Told(f"{path}.stock", supply.item, supply.place, 0.0, supply.stock * factor, supply.organisation)
        for key, delivery in supply.deliveries.items():
            who, amount = delivery.organisation or supply.organisation, delivery.amount * factor
            yield Told(f"{path}.deliveries.{key}", supply.item, supply.place, delivery.at, amount, who)


def possible_doubles(scenario: Scenario) -> list[tuple[Told, Told]]:
    """Pairs of stocks and deliveries of like item, place, date and quantity: perhaps one, told by two."""
    return [(one, other) for one, other in combinations(stocks_and_deliveries(scenario), 2) if _alike(one, other)]


def _alike(one: Told, other: Told) -> bool:
    """Whether two rows may be the same goods."""
    same = one.item == other.item and one.place == other.place
    near = abs(one.at - other.at) < A_DAY
    return same and near and 0 < max(one.amount, other.amount) * (1 - LIKE) <= min(one.amount, other.amount)
