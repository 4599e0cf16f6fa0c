"""Paired runs: the same luck in each, with one input that varies frozen at a value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.model.record import Array, Record
from sim.results.outcome import essence
from sim.scenario.distributions import Distribution
from sim.scenario.faults import Fault, ScenarioError, did_you_mean
from sim.scenario.paths import is_factor
from sim.scenario.varying import Relative
from sim.studies.quantile import quantile
from sim.studies.run import Case, Failure, Mapper, run_all

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

Progress = Callable[[int, int], None]


class Drawn(NamedTuple):
    """What was drawn in a run, and its indicators."""

    inputs: Mapping[str, float]
    indicators: Mapping[str, float]


@dataclass
class Runs:
    """Runs of one scenario with inputs frozen now and then, on one mapper; failures are counted."""

    scenario: Scenario
    seed: int
    mapper: Mapper
    progress: Progress | None = None
    expected: int = 0
    done: int = 0
    failures: list[str] = field(default_factory=list)

    def drawn(self, count: int, indicator: str) -> list[Drawn | None]:
        """Runs with nothing frozen; None for each that failed. ScenarioError for an indicator that there is not."""
        found = list(self._all(self.scenario, range(1), kept))
        known = found[0]
        if known is not None and indicator not in known.indicators:
            what = f"no such indicator; {did_you_mean(indicator, known.indicators)}"
            raise ScenarioError([Fault(indicator, what, "--of")])
        return found + list(self._all(self.scenario, range(1, count), kept))

    def frozen(self, path: str, at: float, replications: Sequence[int], indicator: str) -> Array:
        """The indicator with one input frozen, by replication; nan where the run failed."""
        told = freeze(self.scenario, path, at)
        found = self._all(told, replications, partial(one, indicator))
        return np.array([np.nan if value is None else value for value in found])

    def _all(self, scenario: Scenario, replications: Sequence[int], keep: Callable[[Record], Any]) -> Iterator[Any]:
        cases = [Case(number, number) for number in replications]
        for result in run_all(scenario, cases, keep, self.mapper, self.seed):
            self.done += 1
            if self.progress is not None:
                self.progress(self.done, self.expected)
            if isinstance(result, Failure):
                self.failures.append(result.error)
            yield None if isinstance(result, Failure) else result


def kept(record: Record) -> Drawn:
    """What is kept of a run with nothing frozen."""
    return Drawn(record.drawn, essence(record).indicators)


def one(indicator: str, record: Record) -> float:
    """What is kept of a run with an input frozen."""
    return essence(record).indicators.get(indicator, float("nan"))


def freeze(scenario: Scenario, path: str, at: float) -> Scenario:
    """The scenario with an input that varies told for certain; whatever else is drawn is drawn alike."""
    fixed = Distribution(value=at)
    told = Relative(factor=fixed) if is_factor(scenario.uncertainty[path]) else fixed
    return scenario.model_copy(update={"uncertainty": {**scenario.uncertainty, path: told}})


def values(scenario: Scenario, path: str, shares: Sequence[float]) -> list[float]:
    """Values of an input that varies, below which it lies in so large shares of the runs."""
    found: list[float] = quantile(how(scenario, path), np.array(shares)).tolist()
    return found


def how(scenario: Scenario, path: str) -> Distribution:
    """How an input varies; the factor, for one told as a factor."""
    told = scenario.uncertainty[path]
    found: Distribution = told.factor if is_factor(told) else told
    return found
