"""A second road of another shape, by file only: two feeders, a bridge closed at night, a ferry, another mix."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sim.model.record import Array, PostLog, Record
from sim.studies.run import run
from tests.scenarios.shelf import shipped

OPENS, CLOSES = 5.0, 20.0
"""Hours of the day at which the bridge opens and closes."""
TRIP = 50 / 60
"""Round trip of the ferry, in hours."""
NO_FERRY = (
    "corridor.crossings.ferry.opens=day 100",
    "vehicles.classes.lorry.share=0 %",
    "vehicles.classes.pickup.share=40 %",
    "transport.buses.lorries_of_the_council.weight=4 t",
)
"""A world in which the ferry never works, and nothing is too heavy for the bridge."""


@cache
def world(*without: str) -> Record:
    """One world of the two valleys, with changes given as path=value."""
    return run(shipped("two_valleys", dict(told.split("=", 1) for told in without)))


def river(record: Record) -> PostLog:
    (post,) = record.posts
    return post


def crossed(record: Record) -> tuple[Array, Array]:
    """Hours at which vehicles began to cross the river, and which vehicles."""
    post = river(record)
    met = np.isfinite(post.begun)
    return post.begun[met], post.party[met]


def at_night(hours: Array) -> Array:
    clock = hours % 24
    return (clock < OPENS - 1e-9) | (clock > CLOSES + 1e-9)


def test_it_says_that_it_is_invented() -> None:
    scenario = shipped("two_valleys")
    assert "invented" in scenario.title
    assert "invented" in scenario.summary
    assert all(source.note == "invented" for source in scenario.sources.values())


def test_the_ferry_carries_vehicles_at_night_and_the_bridge_none() -> None:
    by_both, _ = crossed(world())
    assert at_night(by_both).any()
    by_bridge, _ = crossed(world(*NO_FERRY))
    assert len(by_bridge) > 100
    assert not at_night(by_bridge).any()


def test_at_night_no_more_cross_than_the_ferry_takes() -> None:
    hours, party = crossed(world())
    space = world().parties.pce
    for day in range(4):
        begin, end = 24 * day + CLOSES + TRIP, 24 * (day + 1) + OPENS - TRIP
        inside = (hours >= begin) & (hours < end) & (party < len(space))
        trips = np.ceil((end - begin) / TRIP) + 1
        # Eight cars' room a trip, and the last one aboard may be larger than what room was left.
        assert space[party[inside]].sum() <= trips * (8 + space.max())


def test_vehicles_too_heavy_for_the_bridge_take_the_ferry() -> None:
    hours, party = crossed(world())
    own = party < len(world().parties.people)
    lorry = world().parties.classes.index("lorry")
    heavy = np.sort(hours[own][world().parties.vehicle_class[party[own]] == lorry])
    assert len(heavy) > 15
    trips = np.unique(np.floor(heavy / TRIP))
    assert len(heavy) <= 8 * (len(trips) + 1)


@pytest.mark.parametrize("feeder", ["east_road", "mill_road"])
def test_both_feeders_carry_people_to_the_trunk(feeder: str) -> None:
    (log,) = (link for link in world().links if link.name == feeder)
    assert np.isfinite(log.left).sum() > 20


def test_everyone_but_those_who_stay_is_at_the_camp_in_the_end() -> None:
    record = world()
    people = record.first.astype(float).copy()
    np.subtract.at(people, record.move_origin.astype(int), record.move_people)
    np.add.at(people, record.move_destination.astype(int), record.move_people)
    left = {spot.state for spot, count in zip(record.spots, people, strict=True) if count > 0}
    assert left <= {"stayed", "registered", "accommodated", "reception"}
    assert people.sum() == shipped("two_valleys").present


def test_people_walk_ride_motorcycles_and_go_by_cart() -> None:
    record = world()
    walked = np.array([spot.state == "walking" for spot in record.spots])[record.move_destination.astype(int)]
    assert record.move_people[walked].sum() > 0.3 * shipped("two_valleys").present
    motorcycle = record.parties.classes.index("motorcycle")
    assert (record.parties.vehicle_class == motorcycle).sum() > 100
