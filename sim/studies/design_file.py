"""Designs in files: a scenario, what is varied in it and how, in YAML like scenarios themselves."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.scenario import reading
from sim.scenario.faults import Fault, ScenarioError, did_you_mean
from sim.scenario.loader import load
from sim.scenario.paths import flatten
from sim.scenario.reading import Document
from sim.scenario.schema import Scenario
from sim.studies.design import KINDS, Inputs, listed
from sim.studies.experiment import Experiment, experiment, freed, ranges

KEYS = ("title", "summary", "scenario", "set", "design", "runs", "replications", "seed", "vary", "cases")
COUNTS = {"runs": 1, "replications": 1, "seed": 0}
"""Whole numbers, and the least each may be."""
MARKS = ("scenario", "vary", "cases")
"""Keys by which a design is told from a scenario."""
Changes = Mapping[str, Any]


def is_design(path: Path) -> bool:
    """Whether a file is a design; ScenarioError when it cannot be read."""
    return any(key in reading.read(path).data for key in MARKS)


def experiment_in(path: Path, changes: Changes | None = None, **instead: int | str | None) -> Experiment:
    """The experiment in a design file; runs, replications, seed and design in `instead` go before the file's."""
    document = reading.read(path)
    document.faults[:] = [_told(fault) for fault in document.faults]
    _known(document)
    if document.faults:
        raise ScenarioError(fault._replace(place=fault.place or str(path)) for fault in document.faults)
    data = {**document.data, **{key: value for key, value in instead.items() if value is not None}}
    scenario = _scenario(document, path, changes or {})
    if "cases" in data:
        return _listed(document, scenario, data)
    places = {at: document.places.get(f"vary.{at}", str(path)) for at in data["vary"]} | {"": str(path)}
    kind, replications = str(data.get("design", "latin")), data.get("replications", 1)
    return experiment(scenario, data["vary"], data.get("runs"), kind, replications, data.get("seed"), places)


def _told(fault: Fault) -> Fault:
    """The same fault, in words for a design."""
    if fault.message.startswith("is a list"):
        return fault._replace(message="is a list; write values as 'a | b | c'")
    return fault


def _known(document: Document) -> None:
    """Note keys that a design does not have, and values that it cannot take."""
    data, faults = document.data, document.faults
    for key in data:
        if key not in KEYS:
            faults.append(Fault(key, f"unknown key; {did_you_mean(key, KEYS)}", document.places[key]))
    for key, least in COUNTS.items():
        told = data.get(key, least)
        if not isinstance(told, int) or isinstance(told, bool) or told < least:
            faults.append(Fault(key, f"must be a whole number from {least} on; found {told!r}", document.places[key]))
    kind = data.get("design", KINDS[0])
    if kind not in KINDS:
        faults.append(
            Fault("design", f"no design '{kind}'; {did_you_mean(str(kind), KINDS)}", document.places["design"])
        )
    for key in ("vary", "cases", "set"):
        if key in data and not isinstance(data[key], dict):
            faults.append(Fault(key, f"must be a mapping; found {data[key]!r}", document.places[key]))
    if ("vary" in data) == ("cases" in data):
        faults.append(Fault("vary", "tell either what is varied, under `vary`, or each case, under `cases`"))
    if not isinstance(data.get("scenario"), str):
        faults.append(Fault("scenario", "must name a scenario file, as seen from this one"))


def _scenario(document: Document, path: Path, changes: Changes) -> Scenario:
    """The scenario a design names, with its changes and those told beside it."""
    target = path.parent / document.data["scenario"]
    if not target.is_file():
        names = [file.name for file in target.parent.glob("*.y*ml")] if target.parent.is_dir() else []
        text = f"no such file: {document.data['scenario']}; {did_you_mean(target.name, names)}"
        raise ScenarioError([Fault("scenario", text, document.places["scenario"])])
    own = flatten(document.data.get("set", {}))
    try:
        return load(target, {**own, **changes})
    except ScenarioError as error:
        places = {at: document.places.get(f"set.{at}", "--set") for at in own.keys() - changes.keys()}
        raise ScenarioError(f._replace(place=places.get(f.path, f.place)) for f in error.faults) from None


def _listed(document: Document, scenario: Scenario, data: Mapping[str, Any]) -> Experiment:
    """Cases written down one by one: each tells every path."""
    told = {name: flatten(case) if isinstance(case, dict) else {} for name, case in data["cases"].items()}
    paths = list(dict.fromkeys(at for case in told.values() for at in case))
    missing = [(name, at) for name, case in told.items() for at in paths if at not in case]
    if missing or not paths:
        faults = [
            Fault(f"cases.{name}", f"tells nothing for {at}", document.places[f"cases.{name}"]) for name, at in missing
        ]
        raise ScenarioError(faults or [Fault("cases", "is empty; name at least one case with its inputs")])
    columns = {at: list(dict.fromkeys(str(case[at]) for case in told.values())) for at in paths}
    choices = {at: " | ".join(values) for at, values in columns.items()}
    found = ranges(scenario, choices, dict.fromkeys(paths, document.places["cases"]))
    known = {one.path: dict(zip(columns[one.path], one.values, strict=True)) for one in found}
    cases: dict[str, Inputs] = {name: {at: known[at][str(case[at])] for at in paths} for name, case in told.items()}
    seed = data.get("seed", scenario.run.seed)
    return Experiment(freed(scenario, found), listed(cases, found), data.get("replications", 1), seed)
