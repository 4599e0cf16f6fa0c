"""Going on foot: so many hours of each day, and the way from where one is."""

import pytest

from sim.model.walking import elapsed
from sim.model.world import World
from sim.scenario.schema import Scenario


def test_thirty_two_kilometres_a_day_at_four_kilometres_an_hour_and_eight_hours() -> None:
    assert elapsed(32, 4, 8) == pytest.approx(8)
    assert elapsed(36, 4, 8) == pytest.approx(25)
    assert elapsed(64, 4, 8) == pytest.approx(32)


def test_without_rest_time_is_distance_over_speed() -> None:
    assert elapsed(77, 4, 24) == pytest.approx(77 / 4)


def test_the_way_of_one_is_not_taken_for_that_of_another_who_walks_to_the_same_place() -> None:
    segments = {
        "first": {"from": "town", "to": "middle", "length": 10.0, "speed": 50.0},
        "second": {"from": "middle", "to": "end", "length": 20.0, "speed": 50.0},
    }
    footpath = World(
        Scenario.model_validate({"population": {"total": 10}, "corridor": {"segments": segments}}), 1, 0
    ).footpath
    ways = [footpath.way(node, "end")[1] for node in ("town", "middle", "end", "town")]
    assert ways == [30, 20, 0, 30]
