"""The shipped scenarios, and how to read a written table."""

from __future__ import annotations

import csv
from pathlib import Path

from sim.scenario.loader import load
from sim.scenario.schema import Scenario

SCENARIOS = Path(__file__).parents[2] / "scenarios"


def shipped(stem: str, changes: dict[str, str] | None = None) -> Scenario:
    """A shipped scenario by its name."""
    return load(SCENARIOS / f"{stem}.yaml", changes)


def table(file: Path) -> list[dict[str, str]]:
    """Rows of a written table."""
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
