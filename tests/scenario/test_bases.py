"""Scenarios that extend one another from other folders."""

from __future__ import annotations

from pathlib import Path

from sim.scenario.loader import load

EVENT = """
population: {total: 1000 people}
arrivals: {over: 10 h}
observed: {arrivals: counts.csv}
"""


def test_counts_are_found_beside_the_file_that_names_them(tmp_path: Path) -> None:
    (tmp_path / "events").mkdir()
    (tmp_path / "what_ifs").mkdir()
    (tmp_path / "events" / "event.yaml").write_text(EVENT, encoding="utf-8")
    counts = "time,value,kind,source,confidence\n2023-09-24T12:00:00+04:00,100,stated,me,high\n"
    (tmp_path / "events" / "counts.csv").write_text(counts, encoding="utf-8")
    file = tmp_path / "what_ifs" / "what_if.yaml"
    file.write_text("base: ../events/event.yaml\ntitle: a what-if\n", encoding="utf-8")
    scenario = load(file)
    assert (file.parent / scenario.observed["arrivals"]).resolve() == tmp_path / "events" / "counts.csv"
