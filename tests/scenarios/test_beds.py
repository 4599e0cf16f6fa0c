"""Places to sleep: kept on arrival where they are at hand and have room, found elsewhere later for everyone else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model.beds import Beds
from sim.model.people import Luck, draw
from sim.model.record import Array, Record
from sim.results.curves import cumulative
from sim.results.ledger import verify
from sim.scenario.schema import Scenario
from tests.scenarios.shelf import lived

HOURS = np.arange(40) + 0.5
ROOM, SOON, LATER = 300, 2, 10
TOLD = f"""
arrivals: {{ over: 10 h }}
horizon: 48 h
population: {{ total: 1000 people, household_size: 1 people/household }}
reception:
  places:
    border: {{ arrive: 100 %, stay: 1 h, next: {{ town: 100 % }} }}
    town: {{ stay: 30 days, capacity: {ROOM} people, houses: yes, delay: {SOON} h }}
    city: {{ houses: yes }}
  accommodation: {{ share: 100 %, delay: {LATER} h }}
"""


def housed(record: Record, place: str | None = None) -> Array:
    """People given a place to sleep by each hour, at a place or anywhere."""
    its = np.array([s.state == "accommodated" and place in (None, s.place) for s in record.spots], bool)
    moved = its[record.move_destination]
    order = np.argsort(record.move_hour[moved], kind="stable")
    return cumulative(record.move_hour[moved][order], record.move_people[moved][order], HOURS)


def run(folder: Path, text: str) -> Record:
    record = lived(folder, text)
    verify(record)
    return record


def test_the_first_are_housed_at_hand_and_the_others_elsewhere_later(tmp_path: Path) -> None:
    """100 an hour: the first 300 after 2 h at hand, from the fourth hour on all others after 10 h elsewhere."""
    record = run(tmp_path, TOLD)
    assert housed(record, "town") == pytest.approx(np.clip(100 * (HOURS - SOON), 0, ROOM), abs=1)
    elsewhere = np.clip(100 * (HOURS - LATER) - ROOM, 0, 1000 - ROOM)
    assert housed(record, "city") == pytest.approx(elsewhere, abs=1)


def test_without_a_delay_of_its_own_no_place_is_at_hand(tmp_path: Path) -> None:
    """Everyone waits as long, and the first place with room takes them: 300 the first, 700 the second."""
    record = run(tmp_path, TOLD.replace(f", delay: {SOON} h }}", " }"))
    assert housed(record) == pytest.approx(np.clip(100 * (HOURS - LATER), 0, 1000), abs=1)
    assert [housed(record, name)[-1] for name in ("town", "city")] == [ROOM, 1000 - ROOM]


def test_where_only_places_at_hand_house_people_the_others_find_none(tmp_path: Path) -> None:
    record = run(tmp_path, TOLD.replace("    city: { houses: yes }\n", ""))
    assert housed(record)[-1] == ROOM
    assert sum(entry.people for entry in record.entries if entry.kind == "no place to sleep") == 1000 - ROOM


def test_only_those_who_ask_are_kept_a_place(tmp_path: Path) -> None:
    """Half ask, so that 300 places at hand last for the first 600 who come."""
    record = run(tmp_path, TOLD.replace("share: 100 %", "share: 50 %"))
    asked = housed(record)[-1]
    assert 430 < asked < 570
    assert housed(record, "town")[-1] == ROOM
    assert housed(record, "town")[HOURS == 5.5] == pytest.approx(175, abs=40)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=3), st.integers(0, 30), st.integers(1, 6))
def test_no_place_is_given_to_more_people_than_it_has_room_for(rooms: list[int], cut: int, size: int) -> None:
    """In whatever batches they come, all together are kept the same places."""
    places = {f"p{k}": {"capacity": room, "houses": True, "delay": 1.0} for k, room in enumerate(rooms)}
    told = {
        "population": {"total": 120, "household_size": size},
        "reception": {"places": places, "accommodation": {"share": 0.8, "delay": 9.0}},
    }
    told["reception"]["places"]["p0"] |= {"arrive": 1.0}
    scenario = Scenario.model_validate(told)
    parties = draw(scenario, Luck(1, 0), None)
    everyone = np.arange(len(parties))
    at_once = Beds(scenario.reception, Luck(1, 0), parties).keep(everyone, parties.people)
    beds = Beds(scenario.reception, Luck(1, 0), parties)
    batches = [beds.keep(part, parties.people[part]) for part in np.split(everyone, [min(cut, len(everyone))])]
    for found, parted in zip(at_once, zip(*batches, strict=True), strict=True):
        assert (found == np.concatenate(parted)).all()
    after, kept = at_once
    for number, room in enumerate(rooms):
        its = kept == number
        assert parties.people[its].sum() <= room
        assert (after[its] == 1.0).all()
    assert set(after[kept < 0]) <= {9.0, np.inf}
    largest = parties.people[(kept < 0) & np.isfinite(after)]
    assert all(room - parties.people[kept == k].sum() < people for k, room in enumerate(rooms) for people in largest)
