"""Many replications of one scenario, gathered as they come in within bounded memory, and their ranges."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from functools import partial
from math import prod
from sys import intern
from typing import TYPE_CHECKING

import numpy as np

from sim.model.record import Array
from sim.results.summary import LEVELS, Stack, Summary, held
from sim.studies.shelf import Scratch, Shelf

if TYPE_CHECKING:
    from sim.results.outcome import Outcome
    from sim.results.passages import Passages
    from sim.scenario.schema import Scenario

INDICATOR = "indicator "
"""What the name of a stack begins with that is an indicator's."""


class Ensemble:
    """Outcomes by replication; nothing that comes out depends on the order in which they came in."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self.scenario, self.seed = scenario, seed
        self.failures: dict[int, str] = {}
        self.traces: dict[int, str] = {}
        self.plan_outcome: Outcome | None = None
        self.said: list[str] = []
        self._numbers: list[int] = []
        self._present: list[int] = []
        self._drawn: list[dict[str, float]] = []
        self._indicators: list[dict[str, float]] = []
        self._shelf = Shelf()
        self._journals: dict[int, tuple[int, int]] = {}
        self._written = Scratch()
        self._summary: Summary | None = None

    def __len__(self) -> int:
        return len(self._numbers)

    def add(self, outcome: Outcome) -> None:
        """Take in one replication."""
        self._shelf.put(outcome.arrays)
        if outcome.journal is not None:
            self._keep(outcome.replication, outcome.journal)
        self._present.append(outcome.present)
        self._drawn.append(_named_once(outcome.drawn))
        self._indicators.append(_named_once(outcome.indicators))
        self._numbers.append(outcome.replication)
        self._summary = None

    def _keep(self, replication: int, journal: Passages) -> None:
        told = pickle.dumps(journal)
        self._journals[replication] = (self._written.append(told), len(told))

    def fail(self, replication: int, error: str, trace: str = "") -> None:
        """Note a replication that failed."""
        self.failures[replication], self.traces[replication] = error, trace

    def plan_on(self, outcome: Outcome) -> None:
        """Take this world as the plan: the planning figure's, which is none of the replications."""
        self.plan_outcome, self._summary = outcome, None

    def let_go(self) -> None:
        """Give back what is not needed once the results are written; only the indicators can still be asked for."""
        self._shelf, self._written = Shelf(), Scratch()
        self._journals, self._summary = {}, None

    @property
    def order(self) -> list[int]:
        """Positions of the replications in the order of their numbers."""
        return sorted(range(len(self)), key=self._numbers.__getitem__)

    @property
    def replications(self) -> list[int]:
        """Numbers of the replications that finished, in order."""
        return sorted(self._numbers)

    def stack(self, name: str) -> Stack:
        """An array of every replication, or the indicator of that name after `indicator `."""
        if name.startswith(INDICATOR):
            return held(self.indicator(name.removeprefix(INDICATOR)))
        return Stack(len(self), self._shelf.shape(name), partial(self._shelf.read, name, self.order))

    def row(self, name: str, at: int) -> Array:
        """One row of an array of every replication, shape (replications, columns)."""
        stack = self.stack(name)
        width = prod(stack.shape[1:])
        return stack.read(at * width, (at + 1) * width)

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
    def has_journals(self) -> bool:
        """Whether journals were asked for."""
        return bool(self._journals)

    def journals(self) -> Iterator[tuple[int, Passages]]:
        """Journals by replication, one after another."""
        for number, (begin, length) in sorted(self._journals.items()):
            told = np.empty(length, np.uint8)
            self._written.fill(told, begin)
            yield number, pickle.loads(told.data)

    @property
    def summary(self) -> Summary:
        """The ranges, each computed once."""
        if self._summary is None:
            self._summary = Summary(self.stack, self._planned)
        return self._summary

    def _planned(self, name: str) -> Array:
        if self.plan_outcome is not None:
            return self.plan_outcome.arrays[name]
        return self._shelf.whole(name, self.order[self.plan])

    @property
    def plan(self) -> int:
        """Position of the run planned on among the replications in order."""
        present = np.array([self._present[k] for k in self.order], float)
        return plan(
            present, self.indicator("arrived.total"), self.scenario.needs.plan_on, self.scenario.population.total
        )


def _named_once(told: dict[str, float]) -> dict[str, float]:
    """The same, with names that all replications share instead of holding each its own."""
    return {intern(name): value for name, value in told.items()}


def plan(present: Array, arrived: Array, level: str, planning_figure: float) -> int:
    """The run whose people present lie nearest the level planned on; ties by the arrived nearest it, then by number."""
    if level == "planning-figure":
        return _nearest(present, arrived, planning_figure, float(np.max(arrived)))
    share = LEVELS[level]
    return _nearest(present, arrived, float(np.quantile(present, share)), float(np.quantile(arrived, share)))


def _nearest(first: Array, second: Array, at: float, then: float) -> int:
    return int(np.lexsort((np.arange(len(first)), np.abs(second - then), np.abs(first - at)))[0])
