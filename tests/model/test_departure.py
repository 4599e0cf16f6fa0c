"""When parties are ready to leave."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model.departure import loading
from sim.model.people import Luck, draw
from sim.scenario.people import LoadingCurve
from sim.scenario.schema import Scenario

GRID = (np.arange(20_000) + 0.5) / 20_000


def parties(**departure: Any) -> Any:
    told = {"population": {"total": 8000, "household_size": 4}, "departure": departure}
    return draw(Scenario.model_validate(told), Luck(1, 0), None)


def test_half_are_ready_by_the_midpoint_of_an_uncut_logistic_curve() -> None:
    hours = loading(LoadingCurve(kind="logistic", midpoint=62, spread=5, begins=-500), GRID)
    assert np.median(hours) == pytest.approx(62, abs=0.01)
    assert (hours <= 62 + 5 * np.log(3)).mean() == pytest.approx(0.75, abs=1e-3)


def test_a_cut_logistic_curve_follows_the_truncated_formula() -> None:
    hours = loading(LoadingCurve(kind="logistic", midpoint=30, spread=10, begins=20), GRID)
    g20, g40 = 1 / (1 + np.exp(1)), 1 / (1 + np.exp(-1))
    assert (hours <= 40).mean() == pytest.approx((g40 - g20) / (1 - g20), abs=1e-3)
    assert hours.min() >= 20


def test_a_rayleigh_curve_has_its_mode_at_its_spread() -> None:
    hours = loading(LoadingCurve(kind="rayleigh", spread=8, begins=5), GRID)
    assert (hours <= 13).mean() == pytest.approx(1 - np.exp(-0.5), abs=1e-3)


def test_a_weibull_curve_of_shape_two_is_a_rayleigh_curve() -> None:
    weibull = loading(LoadingCurve(kind="weibull", spread=8 * np.sqrt(2), shape=2), GRID)
    assert weibull == pytest.approx(loading(LoadingCurve(kind="rayleigh", spread=8), GRID))


@given(st.sampled_from(["uniform", "logistic", "rayleigh", "weibull"]), st.floats(0.5, 40), st.floats(0, 50))
def test_luckier_parties_are_never_ready_later(kind: str, spread: float, begins: float) -> None:
    curve = LoadingCurve.model_validate({"kind": kind, "spread": spread, "begins": begins, "midpoint": 60.0})
    hours = loading(curve, GRID[::50])
    assert (np.diff(hours) >= 0).all()
    assert hours.min() >= begins


def test_nobody_leaves_before_permission_and_phases_let_go_their_shares() -> None:
    phases = {"first": {"from": 10, "share": 0.2, "over": 4}, "all": {"from": 30, "share": 0.8}}
    ready = parties(permission=phases).ready
    assert ready.min() >= 10
    early = ready < 30
    assert ready[early].max() <= 14
    assert early.mean() == pytest.approx(0.2, abs=0.03)


def test_those_whom_no_phase_lets_go_never_leave() -> None:
    ready = parties(permission={"half": {"from": 0, "share": 0.5}}).ready
    assert np.isinf(ready).mean() == pytest.approx(0.5, abs=0.04)


def test_a_trigger_moves_only_those_still_at_home() -> None:
    curve = {"kind": "uniform", "spread": 100}
    before = parties(loading=curve).ready
    after = parties(loading=curve, triggers={"blast": {"at": 50, "share": 1.0, "shift": 7}}).ready
    assert np.array_equal(after[before <= 50], before[before <= 50])
    assert after[before > 50] == pytest.approx(before[before > 50] + 7)


def test_a_trigger_that_hastens_never_lets_anyone_leave_before_it() -> None:
    ready = parties(loading={"kind": "uniform", "spread": 100}, triggers={"news": {"at": 50, "shift": -30}}).ready
    assert ((ready < 50).mean()) == pytest.approx(0.5, abs=0.04)


def test_so_many_people_stay_as_told_within_one_party() -> None:
    drawn = parties(stay=300)
    assert abs(drawn.people[drawn.stays].sum() - 300) <= drawn.people.max()
    assert np.isinf(drawn.ready[drawn.stays]).all()


def test_fuller_vehicles_first_deals_the_same_hours_in_another_order() -> None:
    curve = {"kind": "uniform", "spread": 100}
    plain, first = parties(loading=curve), parties(loading=curve, vehicles_first=0.3)
    assert np.sort(first.ready) == pytest.approx(np.sort(plain.ready))
    assert np.corrcoef(first.ready, first.people)[0, 1] < np.corrcoef(plain.ready, plain.people)[0, 1] - 0.1
