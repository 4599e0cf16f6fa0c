"""Which inputs matter: known functions, by way of a stored sweep."""

from __future__ import annotations

from math import pi, sin

import numpy as np
import pytest

from sim.scenario.faults import ScenarioError
from sim.studies import given, sobol
from sim.studies.sensitivity import GRID, RUNS, SOBOL, sensitivity
from sim.studies.stored import read
from tests.studies.stores import made, saltelli, uniform

ENDS = {f"x{k}": (-pi, pi) for k in (1, 2, 3)}
FIRST = (0.3139, 0.4424, 0.0)
TOTAL = (0.5576, 0.4424, 0.2437)
"""Of the Ishigami function with a = 7, b = 0.1, from its closed form."""


def ishigami(x, _luck=0):
    return sin(x["x1"]) + 7 * sin(x["x2"]) ** 2 + 0.1 * x["x3"] ** 4 * sin(x["x1"])


def noise(x, luck, size):
    """Luck that one case meets otherwise than another, alike each time."""
    key = [luck, *(int(abs(value) * 1e9) for value in x.values())]
    return size * float(np.random.Generator(np.random.PCG64(key)).normal())


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    return made(tmp_path_factory.mktemp("ishigami"), saltelli(1024, ENDS), ishigami, kind="sobol")


def test_a_stored_sobol_sweep_of_the_ishigami_function_has_its_indices_within_their_bands(swept):
    found = sensitivity(read(swept)).effects
    assert [one.input for one in found] == list(ENDS)
    for one, first, total in zip(found, FIRST, TOTAL, strict=True):
        assert one.method == SOBOL
        assert one.first_p05 <= first <= one.first_p95
        assert one.total_p05 <= total <= one.total_p95
        assert one.first_p95 - one.first_p05 < 0.15
        assert one.total_p95 - one.total_p05 < 0.2


def test_the_estimators_are_those_of_scipy():
    from scipy.stats import sobol_indices

    luck = np.random.Generator(np.random.PCG64(5))
    a, b, ab = luck.normal(size=(1, 64)), luck.normal(size=(1, 64)), luck.normal(size=(3, 1, 64))
    theirs = sobol_indices(func={"f_A": a, "f_B": b, "f_AB": ab}, n=64)
    ours = sobol.indices(a, b, ab)
    assert [one.first for one in ours] == pytest.approx(theirs.first_order.ravel().tolist())
    assert [one.total for one in ours] == pytest.approx(theirs.total_order.ravel().tolist())


def test_failed_runs_and_those_without_a_value_are_counted_and_only_their_rows_left_out(tmp_path):
    def answer(x, luck):
        return np.nan if x["x1"] > 3.1 else np.inf if x["x2"] > 3.1 else ishigami(x)

    columns = saltelli(512, ENDS)
    stored = read(
        made(tmp_path / "f", columns, answer, kind="sobol", failed={0: "Error: no road", 7: "Error: no road"})
    )
    result = sensitivity(stored, ["answer"])
    one = result.effects[0]
    finite = (columns["x1"] <= 3.1) & (columns["x2"] <= 3.1) & ~np.isin(np.arange(2560), (0, 7))
    rows = finite.reshape(512, 5)
    assert one.used == int((rows[:, 0] & rows[:, 1] & rows[:, 2]).sum()) < 512
    assert (one.runs, one.failed) == (2560, 2)
    assert one.failed + one.never + one.undefined == 2560 - int(finite.sum())
    assert any("2 of 2,560 runs failed and are left out (the first: Error: no road)" in note for note in result.notes)
    assert any(note.startswith(f"answer: never in {one.never} of 2,560 runs") for note in result.notes)
    assert any(f"{one.undefined} of 2,560 runs have no value" in note for note in result.notes)
    assert one.first_p05 <= FIRST[0] + 0.05
    assert one.first_p95 >= FIRST[0] - 0.05


def test_indices_over_several_replications_are_those_of_the_mean_over_luck(tmp_path):
    def answer(x, luck):
        return ishigami(x) + 5 * luck + noise(x, luck, 4.0)

    stored = read(made(tmp_path / "r", saltelli(512, ENDS), answer, kind="sobol", replications=4))
    result = sensitivity(stored, ["answer"])
    for one, first, total in zip(result.effects, FIRST, TOTAL, strict=True):
        assert one.replications == 4
        assert abs(one.first - first) < near(one.first_p05, one.first_p95)
        assert abs(one.total - total) < near(one.total_p05, one.total_p95)


def near(low, high):
    """Three standard errors, from a band that holds 90 of 100."""
    return 3 * (high - low) / (2 * 1.645)


