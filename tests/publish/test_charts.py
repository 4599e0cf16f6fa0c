"""Charts say what they found, of what, and under which label."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from sim.publish import charts
from tests.publish.conftest import write_run

NAMES = {"arrivals", "queue", "people_by_state", "binding_constraint", "reception", "stocks", "gaps", "blockade"}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_run(tmp_path_factory.mktemp("run") / "valley")
    charts.draw_all(folder)
    return folder / "charts"


def words(file: Path) -> str:
    return " ".join(ET.parse(file).getroot().itertext())


def test_every_chart_is_drawn_as_svg_and_png(drawn: Path) -> None:
    for kind in ("svg", "png"):
        assert {file.stem for file in drawn.glob(f"*.{kind}")} >= NAMES


def test_the_title_of_arrivals_is_what_was_found(drawn: Path) -> None:
    # half at hour 60 is 26 September 12:00, 95 % at hour 83.5 is 27 September 11:30
    assert "Half of those leaving had crossed by 26 Sep 12:00; 95 % by 27 Sep 11:30" in words(drawn / "arrivals.svg")


def test_every_chart_names_scenario_runs_and_label(drawn: Path) -> None:
    for file in drawn.glob("*.svg"):
        text = words(file)
        assert "Valley road, invented" in text
        assert "40 runs, seed 7" in text
        assert "what-if scenario, not a forecast" in text
        assert "scenario a1b2c3d4" in text
        assert "as of 25 Sep 2023 21:00" in text


def test_a_fit_is_called_a_fit(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "valley", fit=True, label="look back")
    charts.draw_all(folder)
    assert "look back  ·  a fit" in words(folder / "charts" / "arrivals.svg")


def test_supply_that_is_not_known_is_a_requirement_and_no_gap(drawn: Path) -> None:
    text = words(drawn / "gaps.svg")
    assert "Insulin: requirement" in text
    assert "Water: requirement" not in text


def test_charts_have_a_description_for_those_who_cannot_see_them(drawn: Path) -> None:
    for file in drawn.glob("*.svg"):
        root = ET.parse(file).getroot()
        assert root.get("role") == "img"
        assert len(root.get("aria-label") or "") > 20


def test_the_same_tables_give_the_same_bytes(drawn: Path, tmp_path: Path) -> None:
    again = write_run(tmp_path / "valley")
    charts.draw_all(again)
    for file in drawn.iterdir():
        assert (again / "charts" / file.name).read_bytes() == file.read_bytes()


def test_several_processes_draw_the_same_bytes(drawn: Path, tmp_path: Path) -> None:
    again = write_run(tmp_path / "valley")
    written = charts.draw_all(again, workers=2)
    assert sorted(file.name for file in written) == sorted(file.name for file in drawn.iterdir())
    assert all(file.read_bytes() == (drawn / file.name).read_bytes() for file in written)
