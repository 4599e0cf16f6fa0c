"""What is varied is read in the field's own unit, and each design has the cases its name says."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from scipy.stats import _sensitivity_analysis as theirs

from sim.model.streams import stream
from sim.scenario.distributions import Distribution
from sim.scenario.loader import load
from sim.scenario.paths import change
from sim.scenario.schema import Scenario
from sim.studies.design import base_of, design, grid_counts
from sim.studies.quantile import quantile
from sim.studies.varied import Varied
from sim.studies.vary import varied

SCENARIOS = Path(__file__).parents[2] / "scenarios"
LACHIN = load(SCENARIOS / "lachin_2023.yaml")
RATION, LANES = "fuel.ration", "corridor.checkpoints.hakari.lanes"
SPEEDS = "corridor.segments.*.speed"


def read(path: str, told: object, scenario: Scenario = LACHIN) -> Varied:
    return varied(path, told, scenario)


@pytest.mark.parametrize(
    ("path", "told", "low", "high", "unit"),
    [
        (RATION, "10..30 L", 10, 30, "L"),
        (RATION, "0.01..0.03 m3", 10, 30, "L"),
        (RATION, "10 L .. 0.03 m3", 10, 30, "L"),
        (RATION, {"low": "10 L", "high": "30 L"}, 10, 30, "L"),
        ("vehicles.engine_on", "10..40 %", 0.1, 0.4, "1"),
        ("vehicles.engine_on", "0.1..0.4", 0.1, 0.4, "1"),
        ("population.present", "90,000..110,000 people", 90_000, 110_000, "people"),
        ("population.present", "80..90 %", 0.8, 0.9, "1"),
        ("departure.permission.everyone.from", "20..40 h", 20, 40, "h"),
        ("departure.permission.everyone.from", "2023-09-25 00:00..2023-09-25 12:00", 24, 36, "h"),
        (SPEEDS, "0.8..1.2", 0.8, 1.2, "1"),
    ],
)
def test_both_ends_are_read_with_the_unit_of_the_field(
    path: str, told: object, low: float, high: float, unit: str
) -> None:
    found = read(path, told)
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))
    assert found.unit == unit
    assert found.at(np.array([0.0, 0.25])) == [pytest.approx(low), pytest.approx(low + (high - low) / 4)]


def test_a_range_in_steps_takes_every_step_as_often() -> None:
    found = read(LANES, "1..3 step 1")
    assert found.levels == (1.0, 2.0, 3.0)
    values = found.at((np.arange(300) + 0.5) / 300)
    assert [values.count(level) for level in found.levels] == [100, 100, 100]
    assert read("reception.registration.rate", "300..2000 step 100 people/h").levels[1] == 400.0


def test_as_the_scenario_says_is_its_distribution_else_its_lever() -> None:
    held = read("fuel.held.mean", "scenario")
    assert held.ends == (pytest.approx(25 + 0.05 * 85), pytest.approx(25 + 0.95 * 85))
    assert read("corridor.checkpoints.hakari.booths", {"distribution": "scenario"}).levels == (1.0, 2.0, 3.0, 4.0)
    assert read(SPEEDS, "scenario").factor
    with pytest.raises(
        ValueError, match=r"has no range under `uncertainty` or `levers`; write one such as '10\.\.30 L'"
    ):
        read("fuel.full_tank", "scenario")


def test_choices_are_words_or_quantities() -> None:
    assert read("population.profile", "armenia | global").values == ("armenia", "global")
    assert read(RATION, "10 | 20 | 30 L").values == (10.0, 20.0, 30.0)
    assert read(RATION, {"values": "10 L | 20 L"}).values == (10.0, 20.0)
    assert read("population.profile", "armenia | global").at(np.array([0.2, 0.8])) == ["armenia", "global"]
    assert read("run.resolution", "1..3").levels == (1.0, 2.0, 3.0)
    assert read("run.resolution", "1..3").changes(LACHIN, 2.0) == {"run.resolution": 2}


@pytest.mark.parametrize(
    ("path", "told", "message"),
    [
        (RATION, "30..10 L", r"the range is empty: from 30 L to 10 L"),
        (RATION, "10..10 L", r"the range is empty"),
        (RATION, "10..30 km", r"the unit 'km' does not fit; use 'L' or a multiple of it"),
        (RATION, "10..30", r"10 has no unit; write '10 L'"),
        (RATION, "-5..30 L", r"-5 L is too small; must be at least 0 L"),
        (RATION, "20 L", r"'20 L' is one value; write a range"),
        (RATION, "20 L |", r"write two values or more"),
        (RATION, "10..30 L step 40 L", r"the step 40 does not lie between"),
        ("population.present", "80 %..90000 people", r"are not of one kind"),
        ("population.profile", "armenia..global", r"has no range; write the values themselves"),
        ("corridor.checkpoints.hakri.lanes", "1..2", r"no 'hakri' is told of; did you mean 'hakari'\?"),
        ("corridor.ferries.boat.lanes", "1..2", r"no 'ferries'"),
        ("corridor.segments.*.sped", "1..2", r"no number of the scenario stands at such a path"),
        ("population.total", {"low": "1 person"}, r"tell both ends"),
    ],
)
def test_what_cannot_be_varied_says_why(path: str, told: object, message: str) -> None:
    with pytest.raises((ValueError, KeyError), match=message):
        read(path, told)


def test_a_path_that_does_not_exist_says_which_may_be_meant() -> None:
    with pytest.raises(KeyError, match=r"no 'raton' in 'fuel'; did you mean 'ration'\?"):
        read("fuel.raton", "1..2 L")


def test_a_section_that_is_not_told_cannot_be_varied() -> None:
    bare = load(SCENARIOS / "example_needs_only.yaml")
    with pytest.raises(ValueError, match="no 'fuel' is told of in this scenario"):
        read(RATION, "10..30 L", bare)


@pytest.mark.parametrize(
    ("told", "theirs"),
    [
        ({"distribution": "uniform", "low": 2, "high": 6}, stats.uniform(2, 4)),
        ({"distribution": "loguniform", "low": 2, "high": 6}, stats.loguniform(2, 6)),
        ({"distribution": "triangular", "low": 2, "mode": 3, "high": 6}, stats.triang(0.25, 2, 4)),
        ({"distribution": "normal", "mean": 2, "sd": 3}, stats.norm(2, 3)),
        ({"distribution": "exponential", "mean": 2}, stats.expon(scale=2)),
        ({"distribution": "beta", "a": 2, "b": 3}, stats.beta(2, 3)),
        ({"distribution": "gamma", "mean": 4, "shape": 2}, stats.gamma(2, scale=2)),
    ],
)
def test_quantiles_are_those_of_the_distribution(told: dict[str, object], theirs: object) -> None:
    shares = np.array([0.01, 0.5, 0.99])
    assert quantile(Distribution(**told), shares) == pytest.approx(theirs.ppf(shares))  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "told",
    [
        Distribution(distribution="lognormal", median=60, sigma=0.6),
        Distribution(distribution="lognormal", mean=60, cv=0.6),
        Distribution(distribution="triangular", low=0.9, mode=1.0, high=1.25),
        Distribution(distribution="gamma", mean=4, shape=2),
        Distribution(distribution="beta", a=3, b=5),
    ],
)
def test_quantiles_are_those_of_what_is_drawn(told: Distribution) -> None:
    """Of 40,000 draws the share below a quantile lies within four of its standard errors."""
    drawn = told.draw(stream(1, 0, "test"), 40_000)
    for share in (0.05, 0.5, 0.95):
        below = (drawn < quantile(told, np.array([share]))[0]).mean()
        assert abs(below - share) < 4 * np.sqrt(share * (1 - share) / 40_000)


def test_each_run_of_a_latin_hypercube_has_its_own_share_of_every_path() -> None:
    found = design("latin", [read(RATION, "0..40 L"), read("fuel.expected_transit", "10..30 h")], 40, 1, LACHIN)
    rations = sorted(case[RATION] for case in found.cases)
    assert [int(ration) for ration in rations] == list(range(40))
    assert len({case["fuel.expected_transit"] for case in found.cases}) == 40


def test_a_sobol_design_has_saltellis_blocks_as_scipy_makes_them() -> None:
    two = [read(RATION, "0..40 L"), read("fuel.expected_transit", "10..30 h")]
    found = design("sobol", two, 70, 3, LACHIN)
    assert found.told()["n"] == 16
    assert len(found.cases) == 16 * 4
    values = np.array([list(case.values()) for case in found.cases]).reshape(16, 4, 2)
    uniform = [stats.uniform(0, 40), stats.uniform(10, 20)]
    a, b = theirs.sample_A_B(16, uniform, stream(3, 0, "design"))
    assert pytest.approx(a) == values[:, 0].T
    assert pytest.approx(b) == values[:, 1].T
    assert values[:, 2:].transpose(1, 2, 0) == pytest.approx(theirs.sample_AB(a, b))
    with pytest.raises(ValueError, match="7 runs are too few: a sobol design over 2 paths has at least 8"):
        design("sobol", two, 7, 3, LACHIN)


def test_a_grid_has_every_combination_and_no_more_than_the_runs() -> None:
    told = [read(RATION, "0..40 L"), read(LANES, "1..3 step 1"), read("population.profile", "armenia | global")]
    found = design("grid", told, 40, 1, LACHIN)
    assert found.told()["points"] == {RATION: 6, LANES: 3, "population.profile": 2}
    assert len({tuple(case.values()) for case in found.cases}) == 36
    assert sorted({case[RATION] for case in found.cases}) == [0, 8, 16, 24, 32, 40]
    assert grid_counts(told[1:], None) == [3, 2]
    with pytest.raises(ValueError, match=r"a grid over the range of fuel\.ration needs a number of runs"):
        grid_counts(told, None)
    with pytest.raises(ValueError, match="7 runs are too few: a grid over these paths has at least 8"):
        grid_counts(told, 7)


def test_one_at_a_time_moves_one_path_and_leaves_the_others_at_the_base() -> None:
    told = [read(RATION, "10..30 L"), read(LANES, "1..3 step 1"), read("population.profile", "armenia | global")]
    found = design("one_at_a_time", told, None, 1, LACHIN)
    base = {RATION: 20.0, LANES: 1.0, "population.profile": "armenia"}
    assert [base_of(one, LACHIN) for one in told] == list(base.values())
    assert found.cases == [base, {**base, RATION: 10.0}, {**base, RATION: 30.0}, {**base, LANES: 1.0},
                           {**base, LANES: 3.0}, {**base, "population.profile": "global"}]  # fmt: skip
    roles = [["", "base"], [RATION, "low"], [RATION, "high"], [LANES, "low"], [LANES, "high"]]
    assert found.told()["roles"] == [*roles, ["population.profile", "global"]]


def test_every_value_changes_the_scenario_to_it() -> None:
    assert change(LACHIN, read("population.present", "80..90 %").changes(LACHIN, 0.8)).present == round(120_000 * 0.8)
    counted = read("population.present", "90000..110000 people")
    assert change(LACHIN, counted.changes(LACHIN, 90_000.0)).present == 90_000
    slower = change(LACHIN, read(SPEEDS, "0.5..1").changes(LACHIN, 0.5))
    assert LACHIN.corridor is not None
    assert slower.corridor is not None
    told = LACHIN.corridor.segments
    assert [s.speed for s in slower.corridor.segments.values()] == [s.speed and s.speed / 2 for s in told.values()]


def test_the_same_seed_gives_the_same_sample_and_another_one_another() -> None:
    told = [read(RATION, "0..40 L")]
    prints = [design("latin", told, 20, seed, LACHIN).fingerprint for seed in (1, 1, 2)]
    assert [one == other for one, other in pairwise(prints)] == [True, False]


def test_a_design_that_cannot_be_made_says_why() -> None:
    told = [read(RATION, "0..40 L")]
    with pytest.raises(ValueError, match="no design 'sobl'; did you mean 'sobol'"):
        design("sobl", told, 10, 1, LACHIN)
    with pytest.raises(ValueError, match="varies nothing; tell at least one path"):
        design("latin", [], 10, 1, LACHIN)
    with pytest.raises(ValueError, match="a latin design needs a number of runs"):
        design("latin", told, None, 1, LACHIN)
    with pytest.raises(ValueError, match="0 runs are not possible"):
        design("latin", told, 0, 1, LACHIN)
