"""What a sweep is asked: a scenario, what is varied in it, and how often each case is run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.scenario.faults import Fault, ScenarioError
from sim.scenario.paths import change
from sim.scenario.rules import broken_rules
from sim.scenario.schema import Scenario
from sim.scenario.units import show
from sim.studies.design import Design, design
from sim.studies.run import Case
from sim.studies.varied import Value, Varied
from sim.studies.vary import varied

VARY, RUNS = "--vary", "--runs"


@dataclass(frozen=True)
class Experiment:
    """A design over a scenario; every case is run with the same luck, once for each replication."""

    scenario: Scenario
    design: Design
    replications: int
    seed: int

    def case(self, number: int, replication: int) -> Case:
        """One run of a case: what it changes; a factor first, so that what is told of one path alone stands."""
        inputs = self.design.cases[number]
        changes: dict[str, Any] = {}
        for one in sorted(self.design.varied, key=lambda one: not one.factor):
            changes |= one.changes(self.scenario, inputs[one.path])
        return Case(number, replication, changes)


def experiment(
    scenario: Scenario,
    vary: Mapping[str, Any],
    runs: int | None = None,
    kind: str = "latin",
    replications: int = 1,
    seed: int | None = None,
    places: Mapping[str, str] | None = None,
) -> Experiment:
    """A design over these paths of a scenario; ScenarioError names every fault, with its place."""
    told = ranges(scenario, vary, places or {})
    seed = scenario.run.seed if seed is None else seed
    if replications < 1:
        raise ScenarioError([Fault("", f"{replications} replications are not possible; at least 1", "--replications")])
    try:
        made = design(kind, told, runs, seed, scenario)
    except ValueError as fault:
        raise ScenarioError([Fault("", str(fault), (places or {}).get("", RUNS if vary else VARY))]) from None
    return Experiment(freed(scenario, told), made, replications, seed)


def ranges(scenario: Scenario, vary: Mapping[str, Any], places: Mapping[str, str]) -> list[Varied]:
    """How each path is varied, its ends tried on the scenario."""
    found: list[Varied] = []
    faults: list[Fault] = []
    for path, told in vary.items():
        try:
            one = varied(path, told, scenario)
        except KeyError as fault:
            faults.append(Fault(path, f"no such path; {fault.args[0]}", places.get(path, VARY)))
        except ValueError as fault:
            faults.append(Fault(path, str(fault), places.get(path, VARY)))
        else:
            found.append(one)
            faults += tried(one, one.ends, scenario, places.get(path, VARY))
    if faults:
        raise ScenarioError(faults)
    return found


def tried(one: Varied, values: Iterable[Value], scenario: Scenario, place: str) -> list[Fault]:
    """What is wrong with the scenario when a path has one of these values."""
    usual = set(_rules(scenario))
    for value in values:
        try:
            faults = [fault for fault in _rules(change(scenario, one.changes(scenario, value))) if fault not in usual]
        except ScenarioError as error:
            faults = list(error.faults)
        if faults:
            shown = show(value, one.unit) if isinstance(value, float) else value
            others = [fault.message if fault.path == one.path else f"{fault.path}: {fault.message}" for fault in faults]
            return [Fault(one.path, f"at {shown}: {message}", place) for message in others]
    return []


def _rules(scenario: Scenario) -> list[Fault]:
    """What does not fit together; the counts it is compared with are not read."""
    return broken_rules(scenario.model_copy(update={"observed": {}}), Path())


def freed(scenario: Scenario, told: Iterable[Varied]) -> Scenario:
    """The scenario without its own uncertainty at the paths that are varied."""
    paths = {one.path for one in told}
    kept = {path: how for path, how in scenario.uncertainty.items() if path not in paths}
    return scenario.model_copy(update={"uncertainty": kept})
