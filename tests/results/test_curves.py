"""Cumulative counts and times of clearance."""

from __future__ import annotations

import numpy as np
import pytest

from sim.results import curves


def test_what_happens_at_an_hour_counts_at_that_hour() -> None:
    counted = curves.cumulative(np.array([1.0, 1.0, 2.5]), np.array([3, 4, 5]), np.arange(4))
    assert counted.tolist() == [0, 7, 7, 12]


def test_the_weighted_median_is_the_value_that_half_of_the_people_do_not_exceed() -> None:
    assert curves.weighted(np.array([5.0, 1.0, 3.0]), np.array([1, 1, 8]), 0.5) == 3.0
    assert np.isnan(curves.weighted(np.array([]), np.array([]), 0.5))


@pytest.mark.parametrize(("share", "hour"), [(0.25, 1.0), (0.5, 2.0), (1.0, 3.0)])
def test_the_time_of_clearance_is_that_of_the_last_one_needed(share: float, hour: float) -> None:
    class Told:
        counts = {"arrived": (np.array([1.0, 2.0, 3.0]), np.array([25, 25, 50]), np.array([1, 1, 1]))}

    assert curves.share_reached(Told(), share, 100) == hour  # type: ignore[arg-type]
    assert curves.share_reached(Told(), 1.0, 101) == np.inf  # type: ignore[arg-type]
