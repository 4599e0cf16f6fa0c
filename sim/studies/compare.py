"""Scenarios over the same people and luck: by how much they differ, when they part, how sure that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.model.journal import STATES
from sim.results import indicators
from sim.results.constraints import CONSTRAINTS, ON_THE_WAY
from sim.results.digests import digests
from sim.results.gaps import ALL, layout
from sim.results.outcome import outcome
from sim.scenario import differences as telling
from sim.scenario.faults import Fault, ScenarioError
from sim.scenario.multiplied import split
from sim.scenario.paths import change
from sim.scenario.schema import Scenario
from sim.studies import parting, precision
from sim.studies.paired import Band, Kept, Paired, Variant, band, run_paired
from sim.studies.precision import Enough, Precision

if TYPE_CHECKING:
    from sim.model.record import Array, Record
    from sim.scenario.differences import Differences
    from sim.studies.run import Progress

ON_THE_ROAD = "on_the_road"
GAP = "gap "
"""What the name of an array begins with that is the gap of an item by day, all places together."""
SHIFTED = 20_000
"""Differences of runs with other luck that are looked at, at most about."""
LAST = 1000
"""Replications after which a study ends that was to go on until a precision is reached, unless told otherwise."""


class Row(NamedTuple):
    """An indicator on both sides, and the range of its difference."""

    indicator: str
    unit: str
    a_p50: float
    b_p50: float
    difference_p05: float
    difference_p50: float
    difference_p95: float


class Sureness(NamedTuple):
    """How sure the difference of an indicator is."""

    indicator: str
    unit: str
    band: Band
    half_width: float
    pairs_for_sign: float
    paired_to_unpaired: float


@dataclass(frozen=True)
class Comparison:
    """One scenario beside the reference, run with the same luck."""

    a: str
    b: str
    one: Scenario
    """The reference as it was run."""
    other: Scenario
    differs: Differences
    notes: tuple[str, ...]
    found: Paired
    seed: int
    asked: tuple[Precision, ...] = ()

    @property
    def pairs(self) -> int:
        """Replications that finished on both sides."""
        return len(self.found.both(self.b))

    @property
    def rows(self) -> list[Row]:
        """The table of differences."""
        return [_row(self, name) for name in self.found.indicators]

    @property
    def parts(self) -> Array:
        """The first hour at which the runs part, by replication; inf: never."""
        return parting.parts(self.found, self.b)

    @property
    def sureness(self) -> list[Sureness]:
        """How sure each difference is, and how many replications it needs."""
        return [_sureness(self, name) for name in self.found.indicators]


def compare(
    a: Scenario,
    b: Scenario | Mapping[str, Any],
    replications: int | None = None,
    seed: int | None = None,
    workers: int = 1,
    until: Sequence[str] = (),
) -> Comparison:
    """A scenario, and another one or changes of the first (`"x1.1"`: 10 % more of what each run draws), paired."""
    if isinstance(b, Scenario):
        told = telling.between(written(a), written(b), "a")
        side = Variant(b)
    else:
        changes, factors = split(b)
        side = Variant(change(a, changes) if changes else a, factors=factors)
        told = telling.between(written(a), written(side.scenario), "a")
    told.found.extend(telling.multiplied(side.scenario, side.factors))
    asked = tuple(precision.read(each, a) for each in until)
    return compare_all({"a": Variant(a), "b": side}, {"b": told}, replications, seed, workers, asked)[0]


def written(scenario: Scenario) -> dict[str, Any]:
    """What a scenario tells, as nested mappings."""
    return scenario.model_dump(by_alias=True, exclude_unset=True, mode="json")


def compare_all(
    sides: Mapping[str, Variant],
    differs: Mapping[str, Differences],
    replications: int | None = None,
    seed: int | None = None,
    workers: int = 1,
    asked: tuple[Precision, ...] = (),
    progress: Progress | None = None,
) -> list[Comparison]:
    """Each of several scenarios beside the first of them; `asked` ends the runs as soon as it is reached."""
    like, notes = alike(sides)
    first = next(iter(like))
    count = replications or (LAST if asked else like[first].scenario.run.replications)
    if asked and count < precision.FIRST:
        told = f"takes {precision.FIRST} replications or more, by whose spread their number is fixed; found {count}"
        raise ScenarioError([Fault("", told, precision.OPTION)])
    seed = like[first].scenario.run.seed if seed is None else seed
    found = run_paired(like, count, seed, workers, kept, Enough(asked) if asked else None, progress)
    scenarios = {name: side.told() for name, side in like.items()}
    return [
        Comparison(first, name, scenarios[first], scenarios[name], differs[name], notes[name], found, seed, asked)
        for name in list(like)[1:]
    ]


def kept(record: Record) -> Kept:
    """What comes back of one run: indicators, curves, what limits, gaps by day, and what happened in each hour."""
    found = outcome(record)
    arrays = {name: found.arrays[name] for name in ("curves", "constraints")}
    arrays[ON_THE_ROAD] = found.arrays["ledger"][[STATES.index(state) for state in ON_THE_WAY]].sum(axis=0)
    for number, row in enumerate(layout(record.scenario)):
        if row.place == ALL and row.counted and f"gap.{row.figure.item}.total" in found.indicators:
            arrays[f"{GAP}{row.figure.item}"] = found.arrays["gap"][number]
    arrays[parting.DIGESTS] = digests(record)
    return Kept(record.replication, record.drawn, found.indicators, arrays)


def alike(sides: Mapping[str, Variant]) -> tuple[dict[str, Variant], dict[str, tuple[str, ...]]]:
    """The sides over the same hours and as fine, and what to know of each beside the first; refused: other starts."""
    told = {name: side.told() for name, side in sides.items()}
    first = next(iter(told))
    faults = [
        Fault(
            "start", f"{name} counts hours from {_begin(one)}, {first} from {_begin(told[first])}; give both one start"
        )
        for name, one in told.items()
        if (one.start, one.month) != (told[first].start, told[first].month)
    ]
    if faults:
        raise ScenarioError(faults)
    longest, size = max(one.horizon for one in told.values()), told[first].run.resolution
    like, notes = {}, {}
    for name, one in told.items():
        other = {"horizon": longest} if one.horizon != longest else {}
        other |= {"run.resolution": size} if one.run.resolution != size else {}
        like[name] = replace(sides[name], scenario=change(one, other) if other else one, changes={})
        notes[name] = (*_longer(told, longest, (first, name)), *_varies(told, (first, name)))
    return like, notes


def _begin(scenario: Scenario) -> str:
    return scenario.start.isoformat(" ", "minutes") if scenario.start else scenario.month or "no date"


def _longer(told: Mapping[str, Scenario], longest: float, names: tuple[str, str]) -> list[str]:
    """A note of each side that is run for longer than it tells, so that totals are those of the same time."""
    return [
        f"{name} is run for {longest:g} h instead of {told[name].horizon:g} h, as long as the longest: totals are "
        "those of the same time, and not those of its own folder"
        for name in dict.fromkeys(names)
        if told[name].horizon != longest
    ]


def _varies(told: Mapping[str, Scenario], names: tuple[str, str]) -> list[str]:
    """A note of inputs that vary on one side alone."""
    notes = []
    for one, other in (names, names[::-1]):
        alone = sorted(told[one].uncertainty.keys() - told[other].uncertainty.keys())
        if alone:
            notes.append(
                f"only in {one} there vary {', '.join(alone)}: what these make uncertain stays in the differences "
                "(a factor, such as x1.1, leaves an input varying)"
            )
    return notes


def _row(told: Comparison, name: str) -> Row:
    one, other = _both(told, name)
    found, a, b = told.found.band(name, told.b), band(one).p50, band(other).p50
    unit = indicators.unit(name, indicators.units(told.one) | indicators.units(told.other))
    return Row(name, unit, a, b, found.p05, found.p50, found.p95)


def _both(told: Comparison, name: str) -> tuple[Array, Array]:
    """An indicator on both sides, by replication."""
    found = told.found
    return found.values(name, told.a, told.b), found.values(name, told.b, told.a)


def _sureness(told: Comparison, name: str) -> Sureness:
    differences = told.found.differences(name, told.b)
    unit = indicators.unit(name, indicators.units(told.one) | indicators.units(told.other))
    known = differences[~np.isnan(differences)]
    wide, sign = precision.half_width(known), precision.for_sign(differences)
    return Sureness(name, unit, band(differences), wide, sign, ratio(*_both(told, name)))


def ratio(one: Array, other: Array) -> float:
    """Width of the band of paired differences over that of differences of runs with other luck; nan where that is 0."""
    with np.errstate(invalid="ignore"):
        paired, apart = band(other - one), band(unpaired(one, other))
    width = apart.p95 - apart.p05
    return float((paired.p95 - paired.p05) / width) if np.isfinite(width) and width > 0 else float("nan")


def unpaired(one: Array, other: Array) -> Array:
    """Differences of runs that do not share their luck: each run beside others of the reference than its own."""
    count = len(one)
    shifts = range(1, min(count, max(SHIFTED // max(count, 1), 1) + 1))
    with np.errstate(invalid="ignore"):
        found = [other - np.roll(one, shift) for shift in shifts]
    return np.concatenate(found) if found else np.zeros(0)


def limits(told: Comparison) -> dict[str, tuple[float, float]]:
    """Mean hours in which each constraint limits arrivals, on both sides."""
    hours = [
        told.found.arrays("constraints", name, beside).sum(axis=2).mean(axis=0)
        for name, beside in ((told.a, told.b), (told.b, told.a))
    ]
    return {name: (float(hours[0][k]), float(hours[1][k])) for k, name in enumerate(CONSTRAINTS)}
