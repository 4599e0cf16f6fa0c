"""How many replications a difference needs, and when a stated precision is reached.

A precision is the half-width of the 95 % interval of the mean difference. Runs end by Stein's rule of two stages: the
spread of the first pairs alone fixes how many pairs are needed, so that looking at the result cannot shorten them. For
normal differences the interval then holds the truth in at least 95 of 100 studies, however they spread (C. Stein, A
two-sample test for a linear hypothesis whose power is independent of the variance, Ann. Math. Stat. 16, 1945).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import ceil, inf, isfinite, nan, sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.results import indicators
from sim.scenario import units
from sim.scenario.faults import Fault, ScenarioError, did_you_mean

if TYPE_CHECKING:
    from sim.model.record import Array
    from sim.scenario.schema import Scenario
    from sim.studies.paired import Paired

SURE = 0.95
FIRST = 20
"""Pairs of the first stage, by whose spread the number of all is fixed."""
LARGEST = 10**9
OPTION = "--until-precision"


class Precision(NamedTuple):
    """Up to what half-width the mean difference of an indicator is to be known."""

    indicator: str
    half_width: float


class Reached(NamedTuple):
    """How a stated precision turned out."""

    asked: Precision
    needed: float
    """Pairs that the first stage asks for; nan where differences are not all numbers."""
    half_width: float
    """What was reached."""

    @property
    def holds(self) -> bool:
        """Whether it was reached."""
        return self.half_width <= self.asked.half_width


def read(told: str, scenario: Scenario) -> Precision:
    """`arrived.total 500 people` as a precision; ScenarioError says what does not fit."""
    name, _, amount = told.strip().partition(" ")
    unit = indicators.unit(name, indicators.units(scenario))
    try:
        half_width = units.read(amount.strip(), unit or "1")
    except ValueError as fault:
        raise ScenarioError([Fault(OPTION, f"{told!r}: {fault}; write it like 'arrived.total 500 people'")]) from None
    if not half_width > 0:
        raise ScenarioError([Fault(OPTION, f"{told!r} is no precision; it must be more than 0")])
    return Precision(name, half_width)


def known(asked: Sequence[Precision], found: Paired) -> None:
    """ScenarioError where a precision is asked of an indicator that no run gives."""
    faults = [
        Fault(OPTION, f"no indicator {one.indicator!r}; {did_you_mean(one.indicator, found.indicators)}")
        for one in asked
        if found.indicators and one.indicator not in found.indicators
    ]
    if faults:
        raise ScenarioError(faults)


@lru_cache(maxsize=4096)
def student(runs: int) -> float:
    """The two-sided 95 % quantile of Student's t for the mean of so many runs."""
    from scipy.stats import t

    return float(t.ppf((1 + SURE) / 2, runs - 1)) if runs > 1 else inf


def half_width(differences: Array) -> float:
    """Half-width of the 95 % interval of the mean; inf for fewer than two, or where some are not numbers."""
    if len(differences) < 2 or not np.isfinite(differences).all():
        return inf
    return student(len(differences)) * float(differences.std(ddof=1)) / sqrt(len(differences))


def needed(first: Array, wanted: float) -> float:
    """Stein's number of pairs, from those of the first stage; nan where their differences are not all numbers."""
    if len(first) < 2 or not np.isfinite(first).all():
        return nan
    return max(float(len(first)), ceil((student(len(first)) * float(first.std(ddof=1)) / wanted) ** 2))


def for_sign(differences: Array) -> float:
    """Pairs that make the sign of the mean difference sure, if mean and spread stay; inf where it is nothing."""
    finite = differences[np.isfinite(differences)]
    if len(finite) < 2 or len(finite) < len(differences[~np.isnan(differences)]):
        return nan
    mean, spread = float(finite.mean()), float(finite.std(ddof=1))
    return inf if mean == 0 else pairs(spread, abs(mean))


def pairs(spread: float, wanted: float) -> float:
    """The fewest pairs whose 95 % interval is at most so wide to each side, for differences of that spread."""
    count = 2
    while count < LARGEST and student(count) * spread / sqrt(count) > wanted:
        count = max(count + 1, min(ceil((student(count) * spread / wanted) ** 2), 2 * count))
    while count > 2 and student(count - 1) * spread / sqrt(count - 1) <= wanted:
        count -= 1
    return float(count)


class Enough:
    """Asked after every replication: whether all precisions are reached, for every other variant."""

    def __init__(self, asked: Sequence[Precision]) -> None:
        self.asked = tuple(asked)

    def __call__(self, found: Paired) -> bool:
        """Whether the pairs that the first stage asked for have been run."""
        if found.replications == 1:
            known(self.asked, found)
        return bool(self.asked) and all(
            len(found.both(name)) >= self.wanted(found, name, one) for name in found.names[1:] for one in self.asked
        )

    def wanted(self, found: Paired, name: str, one: Precision) -> float:
        """Pairs of a variant and the reference that a precision takes; inf until the first stage is over."""
        differences = found.differences(one.indicator, name)
        count = needed(differences[:FIRST], one.half_width) if len(differences) >= FIRST else inf
        return count if isfinite(count) else inf


def reached(asked: Sequence[Precision], found: Paired, name: str) -> list[Reached]:
    """How each precision turned out for a variant; the interval is that of the first stage's spread."""
    result = []
    for one in asked:
        differences = found.differences(one.indicator, name)
        first = differences[:FIRST]
        spread = half_width(first) * sqrt(len(first) / max(len(differences), 1)) if len(first) > 1 else inf
        result.append(Reached(one, needed(first, one.half_width), spread))
    return result
