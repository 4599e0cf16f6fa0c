"""Health posts: who is seen when, who waits for whom, who is admitted, and that nobody is lost."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.model.record import Record
from sim.publish.export import write
from sim.results import care
from sim.results.ledger import states, verify
from sim.results.outcome import outcome
from sim.scenario.loader import load
from sim.studies.run import replicate
from tests.model.test_medical import at_end, in_stage
from tests.scenarios.shelf import lived, table

PEOPLE = 400
POSTS = "tent: { at: camp, clinicians: 1, visit: 30 min }"


def told(groups: str, posts: str = POSTS, hospitals: str = "") -> str:
    """100 households with 20 insulin users come to a camp within an hour and go on to a city after another."""
    return f"""
horizon: 60 h
population:
  total: {PEOPLE} people
  household_size: 4 people/household
  patients: {{ insulin: {{ people: 20 people, since: 5 h, safe_intervals: {{ ten_hours: 10 h }} }} }}
vehicles: {{ per_household: 1 vehicle/household }}
arrivals: {{ over: 1 h }}
reception:
  places:
    camp: {{ arrive: 100 %, stay: 1 h, next: {{ city: 100 % }} }}
    city: {{ stay: 30 days }}
medical:
  hospitals: {{ {hospitals} }}
  posts: {{ {posts} }}
  groups: {{ {groups} }}
