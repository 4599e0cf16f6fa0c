"""What can be said of inputs from runs that no design arranged: first indices by classes, grids whole, and widths."""

from __future__ import annotations

from math import nan

import numpy as np
from numpy.random import Generator

from sim.model.record import Array
from sim.studies.sobol import BAND, Index, over_luck, weights

FEWEST = 30
"""Runs below which nothing is told of their inputs."""
CLASS = 10
"""Runs that a class of neighbouring values holds at least."""
MOST_CLASSES = 40
RESAMPLES = 400


def first(inputs: Array, answer: Array) -> Index:
    """First index of an input from runs as they are: the variance of the means of its classes, by correlation ratio.

    Corrected for the chance that classes differ by luck (Pearson's ratio, adjusted for its classes), so that an input
    which does nothing lies about zero; there is no total index without a design. Runs with no finite answer drop out.
    """
    finite = np.isfinite(answer)
    inputs, answer = inputs[finite], answer[finite]
    if len(answer) < FEWEST:
        return Index(used=len(answer))
    of = classes(inputs)
    member = (of[:, None] == np.arange(of.max() + 1)).astype(float)
    drawn = weights(len(answer), RESAMPLES)
    centred = answer - answer.mean()
    found = _ratio(np.full((1, len(answer)), 1 / len(answer)), member, centred)[0]
    again = _ratio(drawn, member, centred)
    # Runs drawn twice make classes look more unlike than they are: the spread is taken from there, the middle is not.
    low, high = (np.quantile(again, BAND) - np.median(again) + found).tolist()
    return Index(float(found), (low, high), used=len(answer))


def _ratio(drawn: Array, member: Array, answer: Array) -> Array:
    """Adjusted correlation ratio for each row of weights."""
    rows, count = member.shape
    if count < 2:
        return np.zeros(len(drawn))
    share, sums = drawn @ member, drawn @ (member * answer[:, None])
    mean = sums.sum(axis=1)
    whole = drawn @ answer**2 - mean**2
    between = (sums**2 / np.where(share > 0, share, 1.0)).sum(axis=1) - mean**2
    ratio = np.where(whole > 0, between / np.where(whole > 0, whole, 1.0), 0.0)
    result: Array = np.where(whole > 0, 1 - (1 - ratio) * (rows - 1) / max(rows - count, 1), 0.0)
    return result


def classes(inputs: Array) -> Array:
    """The class each run's input belongs to: its values where there are few, else neighbours of like number."""
    values, place = np.unique(inputs, return_inverse=True)
    most = int(np.clip(len(inputs) // CLASS, 2, MOST_CLASSES))
    if inputs.dtype.kind not in "fiu" or len(values) <= most:
        return np.asarray(place)
    rank = np.argsort(np.argsort(inputs, kind="stable"), kind="stable")
    result: Array = rank * most // len(inputs)
    return result


def grid(values: Array) -> list[Index]:
    """Indices over a whole grid, shape (replications, levels, levels, ...); exact for levels that are equally likely.

    Nothing is drawn, so there are no bands. A grid with a run missing has no indices.
    """
    depth = values.ndim - 1
    if not np.isfinite(values).all():
        return [Index(used=int(np.isfinite(values[0]).sum()))] * depth
    variance = float(over_luck(lambda f: np.array(f.var()), values))
    if variance <= 0:
        return [Index(0.0, total=0.0, used=values[0].size)] * depth
    return [_along(values, axis, variance) for axis in range(depth)]


def _along(values: Array, axis: int, variance: float) -> Index:
    others = tuple(k for k in range(values.ndim - 1) if k != axis)
    alone = float(over_luck(lambda f: np.array(f.mean(axis=others).var()), values)) / variance
    in_all = float(over_luck(lambda f: np.array(f.var(axis=axis).mean()), values)) / variance
    return Index(alone, total=in_all, used=values[0].size)


def width(answer: Array, drawn: Array | None = None) -> Array:
    """Width of the range that holds 90 of 100 runs; a row of run numbers each where samples are drawn anew."""
    ends = _ends(answer if drawn is None else answer[drawn])
    with np.errstate(invalid="ignore"):
        result: Array = ends[1] - ends[0]
    return result


def _ends(values: Array) -> Array:
    """Between which 90 of 100 values lie; beside one that never comes the nearest counts: nothing lies between."""
    return np.quantile(values, BAND, axis=-1, method="linear" if np.isfinite(values).all() else "nearest")


def narrower(now: Array, known: Array, luck: Generator) -> tuple[float, float, float, float]:
    """Width of an answer, its mean width with an input known, and the band of their difference.

    `now` has shape (runs,), `known` (values of the input, runs): the same runs are drawn anew for both.
    """
    drawn = luck.integers(0, len(now), (RESAMPLES, len(now)))
    after = float(np.mean([width(some) for some in known]))
    with np.errstate(invalid="ignore"):
        again = width(now, drawn) - np.mean([width(some, drawn) for some in known], axis=0)
    again = again[~np.isnan(again)]
    low, high = _ends(again).tolist() if len(again) else (nan, nan)
    return float(width(now)), after, low, high


def apart(inputs: Array, answer: Array) -> Array:
    """What is left of the answer when one input is known: each run less what the others say of its value.

    A parabola over the ranks of the input, fitted without the run itself (leave-one-out), so that an input which does
    nothing leaves the answer as wide as it was.
    """
    rank = np.argsort(np.argsort(inputs, kind="stable"), kind="stable") / max(len(inputs) - 1, 1) - 0.5
    basis, _ = np.linalg.qr(np.stack([np.ones_like(rank), rank, rank**2], axis=1))
    left = answer - basis @ (basis.T @ answer)
    result: Array = left / (1 - np.minimum((basis**2).sum(axis=1), 1 - 1e-9))
    return result