def test_bands_hold_the_truth_in_about_ninety_of_a_hundred_sweeps_under_luck():
    luck = np.random.Generator(np.random.PCG64(11))
    held = np.zeros((100, 2, 2))
    for sweep in range(100):
        a, b = luck.normal(size=(2, 2, 256))
        answer = [2 * u + v for u, v in (a, b, (b[0], a[1]), (a[0], b[1]))]
        blurred = [one + luck.normal(size=(3, 256)) for one in answer]
        for at, one in enumerate(sobol.indices(blurred[0], blurred[1], np.stack(blurred[2:]))):
            truth = (0.8, 0.2)[at]
            held[sweep, at] = [low <= truth <= high for low, high in (one.first_band, one.total_band)]
    assert held.mean(axis=0).min() > 0.8


def test_the_share_of_luck_and_the_replications_it_needs_follow_from_the_variances(tmp_path):
    def answer(x, luck):
        return ishigami(x) + noise(x, luck, 4.0)

    stored = read(made(tmp_path / "r", saltelli(512, ENDS), answer, kind="sobol", replications=3))
    result = sensitivity(stored, ["answer"], luck_adds=0.1)
    inputs = 0.5 + 49 / 8 + 0.1 * pi**4 / 5 + 0.01 * pi**8 / 18
    one = result.effects[0]
    assert one.luck_share == pytest.approx(16 / (16 + inputs), abs=3 * 0.018)  # its standard error at 1,024 cases
    assert one.replications_needed == pytest.approx(np.ceil(16 / (0.1 * inputs)), abs=1)
    assert any("of the variance of single runs is luck" in note for note in result.notes)


def test_luck_that_strikes_every_case_alike_blurs_no_difference():
    cases = np.arange(50.0)
    found = sobol.luck(np.stack([cases, cases + 30, cases - 10]))
    assert found.together == pytest.approx(0, abs=1e-9)
    assert found.needed(0.05) == 1
    assert found.share > 0.5


def test_runs_without_a_design_give_first_indices_only_and_say_so(tmp_path):
    result = sensitivity(read(made(tmp_path / "u", uniform(2000, ENDS), ishigami)))
    for one, first in zip(result.effects, FIRST, strict=True):
        assert one.method == RUNS
        assert one.first_p05 <= first <= one.first_p95
        assert np.isnan(one.total)
    assert "total indices need a sobol design" in " ".join(result.notes)


def test_an_input_that_does_nothing_is_told_apart_from_noise_at_a_hundred_runs():
    luck = np.random.Generator(np.random.PCG64(3))
    over = [given.first(luck.random(100), luck.normal(size=100)) for _ in range(200)]
    holds = np.mean([one.first_band[0] <= 0 <= one.first_band[1] for one in over])
    assert np.mean([one.first for one in over]) == pytest.approx(0, abs=0.02)
    assert 0.82 <= holds <= 1


def test_a_whole_grid_has_exact_indices(tmp_path):
    levels = np.array([-1.0, 0.0, 1.0])
    a, b = (axis.ravel() for axis in np.meshgrid(levels, levels, indexing="ij"))

    def answer(x, _luck):
        return 2 * x["a"] + x["b"] + x["a"] * x["b"]

    first = sensitivity(read(made(tmp_path / "g", {"a": a, "b": b}, answer, kind="grid"))).effects
    variance = 4 * 2 / 3 + 2 / 3 + 4 / 9
    assert [one.method for one in first] == [GRID, GRID]
    assert [one.first for one in first] == pytest.approx([8 / 3 / variance, 2 / 3 / variance])
    assert [one.total for one in first] == pytest.approx([(8 / 3 + 4 / 9) / variance, (2 / 3 + 4 / 9) / variance])
    assert [(one.at_low, one.at_centre, one.at_high) for one in first] == [(-2, 0, 2), (-1, 0, 1)]


def test_one_input_at_a_time_gives_a_tornado(tmp_path):
    columns = {"a": np.array([5.0, 1, 9, 5, 5]), "b": np.array([2.0, 2, 2, 1, 4])}
    stored = read(made(tmp_path / "t", columns, lambda x, _: 10 * x["a"] - x["b"] ** 2, kind="one_at_a_time"))
    found = sensitivity(stored).of("answer")
    assert [(one.input, one.low, one.high) for one in found] == [("a", 1, 9), ("b", 1, 4)]
    assert [(one.at_low, one.at_centre, one.at_high) for one in found] == [(6, 46, 86), (49, 46, 34)]


def test_too_few_runs_are_refused_with_what_to_run_instead(tmp_path):
    folder = made(tmp_path / "s", uniform(12, ENDS), ishigami)
    with pytest.raises(ScenarioError, match=r"12 runs are too few .*sweep a sobol design"):
        sensitivity(read(folder))


def test_an_unknown_indicator_is_answered_with_the_one_meant(swept):
    with pytest.raises(ScenarioError, match=r"--of: anwser: no such indicator; did you mean 'answer'\?"):
        sensitivity(read(swept), ["anwser"])


def test_an_answer_that_never_varies_is_refused(tmp_path):
    with pytest.raises(ScenarioError, match=r"nothing varies; .*the same in every run: answer"):
        sensitivity(read(made(tmp_path / "c", uniform(40, ENDS), lambda x, _: 3.0)))
