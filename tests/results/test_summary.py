"""Ranges over runs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.results import summary
from sim.results.summary import LEVELS, Summary

STACKS = arrays(float, st.tuples(st.integers(1, 12), st.integers(1, 6)), elements=st.floats(-1e6, 1e6))


@given(STACKS)
def test_quantiles_are_those_of_numpy(stack: np.ndarray) -> None:
    found = summary.quantiles(stack)
    for level, share in LEVELS.items():
        assert found[level] == pytest.approx(np.quantile(stack, share, axis=0), rel=1e-9, abs=1e-6)


@given(STACKS, st.data())
def test_ranges_do_not_depend_on_the_order_of_the_runs(stack: np.ndarray, data: st.DataObject) -> None:
    other = stack[data.draw(st.permutations(range(len(stack))))]
    assert all((summary.quantiles(stack)[level] == summary.quantiles(other)[level]).all() for level in LEVELS)


def test_what_never_happens_in_half_of_the_runs_never_happens_in_the_median() -> None:
    found = summary.quantiles(np.array([[1.0], [np.inf], [np.inf]]))
    assert np.isinf(found["p50"][0])
    assert found["p05"][0] != found["p05"][0] or np.isinf(found["p05"][0])


def test_runs_without_a_value_are_left_out() -> None:
    assert summary.quantiles(np.array([[1.0], [np.nan], [3.0]]))["p50"][0] == 2.0
    assert summary.mean(np.array([[1.0], [np.nan], [3.0]]))[0] == 2.0


def test_the_plan_is_the_run_that_was_planned_on() -> None:
    stack = np.array([[1.0, 2.0], [5.0, 6.0]])
    assert Summary(lambda _: stack, lambda _: stack[1]).at("any", "plan").tolist() == [5.0, 6.0]
