"""A contingency in words: what to lay in, what of it no scenario makes a waste, and which triggers come in time."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import TYPE_CHECKING

from sim.results.dates import stamp
from sim.results.gaps import SOME
from sim.scenario.standards.goods import unit_of
from sim.studies.prepare import DOES_NOT_KEEP, LAY_IN, NO_NEED, level
from sim.studies.telling import when as dated

if TYPE_CHECKING:
    from sim.results.storing import Stored
    from sim.scenario.schema import Scenario
    from sim.studies.prepare import Contingency, Fired, Lying

NAMED = 8
"""Items named in words; the table holds all."""


def lines(found: Contingency) -> Iterator[str]:
    """What `prepare` says."""
    yield from _called(found)
    laid = [row for row in found.lying if row.status == LAY_IN]
    if not laid:
        yield "nothing has to lie anywhere beforehand: what is there, and what comes, is enough in every scenario"
    else:
        yield from _whole(found, laid)
        yield from (_item(found, row) for row in sorted(laid, key=lambda row: -_usd(row.stored))[:NAMED])
        yield from _rest(laid)
    spoils = sorted({row.lay.figure.item for row in found.lying if row.status == DOES_NOT_KEEP})
    if spoils:
        yield f"cannot be laid in, for it spoils before the time to be bridged is over: {', '.join(spoils)}"
    yield from (_trigger(found.scenarios[row.scenario], row) for row in found.fired)
    if not found.fired:
        yield "triggers: none are told, so nothing can be said of early action; tell them under `triggers`"


def _called(found: Contingency) -> Iterator[str]:
    before = f"{found.warning:g} h before the first people are received" if found.warning else "with the first people"
    for name, hour in found.called.items():
        share = 100 * level(found.scenarios[name])
        told = when(found.scenarios[name], hour) if isfinite(hour) else "never"
        yield f"{name}: sources are called {before} ({told}); {found.runs[name]} runs, enough in {share:.0f} of 100"


def _whole(found: Contingency, laid: list[Lying]) -> Iterator[str]:
    """What all of it takes, and what of it every scenario needs."""
    yield f"no regret, needed in every scenario: {_sum([row.no_regret_stored for row in laid])}"
    yield f"to be ready for each of them: {_sum([row.stored for row in laid])}"
    for name in found.called:
        alone = sum(row.quantities[name] > SOME for row in laid)
        yield f"{name}: {alone} of {len(laid)} items and places need something to lie there"


def _sum(parts: list[Stored]) -> str:
    tonnes, m3, floor = (sum(getattr(part, name) for part in parts) for name in ("tonnes", "m3", "floor"))
    return f"{tonnes:,.0f} t, {m3:,.0f} m3, {floor:,.0f} m2 of store, USD {sum(_usd(part) for part in parts):,.0f}"


def _usd(part: Stored) -> float:
    """Goods and the way there; nothing where no price is known."""
    return (part.cost if part.cost == part.cost else 0.0) + part.transport


def _item(found: Contingency, row: Lying) -> str:
    unit = unit_of(row.lay.figure)
    each = ", ".join(f"{quantity:,.0f} in {name}" for name, quantity in row.quantities.items())
    told = f"{row.lay.figure.item} at {row.lay.place}: {each} ({unit}); {row.no_regret:,.0f} needed in each"
    if not row.source:
        return f"{told}; no source reaches it that does not run out, so all of it must lie there"
    by = when(found.scenarios[row.most], row.decide_by)
    judged = f" ({row.in_time})" if row.in_time else ""
    return f"{told}; next from {row.source} after {row.lead:,.0f} h; decide by {by}{judged}"


def when(scenario: Scenario, hour: float) -> str:
    """An hour as people say it: on a day of the calendar, or on a day before or after the first."""
    return stamp(scenario, hour) if scenario.start is None else dated(scenario, hour)


def _rest(laid: list[Lying]) -> Iterator[str]:
    if len(laid) > NAMED:
        yield f"and {len(laid) - NAMED} more items and places in preposition.csv"
    unknown = sorted({row.lay.goods.name for row in laid if row.stored.cost != row.stored.cost})
    if unknown:
        yield f"no price is known of {', '.join(unknown)}; the sums leave them out"


def _trigger(scenario: Scenario, row: Fired) -> str:
    told = scenario.triggers[row.name]
    begin = f"{row.scenario}: trigger {row.name} ({told.action or told.signal})"
    if row.status == NO_NEED:
        return f"{begin}: the need it is for does not arise"
    low, middle, high = row.slack
    hours = f"{_spare(middle)} ({_spare(low)} to {_spare(high)})"
    ends = f"ends {when(scenario, row.ends)}, the need begins {when(scenario, row.begins)}"
    latest = f"; the signal must be seen by {when(scenario, row.latest)}" if isfinite(row.latest) else ""
    return f"{begin}: {row.status}: {ends}, {hours}{latest}"


def _spare(hours: float) -> str:
    return f"{hours:,.0f} h to spare" if hours >= 0 else f"{-hours:,.0f} h too late"
