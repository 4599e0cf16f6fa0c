"""Paired runs: variants of a scenario over the same people and luck, and their differences with bands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite, sqrt
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.results.outcome import outcome
from sim.scenario.multiplied import multiplied
from sim.scenario.paths import change
from sim.scenario.route import resolve
from sim.studies.precision import student
from sim.studies.run import Case, Failure, Progress, run_all
from sim.studies.workers import processes

if TYPE_CHECKING:
    from sim.model.record import Array, Record
    from sim.scenario.schema import Scenario
    from sim.studies.workers import Mapper

Numbers = Callable[["Record"], dict[str, float]]


@dataclass(frozen=True)
class Variant:
    """One side: a scenario, what it tells anew, and by how much it multiplies what each run has drawn."""

    scenario: Scenario
    changes: Mapping[str, Any] = field(default_factory=dict)
    factors: Mapping[str, float] = field(default_factory=dict)

    def told(self) -> Scenario:
        """The scenario with its changes; ScenarioError where a path, a value or a factor does not fit."""
        changed = change(self.scenario, dict(self.changes)) if self.changes else self.scenario
        run = multiplied(changed, self.factors)
        if run.corridor is not None:
            resolve(run.corridor)
        return changed


class Kept(NamedTuple):
    """What comes back of one run."""

    replication: int
    drawn: dict[str, float]
    indicators: dict[str, float]
    arrays: dict[str, Array]


@dataclass(frozen=True)
class Keep:
    """The worker's half: all indicators, the arrays of an outcome asked for, and numbers of one's own."""

    arrays: tuple[str, ...] = ()
    numbers: Numbers | None = None
    """A function of a module: it is sent to the workers by its name."""

    def __call__(self, record: Record) -> Kept:
        """What is kept of a record."""
        found = outcome(record)
        more = {} if self.numbers is None else self.numbers(record)
        arrays = {name: found.arrays[name] for name in self.arrays}
        return Kept(record.replication, record.drawn, {**found.indicators, **more}, arrays)


class Band(NamedTuple):
    """The range of a difference over the replications in which it is defined."""

    p05: float
    p50: float
    p95: float
    mean: float
    error: float
    """Standard error of the mean by replication; nan for fewer than two, or where some are never."""
    runs: int

    @property
    def holds_zero(self) -> bool:
        """Whether no difference lies within the band, or there is none to tell of."""
        return not (self.p05 > 0 or self.p95 < 0)

    @property
    def within_noise(self) -> bool:
        """Whether the band holds 0, or so few runs leave the sign of the mean open (95 %, Student's t)."""
        known = self.error == self.error
        unsure = self.runs < 2 or (known and not abs(self.mean) > student(self.runs) * self.error)
        return self.holds_zero or unsure


class Paired:
    """What was kept of each variant by replication; the first variant is the reference."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self.failures: dict[tuple[str, int], str] = {}
        self.replications = 0
        """Replications that were run, failed ones included."""
        self._kept: dict[str, dict[int, Kept]] = {name: {} for name in names}

    def add(self, results: Sequence[Kept | Failure]) -> None:
        """Take in one replication: a result of each variant, in their order."""
        self.replications += 1
        for name, result in zip(self.names, results, strict=True):
            if isinstance(result, Failure):
                self.failures[name, result.case.replication] = result.error
            else:
                self._kept[name][result.replication] = result

    @property
    def reference(self) -> str:
        """What the others are compared with."""
        return self.names[0]

    def both(self, name: str, other: str | None = None) -> list[int]:
        """Replications that finished in both of two variants (the reference, if no other is named), in order."""
        return sorted(self._kept[name].keys() & self._kept[other or self.reference].keys())

    def kept(self, name: str, beside: str | None = None) -> list[Kept]:
        """What was kept of a variant, of the replications that finished in another as well."""
        return [self._kept[name][number] for number in self.both(name, beside)]

    @property
    def indicators(self) -> list[str]:
        """Names of all indicators, in the order in which the variants give them."""
        told = [one.indicators for name in self.names for one in self.kept(name, name)]
        return list(dict.fromkeys(indicator for one in told for indicator in one))

    def values(self, indicator: str, name: str, beside: str | None = None) -> Array:
        """An indicator by replication, nan where it has none; `inf` is never."""
        return np.array([one.indicators.get(indicator, np.nan) for one in self.kept(name, beside)], float)

    def arrays(self, array: str, name: str, beside: str | None = None) -> Array:
        """An array by replication, shape (replications, ...)."""
        return np.array([one.arrays[array] for one in self.kept(name, beside)])

    def differences(self, indicator: str, name: str, other: str | None = None) -> Array:
        """By how much a variant's indicator lies above the reference's, by replication; nan if never in both."""
        other = other or self.reference
        with np.errstate(invalid="ignore"):
            found: Array = self.values(indicator, name, other) - self.values(indicator, other, name)
        return found

    def band(self, indicator: str, name: str, other: str | None = None) -> Band:
        """The range of that difference."""
        return band(self.differences(indicator, name, other))


def run_paired(
    variants: Mapping[str, Variant],
    replications: int | None = None,
    seed: int | None = None,
    workers: int = 1,
    keep: Callable[[Record], Kept] | None = None,
    enough: Callable[[Paired], bool] | None = None,
    progress: Progress | None = None,
) -> Paired:
    """Run each variant with the luck of the same replications; the first gives what seed and number leave out.

    `enough` is asked after every replication, in order, and ends the runs early: with it too, nothing depends on the
    number of workers.
    """
    told = {name: (variant.told(), variant.factors) for name, variant in variants.items()}
    run = next(iter(told.values()))[0].run
    count, found = run.replications if replications is None else replications, Paired(list(told))
    with processes(min(workers, count * len(told))) as mapper:
        kept = (keep or Keep(), run.seed if seed is None else seed, mapper)
        streams = [_stream(scenario, factors, count, kept) for scenario, factors in told.values()]
        for results in zip(*streams, strict=True):
            found.add(results)
            if progress is not None:
                progress(found.replications, count)
            if enough is not None and enough(found):
                break
    return found


def _stream(
    scenario: Scenario, factors: Mapping[str, float], count: int, kept: tuple[Callable[[Record], Kept], int, Mapper]
) -> Iterator[Kept | Failure]:
    """The runs of one variant, through the one fan-out."""
    keep, seed, mapper = kept
    cases = [Case(number, number, factors=factors) for number in range(count)]
    return run_all(scenario, cases, keep, mapper, seed)


def band(differences: Array) -> Band:
    """The range of differences by replication, those that are defined; `inf` and `-inf` are never on one side."""
    known = np.sort(differences[~np.isnan(differences)])
    count = len(known)
    finite = count > 0 and bool(np.isfinite(known).all())
    mean = float(known.mean()) if finite else float("nan")
    error = float(known.std(ddof=1)) / sqrt(count) if finite and count > 1 else float("nan")
    low, middle, high = (level(known, share) for share in (0.05, 0.5, 0.95))
    return Band(low, middle, high, mean, error, count)


def level(ordered: Array, share: float) -> float:
    """A quantile of sorted values by linear interpolation; never as soon as a never counts; nan of none."""
    if not len(ordered):
        return float("nan")
    at = share * (len(ordered) - 1)
    below, above = float(ordered[int(at)]), float(ordered[min(int(at) + 1, len(ordered) - 1)])
    part = at - int(at)
    if isfinite(below) and isfinite(above):
        return below + (above - below) * part
    return above if part > 0 and isfinite(below) else below
