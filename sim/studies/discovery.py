"""Which conditions break the plan: boxes of inputs in which stored runs are bad, in words a planner reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf, isinf
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.model.record import Array
from sim.scenario import saying, units
from sim.scenario.faults import Fault, ScenarioError, did_you_mean
from sim.studies import prim
from sim.studies.sensitivity import values

if TYPE_CHECKING:
    from sim.studies.stored import Stored

FORM = re.compile(r"\s*(?P<name>\S+?)\s*(?P<sign><=|>=|<|>)\s*(?P<amount>.+?)\s*")
LIKE = 'write it like "gap.water.peak_day > 600 m3"'
MOST = 3
"""Boxes looked for, unless told otherwise."""
FEW_VALUES = 20
"""Values of an input below which the next one is told, instead of what lies half way to it."""


class Condition(NamedTuple):
    """What makes a run bad."""

    indicator: str
    sign: str
    value: float
    unit: str

    def __str__(self) -> str:
        return f"{self.indicator} {self.sign} {_amount(self.value, self.unit)}"

    def of(self, found: Array) -> Array:
        """Whether values meet it; never (inf) is later than any hour."""
        above, equal = found > self.value, found == self.value
        strict: Array = above if self.sign[0] == ">" else ~above & ~equal
        return strict | equal if self.sign[1:] else strict


class Row(NamedTuple):
    """One limit of one box: a row of boxes.csv, in the order of its columns."""

    box: int
    condition: str
    words: str
    density: float
    coverage: float
    mass: float
    runs: int
    bad: int
    new_bad: int
    input: str
    unit: str
    low: float
    high: float
    values: str
    quasi_p: float
    within_noise: str


@dataclass(frozen=True)
class Found:
    """Boxes over the runs that count, and what has to be said beside them."""

    condition: Condition
    boxes: list[prim.Box]
    columns: dict[str, Array]
    bad: Array
    units: dict[str, str]
    factors: frozenset[str] = frozenset()
    """Inputs that are told as a factor of what the scenario says."""
    notes: list[str] = field(default_factory=list)


def find(stored: Stored, when: str, most: int = MOST) -> Found:
    """Boxes in which runs meet a condition; ScenarioError when it cannot be read, or divides nothing."""
    condition = read_condition(when, stored)
    found = values(stored, condition.indicator)
    counted = ~np.asarray(np.isnan(found).any(axis=0))
    share = condition.of(found[:, counted]).mean(axis=0)
    bad = share >= 0.5
    notes = list(_left_out(stored, condition, found, counted))
    if stored.design["kind"] == "sobol":
        notes.append("runs of a sobol design share values, which flatters quasi-p values; a latin design does not")
    if len(found) > 1:
        notes.append(f"a case is bad when half or more of its {len(found)} replications are")
    _divides(condition, found[:, counted], bad)
    columns = {str(name): column.to_numpy()[counted] for name, column in stored.inputs.items()}
    columns = {name: _text_or_number(column) for name, column in columns.items()}
    boxes = prim.boxes(columns, bad, most)
    if not boxes:
        notes.append("no limit on any input stands out from chance: more runs may tell, or luck decides")
    return Found(condition, boxes, columns, bad, stored.units, factors(stored), notes)


def factors(stored: Stored) -> frozenset[str]:
    """Inputs that were varied as a factor of what the scenario says."""
    varied = stored.design.get("varied", {})
    return frozenset(
        path for path, how in varied.items() if "*" in path or (isinstance(how, dict) and how.get("factor"))
    )


def _text_or_number(column: Array) -> Array:
    return column.astype(float) if column.dtype.kind in "fiub" else column.astype(str)


def read_condition(text: str, stored: Stored) -> Condition:
    """A condition on an indicator, with its value in the indicator's own unit."""
    parts = FORM.fullmatch(text)
    if parts is None:
        raise _wrong(f"{text!r} is not a condition; {LIKE}")
    name = parts["name"]
    known = [str(one) for one in stored.indicators]
    if name not in known:
        raise _wrong(f"{name}: no such indicator; {did_you_mean(name, known)}")
    unit = stored.units.get(name, "") or "1"
    try:
        value = units.read(parts["amount"], unit)
    except ValueError as fault:
        raise _wrong(f"{name}: {fault}") from None
    return Condition(name, parts["sign"], value, unit)


def _wrong(what: str) -> ScenarioError:
    return ScenarioError([Fault("", what, "--when")])


