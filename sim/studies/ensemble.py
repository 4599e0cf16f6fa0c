"""Many replications of one scenario, gathered as they come in within bounded memory, and their ranges."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from sim.model.record import Array
from sim.results.summary import LEVELS, Summary

if TYPE_CHECKING:
    from sim.results.outcome import Outcome
    from sim.results.passages import Passages
    from sim.scenario.schema import Scenario

IN_MEMORY = 256_000_000
"""Bytes of results kept in memory; what is more goes to a temporary file."""


class Ensemble:
    """Outcomes by replication; nothing that comes out depends on the order in which they came in."""

    def __init__(self, scenario: Scenario, seed: int, planned: int) -> None:
        self.scenario, self.seed, self.planned = scenario, seed, planned
        self.failures: dict[int, str] = {}
        self.traces: dict[int, str] = {}
        self.plan_outcome: Outcome | None = None
        self._numbers: list[int] = []
        self._present: list[int] = []
        self._drawn: list[dict[str, float]] = []
        self._indicators: list[dict[str, float]] = []
        self._journals: dict[int, Passages] = {}
        self._shelves: dict[str, Array] = {}
        self._bytes = 0
        self._folder: TemporaryDirectory[str] | None = None
        self._summary: Summary | None = None

    def __len__(self) -> int:
        return len(self._numbers)

    def add(self, outcome: Outcome) -> None:
        """Take in one replication."""
        for name, values in outcome.arrays.items():
            if name not in self._shelves:
                self._shelves[name] = self._shelf(name, values)
            self._shelves[name][len(self)] = values
        self._present.append(outcome.present)
        self._drawn.append(outcome.drawn)
        self._indicators.append(outcome.indicators)
        if outcome.journal is not None:
            self._journals[outcome.replication] = outcome.journal
        self._numbers.append(outcome.replication)
        self._summary = None

    def fail(self, replication: int, error: str, trace: str = "") -> None:
        """Note a replication that failed."""
        self.failures[replication], self.traces[replication] = error, trace

    def plan_on(self, outcome: Outcome) -> None:
        """Take this world as the plan: the planning figure's, which is none of the replications."""
        self.plan_outcome, self._summary = outcome, None

    def _shelf(self, name: str, values: Array) -> Array:
        """Room for one array of every replication, in memory or in a temporary file."""
        shape = (max(self.planned, 1), *values.shape)
        self._bytes += int(np.prod(shape)) * values.dtype.itemsize
        if self._bytes <= IN_MEMORY or not values.size:
            return np.empty(shape, values.dtype)
        if self._folder is None:
            self._folder = TemporaryDirectory(prefix="needsim-", ignore_cleanup_errors=True)
        return np.memmap(Path(self._folder.name) / name, values.dtype, "w+", shape=shape)

    @property
    def order(self) -> list[int]:
        """Positions of the replications in the order of their numbers."""
        return sorted(range(len(self)), key=self._numbers.__getitem__)

    @property
    def replications(self) -> list[int]:
        """Numbers of the replications that finished, in order."""
        return sorted(self._numbers)

    def stack(self, name: str) -> Array:
        """One array of every replication in the order of their numbers, shape (replications, ...)."""
        order, shelf = self.order, self._shelves[name]
        return shelf[: len(self)] if order == list(range(len(self))) else shelf[order]

    def has(self, name: str) -> bool:
        """Whether the replications have an array of that name."""
        return name in self._shelves

    def indicator(self, name: str) -> Array:
        """One indicator of every replication, nan where it has none."""
        return np.array([self._indicators[k].get(name, np.nan) for k in self.order])

    @property
    def indicators(self) -> list[str]:
        """Names of all indicators, in the order in which the first replication gives them."""
        return list(dict.fromkeys(name for k in self.order for name in self._indicators[k]))

    @property
    def drawn(self) -> list[dict[str, float]]:
        """What was drawn for each replication, by dotted path."""
        return [self._drawn[k] for k in self.order]

    @property
    def journals(self) -> list[tuple[int, Passages]]:
        """Journals by replication, where they were asked for."""
        return sorted(self._journals.items(), key=lambda item: item[0])

    @property
    def summary(self) -> Summary:
        """The ranges, each computed once."""
        if self._summary is None:
            self._summary = Summary(self._values, self._planned)
        return self._summary

    def _values(self, name: str) -> Array:
        """An array's stack, or `indicator <name>` as one."""
        return self.indicator(name.removeprefix("indicator ")) if name.startswith("indicator ") else self.stack(name)

    def _planned(self, name: str) -> Array:
        if self.plan_outcome is not None:
            return self.plan_outcome.arrays[name]
        values: Array = self.stack(name)[self.plan]
        return values

    @property
    def plan(self) -> int:
        """Position of the run planned on among the replications in order."""
        present = np.array([self._present[k] for k in self.order], float)
        return plan(
            present, self.indicator("arrived.total"), self.scenario.needs.plan_on, self.scenario.population.total
        )


def plan(present: Array, arrived: Array, level: str, planning_figure: float) -> int:
    """The run whose people present lie nearest the level planned on; ties by the arrived nearest it, then by number."""
    if level == "planning-figure":
        return _nearest(present, arrived, planning_figure, float(np.max(arrived)))
    share = LEVELS[level]
    return _nearest(present, arrived, float(np.quantile(present, share)), float(np.quantile(arrived, share)))


def _nearest(first: Array, second: Array, at: float, then: float) -> int:
    return int(np.lexsort((np.arange(len(first)), np.abs(second - then), np.abs(first - at)))[0])
