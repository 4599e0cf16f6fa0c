"""What to ask next: widths that follow from a closed form."""

from __future__ import annotations

import csv

import numpy as np
import pytest

import sim
from sim.results.outcome import essence
from sim.scenario import saying
from sim.scenario.faults import ScenarioError
from sim.studies import asking, frozen, given, replicated
from sim.studies.run import run
from tests.studies.stores import uniform

RATE, SIZE = "corridor.checkpoints.bridge.booth_rate", "population.household_size"
SCENARIO = """
title: A road with one post
horizon: 400 h
population: {{ total: 1200 people, household_size: 4 people/household }}
vehicles: {{ per_household: 1 vehicles/household, classes: {{ car: {{ share: 100 %, seats: 12 }} }} }}
corridor:
  segments: {{ road: {{ from: town, to: bridge, length: 5 km, class: two_lane }} }}
  checkpoints: {{ bridge: {{ at: bridge, booth_rate: 40 vehicles/h }} }}
uncertainty:
  corridor.checkpoints.bridge.booth_rate: {{ distribution: uniform, low: 20 vehicles/h, high: 60 vehicles/h }}
  {more}
sources:
  corridor.checkpoints.bridge.booth_rate: {{ note: a guess, origin: {origin}, confidence: low }}
"""
HOUSEHOLDS = (
    "population.household_size: { distribution: uniform, low: 3.9 people/household, high: 4.1 people/household }"
)


def scenario(folder, more=HOUSEHOLDS, origin="assumed"):
    file = folder / "post.yaml"
    file.write_text(SCENARIO.format(more=more, origin=origin), encoding="utf-8")
    return sim.load(file)


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    return asking.ask_next(scenario(tmp_path_factory.mktemp("post")), "clearance.p95", 40)


def test_the_rate_of_a_bottleneck_is_what_to_ask_and_its_width_is_that_of_n_over_the_rate(asked):
    first, second = asked.questions
    assert (first.input, second.input) == (RATE, SIZE)
    assert first.question == "How many vehicles an hour does one booth of checkpoint bridge pass?"
    # 95 % of some 300 vehicles leave the post after 285 / rate hours: at the 5th and 95th percentile of 40 drawn rates.
    rates = uniform(20_000, {"rate": (20.0, 60.0)})["rate"]
    exact = float(given.width(285 / rates))
    spread = np.std([given.width(285 / rates[at : at + 40]) for at in range(0, 20_000, 40)])
    assert first.width_now == pytest.approx(exact, abs=3 * spread)
    assert first.within_noise == "no"
    assert first.narrower_p05 > 0
    # Known, what is left is the number of households: a twentieth of the hours, and less than a quarter of the width.
    assert 0 < first.width_known < first.width_now / 4


def test_an_input_that_hardly_matters_is_said_to_lie_within_noise(asked):
    second = asked.questions[1]
    assert second.narrower_p05 <= 0
    assert second.within_noise == "yes"


def test_the_tornado_of_paired_runs_is_that_of_n_over_the_rate(asked):
    one = next(effect for effect in asked.effects if effect.input == RATE)
    assert (one.low, one.high) == (22, 58)
    assert one.at_low / one.at_high == pytest.approx(58 / 22, rel=0.05)
    assert one.at_low > one.at_centre > one.at_high


def test_a_frozen_input_leaves_all_other_luck_as_it_was(tmp_path):
    told = scenario(tmp_path)
    free = run(told)
    same = run(frozen.freeze(told, RATE, free.drawn[RATE]))
    other = run(frozen.freeze(told, RATE, 60.0))
    assert same.drawn == free.drawn
    assert other.drawn[SIZE] == free.drawn[SIZE]
    assert np.array_equal(same.counts["arrived"][0], free.counts["arrived"][0])
    assert np.array_equal(other.parties.people, free.parties.people)


def test_known_inputs_of_a_sum_narrow_it_as_theory_says():
    columns = uniform(4000, {"a": (0.0, 3.0), "b": (0.0, 2.0), "c": (0.0, 1.0), "d": (0.0, 1.0)})
    answer = columns["a"] + columns["b"] + columns["c"]
    left = {name: float(given.width(given.apart(column, answer))) for name, column in columns.items()}
    luck = uniform(200_000, {"a": (0.0, 3.0), "b": (0.0, 2.0), "c": (0.0, 1.0)}, seed=9)
    exact = {name: float(given.width(sum(luck[other] for other in luck if other != name))) for name in luck}
    assert left["a"] == pytest.approx(exact["a"], rel=0.04)
    assert left["b"] == pytest.approx(exact["b"], rel=0.04)
    assert left["c"] == pytest.approx(exact["c"], rel=0.04)
    assert left["d"] == pytest.approx(float(given.width(answer)), rel=0.01)


def test_bands_of_what_an_answer_would_narrow_hold_the_truth():
    size = np.array([3.0, 2.0, 1.0])
    luck = np.random.Generator(np.random.PCG64(8))
    many = luck.random((200_000, 3)) * size
    truth = [float(given.width(many.sum(axis=1)) - given.width(many.sum(axis=1) - many[:, at])) for at in range(3)]
    held = np.zeros((60, 3))
    for sweep in range(60):
        drawn = luck.random((40, 3)) * size
        for at in range(3):
            rest = drawn.sum(axis=1) - drawn[:, at]
            known = np.stack([rest + share * size[at] for share in asking.AT])
            _, _, low, high = given.narrower(drawn.sum(axis=1), known, luck)
            held[sweep, at] = low <= truth[at] <= high
    assert held.mean(axis=0).min() > 0.8


