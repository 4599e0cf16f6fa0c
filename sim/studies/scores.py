"""Scores of the runs against what was counted, beside a ruler: three straight lines through the counts themselves.

Scored are counts of high confidence whose time was stated. Distances are in what is counted (people, vehicles), timing
errors in hours. Between full hours the runs are read off by straight lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.model.record import Array
from sim.results import care
from sim.results.curves import CURVES

if TYPE_CHECKING:
    from sim.scenario.observed import Count
    from sim.scenario.schema import Scenario
    from sim.studies.ensemble import Ensemble

CURVE = {
    "arrivals": "arrived",
    "vehicles": "vehicles_arrived",
    "registration": "registered",
    "accommodation": "accommodated",
}
"""Which curve of the runs an observed series counts."""
EVACUATIONS = "evacuations"
"""The series that counts patients taken to a hospital outside."""
SCORED = (*CURVE, EVACUATIONS)
STATED = ("stated", "stated_rounded")
RULER = "three lines with two knots"
ENOUGH = 6
"""Least counts to lay the ruler through: it has four numbers of its own and two knots."""
KNOT_STEP = 1.0
"""Least hours between the places tried for a knot."""
KNOTS = 240
"""Most places tried for a knot."""
TIMING = (0.25, 0.5, 0.75, 0.95)


class Score(NamedTuple):
    """One score of one series, beside that of the ruler."""

    series: str
    score: str
    value: float
    baseline: str
    baseline_value: float


def is_scored(count: Count) -> bool:
    """High confidence, at a stated time."""
    return count.confidence == "high" and count.kind in STATED


def hours_of(scenario: Scenario, counts: list[Count]) -> Array:
    """Hours since the start."""
    start = scenario.start
    return np.array([0.0 if start is None else _hours(count.time, start) for count in counts])


def _hours(time: datetime, start: datetime) -> float:
    aware = time if time.tzinfo is not None or start.tzinfo is None else time.replace(tzinfo=start.tzinfo)
    return (aware - start).total_seconds() / 3600


def scores(ensemble: Ensemble, observed: dict[str, list[Count]]) -> list[Score]:
    """Every score of every cumulative series that was counted within the scenario's time."""
    return [score for series in SCORED if series in observed for score in of_series(ensemble, series, observed[series])]


def of_series(ensemble: Ensemble, series: str, counts: list[Count]) -> Iterator[Score]:
    """The scores of one series."""
    total = counted_in_all(ensemble, counts)
    counts = [count for count in counts if is_scored(count)]
    at = hours_of(ensemble.scenario, counts)
    runs = curve(ensemble, series)
    if runs is None:
        return
    inside = (at >= 0) & (at <= runs.shape[1] - 1)
    at, values = at[inside], np.array([count.value for count in counts])[inside]
    if not len(at):
        return
    grid = np.arange(runs.shape[1])
    members = np.array([np.interp(at, grid, run) for run in runs])
    found = {**distances(members, values), **timing(np.median(runs, axis=0), at, values, total)}
    ruler = ruled(at, values, total) if len(at) >= ENOUGH else {}
    for name, value in found.items():
        yield Score(series, name, value, RULER if name in ruler else "", ruler.get(name, np.nan))


def curve(ensemble: Ensemble, series: str) -> Array | None:
    """What the runs say of a series at each full hour, shape (runs, hours + 1); None where they say nothing."""
    if series in CURVE:
        return ensemble.row("curves", CURVES.index(CURVE[series]))
    rows = care.layout(ensemble.scenario)
    return ensemble.row("care", rows.index((care.ALL, care.EVACUATED, care.ALL))) if rows else None


def counted_in_all(ensemble: Ensemble, counts: list[Count]) -> float:
    """The largest count within the scenario's time, scored or not: the event's total, as far as it was counted."""
    hours = hours_of(ensemble.scenario, counts)
    return max(
        (count.value for count, hour in zip(counts, hours, strict=True) if hour <= ensemble.scenario.horizon),
        default=0.0,
    )


def distances(members: Array, values: Array) -> dict[str, float]:
    """Scores of runs, shape (runs, counts), against counts."""
    error = np.median(members, axis=0) - values
    return {
        "n": float(len(values)),
        "mae": float(np.abs(error).mean()),
        "max_error": float(np.abs(error).max()),
        "bias": float(error.mean()),
        "crps": float(crps(members, values).mean()),
        "interval_score": float(interval_score(members, values, 0.9).mean()),
        **{f"inside{share * 100:.0f}": inside(members, values, share) for share in (0.5, 0.8, 0.9)},
        "width90": float(np.diff(band(members, 0.9), axis=0).mean()),
        "ard": ard(error, values),
    }


