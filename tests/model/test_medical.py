"""Patients: who is where, whose bed, which way, and that nobody is lost."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.model.record import Record
from sim.results import care
from sim.results.ledger import states, verify
from sim.results.outcome import outcome
from sim.scenario.faults import ScenarioError
from sim.scenario.loader import load
from tests.scenarios.shelf import lived

PEOPLE = 2000
ROAD = "segments: { r: { from: town, to: border, length: 50 km, class: two_lane, speed: 50 km/h%s } }"
AMBULANCE = "transport: { ambulances: { one: { ambulances: 1, seats: 1, to: base, loading: 0 h, back: 1 h, %s } } }"
WOUNDED = "  patients: { wounded: { people: 100 people } }"


def told(more: str, population: str = WOUNDED, road: str = "", horizon: str = "48 h") -> str:
    """500 households with a car each, a road of an hour, and what else is told."""
    return f"""
horizon: {horizon}
population:
  total: {PEOPLE} people
  household_size: 4 people/household
  settlements: {{ town: {{ people: 100 % }} }}
{population}
vehicles: {{ per_household: 1 vehicles/household }}
corridor: {{ {ROAD % road} }}
{more}
"""


def medical(groups: str, beds: str = "general: 200 people", inside: str = "", others: str = "") -> str:
    """A hospital at the border, one inside where told, and others."""
    home = f"ward: {{ at: town, beds: {{ {inside} }} }}, " if inside else ""
    hospitals = f"{home}base: {{ at: border, beds: {{ {beds} }} }}{others}"
    return f"medical: {{ hospitals: {{ {hospitals} }}, groups: {{ {groups} }} }}\n"


def at_end(record: Record, state: str, place: str | None = None) -> int:
    """People in a state (at a place) at the horizon."""
    its = np.array([spot.state == state and place in (None, spot.place) for spot in record.spots], bool)
    came, went = its[record.move_destination], its[record.move_origin]
    return int(record.first[its].sum() + record.move_people[came].sum() - record.move_people[went].sum())


def in_stage(record: Record, stage: str, place: str = "all", group: str = "all") -> np.ndarray:
    """Patients in a stage at each full hour."""
    found: np.ndarray = care.people(record)[care.layout(record.scenario).index((group, stage, place))]
    return found


def landed(record: Record) -> np.ndarray:
    """Hours at which patients reached a hospital outside, in order."""
    assert record.chain is not None
    return np.sort(record.chain.landed[np.isfinite(record.chain.landed)])


ALL_LIE = "wounded: { transported: 100 % }"


def test_every_patient_is_one_person_in_one_state_throughout(tmp_path: Path) -> None:
    text = medical(ALL_LIE, inside="general: 60 people") + AMBULANCE % "trips: 20"
    record = lived(tmp_path, told(text))
    verify(record)
    ledger = states(record)
    assert (ledger.sum(axis=0) == PEOPLE).all()
    stages = sum(
        in_stage(record, stage) for stage in ("waiting_for_transport", "on_the_way", "waiting_for_bed", "in_bed")
    )
    assert (stages - in_stage(record, "on_the_way", "with_party") == 100).all()
    assert at_end(record, "in_care") == 100
    assert record.counts["arrived"][1].sum() == PEOPLE - 100


def test_those_an_ambulance_never_comes_for_are_left_behind(tmp_path: Path) -> None:
    record = lived(tmp_path, told(medical(ALL_LIE, inside="general: 60 people") + AMBULANCE % "trips: 10"))
    assert at_end(record, "in_care", "base") == 10
    assert outcome(record).indicators["left_behind.people"] == 90


def test_where_no_hospital_is_inside_patients_wait_for_transport_at_home(tmp_path: Path) -> None:
    record = lived(tmp_path, told(medical(ALL_LIE) + AMBULANCE % "trips: 10"))
    verify(record)
    assert at_end(record, "waiting_transport", "town") == 90
    assert outcome(record).indicators["left_behind.people"] == 90


def test_those_who_need_no_transport_stay_with_their_party(tmp_path: Path) -> None:
    record = lived(tmp_path, told(medical("wounded: { transported: 30 % }") + AMBULANCE % "trips: 100"))
    assert record.chain is not None
    assert len(record.chain.group) == 30
    assert in_stage(record, "back_in_care")[-1] == 70


def test_a_group_named_for_care_alone_has_the_share_of_the_profile(tmp_path: Path) -> None:
    """Insulin is for 0.5 % of people by the library's own figure: ten of 2,000, half of them lying."""
    record = lived(tmp_path, told(medical("insulin: { transported: 50 % }"), ""))
    assert record.care["insulin"]["patients"] == 10
    assert at_end(record, "waiting_transport", "town") == 5


def test_whom_the_beds_do_not_hold_waits_and_is_first_to_lie_when_one_is_free(tmp_path: Path) -> None:
    """Three beds of ten hours, thirty patients by hour 1: at most three lie at a time, and three an ten hours leave."""
    fly = "transport: { helicopters: { h: { helicopters: 1, seats: 30, to: base, cycle: 2 h, flight: 30 min } } }"
    people = "  patients: { wounded: { people: 30 people } }"
    text = medical("wounded: { transported: 100 %, stay: 10 h }", "general: 3 people") + fly
    record = lived(tmp_path, told(text, people))
    verify(record)
    assert in_stage(record, "in_bed").max() == 3
    assert in_stage(record, "discharged")[[10, 11, 21, 31, 41]].tolist() == [0, 3, 6, 9, 12]
    assert in_stage(record, "waiting_for_bed")[[1, 11, 21]].tolist() == [27, 24, 21]
    assert at_end(record, "onward", "onward") == 12
    assert outcome(record).indicators["care.beds_short.peak"] == 30 - 3
    assert outcome(record).indicators["left_behind.people"] == 0


