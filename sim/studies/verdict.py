"""A comparison in words: what differs, when the runs part, by how much they differ, how sure that is."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from sim.scenario.differences import in_words
from sim.studies import parting, precision
from sim.studies.compare import limits

if TYPE_CHECKING:
    from sim.studies.compare import Comparison, Row, Sureness
    from sim.studies.precision import Reached

SHOWN = 24
"""Differences that are told in words; all stand in the table."""
NOTHING = 1e-9
"""Of the value: a difference that is none."""
MOVED = 1.0
"""Hours by which what limits has to move to be told."""
FIRST = ("clearance.p95", "arrived.total")
"""Indicators by which it is told how sure a comparison is, the first that has a difference."""


def lines(told: Comparison) -> list[str]:
    """All of it."""
    same = f"{told.pairs:,} {'replication' if told.pairs == 1 else 'replications'} with the same people and luck"
    return [
        f"{told.a} and {told.b}: {same}",
        *_differs(told),
        *told.notes,
        *_failed(told),
        parting.in_words(told.one, told.parts),
        *_limits(told),
        *(_reached(told, one) for one in precision.reached(told.asked, told.found, told.b)),
        *_sure(told),
        *_rows(told),
    ]


def _differs(told: Comparison) -> Iterator[str]:
    found = told.differs.found
    if not found:
        yield "they differ in no input"
        return
    yield f"{told.b} differs from {told.a} in {len(found)} {'input' if len(found) == 1 else 'inputs'}"
    yield from (f"  {in_words(one)}" for one in found)


def _failed(told: Comparison) -> Iterator[str]:
    for (name, number), error in sorted(told.found.failures.items()):
        if name in (told.a, told.b):
            yield f"replication {number} of {name} failed and is left out on both sides: {error}"


def _limits(told: Comparison) -> Iterator[str]:
    """Constraints that limit arrivals for longer, or for less long, than in the reference."""
    if told.pairs and told.one.corridor is not None:
        moved = {name: pair for name, pair in limits(told).items() if abs(pair[0] - pair[1]) >= MOVED}
        said = ", ".join(f"{name} {a:,.0f} -> {b:,.0f} h" for name, (a, b) in moved.items())
        yield f"what limits arrivals moves: {said}" if said else "what limits arrivals stays the same"


def _reached(told: Comparison, one: Reached) -> str:
    unit = next((row.unit for row in told.rows if row.indicator == one.asked.indicator), "")
    wanted = f"{one.asked.indicator} within {one.asked.half_width:g} {unit}"
    if not isfinite(one.needed):
        return f"{wanted}: not reached, since on some side it never happens"
    rule = f"the spread of the first {precision.FIRST} asks for {one.needed:,.0f} (Stein's rule of two stages)"
    if one.holds:
        return f"{wanted}: reached, {one.half_width:,.3g} {unit} with {told.pairs:,} replications; {rule}"
    return f"{wanted}: not reached with {told.pairs:,} replications; {rule}"


def _sure(told: Comparison) -> Iterator[str]:
    """How many replications the difference needs, and what ends a study as soon as it is known."""
    known = {one.indicator: one for one in told.sureness if one.band.p05 or one.band.p95}
    one = next((known[name] for name in FIRST if name in known), None)
    if one is None or not isfinite(one.half_width):
        return
    yield f"the mean difference of {one.indicator} is known to {one.half_width:,.3g} {one.unit}; {_sign(one)}"
    if np.isfinite(one.paired_to_unpaired):
        share = f"{one.paired_to_unpaired:.2f} of what it would be if luck were not shared"
        yield f"its band is {share}; the correlation of both sides is {_alike(told, one):.2f}"
    if not told.asked:
        half = float(f"{one.half_width / 2:.1g}")
        yield f"--until-precision '{one.indicator} {half:g} {one.unit}' goes on until half of that is reached, and ends"


def _sign(one: Sureness) -> str:
    if not isfinite(one.pairs_for_sign):
        return "no number of replications would make its sign sure"
    return f"{one.pairs_for_sign:,.0f} replications make its sign sure"


def _alike(told: Comparison, one: Sureness) -> float:
    """Correlation of an indicator on both sides, over the replications."""
    values = [told.found.values(one.indicator, *names) for names in ((told.a, told.b), (told.b, told.a))]
    finite = np.isfinite(values).all(axis=0)
    spread = [np.std(each[finite]) for each in values]
    return float(np.corrcoef([each[finite] for each in values])[0, 1]) if all(spread) else float("nan")


def _rows(told: Comparison) -> Iterator[str]:
    rows = [row for row in told.rows if row.difference_p50 == row.difference_p50 and _differ(row)]
    if not rows:
        yield "no indicator differs in any replication"
    yield from (_row(row) for row in rows[:SHOWN])
    if len(rows) > SHOWN:
        yield f"and {len(rows) - SHOWN} more indicators that differ, in differences.csv"


def _differ(row: Row) -> bool:
    """Whether both sides differ by more than the last digits of a computed number."""
    least = NOTHING * max(abs(row.a_p50), abs(row.b_p50), 1e-3)
    return not abs(row.difference_p05) <= least or not abs(row.difference_p95) <= least


def _row(row: Row) -> str:
    low, middle, high = (_more(value) for value in row[4:])
    return f"{row.indicator:32} {middle:>14}  ({low} to {high}) {row.unit}"


def _more(value: float) -> str:
    """A difference with its sign, and with two digits where it is less than one."""
    if not isfinite(value):
        return "never in b" if value > 0 else "never in a"
    return f"{value:+,.1f}" if abs(value) >= 1 or not value else f"{value:+.2g}"
