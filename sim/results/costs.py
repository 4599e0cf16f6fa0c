"""What is still to be provided, and what it costs: goods, cash, staff, transport and support, run by run."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.model.record import Array, Record
from sim.results import monthly, pricing
from sim.results.dates import DAY, full_hours
from sim.scenario.standards import LEVELS
from sim.scenario.standards.goods import STAFF, Item, delivered, named
from sim.scenario.standards.measure import HOURS
from sim.scenario.standards.packages import ARRIVAL, TRANSIT_NIGHT

if TYPE_CHECKING:
    from sim.results.gaps import Row
    from sim.scenario.schema import Scenario
    from sim.scenario.standards import Figure

CASH_SECTOR, TRANSPORT_SECTOR, SUPPORT_SECTOR = "MPC", "LOG", "MS"
PACKAGES = (ARRIVAL, TRANSIT_NIGHT)
TRANSPORT, SUPPORT = "transport", "support"


class Line(NamedTuple):
    """One line of the costs."""

    sector_code: str
    item: str
    unit: str
    figure: Figure | None = None
    """The figure whose need it meets; None for staff told beside them, transport and support."""
    goods: Item | None = None
    share: float = 1.0
    """Share of the need that this line meets: one need is costed once, in goods or in cash."""
    in_cash: bool = False
    number: float = 0.0
    """Staff told."""


def lines(scenario: Scenario, rows: list[Row]) -> list[Line]:
    """The lines of a scenario, fixed for every run: needs in goods and cash, staff, transport, support."""
    found = [line for figure in costed(rows) for line in _of_figure(scenario, figure)]
    staff = named(STAFF)
    found += [
        Line(told.sector, name, staff.unit, None, staff, 1.0, False, told.number)
        for name, told in scenario.costs.staff.items()
    ]
    return [*found, Line(TRANSPORT_SECTOR, TRANSPORT, "t"), Line(SUPPORT_SECTOR, SUPPORT, "USD")]


def costed(rows: list[Row]) -> list[Figure]:
    """Each need of the gap tables once."""
    return each_once(list({row.figure.name: row.figure for row in rows}.values()))


def each_once(figures: list[Figure]) -> list[Figure]:
    """Of figures that say the same need at several levels, or hold each other, the one that is costed.

    Packages of the first 72 hours stand in for daily standards, and are never added to them.
    """
    names = {figure.name for figure in figures}
    best: dict[str, Figure] = {}
    for figure in sorted(figures, key=lambda f: (f.level == "standard", (*LEVELS, "").index(f.level))):
        best[figure.item] = figure
    kept = [figure for figure in figures if best[figure.item] is figure and figure.kind not in PACKAGES]
    return [figure for figure in kept if figure.part_of not in names]


def _of_figure(scenario: Scenario, figure: Figure) -> list[Line]:
    """A need met in goods and, for a share, in cash; none where no goods or no price are known."""
    item = pricing.goods_of(scenario.costs, figure)
    if item is None or item.kind == "cash" or pricing.price(scenario.costs, item) is None:
        return []
    share = scenario.costs.in_cash.get(figure.item, 0.0)
    kind = (Line(figure.sector_code, figure.item, item.unit, figure, item, 1 - share),) if share < 1 else ()
    cash = (Line(CASH_SECTOR, f"{figure.item}_in_cash", item.unit, figure, item, share, True),) if share > 0 else ()
    return [*kind, *cash]


def without_price(scenario: Scenario, rows: list[Row]) -> list[str]:
    """Items that are needed and not costed, since no goods or no price are known."""
    needed = (figure for figure in costed(rows) if figure.kind != "incidence")
    return [figure.item for figure in needed if not _of_figure(scenario, figure)]


def outcome(record: Record, arrays: dict[str, Array], rows: list[Row]) -> tuple[dict[str, Array], dict[str, float]]:
    """Quantity and cost of each line, cost by month, and the indicators of one replication."""
    scenario = record.scenario
    told = lines(scenario, rows)
    blocks = {rows[begin].figure.name: (begin, end) for begin, end in monthly.blocks(rows)}
    owing = {rows[begin].figure.name for begin, end in blocks.values() if monthly.owes(rows[begin:end])}
    quantity = np.array([_quantity(scenario, line, blocks, owing, arrays) for line in told[:-2]])
    quantity = quantity.reshape(len(told) - 2, _phases(scenario))
    dollars = np.array([_unit_cost(scenario, line) for line in told[:-2]]).reshape(-1, 1) * quantity
    tonnes = np.array([mass(line) for line in told[:-2]]) @ quantity
    moved = tonnes * scenario.costs.transport.a_tonne
    direct = dollars.sum(axis=0) + moved
    support = direct * scenario.costs.support
    cost = np.vstack([dollars, moved, support])
    amounts = np.vstack([quantity, tonnes, direct]).sum(axis=1)
    found = {"cost_quantity": amounts, "cost_usd": cost.sum(axis=1), "cost_months": cost.sum(axis=0)}
    return found, _indicators(record, told, cost)


def mass(line: Line) -> float:
    """Tonnes to be moved for a unit of a line; cash, staff and what is priced on the spot need no lorry."""
    stays = line.goods is None or line.in_cash or line.goods.name in delivered()
    return 0.0 if stays or line.goods is None else line.goods.mass_kg / 1000


def _unit_cost(scenario: Scenario, line: Line) -> float:
    return unit(scenario, line).usd


def unit(scenario: Scenario, line: Line) -> pricing.Unit:
    """The price of a unit of a line."""
    costs = scenario.costs
    if line.item == TRANSPORT:
        usd = costs.transport.a_tonne
        at = "per_tonne" if costs.transport.per_tonne_km is None else "per_tonne_km"
        return pricing.of_input(scenario, f"costs.transport.{at}", usd)
    if line.item == SUPPORT:
        return pricing.of_input(scenario, "costs.support", costs.support)
    told = costs.staff.get(line.item) if line.figure is None else None
    if told is not None and told.month is not None:
        return pricing.of_input(scenario, f"costs.staff.{line.item}.month", told.month)
    found = pricing.price(costs, line.goods) if line.goods is not None else None
    assert found is not None, "a line without a price is no line"
    return found


def _phases(scenario: Scenario) -> int:
    """The movement, then each month after it."""
    return 1 + len(monthly.days_of(scenario).dates)


def _quantity(
    scenario: Scenario, line: Line, blocks: dict[str, tuple[int, int]], owing: set[str], arrays: dict[str, Array]
) -> Array:
    """Units of a line in each phase, shape (phases,); debts of figures that are `owing` stand again in the next."""
    if line.figure is None:
        return line.number * _months(scenario)
    assert line.goods is not None
    figure, (begin, end) = line.figure, blocks[line.figure.name]
    before = _lacking(arrays["need"][begin:end], arrays["supply"][begin:end])
    after = np.zeros(0)
    if scenario.needs.period:
        after = _lacking(arrays["need_month"][begin:end], arrays["supply_month"][begin:end])
    held = figure.kind in monthly.LEVELS or monthly.once(figure)
    if figure.name in owing:
        amounts = _never_met(np.array([before[-1:].sum(), *after]))
    else:
        amounts = _held(scenario, line, before, after) if held else np.array([before.sum(), *after])
    return line.share * np.array([pricing.units(figure, line.goods, float(amount)) for amount in amounts])


def _never_met(owed: Array) -> Array:
    """What of debts at the end of each phase was new in it, and is not met in any later one; in all the last debt."""
    stays = np.minimum.accumulate(owed[::-1])[::-1]
    new: Array = np.diff(stays, prepend=0.0)
    return new


def _lacking(need: Array, supply: Array) -> Array:
    """What is still to be provided in each period: need less supply at each place, all of it where none is told."""
    result: Array = np.maximum(need[:-1] - supply[:-1], 0.0).sum(axis=0)
    return result


def _held(scenario: Scenario, line: Line, before: Array, after: Array) -> Array:
    """What is held at most, once and again when its life is over; of a thing given once what is owed in the end."""
    assert line.figure is not None
    assert line.goods is not None
    most = float(before.max(initial=0.0))
    if monthly.once(line.figure):
        owed = most if line.figure.kind == "kit" else float(before[-1:].sum())
        return np.array([owed, *after])
    most = max(most, float(after.max(initial=0.0)))
    if line.goods.name == STAFF:
        return most * _months(scenario)
    days = monthly.days_of(scenario)
    result = np.zeros(_phases(scenario))
    result[0] = most
    for day in monthly.renewals(days, (line.figure.life_days or line.goods.days) * DAY):
        result[1 + days.month[day]] += most
    return result


def _months(scenario: Scenario) -> Array:
    """How many months of 30 days each phase has, shape (phases,)."""
    days, found = monthly.days_of(scenario), np.zeros(_phases(scenario))
    found[0] = full_hours(scenario)
    for hours, month in zip(days.hours.tolist(), days.month, strict=True):
        found[1 + month] += hours
    result: Array = found / HOURS["month"]
    return result


def _indicators(record: Record, told: list[Line], cost: Array) -> dict[str, float]:
    """Cost in all, by sector, by month, and per person present."""
    scenario, by_line = record.scenario, cost.sum(axis=1)
    sectors: dict[str, float] = {}
    for line, dollars in zip(told, by_line.tolist(), strict=True):
        sectors[line.sector_code] = sectors.get(line.sector_code, 0.0) + dollars
    total, people = float(by_line.sum()), max(float(record.first.sum()), 1.0)
    months = float(_months(scenario).sum())
    dates = monthly.days_of(scenario).dates
    return {
        "cost.total": total,
        **{f"cost.{code}": dollars for code, dollars in sectors.items()},
        **{f"cost.{code}.per_person_present": dollars / people for code, dollars in sectors.items()},
        "cost.total.per_person_present": total / people,
        "cost.total.per_person_present_and_month": total / people / max(months, 1e-9),
        **({"cost.movement": float(cost[:, 0].sum())} if dates else {}),
        **{
            f"cost.month.{_named(date)}": float(dollars)
            for date, dollars in zip(dates, cost[:, 1:].sum(axis=0), strict=True)
        },
        "cost.low_confidence_share": low_share(scenario, told, by_line),
    }


def _named(date: str) -> str:
    """A month in the name of an indicator: `2023-10`, or `day_12` without dates."""
    return date.replace(" ", "_") if date.startswith("day") else date[:7]


def low_share(scenario: Scenario, told: list[Line], dollars: Array) -> float:
    """Share of a total that prices of low confidence carry; 0 of no cost."""
    low = np.array([unit(scenario, line).confidence == pricing.LOW for line in told])
    total = float(dollars.sum())
    return float(dollars[low].sum()) / total if total > 0 else 0.0