EXPLOSION = """
fuel:
  held: 100 L
  depots: { pump: { stock: 100 L, opens: 40 h } }
  explosions: { bang: { at: 5 h, depot: pump, injured: 50 people, reported_dead: 7 people } }
departure: { loading: { kind: uniform, begins: 10 h, spread: 2 h } }
"""
BURNS = "burns: { transported: 100 %, specialty: burns, safe_intervals: { fluids: 8 h } }"
FLY = "transport: { helicopters: { h: { helicopters: 1, seats: 10, to: base, cycle: 4 h, flight: 1 h } } }\n"


def test_the_injured_of_a_depot_are_followed_to_a_bed_and_the_rest_referred(tmp_path: Path) -> None:
    others = ", far: { travel: 3 h, beds: { burns: 20 people } }"
    text = medical(BURNS, "burns: 12 people, general: 50 people", others=others) + EXPLOSION + FLY
    record = lived(tmp_path, told(text, ""))
    verify(record)
    assert record.chain is not None
    assert landed(record).tolist() == [h for h in (7, 11, 15, 19, 23) for _ in range(10)]
    assert [int(in_stage(record, "in_bed", place)[-1]) for place in ("base", "far")] == [30, 20]
    assert np.sort(record.chain.in_bed)[[9, 11, 12, 32, 49]].tolist() == [7, 11, 14, 19, 23]
    assert int(record.chain.in_own_bed.sum()) == 32
    assert at_end(record, "reported_dead") == 7


def test_fluids_within_eight_hours_are_for_those_who_lie_in_a_bed_by_then(tmp_path: Path) -> None:
    """Hurt at 5, in bed at 7, 11, 15, 19 and 23, ten each: who comes at 15 is past eight hours, and all after."""
    late = lived(tmp_path, told(medical(BURNS, "burns: 50 people") + EXPLOSION + FLY, ""))
    assert late.care["burns"]["fluids"] == 30
    assert in_stage(late, "past_safe_interval")[[12, 13, 15, 19, 23]].tolist() == [0, 30, 20, 10, 0]
    ward = medical(BURNS, "burns: 50 people", inside="general: 25 people")
    cared = lived(tmp_path, told(ward + EXPLOSION + FLY, ""))
    # 25 lie at once; a bed that one of them leaves is for the next in line: by hour 13 two flights have gone.
    assert cared.care["burns"]["fluids"] < 30
    assert cared.care["burns"]["patients"] == 50


def test_without_hospitals_the_injured_are_in_care_and_no_chain_is_told(tmp_path: Path) -> None:
    record = lived(tmp_path, told(EXPLOSION, ""))
    assert at_end(record, "in_care", "care") == 50
    assert record.chain is None
    assert care.people(record).size == 0


ONE = "  patients: { wounded: { people: 1 person } }"
JAM = "departure: { loading: { kind: at_once } }\n"
POST = """
  checkpoints: { post: { at: border, booth_rate: 20 vehicles/h } } }
"""


def drive(folder: Path, opposing: str, overtake: str, begins: str = "20 h") -> float:
    """Hours an ambulance takes that leaves in a jam of 500 cars before a post that passes 20 an hour."""
    fleet = AMBULANCE % f"from: {begins}, overtake: {overtake}"
    text = told(medical(ALL_LIE) + JAM + fleet, ONE, f", opposing: {opposing}", "72 h")
    text = text.replace("} } }\nmedical", "} }," + POST + "medical")
    record = lived(folder, text)
    assert record.chain is not None
    return float((record.chain.landed - record.chain.taken)[0])


def test_an_ambulance_has_its_own_speed_where_the_opposing_lane_is_open(tmp_path: Path) -> None:
    assert drive(tmp_path, "open", "50 %") == pytest.approx(1.0, abs=1e-6)


def test_elsewhere_it_keeps_a_share_of_the_queue_s_time(tmp_path: Path) -> None:
    queue, half = drive(tmp_path, "closed", "0 %"), drive(tmp_path, "closed", "50 %")
    assert queue > 10
    assert half == pytest.approx(queue / 2, rel=1e-6)
    assert drive(tmp_path, "closed", "100 %") == pytest.approx(1.0, abs=1e-6)


def test_on_an_empty_road_nothing_holds_it_up(tmp_path: Path) -> None:
    assert drive(tmp_path, "closed", "0 %", "38.9 h") == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        (
            "at: border",
            "at: boarder",
            "no settlement, node of the road or place of reception 'boarder'; did you mean 'border'",
        ),
        ("to: base", "to: basis", "no hospital outside 'basis'"),
        ("wounded: { transported", "woundet: { transported", "did you mean 'wounded'"),
        ("transported: 100 %", "transported: 100 %, red: 70 %, yellow: 40 %", "red and yellow sum to 110%"),
        ("seats: 1", "seats: 1, at: twon", "no such settlement; did you mean 'town'"),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_what_was_meant(
    tmp_path: Path, old: str, new: str, match: str
) -> None:
    text = told(medical(ALL_LIE) + AMBULANCE % "trips: 1")
    assert old in text
    file = tmp_path / "wrong.yaml"
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ScenarioError, match=match):
        load(file)


def test_a_cycle_holds_two_flights(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    fly = "transport: { helicopters: { h: { helicopters: 1, to: base, cycle: 1 h, flight: 0.6 h } } }"
    file.write_text(told(medical(ALL_LIE) + fly), encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"a cycle of 1 h is shorter than two flights of 0\.6 h"):
        load(file)
