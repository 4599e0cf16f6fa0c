"""The shipped scenarios, others told in a few lines, and how to read a written table."""

from __future__ import annotations

import csv
from pathlib import Path

from sim.model.record import Record
from sim.scenario.loader import load
from sim.scenario.schema import Scenario
from sim.studies.run import run

SCENARIOS = Path(__file__).parents[2] / "scenarios"


def shipped(stem: str, changes: dict[str, str] | None = None) -> Scenario:
    """A shipped scenario by its name."""
    return load(SCENARIOS / f"{stem}.yaml", changes)


def table(file: Path) -> list[dict[str, str]]:
    """Rows of a written table."""
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))


def lived(folder: Path, text: str, changes: dict[str, str] | None = None) -> Record:
    """One world of a scenario given as text."""
    file = folder / "told.yaml"
    file.write_text(text, encoding="utf-8")
    return run(load(file, changes))
