"""The package that leaves the least under a budget: all of them where they are few, else found by trying.

Seeds are what is known already (nothing, single levers, the order by gain per dollar) and the exact answer to a simpler
question: which steps are best if gains simply add up (a mixed-integer programme over the gains of single levers). From
the best of them a search by neighbours goes on: a step more or less, as much of a lever as the money left buys, and one
lever given up for another; then differential evolution over whole steps, as long as runs are left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from math import inf

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, differential_evolution, milp

from sim.model.record import Array
from sim.model.streams import stream
from sim.studies.levers import Package

Measure = Callable[[list[Package]], list[float]]
"""What each package leaves; inf for what could not be measured, since no runs were left."""
SLACK = 1e-9
FEW = 4000
"""Packages above which they are not all listed."""
GENERATIONS, CROWD, AT_A_TIME = 50, 4, 4


class Room:
    """Which packages can be bought: so many steps at most of each lever, and within a budget."""

    def __init__(self, most: Sequence[int], costs: Sequence[float], budget: float) -> None:
        self.most, self.costs, self.budget = tuple(most), tuple(costs), budget

    def cost(self, package: Sequence[int]) -> float:
        """US dollars of a package."""
        return sum(cost * steps for cost, steps in zip(self.costs, package, strict=True))

    def holds(self, package: Sequence[int]) -> bool:
        """Whether a package can be bought."""
        within = all(0 <= steps <= most for steps, most in zip(package, self.most, strict=True))
        return within and self.cost(package) <= self.budget + SLACK

    def every(self) -> list[Package] | None:
        """All packages that can be bought; None where they are too many to be listed."""
        if np.prod([float(most + 1) for most in self.most]) > FEW * CROWD:
            return None
        found = [package for package in product(*(range(most + 1) for most in self.most)) if self.holds(package)]
        return found if len(found) <= FEW else None

    def as_many(self, package: Package, lever: int) -> Package:
        """The package with as many more steps of a lever as the money left buys."""
        left, each = self.budget - self.cost(package), self.costs[lever]
        more = self.most[lever] - package[lever]
        afford = more if each <= 0 else min(more, int((left + SLACK) / each))
        return with_steps(package, {lever: package[lever] + max(afford, 0)})

    def even(self) -> Package:
        """As many steps of every lever as an equal share of the money buys."""
        share = self.budget / max(sum(cost * most > 0 for cost, most in zip(self.costs, self.most, strict=True)), 1)
        return tuple(
            most if cost <= 0 else min(most, int((share + SLACK) / cost))
            for cost, most in zip(self.costs, self.most, strict=True)
        )

    def cut(self, package: Sequence[float] | Array) -> Package:
        """The nearest package that can be bought: all levers shortened alike until it can be."""
        whole = np.clip(np.rint(np.asarray(package, float)), 0, self.most)
        while self.cost(whole.astype(int).tolist()) > self.budget + SLACK:
            whole = np.floor(whole * min(self.budget / max(self.cost(whole.tolist()), SLACK), 0.95))
        return tuple(int(steps) for steps in whole)


def with_steps(package: Package, steps: dict[int, int]) -> Package:
    """A package with other numbers of steps of some levers."""
    return tuple(steps.get(lever, number) for lever, number in enumerate(package))


def best(room: Room, measure: Measure, seeds: Sequence[Package], left: Callable[[], int], luck: int) -> Package:
    """The best package tried; `left` says how many more can be measured."""
    found: dict[Package, float] = {}

    def tried(packages: list[Package]) -> list[float]:
        values = measure(packages)
        found.update(zip(packages, values, strict=True))
        return values

    known = [package for package in dict.fromkeys(seeds) if room.holds(package)]
    tried(known)
    every = room.every()
    if every is not None and len(every) - len(known) <= left():
        tried(every)
        return least(room, found)
    descended(room, tried, found, left)
    evolved(room, tried, found, left, luck)
    descended(room, tried, found, left)
    return least(room, found)


def least(room: Room, found: dict[Package, float]) -> Package:
    """The package that leaves the least; of several the cheapest."""
    return min(found, key=lambda package: (found[package], room.cost(package), package))


def descended(room: Room, tried: Measure, found: dict[Package, float], left: Callable[[], int]) -> None:
    """From the best package to better neighbours, a few at a time, until there is none or no runs are left."""
    while left() > 0:
        begin = least(room, found)
        new = [package for package in neighbours(room, begin) if package not in found]
        for at in range(0, len(new), AT_A_TIME):
            some = new[at : at + AT_A_TIME][: left()]
            if some and min(tried(some)) < found[begin] - SLACK:
                break
        else:
            return


def neighbours(room: Room, package: Package) -> list[Package]:
    """A step more or less, all the money left on a lever, and one lever given up for another, in part or whole."""
    return [near for near in dict.fromkeys(_near(room, package)) if near != package and room.holds(near)]


def _near(room: Room, package: Package) -> Iterator[Package]:
    levers = range(len(package))
    for one in levers:
        yield with_steps(package, {one: package[one] + 1})
        yield with_steps(package, {one: package[one] - 1})
        yield room.as_many(package, one)
    for one in levers:
        for other in levers:
            if one == other:
                continue
            yield with_steps(package, {one: package[one] + 1, other: package[other] + 1})
            for fewer in {package[one] - 1, package[one] // 2, 0}:
                if 0 <= fewer < package[one]:
                    yield room.as_many(with_steps(package, {one: fewer}), other)


def evolved(room: Room, tried: Measure, found: dict[Package, float], left: Callable[[], int], luck: int) -> None:
    """Differential evolution over whole steps, from the best packages so far; each candidate is cut to the budget."""
    moving = [lever for lever, most in enumerate(room.most) if most > 0]
    if not moving or left() < CROWD:
        return

    def whole(column: Array) -> Package:
        steps = np.zeros(len(room.most))
        steps[moving] = column
        return room.cut(steps)

    def value(columns: Array) -> Array:
        packages = [whole(column) for column in columns.T]
        new = [package for package in dict.fromkeys(packages) if package not in found][: left()]
        if new:
            tried(new)
        return np.array([found.get(package, inf) for package in packages])

    start = sorted(found, key=lambda package: (found[package], package))[: CROWD * len(moving)]
    luckily = stream(luck, 0, "packages tried")
    crowd = [[package[lever] for lever in moving] for package in start]
    while len(crowd) < max(CROWD * len(moving), 5):
        drawn = np.zeros(len(room.most))
        drawn[moving] = luckily.integers(0, [room.most[lever] + 1 for lever in moving])
        crowd.append([room.cut(drawn)[lever] for lever in moving])
    differential_evolution(
        value,
        [(0, room.most[lever]) for lever in moving],
        init=np.array(crowd, float),
        integrality=[True] * len(moving),
        rng=luckily,
        maxiter=GENERATIONS,
        vectorized=True,
        updating="deferred",
        polish=False,
        callback=lambda intermediate_result: left() <= 0,  # noqa: ARG005 - scipy asks for this name
    )


def added_up(room: Room, gains: Sequence[Array]) -> Package:
    """The package that is best if the gains of single levers simply add up: one number of steps of each, in the budget.

    `gains` has for each lever the gain of 0, 1, 2 ... steps of it alone.
    """
    value = np.concatenate([-np.asarray(gain, float) for gain in gains])
    lever = np.concatenate([np.full(len(gain), number) for number, gain in enumerate(gains)])
    steps = np.concatenate([np.arange(len(gain)) for gain in gains])
    one_each = np.array([lever == number for number in range(len(gains))], float)
    money = (np.asarray(room.costs)[lever] * steps)[None]
    limits = [LinearConstraint(one_each, 1, 1), LinearConstraint(money, -inf, min(room.budget, money.sum()))]
    answer = milp(value, constraints=limits, integrality=np.ones(len(value)), bounds=Bounds(0, 1))
    if answer.x is None:
        return tuple(0 for _ in gains)
    chosen = answer.x > 0.5  # of each lever one of its numbers of steps is 1, the others 0
    return tuple(int(steps[chosen & (lever == number)].sum()) for number in range(len(gains)))
