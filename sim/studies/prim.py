"""PRIM, the patient rule induction method: boxes of inputs in which runs are mostly bad (Friedman and Fisher 1999).

Written here, since it is a page: the workbenches that hold it bring frameworks of their own for scenarios and runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf, nan

import numpy as np

from sim.model.record import Array

PEEL = 0.05
"""Share of the runs left that a peel takes away: small, so that no early cut decides all (their *patience*)."""
SMALLEST = 0.02
"""Share of all runs below which a box is not peeled further."""
FEWEST = 5
"""Bad runs below which there is nothing to describe."""
NOISE = 0.05
"""A limit whose quasi-p value lies above may be chance."""

SIDES = ("low", "high")
Columns = Mapping[str, Array]


@dataclass(frozen=True)
class Limit:
    """What a box asks of one input: at least and at most, or one of some values."""

    low: float = -inf
    high: float = inf
    values: frozenset[str] | None = None

    def holds(self, column: Array) -> Array:
        """Which runs lie within."""
        if self.values is not None:
            return np.isin(column, sorted(self.values))
        result: Array = (column >= self.low) & (column <= self.high)
        return result

    def without(self, side: str) -> Limit:
        """The same with one side let go."""
        return Limit() if side == "values" else self.cut(side, -inf if side == "low" else inf)

    def cut(self, side: str, at: float) -> Limit:
        """The same with one side, low or high, set anew."""
        return replace(self, low=at) if side == "low" else replace(self, high=at)

    @property
    def sides(self) -> list[str]:
        """The sides on which it limits."""
        told = {"low": self.low > -inf, "high": self.high < inf, "values": self.values is not None}
        return [side for side, limits in told.items() if limits]


FREE = Limit()


@dataclass(frozen=True)
class Chance:
    """One limit and how likely chance alone would have made as many bad runs without it (quasi-p value)."""

    name: str
    side: str
    limit: Limit
    quasi_p: float

    @property
    def is_noise(self) -> bool:
        """Whether the limit may be chance."""
        return self.quasi_p > NOISE


@dataclass(frozen=True)
class Box:
    """A box, what it holds of the runs, and its limits: those it stands on and those that were chance."""

    limits: dict[str, Limit] = field(default_factory=dict)
    inside: int = 0
    bad_inside: int = 0
    bad: int = 0
    """Bad runs in all, those of earlier boxes included."""
    runs: int = 0
    new: int = 0
    """Bad runs that no earlier box holds."""
    chances: tuple[Chance, ...] = ()
    dropped: tuple[Chance, ...] = ()

    @property
    def density(self) -> float:
        """Share of its runs that are bad."""
        return self.bad_inside / self.inside if self.inside else nan

    @property
    def coverage(self) -> float:
        """Share of all bad runs that lie in it."""
        return self.bad_inside / self.bad if self.bad else nan

    @property
    def mass(self) -> float:
        """Share of all runs that lie in it."""
        return self.inside / self.runs if self.runs else nan


def boxes(columns: Columns, bad: Array, most: int) -> list[Box]:
    """Boxes one after another, each found among the runs that no earlier one holds (covering), measured on all runs.

    Stops after so many boxes, when hardly any bad run is left, or when no limit stands out from chance.
    """
    left = np.ones(len(bad), bool)
    found: list[Box] = []
    while len(found) < most and int(bad[left].sum()) >= FEWEST and not bad[left].all():
        box = best({name: column[left] for name, column in columns.items()}, bad[left])
        if not box.limits or not _stands_out(box, columns, bad, left):
            break
        inside = within(box.limits, columns)
        hits, new = int((bad & inside).sum()), int((bad & inside & left).sum())
        found.append(
            replace(box, inside=int(inside.sum()), bad_inside=hits, bad=int(bad.sum()), runs=len(bad), new=new)
        )
        left &= ~inside
    return found


def _stands_out(box: Box, columns: Columns, bad: Array, left: Array) -> bool:
    """Whether a box holds more bad runs than chance would put into the best of all first cuts (Bonferroni)."""
    from scipy.stats import binom

    inside = within(box.limits, columns) & left
    chance = float(binom.sf(int((bad & inside).sum()) - 1, int(inside.sum()), float(bad[left].mean())))
    return chance * len(SIDES) * len(columns) < NOISE


def within(limits: Mapping[str, Limit], columns: Columns) -> Array:
    """Which runs lie in a box."""
    result = np.ones(len(next(iter(columns.values()))), bool)
    for name, limit in limits.items():
        result &= limit.holds(columns[name])
    return result


def best(columns: Columns, bad: Array) -> Box:
    """The box that weighs density and coverage alike (their harmonic mean), on limits that stand out from chance."""
    peeled = max(peel(columns, bad), key=lambda one: score(one, columns, bad))
    limits, dropped = _settle(columns, bad, refine(peeled, columns, bad, list(columns)))
    return Box(limits, chances=tuple(chances(limits, columns, bad)), dropped=dropped)


def _settle(columns: Columns, bad: Array, limits: dict[str, Limit]) -> tuple[dict[str, Limit], tuple[Chance, ...]]:
    """Let go of limits that may be chance, the likeliest first, and set those that stay where they score best."""
    dropped: dict[tuple[str, str], Chance] = {}
    while True:
        worst = max(chances(limits, columns, bad), key=lambda one: one.quasi_p, default=None)
        if worst is not None and worst.is_noise:
            limits = _with(limits, worst.name, limits[worst.name].without(worst.side))
            dropped[worst.name, worst.side] = worst
            continue
        refined = refine(limits, columns, bad)
        if refined == limits:
            return limits, tuple(dropped.values())
        limits = refined


def score(limits: Mapping[str, Limit], columns: Columns, bad: Array) -> float:
    """Harmonic mean of density and coverage."""
    inside = within(limits, columns)
    return 2 * float((bad & inside).sum()) / max(float(inside.sum() + bad.sum()), 1.0)


def peel(columns: Columns, bad: Array) -> Iterator[dict[str, Limit]]:
    """Ever smaller boxes, each by the cut that raises the share of bad runs most, from all runs on."""
    limits: dict[str, Limit] = {}
    smallest = max(SMALLEST * len(bad), FEWEST)
    yield limits
    while True:
        inside = within(limits, columns)
        cuts = [
            (name, cut) for name, column in columns.items() for cut in _cuts(column[inside], limits.get(name, FREE))
        ]
        found = [(_gain(cut.holds(columns[name][inside]), bad[inside], smallest), name, cut) for name, cut in cuts]
        gain, name, limit = max(found, key=lambda one: one[0], default=(-inf, "", FREE))
        if gain == -inf:
            return
        limits = _with(limits, name, limit)
        yield limits


def _gain(kept: Array, bad: Array, smallest: float) -> float:
    """What a cut adds to the share of bad runs, for each run it takes away; minus infinity where it leaves too few.

    For each run, since a choice or a whole number cannot be cut as thin as a range (Kwakkel and Jaxa-Rozen 2016).
    """
    number, taken = int(kept.sum()), int((~kept).sum())
    if number < smallest or not taken:
        return -inf
    return float(bad[kept].mean() - bad.mean()) / taken


def _cuts(here: Array, now: Limit) -> Iterator[Limit]:
    """The cuts of one input: its lowest or its highest runs, or one value of those without an order."""
    if _sides(here) != SIDES:
        values = frozenset(here.tolist())
        yield from (Limit(values=values - {value}) for value in sorted(values))
        return
    ordered = np.unique(here)
    if len(ordered) < 2:
        return
    for side, at in (("low", np.quantile(here, PEEL)), ("high", np.quantile(here, 1 - PEEL))):
        beyond = ordered[ordered > at] if side == "low" else ordered[ordered < at]
        edge = beyond[0 if side == "low" else -1] if len(beyond) else None
        if edge is not None:
            yield now.cut(side, _between(ordered, float(edge), side))


def _between(ordered: Array, edge: float, side: str) -> float:
    """Half way from the outermost value inside to the next one outside."""
    place = int(np.searchsorted(ordered, edge)) + (-1 if side == "low" else 1)
    return edge if not 0 <= place < len(ordered) else float(edge + ordered[place]) / 2


def _with(limits: Mapping[str, Limit], name: str, limit: Limit) -> dict[str, Limit]:
    changed = {**limits, name: limit}
    return {name: limit for name, limit in changed.items() if limit.sides}


def refine(limits: dict[str, Limit], columns: Columns, bad: Array, also: Sequence[str] = ()) -> dict[str, Limit]:
    """Pasting and peeling run by run: each limit in turn set where the box scores best, until none moves.

    `also` names inputs that may be limited anew; without them only limits that are there move.
    """
    while True:
        before = dict(limits)
        for name in dict.fromkeys([*limits, *also]):
            for side in _sides(columns[name]) if name in also else limits.get(name, FREE).sides:
                limits = (_choose if side == "values" else _set)(limits, name, side, columns, bad)
        if limits == before:
            return limits


def _sides(column: Array) -> Sequence[str]:
    """The sides on which an input can be limited."""
    return SIDES if column.dtype.kind in "fiu" else ("values",)


def _choose(limits: dict[str, Limit], name: str, _side: str, columns: Columns, bad: Array) -> dict[str, Limit]:
    """The values of an input without an order that score best, one let in or put out at a time."""
    every = frozenset(columns[name].tolist())
    now = limits.get(name, FREE).values or every
    others = [now ^ {value} for value in sorted(every) if now ^ {value}]
    found = [_with(limits, name, FREE if some == every else Limit(values=some)) for some in others]
    better = max(found, key=lambda one: score(one, columns, bad), default=limits)
    return better if score(better, columns, bad) > score(limits, columns, bad) + 1e-12 else limits


def _set(limits: dict[str, Limit], name: str, side: str, columns: Columns, bad: Array) -> dict[str, Limit]:
    """One side of a limit where it scores best among the runs that the other limits leave."""
    rest = _with(limits, name, limits.get(name, FREE).without(side))
    inside = within(rest, columns)
    column, hit = columns[name][inside], bad[inside]
    order = np.argsort(column if side == "high" else -column, kind="stable")
    column, hit = column[order], hit[order]
    scores = 2 * np.cumsum(hit) / (np.arange(1, len(hit) + 1) + bad.sum())
    last = np.append(np.flatnonzero(np.diff(column)), len(column) - 1)
    at = last[int(np.argmax(scores[last]))]
    now = score(limits, columns, bad)
    if scores[at] <= now + 1e-12:
        return limits
    if at == len(column) - 1:
        return rest
    return _with(rest, name, rest.get(name, FREE).cut(side, float(column[at] + column[at + 1]) / 2))


def chances(limits: Mapping[str, Limit], columns: Columns, bad: Array) -> Iterator[Chance]:
    """The quasi-p value of each limit: that the runs in the box had as many bad ones at the rate found without it.

    One-sided binomial test (Bryant and Lempert 2010); *quasi*, since the limits were chosen on the same runs.
    """
    from scipy.stats import binom

    inside = within(limits, columns)
    hits, number = int((bad & inside).sum()), int(inside.sum())
    for name, limit in limits.items():
        for side in limit.sides:
            wider = within(_with(limits, name, limit.without(side)), columns)
            rate = float(bad[wider].mean()) if wider.any() else nan
            yield Chance(name, side, limit, float(binom.sf(hits - 1, number, rate)))
