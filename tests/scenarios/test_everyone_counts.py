"""Where people count in the hard cases: stalled beyond the count, on motorcycles, injured, travelling, left behind."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.model.record import Array, Record
from sim.results.ledger import verify
from sim.results.outcome import outcome
from sim.scenario.faults import ScenarioError
from tests.scenarios.shelf import lived

PEOPLE = 2000
ROAD = """
  segments:
    near: { from: town, to: river, length: 10 km, class: two_lane, speed: 50 km/h }
    far: { from: river, to: border, length: 10 km, class: two_lane, speed: 50 km/h }
"""


def told(folder: Path, corridor: str = "", more: str = "", population: str = "", horizon: str = "96 h") -> Record:
    """500 households with a car each and a road of 20 km; the sums of its ledger hold."""
    text = f"""
horizon: {horizon}
population:
  total: {PEOPLE} people
  household_size: 4 people/household
{population}
corridor: {ROAD}
{corridor}
{more}
"""
    record = lived(folder, text)
    verify(record)
    return record


CARS = "vehicles: { per_household: 1 vehicles/household, classes: { car: { share: 100 %, seats: 20, use: 1 L/km } } }\n"


def number(record: Record, name: str) -> float:
    return outcome(record).indicators[name]


def at_end(record: Record, state: str, place: str | None = None) -> int:
    """People in a state (at a place) at the horizon."""
    its = np.array([spot.state == state and place in (None, spot.place) for spot in record.spots], bool)
    came, went = its[record.move_destination], its[record.move_origin]
    return int(record.first[its].sum() + record.move_people[came].sum() - record.move_people[went].sum())


def test_a_feeder_may_lead_to_the_last_node(tmp_path: Path) -> None:
    homes = "  settlements: { town: { people: 50 % }, side: { people: 50 % } }"
    record = told(tmp_path, "  feeders: { f: { from: side, to: border, length: 5 km } }", CARS, homes)
    assert record.counts["arrived"][1].sum() == PEOPLE


def test_people_who_never_pass_the_place_of_counting_are_refused(tmp_path: Path) -> None:
    homes = "  settlements: { town: { people: 50 % }, side: { people: 50 % } }"
    feeder = "  count_at: river\n  feeders: { f: { from: side, to: border, length: 5 km } }"
    with pytest.raises(ScenarioError, match=r"told.yaml:\d+:\d+: population.settlements.side: .*never pass 'river'"):
        told(tmp_path, feeder, CARS, homes)


def test_riders_have_motorcycles_enough_for_all_and_never_lorries(tmp_path: Path) -> None:
    mixed = """
vehicles:
  per_household: 0 vehicles/household
  classes:
    lorry: { share: 100 %, seats: 30, pce: 3 }
    motorcycle: { share: 0 %, seats: 2, pce: 0.4 }
"""
    parties = told(tmp_path, "", mixed, "  modes: { motorcycle: 100 % }").parties
    assert set(parties.vehicle_class.tolist()) == {parties.classes.index("motorcycle")}
    assert (parties.people <= 2 * parties.vehicles).all()
    assert (parties.people > 2 * (parties.vehicles - 1)).all()


def test_several_motorcycles_hold_and_take_several_times_as_much(tmp_path: Path) -> None:
    """Each needs 20 L and is given 20: a household of three motorcycles 60, and a packet of ten as many times 20."""
    ride = """
vehicles: { classes: { motorcycle: { share: 100 %, seats: 2, use: 1 L/km, idle: 0 L/h } } }
fuel:
  held: 0 L
  ration: 20 L
  expected_transit: 0 h
  depots: { d: { stock: 90000 L, pumps: 50 } }
"""
    for size in (1, 10):
        record = told(tmp_path, "", f"{ride}\nrun: {{ resolution: {size} }}", "  modes: { motorcycle: 100 % }")
        assert record.parties.fuel_given == pytest.approx(20 * record.parties.vehicles)
        assert record.counts["arrived"][1].sum() == PEOPLE
        assert record.counts["arrived"][2].sum() == record.parties.vehicles.sum() > 900


def test_who_rides_without_a_class_told_has_usual_motorcycles(tmp_path: Path) -> None:
    record = told(tmp_path, "", CARS, "  modes: { motorcycle: 10 % }")
    rides = record.parties.vehicle_class == record.parties.classes.index("motorcycle")
    assert 0.05 < rides.mean() < 0.15
    assert (record.parties.people[rides] <= 3 * record.parties.vehicles[rides]).all()


DRY = "fuel: { held: 15 L, without: leave }\nincidents: { full_block: 0 %, lift_patience: 6 h }\n"


def test_who_stalls_beyond_the_count_arrived_when_the_vehicle_crossed(tmp_path: Path) -> None:
    """All run dry 5 km beyond the river: they crossed it after the same 12 minutes, and walk on when nobody comes."""
    record = told(tmp_path, "  count_at: river", CARS + DRY)
    crossed = record.links[0]
    assert len(record.stalls) == len(record.parties.people)
    hours, people, _ = record.counts["arrived"]
    assert people.sum() == PEOPLE
    assert hours == pytest.approx(np.sort(crossed.left))
    assert at_end(record, "reception") == PEOPLE
    walked = record.move_hour[[record.spots[k].state == "reception" for k in record.move_destination.tolist()]]
    assert (walked >= hours.min() + 6).all()


def test_whoever_is_given_a_lift_beyond_the_count_is_counted_once(tmp_path: Path) -> None:
    some = CARS + DRY.replace("15 L", "{ distribution: uniform, low: 15 L, high: 25 L }")
    record = told(tmp_path, "  count_at: river", some)
    assert 50 < len(record.stalls) < len(record.parties.people)
    assert any(entry.kind == "lift" for entry in record.entries)
    assert record.counts["arrived"][1].sum() == PEOPLE == at_end(record, "reception")


def test_who_has_crossed_counts_though_the_end_of_the_road_is_still_ahead(tmp_path: Path) -> None:
    """After 24 minutes the first are at the border; whoever passed the river by then has arrived."""
    record = told(tmp_path, "  count_at: river", CARS, horizon="0.35 h")
    passed = record.links[0].left <= 0.35
    assert record.counts["arrived"][1].sum() == record.links[0].people[passed].sum() > 0
    assert at_end(record, "reception") == 0


def blast(casualties: str, opens: str = "0 h", at: str = "5 h") -> str:
    depot = f"{{ opens: {opens}, stock: 0 L, pumps: 1 }}"
    return f"""
