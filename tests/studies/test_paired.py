"""Paired runs: the same people and luck on every side, and what their differences say."""

from __future__ import annotations

from math import inf, nan
from pathlib import Path

import numpy as np
import pytest

from sim.scenario.faults import ScenarioError
from sim.scenario.loader import load
from sim.scenario.multiplied import factor, multiplied
from sim.scenario.schema import Scenario
from sim.studies.paired import Keep, Paired, Variant, band, run_paired
from sim.studies.run import replicate

HOME = Path(__file__).parents[2]
RATES = "corridor.checkpoints.hakari.regimes.*.booth_rate"
FIRST, LATER = (RATES.replace("*", regime) for regime in ("first_days", "from_26_september"))
SMALL = {
    "population.total": "2000 people",
    "population.present": "2000 people",
    "departure.stay": "10 people",
    "fuel.explosions.haykazov_25_september.reported_dead": "2 people",
    FIRST: "0.7 vehicles/h",
    LATER: "2.2 vehicles/h",
    f"uncertainty.{LATER}": {"distribution": "normal", "mean": "2.2 vehicles/h", "sd": "0.1 vehicles/h"},
}


@pytest.fixture(scope="module")
def small() -> Scenario:
    """The reference event with few people and a slow post, so that the post holds them up."""
    return load(HOME / "scenarios/lachin_2023.yaml", SMALL)


@pytest.fixture(scope="module")
def pair(small: Scenario) -> Paired:
    """The scenario, itself once more, and with a faster post."""
    sides = {"a": Variant(small), "again": Variant(small), "faster": Variant(small, factors={RATES: 1.1})}
    return run_paired(sides, 3, 7, keep=Keep(("curves", "gap")))


def test_a_side_gives_what_replicate_gives_byte_for_byte(small: Scenario, pair: Paired) -> None:
    runs = replicate(small, 3, 7)
    assert len(pair.indicators) >= len(runs.indicators) > 20
    for name in runs.indicators:
        assert pair.values(name, "a").tobytes() == runs.indicator(name).tobytes()
    for name in ("curves", "gap"):
        whole = runs.stack(name)
        assert pair.arrays(name, "a").tobytes() == whole.read(0, int(np.prod(whole.shape))).tobytes()


def test_the_same_scenario_has_no_difference_at_all(pair: Paired) -> None:
    for name in pair.indicators:
        found = pair.differences(name, "again")
        assert not found[~np.isnan(found)].any()


def test_a_factor_acts_on_what_each_run_has_drawn(small: Scenario, pair: Paired) -> None:
    once, more = ([kept.drawn for kept in pair.kept(name)] for name in ("a", "faster"))
    assert once == more
    assert LATER in small.uncertainty
    assert len({told[LATER] for told in once}) == 3
    assert (pair.differences("clearance.p50", "faster") < 0).all()


def test_workers_and_the_number_of_sides_change_nothing(small: Scenario, pair: Paired) -> None:
    sides = {"a": Variant(small), "faster": Variant(small, factors={RATES: 1.1})}
    two = run_paired(sides, 3, 7, workers=2, keep=Keep(("curves", "gap")))
    for name in pair.indicators:
        assert two.values(name, "faster").tobytes() == pair.values(name, "faster").tobytes()
    assert two.arrays("curves", "faster").tobytes() == pair.arrays("curves", "faster").tobytes()


def test_runs_end_when_they_are_enough(small: Scenario, pair: Paired) -> None:
    fewer = run_paired({"a": Variant(small)}, 3, 7, enough=lambda found: found.replications == 2)
    assert fewer.replications == 2
    assert fewer.values("arrived.total", "a").tolist() == pair.values("arrived.total", "a")[:2].tolist()


def test_bands_are_quantiles_of_the_differences_and_never_is_kept_apart() -> None:
    found = band(np.array([4.0, 1.0, nan, 2.0, 3.0]))
    assert (found.p05, found.p50, found.p95) == pytest.approx((1.15, 2.5, 3.85))
    assert (found.mean, found.runs) == (2.5, 4)
    assert found.error == pytest.approx(np.std([1, 2, 3, 4], ddof=1) / 2)
    assert not found.holds_zero
    never = band(np.array([-inf, -inf, 1.0, inf]))
    assert (never.p05, never.p50, never.p95) == (-inf, -inf, inf)
    assert np.isnan(never.error)
    assert band(np.array([nan])).holds_zero


def test_a_factor_is_written_x1_1_and_a_number_is_not_one() -> None:
    assert [factor(told) for told in ("x1.1", " X 0.5 ", "×2", "1.1", "x", 1.1)] == [1.1, 0.5, 2.0, None, None, None]


def test_a_factor_on_nothing_is_refused_with_its_path(small: Scenario) -> None:
    with pytest.raises(ScenarioError, match=r"corridor\.checkpoints\.none\.booths: has no number that x1\.1 could"):
        Variant(small, factors={"corridor.checkpoints.none.booths": 1.1}).told()


def test_a_factor_that_the_road_does_not_allow_is_refused_before_anything_is_run(small: Scenario) -> None:
    with pytest.raises(ScenarioError, match="capacity: 2,600 vehicles/h is more than the triangle's apex"):
        Variant(small, factors={"corridor.segments.*.capacity": 2.0}).told()


def test_a_share_and_a_head_count_are_multiplied_as_they_are_told(small: Scenario) -> None:
    told = multiplied(small, {"departure.turn_back.share": 0.5, "departure.stay": 2.0, "incidents.clearing": 2.0})
    assert told.departure.turn_back.share == 0.5 * small.departure.turn_back.share
    assert told.departure.turn_back.retry == small.departure.turn_back.retry
    assert told.departure.stay.of(2000) == 2 * small.departure.stay.of(2000) == 20
    assert told.incidents.clearing.cv == small.incidents.clearing.cv


def test_a_quantity_that_varies_is_multiplied_in_its_unit_alone(small: Scenario) -> None:
    twice = multiplied(small, {"fuel.held": 2.0}).fuel
    assert twice is not None
    assert small.fuel is not None
    assert twice.held is not None
    assert small.fuel.held is not None
    assert (twice.held.mean, twice.held.shape) == (2 * (small.fuel.held.mean or 0), small.fuel.held.shape)