"""


HOSPITALS = "base: { beds: { general: 4 people } }, far: { travel: 3 h, beds: { general: 3 people } }"


def waits(record: Record) -> np.ndarray:
    """Hours each waited to be seen."""
    assert record.chain is not None
    found: np.ndarray = record.chain.visits.begun - record.chain.visits.came
    return found


def test_twenty_patients_take_a_clinician_ten_hours(tmp_path: Path) -> None:
    record = lived(tmp_path, told("insulin: {}"))
    verify(record)
    assert in_stage(record, "seen")[-1] == in_stage(record, "back_in_care")[-1] == 20
    assert record.chain is not None
    assert record.chain.visits.begun.max() == pytest.approx(record.chain.visits.came[0] + 19 * 0.5, abs=0.5)
    waiting, seen = in_stage(record, "waiting_to_be_seen", "camp"), in_stage(record, "seen", "camp")
    assert (waiting[1:] + seen[1:] == 20).all()
    found = outcome(record).indicators
    assert found["care.insulin.hours_to_be_seen.p95"] == pytest.approx(np.sort(waits(record))[18])
    assert found["care.waiting_to_be_seen.peak"] >= 18


def test_the_clock_runs_until_a_patient_is_seen(tmp_path: Path) -> None:
    """Five hours since the last dose on arrival, limit ten: past it are those who wait more than five hours."""
    record = lived(tmp_path, told("insulin: {}"))
    assert record.chain is not None
    late = record.chain.visits.begun - 0 + 5 > 10
    assert record.care["insulin"]["ten_hours"] == int(late.sum()) > 0
    assert in_stage(record, "past_safe_interval")[[5, 11]].tolist() == [int((record.chain.visits.begun > 5).sum()), 0]


def test_a_party_stays_for_its_patient_and_for_nobody_else(tmp_path: Path) -> None:
    record = lived(tmp_path, told("insulin: {}"))
    assert record.chain is not None
    visits, parties = record.chain.visits, record.parties
    camp = record.there.at_full_hours()[list(record.there.names).index("camp")]
    ends = [visits.begun[visits.came == hour].max(initial=0) + 0.5 for hour in parties.arrived]
    leaves = np.maximum(parties.arrived + 1, ends)
    assert camp[1:].tolist() == [int(parties.people[leaves > hour].sum()) for hour in range(1, 61)]


def test_with_clinicians_enough_nothing_is_as_if_there_were_no_post(tmp_path: Path) -> None:
    posts = "tent: { at: camp, clinicians: 50, visit: 0 h }"
    many = lived(tmp_path, told("insulin: {}", posts))
    none = lived(tmp_path, told("insulin: {}", ""))
    assert (states(many) == states(none)).all()
    assert many.care == none.care
    assert (waits(many) == 0).all()


def test_those_who_do_not_ask_are_not_seen_and_in_care_on_arrival(tmp_path: Path) -> None:
    record = lived(tmp_path, told("insulin: { asks_on_arrival: 0 % }"))
    assert in_stage(record, "seen")[-1] == 0
    assert in_stage(record, "back_in_care")[1] == 20


def test_a_post_that_opens_late_sees_nobody_before(tmp_path: Path) -> None:
    record = lived(tmp_path, told("insulin: {}", POSTS.replace("visit", "from: 8 h, visit")))
    assert record.chain is not None
    assert record.chain.visits.begun.min() == 8


def test_a_party_stays_at_a_post_that_is_shut_until_the_morning(tmp_path: Path) -> None:
    """They come within an hour from 20:00; the post opens at 08:00, twelve hours later, and sees two an hour."""
    posts = POSTS.replace("visit", 'hours: { from: "08:00", to: "20:00" }, visit')
    record = lived(tmp_path, told("insulin: {}", posts) + "start: 2023-09-24T20:00+04:00\n")
    verify(record)
    assert record.chain is not None
    visits = record.chain.visits
    assert np.sort(visits.begun) == pytest.approx(12 + np.arange(20) / 2)
    stays = np.isin(record.parties.arrived, visits.came)
    assert at_hour(record, 12) == record.parties.people[stays].sum()
    assert at_hour(record, 23) == 0


def at_hour(record: Record, hour: int) -> int:
    """People in the camp at an hour."""
    return int(record.there.at_full_hours()[list(record.there.names).index("camp"), hour])


def test_who_is_admitted_leaves_the_party_and_is_referred_on_when_the_beds_are_full(tmp_path: Path) -> None:
    """Twenty need a bed: four lie in the first hospital, three in the next, thirteen wait and are counted short."""
    record = lived(tmp_path, told("insulin: { admitted: 100 % }", hospitals=HOSPITALS))
    verify(record)
    assert (states(record).sum(axis=0) == PEOPLE).all()
    assert [in_stage(record, "in_bed", place)[-1] for place in ("base", "far")] == [4, 3]
    assert in_stage(record, "waiting_for_bed")[-1] == 13
    assert at_end(record, "in_care") == 20
    assert at_end(record, "reception", "city") == PEOPLE - 20
    found = outcome(record).indicators
    assert (found["care.beds_short.peak"], found["care.evacuated"], found["left_behind.people"]) == (13, 0, 0)


def test_who_is_admitted_gives_the_bed_back_after_the_stay(tmp_path: Path) -> None:
    record = lived(tmp_path, told("insulin: { admitted: 100 %, stay: 2 h }", hospitals=HOSPITALS))
    verify(record)
    assert in_stage(record, "discharged")[-1] == at_end(record, "onward", "onward") == 20
    assert outcome(record).indicators["left_behind.people"] == 0


def test_at_the_end_parties_are_where_their_patients_still_wait(tmp_path: Path) -> None:
    record = lived(tmp_path, told("insulin: {}", POSTS.replace("30 min", "10 h")))
    verify(record)
    assert record.care["insulin"]["in care"] == in_stage(record, "seen")[-1] == 6
    assert at_end(record, "reception", "camp") > 20 - 6
    assert at_end(record, "reception") == PEOPLE


def test_more_clinicians_never_make_anybody_wait_longer(tmp_path: Path) -> None:
    group = "insulin: { red: 20 %, yellow: 30 % }"
    told_by = [told(group, POSTS.replace("clinicians: 1", f"clinicians: {n}")) for n in (1, 2, 4)]
    found = [waits(lived(tmp_path, text)) for text in told_by]
    assert (found[0] >= found[1]).all()
    assert (found[1] >= found[2]).all()


def test_the_table_of_care_says_how_long_those_waited_who_came_in_an_hour(tmp_path: Path) -> None:
    file = tmp_path / "told.yaml"
    file.write_text(told("insulin: { yellow: 50 % }"), encoding="utf-8")
    runs = replicate(load(file), 1)
    write(runs, tmp_path / "out")
    rows = [row for row in table(tmp_path / "out" / "care.csv") if row["stage"] == "hours_to_be_seen_p50"]
    assert {(row["group"], row["hour"]) for row in rows} == {("insulin", "1"), ("all", "1")}
    expected = np.sort(waits(lived(tmp_path, told("insulin: { yellow: 50 % }"))))[9]
    assert [float(row["p50"]) for row in rows] == pytest.approx([expected] * 2)
    assert ("all", "seen", "camp") in care.layout(runs.scenario)
