"""Levers one by one: what a step of each closes alone, and in which order to buy them for the most gain a dollar."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import ceil, inf, nan, sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import stats

from sim.studies.levers import Package
from sim.studies.packages import with_steps
from sim.studies.paired import Band, band

if TYPE_CHECKING:
    from sim.model.record import Array
    from sim.studies.packages import Room
    from sim.studies.trials import Aim, Trials

THOUSAND = 1000.0
SURE = 0.95
"""A mean is told from nothing when it is above it with so much confidence, one-sided."""
NO_GAIN = "no further step can be told from nothing by itself"
NO_RUNS = "no runs are left for it; --runs allows more"
NO_MONEY = "nothing more can be paid, or there is no more of it"
PARTS = 5
"""Parts in which what can be afforded of a lever is bought one after another."""


class Gain(NamedTuple):
    """What a package closes of a gap beside another: the band over the runs, and how sure its mean is."""

    band: Band
    low: float
    """Low end of the 90 % interval of the mean (Student's t); nan for a single run."""
    high: float
    worst: float
    """By how much the mean of the worst tenth falls."""

    @property
    def within_noise(self) -> bool:
        """Whether the mean cannot be told from nothing."""
        return not (self.low > 0 or self.high < 0)


class Alone(NamedTuple):
    """So many steps of one lever, with nothing else bought."""

    lever: int
    steps: int
    cost: float
    """nan where no cost is told."""
    gain: Gain

    @property
    def per_thousand(self) -> tuple[float, float, float]:
        """Mean gain for a thousand dollars, and the ends of its interval; nan where no cost is told or it is free."""
        if not self.cost > 0:
            return (nan, nan, nan)
        return (
            self.gain.band.mean / self.cost * THOUSAND,
            self.gain.low / self.cost * THOUSAND,
            self.gain.high / self.cost * THOUSAND,
        )


class Ranked(NamedTuple):
    """A lever among the others, by what a step of it closes for a dollar."""

    alone: Alone
    apart: bool | None
    """Whether it can be told from the next; None for the last."""


class Pick(NamedTuple):
    """Steps of one lever, bought after what was bought before."""

    lever: int
    before: Package
    after: Package
    cost: float
    spent: float
    """With all that was bought before."""
    gain: Gain


def gain(trials: Trials, aim: Aim, package: Package, than: Package | None = None, among: range | None = None) -> Gain:
    """What a package closes beside another, the one in which nothing is bought unless named."""
    other = trials.nothing if than is None else than
    closed = trials.closed(aim, package, other, among)
    fell = trials.worst(aim, other, among) - trials.worst(aim, package, among)
    return Gain(band(closed), *interval(closed), fell)


def interval(values: Array) -> tuple[float, float]:
    """The 90 % interval of the mean of values by run; without spread it is the mean, of a single one not known."""
    count = len(values)
    if count < 2:
        return nan, nan
    half = float(stats.t.ppf(SURE, count - 1)) * float(values.std(ddof=1)) / sqrt(count)
    return float(values.mean()) - half, float(values.mean()) + half


def alone(trials: Trials, aim: Aim, package: Package) -> Alone:
    """What a package of one lever closes."""
    lever = next(number for number, steps in enumerate(package) if steps)
    each = trials.levers[lever].cost
    return Alone(lever, package[lever], nan if each is None else each * package[lever], gain(trials, aim, package))


def ranked(trials: Trials, aim: Aim, found: list[Alone]) -> list[Ranked]:
    """Levers by the mean gain a step of each closes for a dollar; neighbours are compared run by run."""
    ordered = sorted((one for one in found if one.cost > 0), key=lambda one: (-one.per_thousand[0], one.lever))
    apart = [_apart(trials, aim, one, other) for one, other in pairwise(ordered)]
    return [Ranked(one, told) for one, told in zip(ordered, [*apart, None], strict=False)]  # the last has no next


def _apart(trials: Trials, aim: Aim, one: Alone, other: Alone) -> bool:
    """Whether what two levers close for a dollar differs by more than noise, over the same people and luck."""
    packages = [single(trials.nothing, told.lever, told.steps) for told in (one, other)]
    nothing = trials.values(aim, trials.nothing, packages)
    for_a_dollar = [
        (nothing - trials.values(aim, package, [trials.nothing, *packages])) / told.cost
        for package, told in zip(packages, (one, other), strict=True)
    ]
    low, high = interval(for_a_dollar[0] - for_a_dollar[1])
    return low > 0 or high < 0


def single(nothing: Package, lever: int, steps: int) -> Package:
    """So many steps of one lever."""
    return with_steps(nothing, {lever: steps})


def order(trials: Trials, aim: Aim, room: Room, left: Callable[[], int]) -> tuple[list[Pick], str]:
    """The order to buy in, and why it ends: the part of a lever that closes most for a dollar, given what is bought.

    What was found of a part before is a guess that mostly falls as more is bought, so only the part that leads by it is
    measured anew, until one leads that was (the lazy greedy algorithm of Minoux, 1978).
    """
    picks, have = list[Pick](), trials.nothing
    guesses = dict.fromkeys((lever for lever, most in enumerate(room.most) if most), inf)
    while (lead := _leading(trials, aim, room, (have, guesses), left)) is not None:
        more = part(room, have, lead)
        found = gain(trials, aim, more, have)
        if not found.band.mean > 0 or found.within_noise:
            return picks, NO_GAIN
        picks.append(Pick(lead, have, more, room.cost(more) - room.cost(have), room.cost(more), found))
        have = more
    return picks, NO_RUNS if guesses else NO_MONEY


def _leading(
    trials: Trials, aim: Aim, room: Room, at: tuple[Package, dict[int, float]], left: Callable[[], int]
) -> int | None:
    """The lever whose next part leads, measured given what is had; None where no part can be paid, or run."""
    have, guesses = at
    fresh = set[int]()
    while guesses:
        lead = max(guesses, key=lambda lever: (guesses[lever], -lever))
        if lead in fresh:
            return lead
        more = part(room, have, lead)
        if more != have and not trials.has(more) and left() <= 0:
            return None
        if more == have or trials.measure(aim, [more]) == [inf]:
            del guesses[lead]
            continue
        guesses[lead] = for_a_dollar(trials, aim, room, have, more)
        fresh.add(lead)
    return None


def part(room: Room, have: Package, lever: int) -> Package:
    """The next part of a lever that can be paid: a fifth of all that could be bought of it, or what is left."""
    whole = room.as_many(tuple(0 for _ in have), lever)[lever]
    most = room.as_many(have, lever)[lever]
    return with_steps(have, {lever: min(have[lever] + max(ceil(whole / PARTS), 1), max(most, have[lever]))})


def for_a_dollar(trials: Trials, aim: Aim, room: Room, have: Package, more: Package) -> float:
    """Mean gain of more than what is had, for a dollar."""
    closed, paid = float(np.mean(trials.closed(aim, more, have))), room.cost(more) - room.cost(have)
    return closed / paid if paid > 0 else inf if closed > 0 else closed
