"""Which conditions break the plan: planted boxes, by way of a stored sweep."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from sim.scenario.faults import ScenarioError
from sim.studies import prim
from sim.studies.discovery import find, lines, rows
from sim.studies.stored import read
from tests.studies.stores import made, uniform

RATE, BUSES = "corridor.checkpoints.bridge.booth_rate", "transport.buses.town.buses"
UNITS = {RATE: "vehicles/h", "answer": "m3", "fuel.ration": "L", "population.female": "1"}
ENDS = {RATE: (100.0, 300.0), BUSES: (0.0, 100.0), "fuel.ration": (0.0, 50.0), "population.female": (0.4, 0.6)}


def is_bad(x):
    return x[RATE] < 190 and x[BUSES] < 40


def gap(x, _luck):
    return 900.0 if is_bad(x) else 100.0


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    columns = uniform(1000, ENDS)
    columns[BUSES] = np.round(columns[BUSES], -1)
    return made(tmp_path_factory.mktemp("planted"), columns, gap, units=UNITS)


def test_a_planted_box_is_found_between_the_last_run_within_and_the_first_beyond_it(planted):
    stored = read(planted)
    found = find(stored, "answer > 600 m3")
    (box,) = found.boxes
    assert set(box.limits) == {RATE, BUSES}
    rate = np.sort(stored.inputs[RATE][stored.inputs[BUSES] < 40])
    assert rate[rate < 190].max() <= box.limits[RATE].high <= rate[rate > 190].min()
    assert 30 < box.limits[BUSES].high < 40
    assert (box.density, box.coverage) == (1, 1)
    assert box.mass == pytest.approx(found.bad.mean())
    assert box.limits[RATE].low == box.limits[BUSES].low == -np.inf


def test_the_box_is_told_in_words_a_planner_reads(planted):
    told = list(lines(find(read(planted), "answer > 600 m3")))
    limits = {"a booth of checkpoint bridge passes fewer than 190 vehicles an hour", "fewer than 40 buses come (town)"}
    assert set(told[1].removeprefix("1. bad when ").split(" and ")) == limits
    assert "bad in 100%" in told[2]


def test_the_quasi_p_value_is_that_of_the_binomial_test_of_letting_the_limit_go(planted):
    stored = read(planted)
    found = find(stored, "answer > 600 m3")
    row = next(one for one in rows(found) if one.input == RATE)
    few_buses = (stored.inputs[BUSES] < 40).to_numpy()
    rate = found.bad[few_buses].mean()
    assert row.quasi_p == pytest.approx(binom.sf(found.bad.sum() - 1, found.bad.sum(), rate), rel=1e-9)
    assert row.within_noise == "no"


def test_a_box_seen_through_noise_keeps_its_limits_and_no_others(tmp_path):
    luck = np.random.Generator(np.random.PCG64(4))
    columns = uniform(1500, ENDS)
    wrong = dict(zip(map(float, columns[RATE]), luck.random(1500) < 0.1, strict=True))

    def blurred(x, _luck):
        return 900.0 if is_bad(x) != wrong[x[RATE]] else 100.0

    found = find(read(made(tmp_path / "n", columns, blurred, units=UNITS)), "answer > 600 m3", 1)
    (box,) = found.boxes
    assert set(box.limits) == {RATE, BUSES}
    # One run in ten is wrong: the limit may move by the few runs over which wrong ones outweigh right ones.
    assert box.limits[RATE].high == pytest.approx(190, abs=200 * 20 / (1500 * 0.4))
    assert box.limits[BUSES].high == pytest.approx(40, abs=100 * 20 / (1500 * 0.45))
    assert box.density == pytest.approx(0.9, abs=0.05)


def test_chance_alone_makes_no_box():
    found = 0
    for seed in range(40):
        luck = np.random.Generator(np.random.PCG64(seed))
        columns = {f"x{k}": luck.random(300) for k in range(6)}
        found += bool(prim.boxes(columns, luck.random(300) < 0.3, 3))
    assert found <= 4


def test_two_planted_boxes_are_found_one_after_the_other(tmp_path):
    columns = uniform(2000, {f"x{k}": (0.0, 1.0) for k in range(6)})

    def either(x, _luck):
        return float((x["x0"] < 0.3 and x["x1"] > 0.5) or (x["x2"] > 0.8 and x["x3"] < 0.5))

    found = find(read(made(tmp_path / "two", columns, either)), "answer >= 1")
    assert [set(box.limits) for box in found.boxes] == [{"x0", "x1"}, {"x2", "x3"}]
    assert found.boxes[1].bad_inside >= found.boxes[1].new > 0
    assert sum(box.new for box in found.boxes) == int(found.bad.sum())


def test_an_input_that_is_a_choice_is_limited_to_its_values(tmp_path):
    luck = np.random.Generator(np.random.PCG64(2))
    columns = uniform(600, {"x0": (0.0, 1.0), "x1": (0.0, 1.0)})
    columns["fuel.without"] = luck.choice(np.array(["leave", "wait", "walk"]), 600)

    def answer(x, _luck):
        return float(x["fuel.without"] != "leave" and x["x0"] < 0.6)

    found = find(read(made(tmp_path / "c", columns, answer)), "answer > 0.5")
    (box,) = found.boxes
    assert box.limits["fuel.without"].values == {"wait", "walk"}
    assert set(box.limits) == {"fuel.without", "x0"}
    assert "is wait or walk" in list(lines(found))[1]


def test_runs_that_failed_or_have_no_value_are_counted_and_never_is_later_than_any_hour(tmp_path):
    columns = uniform(200, {"x0": (0.0, 1.0), "x1": (0.0, 1.0)})

    def hour(x, _luck):
        return np.nan if x["x1"] > 0.95 else np.inf if x["x0"] < 0.4 else 10.0

    folder = made(tmp_path / "f", columns, hour, failed={3: "broke", 4: "broke"}, units={"answer": "h"})
    found = find(read(folder), "answer > 1 day")
    kept = ~np.isin(np.arange(200), (3, 4)) & (columns["x1"] <= 0.95)
    assert len(found.bad) == kept.sum()
    assert found.bad.sum() == (kept & (columns["x0"] < 0.4)).sum()
    told = " ".join(found.notes)
    assert "2 of 200 runs failed and are left out" in told
    assert f"{198 - kept.sum()} of 200 runs have no answer" in told
    assert f"{found.bad.sum()} of 200 runs never reach answer" in told


def test_a_case_with_several_replications_is_bad_when_half_of_them_are(tmp_path):
    columns = uniform(300, {"x0": (0.0, 1.0)})
    stored = read(made(tmp_path / "r", columns, lambda x, luck: float(x["x0"] * 4 > luck), replications=4))
    found = find(stored, "answer > 0.5")
    assert found.bad.tolist() == (np.ceil(columns["x0"] * 4) >= 2).tolist()


@pytest.mark.parametrize(
    ("when", "what"),
    [
        ("answer > 600 L/day", r"answer: the unit 'L/day' does not fit; use 'm3'"),
        ("answer > 600", r"answer: 600 has no unit; write '600 m3' if"),
        ("anser > 600 m3", r"anser: no such indicator; did you mean 'answer'\?"),
        ("answer is high", r"is not a condition; write it like"),
        ("answer > 5000 m3", r"no run meets answer > 5,000 m3: in 1,000 runs it lies between 100 m3 and 900 m3"),
        ("answer > 5 m3", r"every run meets answer > 5 m3"),
    ],
)
def test_a_condition_that_cannot_be_used_says_why(planted, when, what):
    with pytest.raises(ScenarioError, match=what):
        find(read(planted), when)


def test_a_condition_may_be_told_in_another_unit(planted):
    stored = read(planted)
    assert find(stored, "answer >= 900000 L").bad.tolist() == find(stored, "answer > 600 m3").bad.tolist()