fuel:
  held: 0 L
  without: wait
  depots: {{ d: {depot} }}
  explosions: {{ blast: {{ at: {at}, depot: d, {casualties} }} }}
"""


@pytest.mark.parametrize("opens", ["0 h", "90 h"])
def test_casualties_told_are_all_counted_whether_people_queue_or_wait_at_home(tmp_path: Path, opens: str) -> None:
    dead, hurt = 218, 1500
    record = told(tmp_path, "", CARS + blast(f"injured: {hurt} people, reported_dead: {dead} people", opens))
    assert (at_end(record, "reported_dead"), at_end(record, "in_care")) == (dead, hurt)
    assert number(record, "casualties.not_found") == 0


def test_even_everybody_present_can_be_told(tmp_path: Path) -> None:
    record = told(tmp_path, "", CARS + blast(f"injured: {PEOPLE - 218} people, reported_dead: 218 people"))
    assert (at_end(record, "reported_dead"), at_end(record, "in_care")) == (218, PEOPLE - 218)
    assert number(record, "left_behind.people") == 0


def test_more_casualties_than_people_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"fuel.explosions.blast: 2,001 people .*more than the 2,000 present"):
        told(tmp_path, "", CARS + blast(f"injured: {PEOPLE} people, reported_dead: 1 people"))


def test_casualties_of_whom_nobody_is_left_are_named_not_cut(tmp_path: Path) -> None:
    """All have left when it explodes: 100 told, none found, and the result says so."""
    fuel = blast("injured: 60 people, reported_dead: 40 people", at="50 h").replace("held: 0 L", "held: 90 L")
    record = told(tmp_path, "", CARS + fuel)
    assert number(record, "casualties.not_found") == 100
    assert sorted(entry.people for entry in record.entries if entry.kind.startswith("reported")) == [40, 60]


def test_the_injured_are_in_care_and_not_at_the_depot(tmp_path: Path) -> None:
    record = told(tmp_path, "", CARS + blast("injured: 300 people"))
    present = outcome(record).arrays["presence"]
    names = record.there.names
    assert present[names.index("care")][[4, 6, 96]].tolist() == [0, 300, 300]
    assert present[names.index("d")].max() == 0


@pytest.mark.parametrize(
    ("corridor", "more", "population"),
    [
        ("  never_opens: yes", CARS, ""),
        ("  closures: { shut: { segment: far, km: 5 km, from: 0 h, until: 900 h } }", CARS, ""),
        (
            "  checkpoints: { p: { at: border, booth_rate: 9 vehicles/h, opens: 900 h } }",
            "",
            "  modes: { foot: 100 % }",
        ),
    ],
)
def test_everybody_who_has_not_crossed_is_left_behind(
    tmp_path: Path, corridor: str, more: str, population: str
) -> None:
    stay = "departure: { stay: 100 people }\n"
    record = told(tmp_path, corridor, more + stay, population)
    assert record.counts["arrived"][1].sum() == 0
    assert number(record, "left_behind.people") == PEOPLE - at_end(record, "stayed") > 1800


CHAIN = """
arrivals: { over: 10 h }
horizon: 48 h
population: { total: 1000 people, household_size: 1 people/household }
reception:
  places:
    first: { arrive: 100 %, stay: 4 h, next: { second: 100 % } }
    second: { stay: 30 days, travel: 3 h }
  registration: { rate: 90 people/h, elsewhere: 30 %, elsewhere_delay: 5 h }
  accommodation: { share: 0 % }
"""


def at(record: Record, place: str) -> Array:
    found: Array = record.there.at_full_hours()[record.there.names.index(place)]
    return found


def test_while_they_travel_people_are_at_neither_place(tmp_path: Path) -> None:
    """100 an hour, 4 h here and 3 h on the way: 300 on the way at any time, and the first are there after 7 h."""
    record = lived(tmp_path, CHAIN.replace("registration: { rate: 90", "registration: { rate: 9000"))
    verify(record)
    assert at(record, "first")[5:10] == pytest.approx(400, abs=2)
    assert at(record, "between_places")[[4, 5, 6, 7, 8, 9, 10]] == pytest.approx(
        [0, 100, 200, 300, 300, 300, 300], abs=2
    )
    assert at(record, "second")[[7, 8, 10]] == pytest.approx([0, 100, 300], abs=2)
    assert at(record, "second")[-1] == 1000


def test_who_registers_on_the_way_is_registered_and_nobody_is_lost(tmp_path: Path) -> None:
    record = lived(tmp_path, CHAIN)
    verify(record)
    assert record.counts["registered"][1].sum() == 1000
    assert at_end(record, "registered", "second") == 1000
    cut = lived(tmp_path, CHAIN.replace("horizon: 48 h", "horizon: 12 h"))
    verify(cut)
    assert at(cut, "between_places")[-1] > 100
