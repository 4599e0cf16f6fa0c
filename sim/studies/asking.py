"""What to ask next: the unknown inputs that widen an answer most, and how wide it would be if they were known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from math import inf, isfinite, nan
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.model.record import Array
from sim.model.streams import stream
from sim.results import indicators as of_results
from sim.scenario import saying
from sim.scenario.faults import Fault, ScenarioError
from sim.scenario.paths import is_factor
from sim.scenario.provenance import ASSUMED, UNKNOWN, origins
from sim.studies import frozen, given
from sim.studies.sensitivity import ONE_AT_A_TIME, Effect
from sim.studies.sobol import BAND, Index
from sim.studies.workers import processes

if TYPE_CHECKING:
    from sim.scenario.provenance import Provenance
    from sim.scenario.schema import Scenario
    from sim.studies.frozen import Drawn, Progress, Runs

ASK = 5
"""Questions that are asked."""
LOOK = 8
"""Pairs of runs by which inputs are looked over, before those that matter are looked at with all."""
CLOSER = 7
"""Inputs that are looked at with all runs: those to ask about, and two more that may take a place."""
AT = (1 / 6, 1 / 2, 5 / 6)
"""Where an input is frozen: the middles of three equal shares of its range."""
FEWEST = 20
"""Runs below which no width is told: a twentieth of them at each end is one run."""
ROUNDED = 1e-9
"""Of a width: what numbers lose when they are rounded."""
PAIRED, STORED = "paired runs", "stored runs"


class Question(NamedTuple):
    """One input to ask about: a row of ask_next.csv, in the order of its columns."""

    rank: int
    question: str
    input: str
    unit: str
    low: float
    high: float
    indicator: str
    indicator_unit: str
    width_now: float
    width_known: float
    narrower: float
    narrower_p05: float
    narrower_p95: float
    within_noise: str
    origin: str
    source: str
    method: str
    runs: int


@dataclass
class Asked:
    """Questions, the largest first, effects of one input at a time, and what has to be said beside them."""

    questions: list[Question]
    effects: list[Effect] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    runs: int = 0
    failed: int = 0


def unknown(scenario: Scenario) -> dict[str, Provenance]:
    """Inputs that vary and are unknown or assumed, with where they come from."""
    rows, found = origins(scenario), {}
    for path in varying(scenario):
        of = [row for row in rows if stands_at(row.path, path)]
        guess = next((row for row in of if row.origin in (ASSUMED, UNKNOWN)), None)
        if guess is not None:
            found[path] = guess
    return found


def stands_at(path: str, at: str) -> bool:
    """Whether an input is the one that varies at a path, one of those its `*` stands for, or a part of it."""
    return fnmatchcase(path, at) or path.startswith(f"{at}.")


def varying(scenario: Scenario) -> list[str]:
    """Inputs that vary from run to run."""
    return [path for path in scenario.uncertainty if not frozen.how(scenario, path).is_fixed]


def ask_next(
    scenario: Scenario,
    of: str,
    replications: int | None = None,
    seed: int | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> Asked:
    """Questions by paired runs: the same luck with one input frozen; ScenarioError when there is none to ask."""
    count = max(scenario.run.replications, FEWEST) if replications is None else replications
    askable = unknown(scenario)
    _worth_asking(scenario, askable, count)
    look = min(LOOK, count)
    expected = count + 2 * look * len(varying(scenario)) + len(AT) * count * min(CLOSER, len(askable))
    with processes(workers) as mapper:
        runs = frozen.Runs(scenario, scenario.run.seed if seed is None else seed, mapper, progress, expected)
        base = runs.drawn(count, of)
        now = _answers(base, of)
        _wide(now, of)
        ends = {path: _at_ends(runs, path, of, look) for path in varying(scenario)}
        moves = {path: swing(now[:look], some) for path, some in ends.items()}
        closer = sorted(askable, key=moves.__getitem__, reverse=True)[:CLOSER]
        known = {path: _at_middles(runs, path, of, count) for path in closer}
    found = [_question(scenario, of, (path, askable[path]), now, known[path]) for path in closer]
    effects = [_effect(scenario, of, path, base, ends[path], look) for path in varying(scenario)]
    notes = [*_notes(runs, (askable, closer), now, ranked(found)), *_stronger(moves, closer, askable)]
    notes += of_the_rest(scenario, askable)
    return Asked(ranked(found), effects, notes, runs.done, len(runs.failures))


def _worth_asking(scenario: Scenario, askable: Mapping[str, Provenance], count: int) -> None:
    """ScenarioError when nothing unknown varies, or when runs are too few for a width."""
    faults = []
    if not askable:
        told = f"none of the {len(scenario.uncertainty)} inputs that vary is unknown or assumed"
        faults.append(Fault("uncertainty", f"{told}; tell an input as `unknown`, or its range under `uncertainty`"))
    if count < FEWEST:
        faults.append(
            Fault(
                "", f"{count} runs are too few for the width of an answer; must be {FEWEST} or more", "--replications"
            )
        )
    if faults:
        raise ScenarioError(faults)


def _answers(base: Sequence[Drawn | None], of: str) -> Array:
    return np.array([nan if one is None else one.indicators.get(of, nan) for one in base])


def _wide(now: Array, of: str) -> None:
    """ScenarioError when the answer has no width: it is the same in all runs, or never in too many."""
    told = now[~np.isnan(now)]
    if len(told) < FEWEST:
        raise ScenarioError(
            [Fault(of, f"has a value in {len(told)} of {len(now)} runs; must in {FEWEST} or more", "--of")]
        )
    wide = float(given.width(told))
    if not isfinite(wide):
        never = np.isinf(told).mean()
        what = f"is never reached in {never:.0%} of the runs, so that its range has no end; ask of another indicator"
        raise ScenarioError([Fault(of, f"{what}, or tell a longer `horizon`", "--of")])
    if wide == 0:
        raise ScenarioError([Fault(of, f"is {told[0]:g} in every run: no input widens it", "--of")])


def _at_ends(runs: Runs, path: str, of: str, look: int) -> Array:
    """The answer with an input at its low and its high end, shape (2, look)."""
    at = frozen.values(runs.scenario, path, BAND)
    return np.stack([runs.frozen(path, value, range(look), of) for value in at])


def _at_middles(runs: Runs, path: str, of: str, count: int) -> Array:
    """The answer with an input known, shape (values, replications)."""
    at = frozen.values(runs.scenario, path, AT)
    return np.stack([runs.frozen(path, value, range(count), of) for value in at])


def swing(now: Array, ends: Array) -> float:
    """How far an input moves the answer under the same luck: its mean square between low, high and as drawn.

    Infinite where it decides whether the answer is reached at all.
    """
    three = np.vstack([ends, now])
    three = three[:, ~np.isnan(three).any(axis=0)]
    never = np.isinf(three).sum(axis=0)
    if ((never > 0) & (never < len(three))).any():
        return inf
    three = three[:, never == 0]
    return float(np.square(three - np.roll(three, 1, axis=0)).mean()) if three.size else 0.0


def _question(scenario: Scenario, of: str, about: tuple[str, Provenance], now: Array, known: Array) -> Question:
    whole = ~np.isnan(np.vstack([now, known])).any(axis=0)
    return question(scenario, of, about, (now[whole], known[:, whole]), (PAIRED, known.size))


def question(
    scenario: Scenario, of: str, about: tuple[str, Provenance], answers: tuple[Array, Array], how: tuple[str, int]
) -> Question:
    """The widths now and with an input known, and the band of their difference: the same runs drawn anew for both."""
    (path, row), (now, known), (method, runs) = about, answers, how
    before, after, low, high = given.narrower(now, known, stream(0, 0, f"widths of {len(now)} runs"))
    factor = is_factor(scenario.uncertainty[path])
    least, most = frozen.values(scenario, path, BAND)
    return Question(
        0, saying.question(path, factor=factor), path, saying.unit(path, factor=factor), least, most,
        of, of_results.unit(of, of_results.units(scenario)), before, after, before - after, low, high,
        "no" if low > ROUNDED * before else "yes", row.origin, row.source, method, runs,
    )  # fmt: skip


def ranked(found: Sequence[Question]) -> list[Question]:
    """The questions that narrow the answer most, those that are no noise first."""
    order = sorted(found, key=lambda one: (one.within_noise == "yes", -one.narrower))
    return [one._replace(rank=rank) for rank, one in enumerate(order[:ASK], 1)]


def _effect(scenario: Scenario, of: str, path: str, base: Sequence[Drawn | None], ends: Array, look: int) -> Effect:
    """What one input does, at its ends under the same luck, and over the runs in which all were drawn."""
    now = _answers(base, of)
    inputs = np.array([nan if one is None else one.inputs[path] for one in base])
    told = given.first(inputs, now) if len(now) >= given.FEWEST else Index(used=len(now))
    pairs = np.isfinite(np.vstack([now[:look], ends])).all(axis=0)
    middle = [float(some[pairs].mean()) if pairs.any() else nan for some in (ends[0], now[:look], ends[1])]
    failed = sum(one is None for one in base)
    never, undefined = int(np.isinf(now).sum()), int(np.isnan(now).sum()) - failed
    low, high = frozen.values(scenario, path, BAND)
    unit = of_results.unit(of, of_results.units(scenario))
    return Effect(
        of, unit, path, saying.unit(path, factor=is_factor(scenario.uncertainty[path])), ONE_AT_A_TIME,
        told.first, *told.first_band, nan, nan, nan, low, high, middle[0], middle[1], middle[2],
        len(now) + ends.size, told.used + int(pairs.sum()) * len(ends), failed, never, undefined, 1, nan, nan,
    )  # fmt: skip


def _notes(
    runs: Runs,
    looked: tuple[Mapping[str, Provenance], Sequence[str]],
    now: Array,
    found: Sequence[Question],
) -> Iterator[str]:
    askable, closer = looked
    if runs.failures:
        yield f"{len(runs.failures):,} of {runs.done:,} runs failed and are left out (the first: {runs.failures[0]})"
    undefined = int(np.isnan(now).sum())
    if undefined:
        yield f"{undefined} of {len(now)} runs have no value and are left out, with their pairs"
    if len(askable) > len(closer):
        yield f"{len(askable) - len(closer)} more inputs moved it less, each in {LOOK} pairs of runs at its ends"
    if found and all(one.within_noise == "yes" for one in found):
        yield f"none of them narrows the answer by more than noise at {len(now)} runs; more runs may tell"


def _stronger(moves: Mapping[str, float], closer: Sequence[str], askable: Mapping[str, Provenance]) -> Iterator[str]:
    """Inputs that move the answer more than any that is asked about, though they are sourced or fitted."""
    most = max(moves[path] for path in closer)
    more = sorted((path for path in moves if path not in askable and moves[path] > most), key=moves.__getitem__)[::-1]
    if more:
        names = "; ".join(saying.label(path) for path in more[:ASK])
        yield f"sourced or fitted, yet they move it more than any input above: {names}"


def of_the_rest(scenario: Scenario, askable: Mapping[str, Provenance]) -> Iterator[str]:
    """Guesses that do not vary, and inputs that vary though they are sourced."""
    guesses = [row.path for row in origins(scenario) if row.origin in (ASSUMED, UNKNOWN)]
    still = sum(not any(stands_at(path, at) for at in varying(scenario)) for path in guesses)
    if still:
        yield f"{still} more inputs are assumed and do not vary, so they widen nothing; tell them as `unknown` to see"
    others = [path for path in varying(scenario) if path not in askable]
    if others:
        yield f"{len(others)} inputs vary though they are sourced or fitted; they are no questions"