def test_a_range_without_an_end_is_infinitely_wide():
    answer = np.append(np.arange(90.0), [np.inf] * 10)
    assert given.width(answer) == np.inf
    assert np.isfinite(given.width(np.append(np.arange(97.0), [np.inf] * 3)))
    luck = np.random.Generator(np.random.PCG64(8))
    before, after, *_ = given.narrower(answer, np.stack([np.arange(100.0)] * 3), luck)
    assert before == np.inf
    assert after == pytest.approx(0.9 * 99)
    with pytest.raises(ScenarioError, match="is never reached in 10% of the runs"):
        asking._wide(answer, "clearance.p95")


def test_an_input_that_does_nothing_narrows_nothing():
    luck = np.random.Generator(np.random.PCG64(8))
    answer = luck.normal(size=50)
    assert given.narrower(answer, np.stack([answer] * 3), luck)[2:] == pytest.approx((0, 0), abs=1e-12)


def test_runs_that_fail_are_counted_and_left_out_with_their_pairs(tmp_path, monkeypatch):
    def broken(record):
        if record.replication == 3:
            raise ValueError("no road")
        return essence(record)

    monkeypatch.setattr(frozen, "essence", broken)
    found = asking.ask_next(scenario(tmp_path), "clearance.p95", 24)
    assert found.failed == 1 + 2 * 2 + 2 * 3
    assert (
        f"{found.failed} of {found.runs} runs failed and are left out (the first: ValueError: no road)" in found.notes
    )
    assert found.questions[0].input == RATE
    assert found.questions[0].within_noise == "no"


def test_an_input_that_decides_whether_the_answer_is_reached_is_looked_at_first():
    now = np.array([10.0, 12.0, np.nan])
    assert asking.swing(now, np.array([[np.inf, 12.0, 3.0], [9.0, 11.0, 4.0]])) == np.inf
    assert asking.swing(now, np.array([[11.0, 12.0, np.inf], [10.0, 12.0, 4.0]])) == pytest.approx(2 / 6)
    assert asking.swing(np.array([np.inf]), np.array([[np.inf], [np.inf]])) == 0


def test_sourced_inputs_are_no_questions(tmp_path):
    told = scenario(tmp_path, origin="sourced")
    assert set(asking.unknown(told)) == {SIZE}


def test_a_sourced_input_that_moves_the_answer_more_is_named(tmp_path):
    found = asking.ask_next(scenario(tmp_path, origin="fitted"), "clearance.p95", 20)
    assert [one.input for one in found.questions] == [SIZE]
    assert f"move it more than any input above: {saying.label(RATE)}" in " ".join(found.notes)


def test_an_unknown_input_is_asked_about(tmp_path):
    file = tmp_path / "post.yaml"
    text = SCENARIO.format(more=HOUSEHOLDS, origin="sourced")
    file.write_text(text.replace("total: 1200 people", "total: 1200 people, present: unknown"), encoding="utf-8")
    assert set(asking.unknown(sim.load(file))) == {SIZE, "population.present"}


@pytest.mark.parametrize(
    ("of", "count", "what"),
    [
        ("clearence.p95", 20, r"--of: clearence.p95: no such indicator; did you mean 'clearance.p95'\?"),
        ("stalled.vehicles", 20, r"stalled.vehicles: is 0 in every run: no input widens it"),
        ("clearance.p95", 3, r"3 runs are too few for the width of an answer; must be 20 or more"),
    ],
)
def test_an_answer_without_a_width_says_why(tmp_path, of, count, what):
    with pytest.raises(ScenarioError, match=what):
        asking.ask_next(scenario(tmp_path), of, count)


def test_nothing_to_ask_is_said(tmp_path):
    told = scenario(tmp_path, more="", origin="sourced")
    with pytest.raises(ScenarioError, match=r"none of the 1 inputs that vary is unknown or assumed"):
        asking.ask_next(told, "clearance.p95", 20)


def test_a_sweep_of_the_bottleneck_tells_its_rate_from_the_number_of_households(tmp_path):
    told = frozen.freeze(frozen.freeze(scenario(tmp_path), RATE, 40.0), SIZE, 4.0)
    vary = {RATE: "20..60 vehicles/h", SIZE: "3.9..4.1 people/household"}
    sim.sweep(told, vary, 64, design="sobol", workers=1, out=tmp_path / "swept")
    table = sim.sensitivity(tmp_path / "swept", "clearance.p95").set_index("input")
    assert table.method.tolist() == ["sobol", "sobol"]
    # The hours are households / rate: of the variance of its logarithm, the households' part is (0.05 / ln 3)^2.
    assert table.total[RATE] > 0.8
    assert table.total[SIZE] < 0.05
    box = sim.find(tmp_path / "swept", "clearance.p95 > 9 h")
    assert set(box.input[box.within_noise == "no"]) == {RATE}
    assert box.high.iloc[0] == pytest.approx(285 / 9, rel=0.1)


def test_stored_runs_of_a_scenario_tell_it_too_with_wider_bands(tmp_path):
    told = scenario(tmp_path)
    sim.write(sim.replicate(told, 40), tmp_path / "runs")
    stored, again = replicated.read(tmp_path / "runs")
    found = replicated.ask_next(stored, again, "clearance.p95")
    first = found.questions[0]
    assert (first.input, first.within_noise, first.method) == (RATE, "no", asking.STORED)
    assert 0 < first.width_known < first.width_now / 2
    table = sim.sensitivity(tmp_path / "runs", "clearance.p95")
    assert table.set_index("input")["first"][RATE] > 0.7
    slow = sim.find(tmp_path / "runs", "clearance.p95 > 10 h")
    assert set(slow.input[slow.within_noise == "no"]) == {RATE}
    assert slow.high[slow.input == RATE].iloc[0] == pytest.approx(285 / 10, rel=0.15)
    with (tmp_path / "runs" / "replications.csv").open() as file:
        assert len(list(csv.reader(file))) == 41
