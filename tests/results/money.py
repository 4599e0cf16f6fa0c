"""A scenario told as text, run, and its tables read back."""

from __future__ import annotations

from pathlib import Path

from sim.publish.export import write_tables
from sim.publish.manifest import Told
from sim.scenario.loader import load
from sim.studies.run import replicate
from tests.scenarios.shelf import table

Rows = list[dict[str, str]]


def tables(folder: Path, text: str, names: str, runs: int = 1) -> list[Rows]:
    """The tables of these names that a run of a scenario told as text writes."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "told.yaml"
    file.write_text(text, encoding="utf-8")
    ensemble = replicate(load(file), runs)
    assert not ensemble.failures
    write_tables(ensemble, folder, Told())
    return [table(folder / f"{name}.csv") for name in names.split()]


def only(rows: Rows, **told: str) -> Rows:
    """The rows whose cells are as told."""
    return [row for row in rows if all(row[name] == value for name, value in told.items())]


def numbers(rows: Rows, column: str) -> list[float]:
    """A column as numbers."""
    return [float(row[column]) for row in rows]


def indicator(rows: Rows, name: str) -> float:
    """The median of an indicator."""
    return float(only(rows, indicator=name)[0]["p50"])
