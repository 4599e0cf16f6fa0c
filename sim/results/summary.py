"""Ranges over replications: quantiles, mean and the run planned on, each array's computed once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.model.record import Array

LEVELS = {"p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p80": 0.8, "p95": 0.95}
CHUNK = 4_000_000
"""Values sorted at a time: bounds the memory that ranges take."""


class Summary:
    """What many replications say of each array; `inf` is *never*, sorted last; `nan` is *not defined*, left out."""

    def __init__(self, stack: Callable[[str], Array], planned: Callable[[str], Array]) -> None:
        self._stack, self._planned = stack, planned
        self._levels: dict[str, dict[str, Array]] = {}
        self._means: dict[str, Array] = {}

    def at(self, name: str, level: str) -> Array:
        """An array's values at a level: a quantile by cell, `mean`, or `plan` (its values in the run planned on)."""
        if level == "plan":
            return self._planned(name)
        if level == "mean":
            return self._mean(name)
        if name not in self._levels:
            self._levels[name] = quantiles(self._stack(name))
        return self._levels[name][level]

    def _mean(self, name: str) -> Array:
        if name not in self._means:
            self._means[name] = mean(self._stack(name))
        return self._means[name]


def quantiles(stack: Array) -> dict[str, Array]:
    """Each level's quantile over the first axis by linear interpolation, as numpy's default; shape of the rest."""
    shape, count = stack.shape[1:], max(len(stack), 1)
    flat = stack.reshape(len(stack), -1)
    step = max(CHUNK // count, 1)
    parts = [_levels(flat[:, begin : begin + step]) for begin in range(0, flat.shape[1], step)]
    joined = np.concatenate(parts, axis=1) if parts else np.zeros((len(LEVELS), 0))
    return {level: values.reshape(shape) for level, values in zip(LEVELS, joined, strict=True)}


def _levels(values: Array) -> Array:
    """Quantiles of columns of values, shape (levels, columns)."""
    ordered = np.sort(values.astype(float), axis=0)
    defined = (~np.isnan(ordered)).sum(axis=0)
    result = np.full((len(LEVELS), values.shape[1]), np.nan)
    columns = np.flatnonzero(defined)
    if not len(columns):
        return result
    last = defined[columns] - 1
    for row, share in enumerate(LEVELS.values()):
        at = share * last
        low = np.floor(at).astype(int)
        below, above = ordered[low, columns], ordered[np.minimum(low + 1, last), columns]
        result[row, columns] = between(below, above, at - low)
    return result


def between(below: Array, above: Array, part: Array) -> Array:
    """Between two values; *never* as soon as the upper one counts and is never."""
    finite = np.isfinite(below) & np.isfinite(above)
    with np.errstate(invalid="ignore"):
        inner = below + (above - below) * part
    result: Array = np.where(finite, inner, np.where((part > 0) & ~np.isfinite(above), np.inf, below))
    return result


def mean(stack: Array) -> Array:
    """Mean over the first axis in double precision; `inf` where some run never, nan where none has a value."""
    defined = (~np.isnan(stack)).sum(axis=0)
    total = np.nansum(stack, axis=0, dtype=float)
    result: Array = np.where(defined > 0, total / np.maximum(defined, 1), np.nan)
    return result
