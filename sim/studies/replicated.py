"""The runs of one scenario, read back from the folder that `run` wrote: what was drawn, and what came out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.results import indicators as of_results
from sim.scenario import saying
from sim.scenario.faults import Fault, ScenarioError
from sim.scenario.loader import load
from sim.scenario.paths import is_factor
from sim.studies import asking, given
from sim.studies.asking import STORED, Asked
from sim.studies.sensitivity import asked
from sim.studies.stored import CASE, Stored
from sim.studies.stored import read as stored_runs

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

TABLE, MANIFEST, SCENARIO = "replications.csv", "run.json", "scenario.yaml"
KIND = "replications"


def holds(folder: Path) -> bool:
    """Whether a folder holds the runs of one scenario."""
    return all((folder / name).is_file() for name in (TABLE, MANIFEST, SCENARIO))


def runs_in(folder: Path) -> Stored:
    """The runs of a folder that `run` or `sweep` wrote; ScenarioError for another one."""
    return read(folder)[0] if holds(folder) else stored_runs(folder)


def read(folder: Path) -> tuple[Stored, Scenario]:
    """The runs of a folder, as those of a sweep are read, and their scenario."""
    scenario = load(folder / SCENARIO)
    table = pd.read_csv(folder / TABLE).set_index("replication").rename_axis(CASE)
    failed = json.loads((folder / MANIFEST).read_text(encoding="utf-8")).get("failed", {})
    failures = {int(number): str(error) for number, error in failed.items()}
    table = table.reindex(sorted({*table.index, *failures}))
    inputs = [path for path in scenario.uncertainty if path in table]
    if not inputs:
        raise ScenarioError([Fault("uncertainty", "no input varies from run to run", str(folder / SCENARIO))])
    names = [str(name) for name in table if name not in {*scenario.uncertainty, "seed"}]
    items = of_results.units(scenario)
    units = {path: saying.unit(path, factor=is_factor(scenario.uncertainty[path])) for path in inputs}
    units |= {name: of_results.unit(name, items) for name in names}
    design = {"kind": KIND, "cases": len(table), "varied": {path: {} for path in inputs}}
    return Stored(folder, table[inputs], table[names].astype(float), failures, design, units), scenario


def ask_next(stored: Stored, scenario: Scenario, of: str) -> Asked:
    """Questions by runs as they are: the width of what one input does not explain, against the width of all."""
    asked(stored, [of])
    answer = stored.indicators[of].to_numpy()
    finite = np.isfinite(answer)
    now = answer[finite]
    if len(now) < given.FEWEST:
        what = f"has a value in {len(now)} of {len(answer)} runs; must in {given.FEWEST} or more: run more replications"
        raise ScenarioError([Fault(of, f"{what}, or name the scenario's file for paired runs", "--of")])
    askable = asking.unknown(scenario)
    found = []
    for path in [path for path in askable if path in stored.inputs]:
        left = given.apart(stored.inputs[path].to_numpy()[finite], now)
        found.append(asking.question(scenario, of, (path, askable[path]), (now, left[None]), (STORED, len(now))))
    order = asking.ranked(found)
    notes = [f"{len(answer) - len(now)} of {len(answer)} runs have no finite value and are left out"] * (
        len(now) < len(answer)
    )
    notes.append("estimated from runs as they are; for narrower bands name the scenario's file instead of its folder")
    if order and all(one.within_noise == "yes" for one in order):
        notes.append(f"none of them narrows the answer by more than noise at {len(now)} runs")
    return Asked(order, [], [*notes, *asking.of_the_rest(scenario, askable)])
