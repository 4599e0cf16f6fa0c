"""Packages of levers tried out: each over the same people and luck, each only once, within a number of runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from math import ceil, inf, isinf
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.results.waiting import waiting
from sim.scenario.faults import Fault, ScenarioError, did_you_mean
from sim.studies.levers import Lever, Package, bought
from sim.studies.paired import Keep, Kept
from sim.studies.run import Case, Failure, run_all
from sim.studies.workers import processes

if TYPE_CHECKING:
    from sim.model.record import Array
    from sim.scenario.schema import Scenario

WORST = 0.1
"""Share of the replications whose mean is the worst tenth (conditional value at risk at 90 %)."""
MORE_IS_BETTER = ("arrived.total", "stock.", "coverage.")
LATER_IS_BETTER = (".first_hour", ".out_hour")
HOURS = "h"
Progress = Callable[[int, int], None]


class Aim(NamedTuple):
    """An indicator, and whether less of it is better."""

    indicator: str
    unit: str
    less: bool


def aim(indicator: str, unit: str) -> Aim:
    """An indicator with its direction: less is better, but of what arrives, of what is in store, and of hours until."""
    more = indicator.startswith(MORE_IS_BETTER) or indicator.endswith(LATER_IS_BETTER)
    return Aim(indicator, unit, not more)


class Trials:
    """What packages leave of an indicator, run by run; runs are made when first asked for, in one pool of workers."""

    def __init__(
        self, scenario: Scenario, levers: Sequence[Lever], replications: int, seed: int, workers: int, runs: int
    ) -> None:
        self.scenario, self.levers = scenario, tuple(levers)
        self.replications, self.seed, self.runs = replications, seed, runs
        self.made = 0
        """Runs made so far."""
        self.failed: dict[tuple[Package, int], str] = {}
        self.progress: Progress | None = None
        self._kept: dict[Package, dict[int, Kept]] = {}
        self._workers, self._open = workers, ExitStack()

    def __enter__(self) -> Trials:
        self._mapper = self._open.enter_context(processes(self._workers))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.__exit__(kind, fault, trace)

    @property
    def left(self) -> int:
        """Packages that can still be run over all replications."""
        return max(self.runs - self.made, 0) // self.replications

    @property
    def nothing(self) -> Package:
        """The package in which nothing is bought."""
        return tuple(0 for _ in self.levers)

    @property
    def packages(self) -> list[Package]:
        """All packages that were run."""
        return list(self._kept)

    def has(self, package: Package) -> bool:
        """Whether a package was run."""
        return package in self._kept

    def run(self, packages: Iterable[Package], first: int = 0, number: int | None = None) -> None:
        """Run what was not, over so many replications from one on."""
        count = self.replications if number is None else number
        asked = [
            (package, replication)
            for package in dict.fromkeys(packages)
            for replication in range(first, first + count)
            if replication not in self._kept.get(package, {}) and (package, replication) not in self.failed
        ]
        told = {package: bought(self.levers, package) for package, _ in asked}
        cases = [Case(number, replication, told[package].changes, told[package].factors)
                 for number, (package, replication) in enumerate(asked)]  # fmt: skip
        for key, result in zip(asked, self._results(cases), strict=True):
            self._take(key, result)

    def _results(self, cases: list[Case]) -> Iterable[Kept | Failure]:
        return run_all(self.scenario, cases, Keep(numbers=waiting), self._mapper, self.seed)

    def _take(self, key: tuple[Package, int], result: Kept | Failure) -> None:
        package, replication = key
        kept = self._kept.setdefault(package, {})
        self.made += 1
        if isinstance(result, Failure):
            self.failed[package, replication] = result.error
        else:
            kept[replication] = result
        if self.progress is not None:
            self.progress(self.made, self.runs)

    def finished(self, packages: Iterable[Package], among: range | None = None) -> list[int]:
        """Replications that finished in all of some packages: of those of the search, unless others are asked."""
        asked = range(self.replications) if among is None else among
        return [number for number in asked if all(number in self._kept[package] for package in packages)]

    def values(self, aim: Aim, package: Package, beside: Sequence[Package] = (), among: range | None = None) -> Array:
        """What a package leaves by replication, so that less is better; of hours, never counts as the horizon."""
        numbers = self.finished([package, *beside], among)
        found = np.array([self._kept[package][number].indicators.get(aim.indicator, np.nan) for number in numbers])
        if aim.unit == HOURS:
            found = np.where(np.isinf(found), self.scenario.horizon, found)
        result: Array = found if aim.less else -found
        return result

    def closed(self, aim: Aim, package: Package, than: Package | None = None, among: range | None = None) -> Array:
        """By how much a package closes the gap that another leaves, by replication; nothing bought unless named."""
        other = self.nothing if than is None else than
        result: Array = self.values(aim, other, (package,), among) - self.values(aim, package, (other,), among)
        return result

    def worst(self, aim: Aim, package: Package, among: range | None = None) -> float:
        """What a package leaves in the worst tenth of its replications, their mean; inf where none finished."""
        return worst_tenth(self.values(aim, package, (), among))

    def measure(self, aim: Aim, packages: list[Package], aside: int = 0) -> list[float]:
        """Run packages as far as runs are left but for some; inf for what was not run, or failed in a replication."""
        some = max(self.left - aside, 0)
        new = [package for package in dict.fromkeys(packages) if not self.has(package)][:some]
        self.run(new)
        whole = {package for package in packages if self.has(package) and not self.broken(package)}
        return [self.worst(aim, package) if package in whole else inf for package in packages]

    def broken(self, package: Package) -> bool:
        """Whether a run of a package failed."""
        return any(told == package for told, _ in self.failed)

    def aim(self, indicator: str) -> Aim:
        """An indicator by its name, once nothing bought was run; ScenarioError where there is none."""
        from sim.results.indicators import unit, units

        known = {name: None for kept in self._kept[self.nothing].values() for name in kept.indicators}
        if indicator not in known:
            why = "; a gap has none where no supply is told at some place" if indicator.startswith("gap.") else ""
            text = f"no such indicator: {indicator!r}; {did_you_mean(indicator, known)}{why}"
            raise ScenarioError([Fault("", text, "--on")])
        found = aim(indicator, unit(indicator, units(self.scenario)))
        values = self.values(found, self.nothing)
        if np.isnan(values).any() or any(isinf(value) for value in values):
            text = f"{indicator} is not defined, or never, in some runs with nothing bought; choose another"
            raise ScenarioError([Fault("", text, "--on")])
        return found


def worst_tenth(values: Array) -> float:
    """The mean of the worst tenth of some values, at least of one; inf of none, and where one is not defined."""
    if not len(values) or np.isnan(values).any():
        return inf
    worst = np.sort(values)[-ceil(len(values) * WORST - 1e-9) :]
    return float(worst.mean())