def _left_out(stored: Stored, condition: Condition, found: Array, counted: Array) -> Iterator[str]:
    """Runs that cannot be told bad from good."""
    number = len(stored.inputs)
    if stored.missing:
        yield f"{len(stored.missing):,} of {stored.design['cases']:,} cases have not been run yet"
    if stored.failures:
        yield f"{len(stored.failures):,} of {number:,} runs failed and are left out"
    undefined = int((~counted).sum()) - len(set(stored.failures) & set(stored.inputs.index))
    if undefined > 0:
        yield f"{undefined:,} of {number:,} runs have no {condition.indicator} and are left out"
    never = int(np.isinf(found).any(axis=0).sum())
    if never:
        yield f"{never:,} of {number:,} runs never reach {condition.indicator}: that counts as later than any hour"


def _divides(condition: Condition, found: Array, bad: Array) -> None:
    """ScenarioError when no run is bad, when every run is, or when too few are for a box."""
    if not len(bad):
        raise _wrong(f"no run has a value of {condition.indicator}")
    finite = found[np.isfinite(found)]
    ends = (
        [_amount(float(end), condition.unit) for end in (finite.min(), finite.max())] if len(finite) else ["never"] * 2
    )
    across = f"in {len(bad):,} runs it lies between {ends[0]} and {ends[1]}"
    hits = int(bad.sum())
    if hits == 0 or hits == len(bad):
        raise _wrong(f"{'no' if hits == 0 else 'every'} run meets {condition}: {across}")
    if hits < prim.FEWEST:
        raise _wrong(f"only {hits} runs meet {condition}, too few to describe; must be {prim.FEWEST} or more: {across}")


def _amount(value: float, unit: str) -> str:
    return "never" if isinf(value) else units.show(value, unit)


def rows(found: Found) -> list[Row]:
    """The rows of boxes.csv: every limit of every box, and those that were chance and are no part of it."""
    result = []
    for number, box in enumerate(found.boxes, 1):
        words = sentence(found, box)
        for one in (*sorted(box.chances, key=lambda c: c.quasi_p), *box.dropped):
            low, high = (one.limit.low if one.side == "low" else -inf), (one.limit.high if one.side == "high" else inf)
            some = "; ".join(sorted(one.limit.values or ())) if one.side == "values" else ""
            of_box = (box.density, box.coverage, box.mass, box.inside, box.bad_inside, box.new)
            ends = (low if low > -inf else np.nan, high if high < inf else np.nan)
            noise = "yes" if one.is_noise else "no"
            unit = found.units.get(one.name, "")
            result.append(
                Row(number, str(found.condition), words, *of_box, one.name, unit, *ends, some, one.quasi_p, noise)
            )
    return result


def sentence(found: Found, box: prim.Box) -> str:
    """When it is bad, in words: the most telling limit first."""
    order = dict.fromkeys(one.name for one in sorted(box.chances, key=lambda one: one.quasi_p))
    return f"bad when {' and '.join(clause(found, name, box.limits[name]) for name in order)}"


def clause(found: Found, name: str, limit: prim.Limit) -> str:
    """One input's limits as a clause, rounded as people say them."""
    if limit.values is not None:
        return f"{saying.label(name)} is {' or '.join(saying.name(value) for value in sorted(limit.values))}"
    low, high = (told(found.columns[name], getattr(limit, side), side) for side in ("low", "high"))
    return saying.limit(name, low, high, factor=name in found.factors)


def told(column: Array, at: float, side: str) -> float | None:
    """A limit as it is said: the first value that lies outside where there are few, else rounded; None without one."""
    if isinf(at):
        return None
    known = np.unique(column)
    if len(known) <= FEW_VALUES:
        return float(known[known < at].max()) if side == "low" else float(known[known > at].min())
    return saying.rounded(at, float(known[-1] - known[0]))


def lines(found: Found) -> Iterator[str]:
    """What the boxes say, for those who read and do not count."""
    whole = len(found.bad)
    hits = int(found.bad.sum())
    yield f"{hits:,} of {whole:,} runs are bad ({found.condition})"
    for number, box in enumerate(found.boxes, 1):
        yield f"{number}. {sentence(found, box)}"
        yield f"   bad in {_of(box.bad_inside, box.inside)} of such runs, {box.mass:.0%} of all"
        more = f"; {box.new:,} of them in no box before" if number > 1 else ""
        yield f"   holds {_of(box.bad_inside, box.bad)} of the bad runs{more}"
        noise = dict.fromkeys(saying.label(one.name) for one in box.dropped)
        if noise:
            yield f"   within noise, no part of it: {', '.join(noise)}"
    yield from found.notes


def _of(part: int, whole: int) -> str:
    return f"{part / max(whole, 1):.0%} ({part:,} of {whole:,})"
