"""What must fit together in costs and the appeal: goods with a price, units that fit, shares and groups that sum."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from sim.scenario import standards
from sim.scenario.faults import Fault, did_you_mean
from sim.scenario.standards import goods, sectors

if TYPE_CHECKING:
    from sim.scenario.money import Appeal, Price
    from sim.scenario.schema import Scenario

SLACK = 1e-6


def costs(scenario: Scenario) -> Iterator[Fault]:
    """Prices, goods, cash, staff and funding that name nothing known, or cannot be."""
    told = scenario.costs
    yield from _known("costs.prices", told.prices, goods.items(), "goods")
    yield from _known("costs.goods", told.goods, needed(), "item")
    yield from _known("costs.in_cash", told.in_cash, needed(), "item")
    for name, price in told.prices.items():
        yield from _ordered(f"costs.prices.{name}", price)
    for item, name in told.goods.items():
        yield from _meets(scenario, item, name)
    for name, staff in told.staff.items():
        yield from _known(f"costs.staff.{name}.sector", [staff.sector], sectors.names(), "sector", at_key=False)
    if told.funding is not None:
        yield from _known("costs.funding.sectors", told.funding.sectors, sectors.names(), "sector")
    freight = told.transport
    if (freight.per_tonne_km is None) != (freight.distance is None):
        yield Fault("costs.transport", "give `per_tonne_km` and `distance` together, or `per_tonne`")


def needed() -> set[str]:
    """Items that people need, by the library, and fuel."""
    return {figure.item for figure in standards.figures() if figure.kind in standards.NEEDED} | {"fuel"}


def _known(
    path: str, names: Iterable[str], allowed: Iterable[str], what: str, *, at_key: bool = True
) -> Iterator[Fault]:
    known = set(allowed)
    for name in names:
        if name not in known:
            yield Fault(f"{path}.{name}" if at_key else path, f"no such {what}: {name!r}; {did_you_mean(name, known)}")


def _ordered(path: str, price: Price) -> Iterator[Fault]:
    """The low end of a price is not above it, nor the high end below."""
    if price.low is not None and price.low > price.price:
        yield Fault(f"{path}.low", f"{price.low:g} USD is more than the price, {price.price:g} USD")
    if price.high is not None and price.high < price.price:
        yield Fault(f"{path}.high", f"{price.high:g} USD is less than the price, {price.price:g} USD")


def _meets(scenario: Scenario, item: str, name: str) -> Iterator[Fault]:
    """Goods that an item is met with: known, priced, and measured as the item is."""
    path = f"costs.goods.{item}"
    if name not in goods.items():
        yield Fault(path, f"no such goods: {name!r}; {did_you_mean(name, goods.items())}")
        return
    found = goods.named(name)
    if name not in scenario.costs.prices and found.unit_cost_usd is None:
        yield Fault(path, f"no price of '{name}' is known; tell `costs.prices.{name}.price`, in USD a {found.unit}")
    for figure in (figure for figure in standards.figures() if figure.item == item):
        try:
            goods.units_for(found, 1.0, goods.unit_of(figure))
        except ValueError:
            told = f"{item} is needed in {goods.unit_of(figure)!r}, which does not fit '{name}'"
            yield Fault(path, f"{told}, counted in {found.contents_unit or found.unit!r}")
            return


def appeal(scenario: Scenario) -> Iterator[Fault]:
    """Groups that sum to the planning figure; sectors, groups and items that are known; none targeted without need."""
    told = scenario.appeal
    if told is None:
        return
    yield from _groups(told)
    yield from _known("appeal.sectors", told.sectors, sectors.names(), "sector")
    yield from _known("appeal.covered", told.covered, needed(), "item")
    yield from _known("appeal.items", told.items, needed(), "item")
    for code, sector in told.sectors.items():
        at = f"appeal.sectors.{code}.groups"
        yield from _known(at, sector.groups, told.groups, "group")
        for name, shares in sector.groups.items():
            if shares.targeted > shares.in_need + SLACK:
                more = f"{shares.targeted:.0%} are more than the {shares.in_need:.0%} in need"
                yield Fault(f"{at}.{name}.targeted", more)


def _groups(told: Appeal) -> Iterator[Fault]:
    """People of all groups together are the planning figure."""
    counts = [group.people.people or 0.0 for group in told.groups.values()]
    shares = [group.people.share or 0.0 for group in told.groups.values()]
    whole = sum(counts) + sum(shares) * told.planning_figure
    if not told.groups:
        yield Fault("appeal.groups", "tell at least one group of people the appeal is for")
    elif abs(whole - told.planning_figure) > max(SLACK * told.planning_figure, 0.5):
        parts = f"the groups sum to {whole:,.0f} people"
        yield Fault("appeal.groups", f"{parts}; must be the planning figure, {told.planning_figure:,.0f}")
