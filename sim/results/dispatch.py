"""What to send: for every item, place and day of the run planned on, how much, from where, and by when to decide.

The chain is worked out backwards from the hour of need: hand-out, unloading, road, customs, loading, call-out. What
varies in it is drawn many times, and is in time in the share of them that is planned on. Whole packages are sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from math import ceil, floor, inf, nan
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.model import trucks
from sim.model.provided import serves
from sim.results import gaps
from sim.results.dates import first_midnight
from sim.results.gaps import ALL, SOME
from sim.results.leads import Leads
from sim.scenario import packing
from sim.scenario.supplies import TruckFleet

if TYPE_CHECKING:
    from sim.model.record import Array
    from sim.scenario.packing import Weight
    from sim.scenario.schema import Scenario
    from sim.scenario.standards import Figure

DAY = 24
IN_TIME, TOO_LATE, BEFORE = "in time", "too late", "before the start"
REQUESTED, NOT_PROVIDED = "requested", "not_provided"


class Send(NamedTuple):
    """One amount to send; hours are nan where no source reaches the place or no mass is known."""

    figure: Figure
    place: str
    needed_by: float
    quantity: float
    source: str
    decide_by: float
    leave_by: float
    on_site: float
    weight: Weight | None
    trucks: float
    in_time: str
    status: str


@dataclass
class Planned:
    """What the run planned on says: of each row of the gap tables by day, and of hourly rows by hour."""

    gap: Array
    need: Array
    hourly: Array
    leads: Leads
    spare: dict[tuple[str, str], float] = field(default_factory=dict)
    """Source and item: what stands there at the end and no store has asked for."""
    over: dict[tuple[str, str], float] = field(default_factory=dict)
    """Figure and place: what whole packages held beyond the need they were sent for, there for the next."""


class Wanted(NamedTuple):
    """What is missing of a row of the gap tables on a day."""

    row: gaps.Row
    hour: float
    quantity: float


def sends(scenario: Scenario, planned: Planned) -> list[Send]:
    """What to send, in the order in which it is needed; the same stock is sent only once."""
    wanted = sorted(_wanted(scenario, planned), key=lambda one: (one.hour, one.row.figure.item, one.row.place))
    return [send for one in wanted for send in _from_sources(scenario, planned, one)]


def _wanted(scenario: Scenario, planned: Planned) -> Iterator[Wanted]:
    """What is missing by row and day: of what is not provided the whole need, of what is held only what is more."""
    told = [row for row in gaps.hourly_rows(scenario) if row.told]
    hourly = {(row.figure.name, row.place): k for k, row in enumerate(told)}
    for number, row in enumerate(gaps.layout(scenario)):
        if row.place == ALL or not row.counted:
            continue
        missing = planned.need[number] if row.status == NOT_PROVIDED else planned.gap[number]
        at = hourly.get((row.figure.name, row.place))
        by_hour = None if at is None or row.status == NOT_PROVIDED else planned.hourly[at]
        for day, quantity in enumerate(_newly(row.figure, missing)):
            if quantity > SOME:
                yield Wanted(_as_met(scenario, row), _first_hour(scenario, day, by_hour), float(quantity))


def _as_met(scenario: Scenario, row: gaps.Row) -> gaps.Row:
    """A row with the goods its need is met with: those told for its costs, where they are, else the library's."""
    own = scenario.costs.goods.get(row.figure.item)
    return row if own is None else replace(row, figure=replace(row.figure, goods=own))


def _newly(figure: Figure, by_day: Array) -> Array:
    """What is to be sent for each day: all of what is used up, of what is held what no day before has asked for."""
    if figure.hours is not None or figure.item == packing.FUEL:
        return by_day
    most = np.maximum.accumulate(np.nan_to_num(by_day))
    result: Array = np.diff(most, prepend=0.0)
    return result


def _first_hour(scenario: Scenario, day: int, gap: Array | None) -> float:
    """The first hour of a day in which it is missing; the beginning of the day where hours are not told."""
    begin = 0 if day == 0 else first_midnight(scenario) + DAY * (day - 1)
    end = first_midnight(scenario) + DAY * day
    short = np.flatnonzero(gap[begin:end] > SOME) if gap is not None else np.zeros(0, int)
    return float(begin + (short[0] if len(short) else 0))


def _from_sources(scenario: Scenario, planned: Planned, one: Wanted) -> Iterator[Send]:
    """From the sources that reach the place, the quickest first, as far as what stands there goes."""
    figure, size = one.row.figure, packing.package(one.row.figure)
    left = one.quantity - planned.over.pop((figure.name, one.row.place), 0.0)
    for name, place in _reaching(scenario, planned.leads, one):
        stands = planned.spare.get((name, figure.item), inf)
        amount = min(packed(left, size), packed(stands, size, floor))
        if amount > SOME:
            yield _send(scenario, planned.leads, one._replace(quantity=amount), (name, place))
            planned.spare[name, figure.item] = stands - amount
            left -= amount
    if left > SOME:
        yield _weighed(one._replace(quantity=packed(left, size)), TruckFleet())
        left -= packed(left, size)
    planned.over[figure.name, one.row.place] = max(-left, 0.0)


def packed(amount: float, size: float, whole: Callable[[float], int] = ceil) -> float:
    """An amount in whole packages of a size, the next larger or by `floor` smaller; as it is where there are none."""
    slack = SOME if whole is floor else -SOME
    return amount if size <= 0 or amount == inf else max(whole(amount / size + slack), 0) * size


def _reaching(scenario: Scenario, leads: Leads, one: Wanted) -> list[tuple[str, str]]:
    """Sources that reach a place, and under which name; by the hours before the need at which they must start."""
    weight = packing.weight_of(one.row.figure, one.quantity)
    if weight is None:
        return []
    found = []
    for name, source in scenario.supply.sources.items():
        place = next((told for told in source.to if serves(scenario, told, one.row.place)), None)
        lead = inf if place is None else leads.lead(name, place, weight, one.hour).decide
        if place is not None and lead < inf:
            found.append((lead, (name, place)))
    return [told for _, told in sorted(found, key=lambda pair: pair[0])]


def _send(scenario: Scenario, leads: Leads, one: Wanted, way: tuple[str, str]) -> Send:
    send = _weighed(one, trucks.fleet_of(scenario, scenario.supply.sources[way[0]]))
    assert send.weight is not None
    lead = leads.lead(*way, send.weight, one.hour)
    return send._replace(
        source=way[0],
        decide_by=one.hour - lead.decide,
        leave_by=one.hour - lead.leave,
        on_site=one.hour - lead.on_site,
        in_time=judged(scenario, one.hour - lead.decide),
    )


def _weighed(one: Wanted, fleet: TruckFleet) -> Send:
    """An amount with its weight and trucks, while nothing is known of where it comes from."""
    figure, status = one.row.figure, NOT_PROVIDED if one.row.status == NOT_PROVIDED else REQUESTED
    weight = packing.weight_of(figure, one.quantity)
    number = nan if weight is None else float(trucks.loads(fleet, weight.tonnes, weight.m3))
    return Send(figure, one.row.place, one.hour, one.quantity, "", nan, nan, nan, weight, number, "", status)


def judged(scenario: Scenario, decide_by: float) -> str:
    """Whether there is time: too late where it lies before now; without a now, whether it lies before the start."""
    now = scenario.run.now
    if now is not None:
        return TOO_LATE if decide_by < now - SOME else IN_TIME
    return BEFORE if decide_by < -SOME else IN_TIME
