"""Ranges over replications: quantiles, mean and the run planned on, each array's computed once, in blocks of cells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, prod

import numpy as np

from sim.model.record import Array

LEVELS = {"p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p80": 0.8, "p95": 0.95}
BLOCK = 1_000_000
"""Values read back at a time: bounds the memory that ranges take, whatever the number of replications."""


@dataclass(frozen=True)
class Stack:
    """One array of every replication, in the order of their numbers, read back some cells at a time."""

    runs: int
    shape: tuple[int, ...]
    """Of the array in one replication."""
    read: Callable[[int, int], Array]
    """Cells from one to another, shape (replications, cells): a copy, the reader's to change."""


def held(values: Array) -> Stack:
    """A stack of values that are in memory, shape (replications, ...)."""
    flat = values.reshape(len(values), prod(values.shape[1:]))
    return Stack(len(values), values.shape[1:], lambda begin, end: flat[:, begin:end].copy())


class Summary:
    """What many replications say of each array; `inf` is *never*, sorted last; `nan` is *not defined*, left out."""

    def __init__(self, stack: Callable[[str], Stack], planned: Callable[[str], Array]) -> None:
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


def quantiles(stack: Stack) -> dict[str, Array]:
    """Each level's quantile over the replications by linear interpolation, as numpy's default."""
    found = by_block(stack, _levels)
    return {level: values.reshape(stack.shape) for level, values in zip(LEVELS, found, strict=True)}


def mean(stack: Stack) -> Array:
    """Mean over the replications in double precision; `inf` where some run never, nan where none has a value."""
    return by_block(stack, _mean).reshape(stack.shape)


def by_block(stack: Stack, of: Callable[[Array], Array]) -> Array:
    """What a function makes of values, shape (replications, cells), with its last axis the cells; a block at a time."""
    cells = prod(stack.shape)
    blocks = min(ceil(cells * stack.runs / BLOCK), cells)
    edges = np.linspace(0, cells, max(blocks, 1) + 1).astype(int).tolist()
    return np.concatenate([of(stack.read(begin, end)) for begin, end in pairwise(edges)], axis=-1)


def _levels(values: Array) -> Array:
    """Quantiles of columns of values, shape (levels, columns); sorts the values where they are."""
    values.sort(axis=0)
    defined = len(values) - np.isnan(values).sum(axis=0)
    result = np.full((len(LEVELS), values.shape[1]), np.nan)
    columns = np.flatnonzero(defined)
    if not len(columns):
        return result
    last = defined[columns] - 1
    for row, share in enumerate(LEVELS.values()):
        at = share * last
        low = np.floor(at).astype(int)
        below, above = (values[k, columns].astype(float) for k in (low, np.minimum(low + 1, last)))
        result[row, columns] = between(below, above, at - low)
    return result


def _mean(values: Array) -> Array:
    """Means of columns of values; what is not defined in them is set to zero."""
    missing = np.isnan(values)
    values[missing] = 0
    defined = len(values) - missing.sum(axis=0)
    total = values.sum(axis=0, dtype=float)
    result: Array = np.where(defined > 0, total / np.maximum(defined, 1), np.nan)
    return result


def between(below: Array, above: Array, part: Array) -> Array:
    """Between two values; *never* as soon as the upper one counts and is never."""
    finite = np.isfinite(below) & np.isfinite(above)
    with np.errstate(invalid="ignore"):
        inner = below + (above - below) * part
    result: Array = np.where(finite, inner, np.where((part > 0) & ~np.isfinite(above), np.inf, below))
    return result
