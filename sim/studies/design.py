"""Designs of experiments: which cases a sweep runs, from what it varies."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.model.record import Array
from sim.model.streams import stream
from sim.scenario.distributions import Distribution
from sim.scenario.faults import did_you_mean
from sim.scenario.paths import keys_in
from sim.studies.varied import Value, Varied

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

KINDS = ("grid", "latin", "sobol", "one_at_a_time")
FILE = "file"
"""The kind of a design whose cases are written down one by one."""
LUCK = "design"
"""The stream of luck that samples are taken from."""
BASE, LOW, HIGH = "base", "low", "high"
MOST = 1_000_000

Inputs = dict[str, Value]


@dataclass(frozen=True)
class Design:
    """The cases of a sweep, by number, and all one needs to make the sample anew."""

    kind: str
    varied: tuple[Varied, ...]
    cases: list[Inputs]
    more: Mapping[str, Any] = field(default_factory=dict)
    """What its kind needs beside: `n`, the base points of a Sobol sample; `roles` of one-at-a-time cases; `names`."""

    def told(self) -> dict[str, Any]:
        """As the store keeps it."""
        ranges = {one.path: one.told() for one in self.varied}
        return {"kind": self.kind, "cases": len(self.cases), "varied": ranges, **self.more, "sample": self.fingerprint}

    @property
    def fingerprint(self) -> str:
        """The same for the same values in the same cases."""
        return hashlib.sha256(json.dumps(self.cases).encode()).hexdigest()[:16]

    @property
    def units(self) -> dict[str, str]:
        """Units by path."""
        return {one.path: one.unit for one in self.varied}


def design(kind: str, varied: Sequence[Varied], runs: int | None, seed: int, scenario: Scenario) -> Design:
    """The design of a kind over these paths with at most so many runs; ValueError when it cannot be made."""
    if kind not in KINDS:
        raise ValueError(f"no design '{kind}'; {did_you_mean(kind, KINDS)}")
    if not varied:
        raise ValueError("varies nothing; tell at least one path, such as 'fuel.ration=10..30 L'")
    if runs is not None and not 1 <= runs <= MOST:
        raise ValueError(f"{runs:,} runs are not possible; from 1 to {MOST:,}")
    if kind == "one_at_a_time":
        return one_at_a_time(varied, scenario)
    if kind == "grid":
        return grid(varied, runs)
    if runs is None:
        raise ValueError(f"a {kind} design needs a number of runs, such as 1000")
    return (latin if kind == "latin" else sobol)(varied, runs, seed)


def latin(varied: Sequence[Varied], runs: int, seed: int) -> Design:
    """A Latin hypercube: every path has one value in each of as many equal shares as there are runs."""
    from scipy.stats import qmc

    shares = qmc.LatinHypercube(len(varied), rng=stream(seed, 0, LUCK)).random(runs)
    return Design("latin", tuple(varied), _cases(varied, shares))


def sobol(varied: Sequence[Varied], runs: int, seed: int) -> Design:
    """Saltelli's blocks A, B and A with one column of B a path, for each base point of a scrambled Sobol sequence.

    Cases lie point by point, so that a sweep cut off leaves whole points: n * (paths + 2) cases, n a power of two.
    Source: Saltelli et al. 2010, doi:10.1016/j.cpc.2009.09.018.
    """
    from scipy.stats import qmc

    paths = len(varied)
    if runs < 2 * (paths + 2):
        raise ValueError(f"{runs} runs are too few: a sobol design over {paths} paths has at least {2 * (paths + 2)}")
    power = int(np.log2(runs / (paths + 2)))
    points = qmc.Sobol(2 * paths, rng=stream(seed, 0, LUCK), bits=64).random_base2(power)
    a, b = points[:, :paths], points[:, paths:]
    shares = np.stack([a, b, *(np.where(np.arange(paths) == k, b, a) for k in range(paths))], axis=1)
    return Design("sobol", tuple(varied), _cases(varied, shares.reshape(-1, paths)), {"n": 2**power})


def grid(varied: Sequence[Varied], runs: int | None) -> Design:
    """Every combination of some values of each path, as many of them as the runs allow."""
    counts = grid_counts(varied, runs)
    values = [one.spread(count) for one, count in zip(varied, counts, strict=True)]
    cases = [dict(zip((one.path for one in varied), told, strict=True)) for told in product(*values)]
    points = {one.path: count for one, count in zip(varied, counts, strict=True)}
    return Design("grid", tuple(varied), cases, {"points": points})


def grid_counts(varied: Sequence[Varied], runs: int | None) -> list[int]:
    """How many values each path has in a grid: all of a choice, of a range as many as fit, the first paths first."""
    most = [len(one.levels) or MOST for one in varied]
    if runs is None:
        if open_ended := [one.path for one, count in zip(varied, most, strict=True) if count == MOST]:
            raise ValueError(f"a grid over the range of {open_ended[0]} needs a number of runs, such as 100")
        runs = MOST
    counts = [len(one.values) or 2 for one in varied]
    if prod(counts) > runs:
        raise ValueError(f"{runs} runs are too few: a grid over these paths has at least {prod(counts)}")
    grows = True
    while grows:
        grows = False
        for k in range(len(counts)):
            if counts[k] < most[k] and prod(counts) // counts[k] * (counts[k] + 1) <= runs:
                counts[k], grows = counts[k] + 1, True
    return counts


def one_at_a_time(varied: Sequence[Varied], scenario: Scenario) -> Design:
    """The base, then the low and the high of each path with all others at the base; of a choice, every other value."""
    base = {one.path: base_of(one, scenario) for one in varied}
    cases, roles = [dict(base)], [["", BASE]]
    for one in varied:
        for role, value in zip((LOW, HIGH) if not one.values else map(str, one.values), one.ends, strict=True):
            if not one.values or value != base[one.path]:
                cases.append({**base, one.path: value})
                roles.append([one.path, role])
    return Design("one_at_a_time", tuple(varied), cases, {"base": base, "roles": roles})


def base_of(one: Varied, scenario: Scenario) -> Value:
    """What the scenario tells at a path, as a plain value; the middle of what it may be where it tells none."""
    if one.factor:
        return 1.0
    told: Any = scenario.model_dump(by_alias=True)
    for key in keys_in(one.path):
        told = told.get(key) if isinstance(told, Mapping) else None
    if isinstance(told, Mapping) and one.people:
        told = told[one.people]
    elif isinstance(told, Mapping) and "distribution" in told:
        told = Distribution(**{name: value for name, value in told.items() if value is not None}).centre
    if isinstance(told, (int, float)) and not isinstance(told, bool):
        return float(told)
    return told if isinstance(told, str) and told in one.values else one.at(np.array([0.5]))[0]


def listed(cases: Mapping[str, Inputs], varied: Sequence[Varied]) -> Design:
    """Cases that were written down one by one, by name."""
    return Design(FILE, tuple(varied), list(cases.values()), {"names": list(cases)})


def _cases(varied: Sequence[Varied], shares: Array) -> list[Inputs]:
    """Inputs by case from shares between 0 and 1, shape (cases, paths)."""
    columns = [one.at(shares[:, k]) for k, one in enumerate(varied)]
    paths = [one.path for one in varied]
    return [dict(zip(paths, values, strict=True)) for values in zip(*columns, strict=True)]
