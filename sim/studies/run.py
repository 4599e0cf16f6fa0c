"""The one fan-out: every study runs its cases through here, on any mapper that looks like the builtin map."""

from __future__ import annotations

import gc
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from sim.model import uncertain
from sim.model.living import live
from sim.model.people import Luck
from sim.model.record import Record
from sim.results.outcome import Outcome, outcome
from sim.scenario.faults import ScenarioError
from sim.scenario.multiplied import multiplied
from sim.scenario.paths import change
from sim.studies.ensemble import Ensemble
from sim.studies.memory import keep_freed
from sim.studies.workers import processes

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

PLANNING_FIGURE, PRESENT = "planning-figure", "population.present"
T = TypeVar("T")
Mapper = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Case:
    """One run: its number, the replication whose luck it has, and what it changes."""

    number: int
    replication: int
    changes: Mapping[str, Any] = field(default_factory=dict)
    factors: Mapping[str, float] = field(default_factory=dict)
    """Dotted path, `*` for any name: what its value is multiplied by, once what varies has been drawn."""


@dataclass(frozen=True)
class Failure:
    """A run that failed, and why."""

    case: Case
    error: str
    trace: str = ""


@contextmanager
def nothing_collected() -> Iterator[None]:
    """No search for garbage meanwhile: a world frees what it holds when it ends, and the search is a third of a run."""
    keep_freed()
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def run_one(scenario: Scenario, seed: int, case: Case) -> Record:
    """One world of a scenario, lived through to its horizon."""
    changed = change(scenario, dict(case.changes)) if case.changes else scenario
    drawn_scenario, drawn = uncertain.draw(changed, Luck(seed, case.replication), case.changes)
    return live(multiplied(drawn_scenario, case.factors), seed, case.replication, drawn)


def run(scenario: Scenario, seed: int | None = None, replication: int = 0) -> Record:
    """One world of a scenario: everything that happened in one replication, for a close look."""
    with nothing_collected():
        return run_one(scenario, scenario.run.seed if seed is None else seed, Case(replication, replication))


def attempt(scenario: Scenario, seed: int, keep: Callable[[Record], T], case: Case) -> T | Failure:
    """What is kept of one run, or why it failed; a failure never takes the other runs with it."""
    try:
        with nothing_collected():
            return keep(run_one(scenario, seed, case))
    except ScenarioError as fault:
        return Failure(case, str(fault))
    except Exception as fault:  # noqa: BLE001 - any fault of one run is reported beside the results of the others
        return Failure(case, f"{type(fault).__name__}: {fault}", traceback.format_exc())


def run_all(
    scenario: Scenario,
    cases: Iterable[Case],
    keep: Callable[[Record], T],
    mapper: Mapper = map,
    seed: int | None = None,
) -> Iterator[T | Failure]:
    """Run the cases and yield what is kept of each, in the order in which the mapper gives it."""
    seed = scenario.run.seed if seed is None else seed
    yield from mapper(partial(attempt, scenario, seed, keep), cases)


def replicate(
    scenario: Scenario,
    replications: int | None = None,
    seed: int | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> Ensemble:
    """Run a scenario so many times, each with its own luck, and gather the results."""
    count = scenario.run.replications if replications is None else replications
    seed = scenario.run.seed if seed is None else seed
    ensemble = Ensemble(scenario, seed)
    cases = [Case(number, number) for number in range(count)]
    with processes(min(workers, count)) as mapper:
        for done, result in enumerate(run_all(scenario, cases, outcome, mapper, seed), 1):
            add(ensemble, result)
            if progress is not None:
                progress(done, count)
    if scenario.needs.plan_on == PLANNING_FIGURE and len(ensemble):
        add_plan(ensemble)
    return ensemble


def add_plan(ensemble: Ensemble) -> None:
    """Run the planning figure's world: everybody it counts is there; the luck is that of the first replication."""
    first, scenario = ensemble.replications[0], ensemble.scenario
    case = Case(first, first, {PRESENT: scenario.population.total})
    result = next(iter(run_all(scenario, [case], outcome, seed=ensemble.seed)))
    if isinstance(result, Failure):
        ensemble.fail(result.case.replication, f"planning figure: {result.error}")
    else:
        ensemble.plan_on(result)


def add(ensemble: Ensemble, result: Outcome | Failure) -> None:
    """Take in a result, or note the failure."""
    if isinstance(result, Failure):
        ensemble.fail(result.case.replication, result.error)
    else:
        ensemble.add(result)
