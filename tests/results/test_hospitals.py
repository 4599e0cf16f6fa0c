"""Hospitals told of are supply of beds and of hospitals; what serves a district is whole for all places together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.model.record import Record
from sim.results import gaps
from sim.results.outcome import Outcome, outcome
from sim.scenario.standards.explain import as_text
from sim.scenario.standards.library import named
from tests.scenarios.shelf import lived

BOTH = "near: { at: a, beds: { general: 30 people } }, far: { travel: 4 h, beds: { general: 100 people } }"


def told(hospitals: str = "", more: str = "", people: int = 40_000) -> str:
    """A quarter of those who come stay in each of two small towns, the others in a large one."""
    return f"""
horizon: 30 h
population: {{ total: {people} people, household_size: 4 people/household }}
run: {{ resolution: 1 }}
vehicles: {{ per_household: 1 vehicle/household }}
arrivals: {{ over: 1 h }}
reception:
  places:
    a: {{ arrive: 25 %, stay: 30 days }}
    b: {{ arrive: 25 %, stay: 30 days }}
    c: {{ arrive: 50 %, stay: 30 days }}
medical: {{ hospitals: {{ {hospitals} }} }}
{more}
"""


def last_day(record: Record, found: Outcome, item: str, name: str) -> dict[str, float]:
    """Values of an item on the last day, by place."""
    rows = gaps.layout(record.scenario)
    told_of = gaps.told_rows(rows).tolist()
    at = {row.place: k for k, row in enumerate(rows) if row.figure.item == item and row.counted}
    if name in gaps.OF_TOLD:
        at = {place: told_of.index(k) for place, k in at.items()}
    return {place: float(found.arrays[name][k, -1]) for place, k in at.items()}


def statuses(record: Record, item: str) -> dict[str, str]:
    return {row.place: row.status for row in gaps.layout(record.scenario) if row.figure.item == item}


def test_a_hospital_for_a_district_is_one_however_many_places_share_it(tmp_path: Path) -> None:
    record = lived(tmp_path, told())
    found = outcome(record)
    for item in ("hospital", "rh_kits_block_3"):
        need = last_day(record, found, item, "need")
        assert need["all"] == pytest.approx(1)
        assert need["a"] + need["b"] + need["c"] == pytest.approx(1)
        assert need["c"] == pytest.approx(0.5, abs=0.02)
    assert last_day(record, found, "rh_kits_block_2", "need")["all"] == pytest.approx(2)
    assert last_day(record, found, "health_centre", "need")["all"] >= 4


def test_ten_times_the_people_need_the_hospitals_of_their_number(tmp_path: Path) -> None:
    record = lived(tmp_path, told(people=400_000, more="").replace("resolution: 1", "resolution: 200"))
    assert last_day(record, outcome(record), "hospital", "need")["all"] == pytest.approx(2)


def test_beds_that_are_told_are_not_counted_as_missing(tmp_path: Path) -> None:
    """18 beds for 10,000 people: 18, 18 and 36 or so; 30 stand in the first town, 100 are further off for all."""
    record = lived(tmp_path, told(BOTH))
    found = outcome(record)
    need, supply, gap = (last_day(record, found, "hospital_bed", name) for name in ("need", "supply", "gap"))
    assert need["all"] == pytest.approx(73, abs=2)
    assert supply == need
    assert set(gap.values()) == {0.0}
    assert set(statuses(record, "hospital_bed").values()) == {"provided"}


def test_too_few_beds_are_short_by_the_rest_shared_as_people_are_there(tmp_path: Path) -> None:
    few = "far: { travel: 4 h, beds: { general: 15 people, burns: 5 people } }"
    record = lived(tmp_path, told(few))
    found = outcome(record)
    need, supply, gap = (last_day(record, found, "hospital_bed", name) for name in ("need", "supply", "gap"))
    assert supply["all"] == pytest.approx(20)
    assert gap["all"] == pytest.approx(need["all"] - 20)
    there = record.there.served[:, -1]
    part = there[record.there.names.index("a")] / there.sum()
    assert supply["a"] == pytest.approx(20 * part, rel=1e-6)


def test_a_hospital_in_one_town_is_no_bed_in_another(tmp_path: Path) -> None:
    record = lived(tmp_path, told("near: { at: a, beds: { general: 30 people } }"))
    assert statuses(record, "hospital_bed") == {
        "a": "provided",
        "b": "not_provided",
        "c": "not_provided",
        "all": "partly_provided",
    }
    assert set(statuses(record, "hospital").values()) == {"provided"}
    assert last_day(record, outcome(record), "hospital", "gap")["all"] == pytest.approx(0, abs=1e-9)


def test_without_hospitals_beds_are_not_provided(tmp_path: Path) -> None:
    record = lived(tmp_path, told())
    assert set(statuses(record, "hospital_bed").values()) == {"not_provided"}


def test_a_ward_for_burns_is_no_hospital_for_anybody(tmp_path: Path) -> None:
    record = lived(tmp_path, told("ward: { travel: 4 h, beds: { burns: 80 people } }"))
    assert set(statuses(record, "hospital").values()) == {"not_provided"}
    assert set(statuses(record, "hospital_bed").values()) == {"provided"}


def test_hospitals_that_people_leave_behind_serve_nobody_at_the_other_end(tmp_path: Path) -> None:
    text = told("ward: { at: home, beds: { general: 300 people } }")
    assert set(statuses(lived(tmp_path, text), "hospital_bed").values()) == {"not_provided"}


def test_a_supply_of_what_serves_a_district_serves_it_from_wherever_it_stands(tmp_path: Path) -> None:
    more = "supply: { provided: { one: { item: rh_kits_block_3, place: b, stock: 1 } } }"
    record = lived(tmp_path, told(more=more))
    assert last_day(record, outcome(record), "rh_kits_block_3", "gap")["all"] == pytest.approx(0, abs=1e-9)


def test_no_more_people_are_short_of_a_unit_than_are_there(tmp_path: Path) -> None:
    few = "far: { travel: 4 h, beds: { general: 1 people } }"
    record = lived(tmp_path, told(few, people=1000))
    short = last_day(record, outcome(record), "hospital_bed", "people_short")
    assert short["all"] <= 1000 + 1e-6
    assert np.isfinite(list(short.values())).all()


def test_the_library_says_what_is_counted_for_all_places_together() -> None:
    assert any("whole for all places together" in line for line in as_text(named("sphere.health.hospital")))
    assert not any("whole for all places" in line for line in as_text(named("sphere.health.centre")))
