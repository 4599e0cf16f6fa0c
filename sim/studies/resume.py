"""Whether a store can be gone on with: the same program, scenario, design and luck, and nobody else writing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sim.scenario.faults import Fault, ScenarioError
from sim.scenario.paths import flatten
from sim.scenario.schema import Scenario
from sim.studies.experiment import Experiment
from sim.studies.program import program
from sim.studies.store import FORMAT, Store

LOCK = "runs.lock"
"""Held by the process that writes the store; the system lets go of it however that ends."""
ASIDE = ("title", "summary", "base", "observed")
"""What a scenario tells that no run depends on."""
OTHER_VALUES = "the values of its cases differ"
FEW = 3
"""Differences that a message names."""


def about(asked: Experiment) -> dict[str, Any]:
    """What an experiment is about: enough to tell whether another one is the same."""
    return {
        "program": program(),
        "scenario": supposed(asked.scenario),
        "design": asked.design.told(),
        "replications": asked.replications,
        "seed": asked.seed,
        "title": asked.scenario.title,
    }


def supposed(scenario: Scenario) -> dict[str, Any]:
    """What a scenario supposes, by dotted path."""
    data = scenario.model_dump(mode="json", by_alias=True, exclude=set(ASIDE))
    data["run"] = {key: value for key, value in data["run"].items() if key not in ("replications", "seed")}
    leaves: dict[str, Any] = json.loads(json.dumps(flatten(data)))
    return leaves


def opened(path: Path, asked: Mapping[str, Any], units: Mapping[str, str]) -> Store:
    """The store of an experiment, begun or gone on with; ScenarioError says why another one's cannot be."""
    try:
        store = Store(path)
    except sqlite3.DatabaseError as fault:
        raise ScenarioError([Fault("", f"is no store of runs ({fault}); {elsewhere(path)}", str(path))]) from None
    found = store.about()
    if found.get("format") == FORMAT and not store.kept():
        store.clear()  # no run is lost
        found = {}
    if not found:
        store.begin(asked, units)
    elif reasons := refusals(found, json.loads(json.dumps(asked))):
        store.close()
        faults = [Fault("", reason, str(path)) for reason in reasons]
        raise ScenarioError([*faults, Fault("", f"nothing was changed; {elsewhere(path)}", str(path))])
    store.resume()
    return store


def elsewhere(path: Path) -> str:
    """What to do instead of going on."""
    return f"sweep into another folder with --out, or move {path.parent} away"


def refusals(found: Mapping[str, Any], asked: Mapping[str, Any]) -> list[str]:
    """Why runs that are stored and runs that are asked for do not belong together."""
    if found.get("format") != FORMAT:
        return [f"the store has format {found.get('format')}; this version writes format {FORMAT}"]
    reasons = []
    if found["program"] != asked["program"]:
        reasons.append(f"the store was made by needsim {found['program']}; this is {asked['program']}")
    reasons += [f"the scenario was changed: {told}" for told in _changed(found["scenario"], asked["scenario"])]
    for key, name in (("seed", "seed"), ("replications", "number of replications")):
        if found[key] != asked[key]:
            reasons.append(f"the {name} was {found[key]}, is {asked[key]}")
    told = _redesigned(found["design"], asked["design"])
    return reasons + [f"the design was changed: {one}" for one in told if one != OTHER_VALUES or not reasons]


def _redesigned(found: Mapping[str, Any], asked: Mapping[str, Any]) -> list[str]:
    """What differs between two designs; the values themselves where all else is the same."""
    if found == asked:
        return []
    counted = (("kind", "its kind"), ("cases", "the number of cases"))
    told = [f"{name} was {found[key]}, is {asked[key]}" for key, name in counted if found[key] != asked[key]]
    told += _changed(found["varied"], asked["varied"])
    if list(found["varied"]) != list(asked["varied"]) and not told:
        told.append("the paths stand in another order")
    return told or [OTHER_VALUES]


def _changed(found: Mapping[str, Any], asked: Mapping[str, Any]) -> list[str]:
    """The first few paths at which two tell something else."""
    paths = [path for path in {**found, **asked} if found.get(path) != asked.get(path)]
    told = [f"{path} was {_shown(found.get(path))}, is {_shown(asked.get(path))}" for path in paths[:FEW]]
    return [*told, f"{len(paths) - FEW} more inputs differ"] if len(paths) > FEW else told


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_shown(item)}" for key, item in value.items()) or "nothing"
    return "nothing" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Be the only one who writes into the folder of a sweep; ScenarioError while somebody else does."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = sqlite3.connect(folder / LOCK, isolation_level=None, timeout=0)
    try:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as fault:
            if "locked" not in str(fault):
                raise OSError(None, str(fault), str(folder / LOCK)) from fault
            text = "another sweep is writing here; wait for it, or use another folder with --out"
            raise ScenarioError([Fault("", text, str(folder))]) from None
        yield
    finally:
        lock.close()
