"""Which inputs an answer follows from: first and total indices of Saltelli's design, and what luck adds to it.

scipy.stats.sobol_indices asks for a power of two of rows, which one failed run breaks, and its bands are drawn from a
stream that cannot be named; its two estimators are a line each here, and a test holds them equal to scipy's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, inf, nan

import numpy as np

from sim.model.record import Array
from sim.model.streams import stream

RESAMPLES = 1000
BAND = (0.05, 0.95)
FEWEST = 8
"""Rows of a design below which no index is told."""


@dataclass(frozen=True)
class Index:
    """Share of the variance that one input explains alone (first), and with all it acts together with (total)."""

    first: float = nan
    first_band: tuple[float, float] = (nan, nan)
    total: float = nan
    total_band: tuple[float, float] = (nan, nan)
    used: int = 0
    """Rows of the design, or runs, it rests on."""


@dataclass(frozen=True)
class Luck:
    """Variances of an answer over cases that all met the same luck: what inputs, luck, and both together make."""

    inputs: float
    common: float
    """Of what luck changes alike in every case: it cancels between cases."""
    together: float
    """Of what luck changes in one case otherwise than in another: it blurs the difference of two cases."""

    @property
    def share(self) -> float:
        """Share of the variance of single runs that is luck."""
        whole = self.inputs + self.common + self.together
        return (self.common + self.together) / whole if whole > 0 else nan

    def needed(self, share: float) -> float:
        """Replications of a case from which on luck adds less than this share to the variance between cases."""
        if self.inputs <= 0:
            return inf if self.together > 0 else 1
        return max(ceil(self.together / (share * self.inputs)), 1)


def over_luck(quadratic: Callable[[Array], Array], values: Array) -> Array:
    """A quadratic form of the mean over luck, without bias; values have shape (replications, ...).

    Only products of different replications are taken, so that what luck adds to a mean of few replications drops out:
    the sum over r != s of B(f_r, f_s) is Q(sum f_r) - sum Q(f_r). With one replication it is that of its luck.
    """
    number = len(values)
    if number == 1:
        return quadratic(values[0])
    alone = sum(quadratic(one) for one in values)
    return (quadratic(values.sum(axis=0)) - alone) / (number * (number - 1))


def indices(a: Array, b: Array, ab: Array) -> list[Index]:
    """Indices of every input; a and b have shape (replications, rows), ab (inputs, replications, rows).

    A row counts for an input where its three cases have a finite value in every replication. Estimators: Saltelli and
    others 2010, table 2 (b) and (f); bands: rows drawn anew, 90 of 100 between their ends.
    """
    return [_index(np.stack([a, b, swapped])) for swapped in ab]


def _index(blocks: Array) -> Index:
    whole = np.isfinite(blocks).all(axis=(0, 1))
    found = np.swapaxes(blocks[:, :, whole], 0, 1)
    rows = int(whole.sum())
    if rows < FEWEST:
        return Index(used=rows)
    found = found - found[:, :2].mean(axis=(1, 2))[:, None, None]
    terms = np.stack([over_luck(term, found) for term in (_square, _alone, _in_all)])
    centre = found[:, :2].mean(axis=(0, 1))
    shares = _shares(terms.mean(axis=-1), float(centre.mean()))
    drawn = weights(rows)
    ends = np.quantile(_shares(terms @ drawn.T, drawn @ centre), BAND, axis=-1)
    (first, total), (low, high) = shares.tolist(), ends.tolist()
    return Index(first, (low[0], high[0]), total, (low[1], high[1]), rows)


def _square(f: Array) -> Array:
    result: Array = (f[0] ** 2 + f[1] ** 2) / 2
    return result


def _alone(f: Array) -> Array:
    result: Array = f[1] * (f[2] - f[0])
    return result


def _in_all(f: Array) -> Array:
    result: Array = (f[0] - f[2]) ** 2 / 2
    return result


def _shares(means: Array, centre: Array | float) -> Array:
    """First and total index from the mean square and the two products; zero where nothing varies."""
    variance = means[0] - np.square(centre)
    result: Array = np.where(variance > 0, means[1:] / np.where(variance > 0, variance, 1.0), 0.0)
    return result


@lru_cache(maxsize=4)
def weights(rows: int, resamples: int = RESAMPLES) -> Array:
    """How much each row counts in each sample drawn anew, shape (resamples, rows); always the same draw."""
    luck = stream(0, 0, f"rows drawn anew, {rows}")
    return luck.multinomial(rows, np.full(rows, 1 / rows), resamples) / rows


def luck(values: Array) -> Luck | None:
    """What luck adds, from cases that met the same luck; shape (replications, cases), None for one replication.

    Two-way analysis of variance without repetition; cases without a finite value in every replication are left out.
    """
    whole = values[:, np.isfinite(values).all(axis=0)]
    runs, cases = whole.shape
    if runs < 2 or cases < 2:
        return None
    by_case, by_run = whole.mean(axis=0), whole.mean(axis=1)
    rest = whole - by_case - by_run[:, None] + whole.mean()
    together = float((rest**2).sum() / ((runs - 1) * (cases - 1)))
    inputs = float(by_case.var(ddof=1)) - together / runs
    common = float(by_run.var(ddof=1)) - together / cases
    return Luck(max(inputs, 0.0), max(common, 0.0), together)
