"""What each lever buys: the gap it closes by step and dollar, the order to buy in, and the best package in a budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from sim.results.waiting import WAITING
from sim.scenario.faults import Fault, ScenarioError
from sim.studies import packages
from sim.studies.buying import Alone, Gain, Pick, Ranked, alone, gain, order, ranked, single
from sim.studies.levers import Lever, Package, checked, cost, levers, priced
from sim.studies.packages import Room
from sim.studies.trials import Aim, Progress, Trials, worst_tenth

if TYPE_CHECKING:
    from sim.model.record import Array
    from sim.scenario.schema import Scenario

REPLICATIONS = 20
TRIED, FOR_EACH = 20, 5
"""Packages that the usual number of runs is enough for: so many, and so many more for each lever."""
ANEW = 4
"""Packages measured anew in the end: nothing, the package found, that without needless parts, the best single lever."""
SPARE = 3
"""One in so many of the runs left after the order is kept to find needless parts of the package."""
HALF = 0.5
"""Share of the runs left after the single levers that the order may take."""


@dataclass(frozen=True)
class Left:
    """What a package leaves, in its mean and its worst tenth; and what it costs."""

    package: Package
    cost: float
    mean: float
    worst: float
    gain: Gain


@dataclass
class Advice:
    """What was found; values are those of the indicator, whichever way is better."""

    scenario: Scenario
    levers: tuple[Lever, ...]
    aim: Aim
    others: tuple[Aim, ...]
    budget: float | None
    replications: int
    seed: int
    made: int = 0
    nothing: Left | None = None
    alone: list[Alone] = field(default_factory=list)
    besides: dict[str, list[Alone]] = field(default_factory=dict)
    """The same for the other indicators asked for."""
    ranking: list[Ranked] = field(default_factory=list)
    order: list[Pick] = field(default_factory=list)
    order_ends: str = ""
    """Why it ends there."""
    best_single: Left | None = None
    """The single lever that leaves least in its worst tenth, as much of it as can be paid or was tried."""
    package: Left | None = None
    """The package to buy; None without a budget."""
    needless: list[int] = field(default_factory=list)
    """Levers of the package found without which it leaves no more that could be told from noise."""
    lean: Left | None = None
    """The package without them."""
    anew: dict[Package, Left] = field(default_factory=dict)
    """Measured over luck that was not searched over: nothing, the packages, the best single lever."""
    frontier: list[Left] = field(default_factory=list)
    """Of all packages tried those that none beats in cost and worst tenth, the cheapest first."""
    tried: int = 0
    complete: bool = False
    """Whether every package that the budget can buy was tried."""
    failures: list[str] = field(default_factory=list)


def advise(
    scenario: Scenario,
    budget: float | None = None,
    on: Sequence[str] = (WAITING,),
    replications: int = REPLICATIONS,
    seed: int | None = None,
    workers: int = 1,
    runs: int | None = None,
    only: Sequence[str] = (),
    progress: Progress | None = None,
) -> Advice:
    """Try out the levers of a scenario, each over the same people and luck.

    The first indicator of `on` is the gap that is closed; others are told beside it. `runs` limits all runs made.
    ScenarioError where there are no levers, a budget buys nothing, or the runs are too few.
    """
    known = levers(scenario, only)
    checked(scenario, known)
    priced(known, budget)
    limit = (TRIED + FOR_EACH * len(known)) * replications if runs is None else runs
    _enough(limit, replications, len(known))
    start = scenario.run.seed if seed is None else seed
    trials = Trials(scenario, known, replications, start, workers, limit)
    trials.progress = progress
    with trials:
        trials.run([trials.nothing])
        if trials.broken(trials.nothing):
            raise ScenarioError([Fault("", next(iter(trials.failed.values())), "with nothing bought")])
        aim, *others = (trials.aim(name) for name in dict.fromkeys(on))
        found = Advice(scenario, known, aim, tuple(others), budget, replications, start)
        _advised(found, trials)
    return found


def _enough(runs: int, replications: int, number: int) -> None:
    least = replications * (number + 1)
    if runs < least:
        text = (
            f"{runs} runs are too few: {replications} replications with nothing bought and of each of {number} levers"
        )
        raise ScenarioError([Fault("", f"{text} take {least}", "--runs")])


def _advised(found: Advice, trials: Trials) -> None:
    room = _room(found)
    singles = _singles(found, trials, room)
    found.nothing = left(found, trials, trials.nothing)
    found.alone = [alone(trials, found.aim, package) for package in singles]
    found.besides = {aim.indicator: [alone(trials, aim, package) for package in singles] for aim in found.others}
    steps = [one for one in found.alone if one.steps == 1]
    found.ranking = ranked(trials, found.aim, steps)
    keep = ANEW if found.budget is not None and trials.left > ANEW else 0
    until = keep + int((trials.left - keep) * (HALF if found.budget is not None else 0))
    found.order, found.order_ends = order(trials, found.aim, room, lambda: trials.left - until)
    found.best_single = _best(found, trials, singles)
    if found.budget is not None:
        _packaged(found, trials, room, keep)
    _told(found, trials)


def _room(found: Advice) -> Room:
    """What can be bought: only what has a cost told."""
    most = [lever.most if lever.cost is not None else 0 for lever in found.levers]
    costs = [lever.cost or 0.0 for lever in found.levers]
    whole = sum(number * each for number, each in zip(most, costs, strict=True))
    return Room(most, costs, whole if found.budget is None else min(found.budget, whole))


def _singles(found: Advice, trials: Trials, room: Room) -> list[Package]:
    """One step of each lever, then as much of each as can be paid; of what has no cost told as much as there is."""
    nothing, steps = trials.nothing, range(len(found.levers))
    ones = [single(nothing, number, 1) for number in steps]
    most = [room.as_many(nothing, n)[n] if found.levers[n].cost is not None else found.levers[n].most for n in steps]
    wholes = [single(nothing, number, most[number]) for number in steps if most[number] > 1]
    asked = [*ones, *wholes]
    trials.measure(found.aim, asked)
    return [package for package in asked if trials.has(package) and not trials.broken(package)]


def left(found: Advice, trials: Trials, package: Package, among: range | None = None) -> Left:
    """What a package leaves, over the replications of the search unless others are asked."""
    values = trials.values(found.aim, package, (), among)
    spent, closed = cost(found.levers, package), gain(trials, found.aim, package, None, among)
    return Left(package, spent, float(values.mean()), worst_tenth(values), closed)


def _best(found: Advice, trials: Trials, singles: list[Package]) -> Left | None:
    """The single lever that leaves least, of those the budget can pay."""
    paid = [package for package in singles if _paid(found, package)]
    least = min(paid, key=lambda package: (trials.worst(found.aim, package), package), default=None)
    return None if least is None else left(found, trials, least)


def _paid(found: Advice, package: Package) -> bool:
    """Whether a package has a cost told and the budget pays it."""
    told = all(lever.cost is not None for lever, steps in zip(found.levers, package, strict=True) if steps)
    return told and (found.budget is None or cost(found.levers, package) <= found.budget + packages.SLACK)


def _packaged(found: Advice, trials: Trials, room: Room, keep: int) -> None:
    """Search for a package, then measure it anew beside nothing and the best single lever, and take the best."""
    seeds = [trials.nothing, room.even(), packages.added_up(room, _gains(found, trials, room))]
    seeds += [single(trials.nothing, one.lever, one.steps) for one in found.alone]
    seeds += [pick.after for pick in found.order]
    affordable = [package for package in seeds if _paid(found, package)]
    aside = keep + min(sum(most > 0 for most in room.most), (trials.left - keep) // SPARE)
    chosen = packages.best(
        room,
        lambda some: trials.measure(found.aim, some),
        affordable,
        lambda: trials.left - aside,
        found.seed,
    )
    leaner(found, trials, chosen, keep)
    every = room.every()
    found.complete = every is not None and all(trials.has(package) for package in every)
    compared = [trials.nothing, chosen, *(told.package for told in (found.lean, found.best_single) if told is not None)]
    known = range(found.replications * (2 if keep else 1))
    if keep:
        compared = _anew(found, trials, list(dict.fromkeys(compared)))
    least = min(compared, key=lambda package: (trials.worst(found.aim, package, known), room.cost(package)))
    found.package = left(found, trials, least)


def leaner(found: Advice, trials: Trials, chosen: Package, keep: int) -> None:
    """Leave out one lever after another, and what does no harm that could be told from noise all at once."""
    spent = [(lever.cost or 0.0) * steps for lever, steps in zip(found.levers, chosen, strict=True)]
    for lever in sorted((k for k, steps in enumerate(chosen) if steps), key=lambda k: -spent[k]):
        without = packages.with_steps(chosen, {lever: 0})
        if not trials.has(without) and trials.left <= keep:
            break
        if trials.measure(found.aim, [without]) != [inf] and not gain(trials, found.aim, chosen, without).low > 0:
            found.needless.append(lever)
    lean = packages.with_steps(chosen, dict.fromkeys(found.needless, 0))
    if lean != chosen and (trials.has(lean) or trials.left > keep) and trials.measure(found.aim, [lean]) != [inf]:
        found.lean = left(found, trials, lean)


def _anew(found: Advice, trials: Trials, compared: list[Package]) -> list[Package]:
    """Measure packages over luck that was not searched over; those of which no run failed."""
    fresh = range(found.replications, 2 * found.replications)
    trials.run(compared, fresh.start, len(fresh))
    whole = [package for package in compared if not trials.broken(package)]
    found.anew = {package: left(found, trials, package, fresh) for package in whole}
    return whole


def _gains(found: Advice, trials: Trials, room: Room) -> list[Array]:
    """The gain of 0, 1, 2 ... steps of each lever alone, between those tried on straight lines."""
    whole = trials.worst(found.aim, trials.nothing)
    result = []
    for number, most in enumerate(room.most):
        told = {one.steps: whole - trials.worst(found.aim, single(trials.nothing, number, one.steps))
                for one in found.alone if one.lever == number}  # fmt: skip
        known = sorted({0: 0.0, **told}.items())
        result.append(np.interp(np.arange(most + 1), [steps for steps, _ in known], [value for _, value in known]))
    return result


def _told(found: Advice, trials: Trials) -> None:
    """What is told of all packages tried."""
    paid = [package for package in trials.packages if _paid(found, package) and not trials.broken(package)]
    found.frontier = _frontier([left(found, trials, package) for package in paid])
    found.tried, found.made = len(trials.packages), trials.made
    found.failures = [f"run {number}: {error}" for (_, number), error in sorted(trials.failed.items())]


def _frontier(all_: list[Left]) -> list[Left]:
    found: list[Left] = []
    least = inf
    for one in sorted(all_, key=lambda told: (told.cost, told.worst, told.package)):
        if one.worst < least:
            found.append(one)
            least = one.worst
    return found
