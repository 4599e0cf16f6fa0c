"""Scores against what theory says of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import pi, sqrt
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import norm

from sim.scenario.observed import Count
from sim.scenario.schema import Scenario
from sim.studies import scores


def test_the_crps_of_one_run_is_its_distance() -> None:
    members, values = np.array([[10.0, 20.0]]), np.array([13.0, 15.0])
    assert scores.crps(members, values) == pytest.approx([3.0, 5.0])


def test_the_crps_of_two_runs_is_half_the_mean_distance_when_the_count_lies_between() -> None:
    # E|X - y| = 1, E|X - X'|/2 = (0 + 2 + 2 + 0)/4/2 = 1/2
    assert scores.crps(np.array([[0.0], [2.0]]), np.array([1.0])) == pytest.approx([0.5])


def test_the_crps_of_a_normal_forecast_at_its_mean_is_the_known_constant() -> None:
    members = norm.ppf((np.arange(2000) + 0.5) / 2000)[:, None]
    assert scores.crps(members, np.zeros(1))[0] == pytest.approx((sqrt(2) - 1) / sqrt(pi), abs=1e-3)


def test_the_interval_score_is_the_width_and_twenty_times_what_lies_outside() -> None:
    members = np.linspace(0, 100, 101)[:, None]  # the central 90 % is 5 to 95
    assert scores.interval_score(members, np.array([50.0]), 0.9) == pytest.approx([90.0])
    assert scores.interval_score(members, np.array([96.0]), 0.9) == pytest.approx([90.0 + 20])


def test_the_hit_rate_counts_what_lies_within_the_central_share() -> None:
    members = np.linspace(0, 100, 101)[:, None].repeat(4, axis=1)
    assert scores.inside(members, np.array([50.0, 24.0, 26.0, 80.0]), 0.5) == pytest.approx(0.5)


def test_timing_is_the_hours_by_which_a_level_is_reached_late() -> None:
    hours = np.arange(11)
    late = scores.timing(10.0 * np.maximum(hours - 2, 0), np.array([0.0, 8.0]), np.array([0.0, 80.0]), 80.0)
    assert list(late.values()) == pytest.approx([2.0] * 4)


def test_levels_are_shares_of_what_was_counted_in_all_not_of_the_last_scored_count() -> None:
    hours = np.arange(21)
    runs = 10.0 * np.maximum(hours - 2, 0)
    late = scores.timing(runs, np.array([0.0, 8.0, 9.0]), np.array([0.0, 80.0, 84.0]), 100.0)
    assert late["timing75"] == pytest.approx(2.0)
    assert late["timing50"] == pytest.approx(7.0 - 5.0)
    assert np.isnan(late["timing95"])  # 95 people were never reached by a scored count


def test_the_events_total_is_the_largest_count_scored_or_not() -> None:
    start = datetime(2023, 9, 24, tzinfo=UTC)
    kinds = {10: (90.0, "stated"), 20: (95.0, "inferred_from_publication"), 99: (99.0, "stated")}
    counts = [Count(start + timedelta(hours=at), value, kind, "", "high") for at, (value, kind) in kinds.items()]
    scenario = Scenario.model_validate({"population": {"total": 100}, "start": start, "horizon": 48.0})
    assert scores.counted_in_all(SimpleNamespace(scenario=scenario), counts) == 95.0  # type: ignore[arg-type]


def test_the_ruler_is_exact_on_three_straight_lines_with_knots_on_its_grid() -> None:
    at = np.arange(0.0, 49.0, 2.0)
    values = 10 * at + 90 * np.maximum(at - 10, 0) - 80 * np.maximum(at - 30, 0)
    assert scores.ruler(at, values) == pytest.approx(values, abs=1e-6)


def test_the_averaged_relative_difference_weighs_by_what_was_counted() -> None:
    assert scores.ard(np.array([10.0, -30.0]), np.array([100.0, 300.0])) == pytest.approx(0.1)