def ard(error: Array, values: Array) -> float:
    """Averaged relative difference, the score of Flee: Suleimenova, Bell and Groen, Sci. Rep. 7, 13377 (2017)."""
    return float(np.abs(error).sum() / max(values.sum(), 1e-300))


def band(members: Array, share: float) -> Array:
    """The central band that holds so large a share of the runs, shape (2, counts)."""
    edges: Array = np.quantile(members, [(1 - share) / 2, (1 + share) / 2], axis=0)
    return edges


def inside(members: Array, values: Array, share: float) -> float:
    """Share of the counts that lie within the central band."""
    low, high = band(members, share)
    return float(((values >= low) & (values <= high)).mean())


def interval_score(members: Array, values: Array, share: float) -> Array:
    """Width of the band and, where a count lies outside, 2/alpha times the distance to it.

    Gneiting and Raftery, J. Am. Stat. Assoc. 102 (2007), equation 43.
    """
    low, high = band(members, share)
    outside = np.maximum(low - values, 0) + np.maximum(values - high, 0)
    score: Array = high - low + 2 / (1 - share) * outside
    return score


def crps(members: Array, values: Array) -> Array:
    """Continuous ranked probability score of the runs' own distribution: E|X - y| - E|X - X'|/2.

    Gneiting and Raftery (2007), equation 21, with the expectations over the runs.
    """
    ordered, count = np.sort(members, axis=0), len(members)
    weight = (2 * np.arange(count) - count + 1)[:, None]
    spread = 2 * (weight * ordered).sum(axis=0) / count**2
    score: Array = np.abs(members - values).mean(axis=0) - spread / 2
    return score


def timing(median: Array, at: Array, values: Array, total: float) -> dict[str, float]:
    """Hours by which the runs' median is late at shares of the event's total (early when negative).

    The total is what was counted in all, whether the count is scored or not; nan where the scored counts, or the runs,
    end before they reach so large a share of it.
    """
    grid = np.arange(len(median))
    return {
        f"timing{share * 100:.0f}": reached(grid, median, share * total) - reached(at, values, share * total)
        for share in TIMING
    }


def reached(hours: Array, values: Array, level: float) -> float:
    """The hour at which a rising series reaches a level, by straight lines; nan if never, or if it begins above."""
    after = int(np.searchsorted(values, level))
    if after == len(values) or (after == 0 and values[0] > level):
        return float("nan")
    if after == 0:
        return float(hours[0])
    step = values[after] - values[after - 1]
    return float(hours[after - 1] + (hours[after] - hours[after - 1]) * (level - values[after - 1]) / step)


def ruled(at: Array, values: Array, total: float) -> dict[str, float]:
    """Scores of the ruler, with its own residuals as its band."""
    line = ruler(at, values)
    residuals = values - line
    members = line + residuals[:, None]
    timed = timing(np.interp(np.arange(int(at[-1]) + 1), at, line), at, values, total)
    error = line - values
    own = {"mae": float(np.abs(error).mean()), "max_error": float(np.abs(error).max()), "bias": float(error.mean())}
    return {**distances(members, values), **own, "ard": ard(error, values), **timed}


def ruler(at: Array, values: Array) -> Array:
    """Three straight lines with two knots from the first count on: least squares, knots by search over full hours."""
    since, rest = at - at[0], values - values[0]
    places = np.arange(1, KNOTS + 1) * max(since[-1] / (KNOTS + 1), KNOT_STEP)
    one, other = np.array(list(combinations(places[places < since[-1]].tolist(), 2))).reshape(-1, 2).T[..., None]
    lines = np.stack(
        [np.broadcast_to(since, (len(one), len(at))), *(np.maximum(since - k, 0) for k in (one, other))], 2
    )
    turned = lines.swapaxes(1, 2)
    slopes = np.linalg.pinv(turned @ lines, hermitian=True) @ (turned @ rest)[..., None]
    fitted = (lines @ slopes)[..., 0]
    best: Array = values[0] + fitted[((fitted - rest) ** 2).sum(axis=1).argmin()]
    return best
