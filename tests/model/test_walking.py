"""Going on foot: so many hours of each day."""

import pytest

from sim.model.walking import elapsed


def test_thirty_two_kilometres_a_day_at_four_kilometres_an_hour_and_eight_hours() -> None:
    assert elapsed(32, 4, 8) == pytest.approx(8)
    assert elapsed(36, 4, 8) == pytest.approx(25)
    assert elapsed(64, 4, 8) == pytest.approx(32)


def test_without_rest_time_is_distance_over_speed() -> None:
    assert elapsed(77, 4, 24) == pytest.approx(77 / 4)
