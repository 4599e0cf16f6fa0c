"""The appeal: what its own planning figure needs over its period, by sector and group, month by month."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.model.record import Array
from sim.results import monthly, pricing
from sim.results.costs import each_once
from sim.results.dates import DAY
from sim.results.monthly import Days
from sim.scenario import standards
from sim.scenario.standards import amounts
from sim.scenario.standards.goods import STAFF, delivered
from sim.scenario.standards.measure import HOURS
from sim.scenario.standards.told import share_there

if TYPE_CHECKING:
    from sim.scenario.money import Appeal
    from sim.scenario.schema import Scenario
    from sim.scenario.standards import Figure
    from sim.scenario.standards.goods import Item

WHOLE, EVERY = "ALL", "all"
"""All sectors together; all groups together."""
FIRST_DAYS, WINTER = "first_72_hours", "winter"


class Ask(NamedTuple):
    """What is asked for one item and one group: by month, its transport and support included."""

    sector_code: str
    group: str
    item: str
    unit: str
    quantity: Array
    """Units of goods in each month, shape (months,)."""
    usd: Array
    """US dollars in each month, shape (months,)."""
    low: float
    """US dollars in all at the low end of prices."""
    high: float
    confidence: str


class Sum(NamedTuple):
    """One row of the appeal."""

    sector_code: str
    group: str
    people: float
    """People of the group: its cost per person divides by them."""
    in_need: float
    targeted: float
    usd: float
    low: float
    high: float


def days_of(scenario: Scenario) -> Days:
    """The days of the appeal, from the end of the movement on."""
    return monthly.days_of(scenario, appeal_of(scenario).period)


def appeal_of(scenario: Scenario) -> Appeal:
    """The appeal of a scenario that has one."""
    assert scenario.appeal is not None
    return scenario.appeal


def people_of(appeal: Appeal, group: str) -> float:
    """People of a group, or of all groups together."""
    names = list(appeal.groups) if group == EVERY else [group]
    return sum(appeal.groups[name].people.of(appeal.planning_figure) for name in names)


def figures(scenario: Scenario, code: str) -> list[Figure]:
    """The figures of a sector that an appeal costs, each need once; those without a group or a price are left out."""
    appeal, own = appeal_of(scenario), scenario.needs.figures
    found = [
        standards.with_own(figure, own)
        for figure in each_once(list(standards.wanted()))
        if figure.sector_code == code
        and figure.phase != FIRST_DAYS
        and (figure.phase != WINTER or appeal.winter)
        and appeal.items.get(figure.item, True)
    ]
    return [f for f in found if goods_of(scenario, f) is not None and share_there(scenario, f.of)]


def goods_of(scenario: Scenario, figure: Figure) -> Item | None:
    """The priced goods of a figure; cash is another way to meet the same needs, and never added to them."""
    item = pricing.goods_of(scenario.costs, figure)
    known = item is not None and item.kind != "cash" and pricing.price(scenario.costs, item) is not None
    return item if known else None


def asks(scenario: Scenario) -> list[Ask]:
    """Everything asked for, item by item and group by group."""
    found = []
    for code, sector in appeal_of(scenario).sectors.items():
        for group, shares in sector.groups.items():
            targeted = people_of(appeal_of(scenario), group) * shares.targeted
            if targeted > 0:
                found += [_ask(scenario, figure, group, targeted) for figure in figures(scenario, code)]
                found += _programmes(scenario, code, group, targeted)
    return found


def _programmes(scenario: Scenario, code: str, group: str, targeted: float) -> list[Ask]:
    """Services at a rate a person and month, which has its support in it."""
    months = _hours(days_of(scenario)) / HOURS["month"]
    found = []
    for name, told in appeal_of(scenario).sectors[code].programmes.items():
        quantity, usd = targeted * months, targeted * months * told.month
        off = scenario.costs.unsure if told.confidence == pricing.LOW else 0.0
        low, high = (float(usd.sum()) * (1 + sign * off) for sign in (-1, 1))
        found.append(Ask(code, group, name, "person-month", quantity, usd, low, high, told.confidence))
    return found


def _ask(scenario: Scenario, figure: Figure, group: str, targeted: float) -> Ask:
    item, costs = goods_of(scenario, figure), scenario.costs
    assert item is not None
    price = pricing.price(costs, item)
    assert price is not None
    people = targeted * (share_there(scenario, figure.of) or 0.0)
    count = amounts.counting(figure, people, scenario.population.household_size)
    asked = needed(figure, item, count, _when_needed(scenario, figure)) * (
        1 - appeal_of(scenario).covered.get(figure.item, 0.0)
    )
    quantity = np.array([pricing.units(figure, item, float(amount)) for amount in asked])
    stays = item.name in delivered()
    freight = 0.0 if stays else item.mass_kg / 1000 * costs.transport.a_tonne * (1 - costs.in_cash.get(figure.item, 0))
    usd, low, high = (quantity * (unit + freight) * (1 + costs.support) for unit in (price.usd, price.low, price.high))
    total = (float(low.sum()), float(high.sum()))
    return Ask(figure.sector_code, group, figure.item, item.unit, quantity, usd, *total, price.confidence)


def _when_needed(scenario: Scenario, figure: Figure) -> Days:
    """The days of the appeal; of what is used up in winter with the hours that are cold, where months are told."""
    days = days_of(scenario)
    if figure.phase != WINTER or figure.kind not in monthly.FLOWS or not scenario.weather.months:
        return days
    return days._replace(hours=monthly.cold_hours(scenario, figure, days))


def needed(figure: Figure, item: Item, count: float, days: Days) -> Array:
    """What so many people (households, patients) need of a figure in each month, shape (months,)."""
    hours = _hours(days)
    if figure.kind in monthly.FLOWS and figure.hours is not None:
        flow: Array = count * figure.an_hour * hours
        return flow
    first = np.zeros(len(hours))
    if figure.kind == "kit" and figure.hours is not None:
        return _kits(figure, count, days)
    if figure.kind == "throughput":
        first[0] = amounts.whole(count / figure.value)
        return first
    each = amounts.amount(figure, count)
    if item.name == STAFF:
        months: Array = each * hours / HOURS["month"]
        return months
    first[0] = each
    for day in monthly.renewals(days, (figure.life_days or item.days) * DAY if figure.kind != "treatment" else 0.0):
        first[days.month[day]] += each
    return first


def _kits(figure: Figure, count: float, days: Days) -> Array:
    """Whole kits at the beginning of each span they serve; over the whole time no more than it takes."""
    assert figure.hours is not None
    total, found = float(days.hours.sum()), np.zeros(len(days.dates))
    starts = [0, *monthly.renewals(days, figure.hours)]
    reach = [min(figure.hours * (k + 1), total) for k in range(len(starts))]
    so_far: list[float] = [0.0, *(amounts.kits(figure, count, hours) for hours in reach)]
    for day, (before, now) in zip(starts, pairwise(so_far), strict=True):
        found[days.month[day]] += now - before
    return found


def _hours(days: Days) -> Array:
    """Hours of each month, shape (months,)."""
    found: Array = np.bincount(days.month, days.hours, len(days.dates))
    return found


def sums(scenario: Scenario) -> list[Sum]:
    """Rows of the appeal: each sector by group and over all groups, then all sectors; people never across sectors."""
    appeal, told = appeal_of(scenario), asks(scenario)
    rows: list[Sum] = []
    for code in appeal.sectors:
        mine = [ask for ask in told if ask.sector_code == code]
        parts = [_sum(appeal, code, group, [a for a in mine if a.group == group]) for group in appeal.groups]
        rows += [part for part in parts if part.in_need or part.usd]
        rows.append(_over_groups(appeal, code, parts))
    per_group = [_over_sectors(appeal, group, rows) for group in appeal.groups]
    return [*rows, *per_group, _over_groups(appeal, WHOLE, per_group)]


def _sum(appeal: Appeal, code: str, group: str, mine: list[Ask]) -> Sum:
    people, shares = people_of(appeal, group), appeal.sectors[code].groups.get(group)
    in_need, targeted = (0.0, 0.0) if shares is None else (people * shares.in_need, people * shares.targeted)
    usd = sum(float(ask.usd.sum()) for ask in mine)
    return Sum(code, group, people, in_need, targeted, usd, sum(a.low for a in mine), sum(a.high for a in mine))


def _over_groups(appeal: Appeal, code: str, parts: list[Sum]) -> Sum:
    """Groups hold different people, so that their people sum as their costs do."""
    in_need, targeted = sum(part.in_need for part in parts), sum(part.targeted for part in parts)
    usd, low, high = _dollars(parts)
    return Sum(code, EVERY, people_of(appeal, EVERY), in_need, targeted, usd, low, high)


def _over_sectors(appeal: Appeal, group: str, rows: list[Sum]) -> Sum:
    """Costs sum over sectors; people do not: of them the most that any one sector counts."""
    mine = [row for row in rows if row.group == group]
    in_need, targeted = max((r.in_need for r in mine), default=0.0), max((r.targeted for r in mine), default=0.0)
    usd, low, high = _dollars(mine)
    return Sum(WHOLE, group, people_of(appeal, group), in_need, targeted, usd, low, high)


def _dollars(parts: list[Sum]) -> tuple[float, float, float]:
    """Requirement, and at the low and the high end of prices."""
    return sum(part.usd for part in parts), sum(part.low for part in parts), sum(part.high for part in parts)


def low_share(scenario: Scenario) -> float:
    """Share of the appeal that prices of low confidence carry."""
    told = asks(scenario)
    total = sum(float(ask.usd.sum()) for ask in told)
    low = sum(float(ask.usd.sum()) for ask in told if ask.confidence == pricing.LOW)
    return low / total if total > 0 else 0.0


def not_costed(scenario: Scenario) -> dict[str, str]:
    """Items of the appeal's sectors that are needed and not costed, and why."""
    appeal, found = appeal_of(scenario), {}
    for figure in each_once(list(standards.wanted())):
        if figure.sector_code not in appeal.sectors or figure.phase == FIRST_DAYS:
            continue
        if not appeal.items.get(figure.item, True):
            found[figure.item] = "left out in the appeal"
        elif figure.phase == WINTER and not appeal.winter:
            found[figure.item] = "for winter only"
        elif not share_there(scenario, figure.of):
            found[figure.item] = f"no share of {figure.of.replace('_', ' ')} is known"
        elif goods_of(scenario, figure) is None:
            found[figure.item] = "no goods, or no price of them, are known"
    return found
