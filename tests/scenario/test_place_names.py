"""Places keep the file's names; others of them lead there, and are written in a table of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.publish.export import write_tables
from sim.publish.manifest import Told
from sim.scenario.loader import load
from sim.scenario.place_names import which
from sim.studies.run import replicate
from tests.scenarios.shelf import table

TWO = """
population:
  total: 100 people
  settlements:
    harbour: { people: 60 %, also_known_as: { english: Port Haven, french: Le Havre } }
    hill: { people: 40 % }
sources:
  population.settlements.harbour.also_known_as: { note: the gazetteer, confidence: high }
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "two.yaml").write_text(TWO, encoding="utf-8")
    return tmp_path / "two.yaml"


def test_other_names_have_a_table_with_their_source(file: Path, tmp_path: Path) -> None:
    write_tables(replicate(load(file), 1), tmp_path, Told())
    rows = [tuple(row.values()) for row in table(tmp_path / "places.csv")]
    assert rows == [
        ("harbour", "settlement", "Port Haven", "english", "the gazetteer", "high"),
        ("harbour", "settlement", "Le Havre", "french", "the gazetteer", "high"),
        ("hill", "settlement", "", "", "", ""),
    ]
    assert not [row["path"] for row in table(tmp_path / "sources.csv") if "also_known_as" in row["path"]]


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("Le Havre", "'harbour' (Le Havre, french)"),
        ("port_haven", "'harbour' (Port Haven, english)"),
        ("hil", "'hill'"),
    ],
)
def test_a_place_is_found_by_its_other_names_however_they_are_written(told: str, meant: str, file: Path) -> None:
    assert which(load(file), told, ["harbour", "hill"]) == f"did you mean {meant}?"


def test_a_name_of_a_place_that_is_not_possible_there_is_no_hint(file: Path) -> None:
    assert which(load(file), "Le Havre", ["hill"]) == "must be one of hill"
