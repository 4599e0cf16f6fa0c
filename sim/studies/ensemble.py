"""Many replications of one scenario, gathered as they come in, and their ranges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.model.record import Array

if TYPE_CHECKING:
    from sim.results.outcome import Outcome
    from sim.scenario.schema import Scenario

QUANTILES = {"p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p80": 0.8, "p95": 0.95}


class Ensemble:
    """Outcomes by replication; ranges do not depend on the order in which they came."""

    def __init__(self, scenario: Scenario, seed: int, planned: int) -> None:
        self.scenario, self.seed, self.planned = scenario, seed, planned
        self.outcomes: dict[int, Outcome] = {}
        self.failures: dict[int, str] = {}

    def add(self, outcome: Outcome) -> None:
        """Take in one replication, in single precision where counts are not whole people."""
        self.outcomes[outcome.replication] = outcome

    def fail(self, replication: int, error: str) -> None:
        """Note a replication that failed."""
        self.failures[replication] = error

    def __len__(self) -> int:
        return len(self.outcomes)

    def replications(self) -> list[Outcome]:
        """Outcomes in order of replication."""
        return [self.outcomes[number] for number in sorted(self.outcomes)]

    def stack(self, name: str) -> Array:
        """One array of every replication, shape (replications, ...)."""
        return np.stack([outcome.arrays[name] for outcome in self.replications()])

    def indicator(self, name: str) -> Array:
        """One indicator of every replication, nan where it does not apply."""
        return np.array([outcome.indicators.get(name, np.nan) for outcome in self.replications()])

    def indicators(self) -> list[str]:
        """Names of all indicators, in order."""
        return list(dict.fromkeys(name for outcome in self.replications() for name in outcome.indicators))


def ranges(values: Array) -> dict[str, Array]:
    """Quantiles and mean over the first axis; nan where a run has none."""
    if np.isnan(values).any():
        return {name: _without_nan(values, q) for name, q in QUANTILES.items()} | {"mean": _mean_without_nan(values)}
    quantiles = np.quantile(values, list(QUANTILES.values()), axis=0)
    return dict(zip(QUANTILES, quantiles, strict=True)) | {"mean": values.mean(axis=0)}


def _without_nan(values: Array, q: float) -> Array:
    """A quantile among the runs that have a value."""
    filled = np.where(np.isnan(values), np.inf, values)
    count = (~np.isnan(values)).sum(axis=0)
    sorted_ = np.sort(filled, axis=0)
    at = np.maximum(count - 1, 0) * q
    low, high = np.floor(at).astype(int), np.ceil(at).astype(int)
    below, above = (np.take_along_axis(sorted_, index[None, ...], axis=0)[0] for index in (low, high))
    with np.errstate(invalid="ignore"):
        result: Array = np.where(count > 0, below + np.where(low == high, 0.0, (above - below) * (at - low)), np.nan)
    return result


def _mean_without_nan(values: Array) -> Array:
    count = (~np.isnan(values)).sum(axis=0)
    mean: Array = np.where(count > 0, np.nansum(values, axis=0) / np.maximum(count, 1), np.nan)
    return mean
