"""Ranges over runs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.results import summary
from sim.results.summary import LEVELS, Stack, Summary, held

STACKS = arrays(float, st.tuples(st.integers(1, 12), st.integers(1, 6)), elements=st.floats(-1e6, 1e6))


BLOCKS = st.integers(1, 80)


def by_blocks(stack: np.ndarray, block: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Quantiles and mean with so many values in memory at a time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(summary, "BLOCK", block)
        return summary.quantiles(held(stack)), summary.mean(held(stack))


@given(STACKS, BLOCKS)
def test_quantiles_in_blocks_are_those_of_numpy_over_the_whole(stack: np.ndarray, block: int) -> None:
    found, _ = by_blocks(stack, block)
    for level, share in LEVELS.items():
        assert found[level] == pytest.approx(np.quantile(stack, share, axis=0), rel=1e-9, abs=1e-6)


@given(STACKS, BLOCKS)
def test_ranges_do_not_depend_on_how_much_is_read_at_a_time(stack: np.ndarray, block: int) -> None:
    (found, mean), (whole, exact) = by_blocks(stack, block), by_blocks(stack, stack.size)
    assert all((found[level] == whole[level]).all() for level in LEVELS)
    assert mean == pytest.approx(exact, rel=1e-12, abs=1e-9)


def test_never_more_is_read_at_a_time_than_a_block() -> None:
    read: list[int] = []

    def cells(begin: int, end: int) -> np.ndarray:
        read.append(end - begin)
        return np.ones((250, end - begin))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(summary, "BLOCK", 1000)
        found = summary.mean(Stack(250, (3, 11), cells))
    assert found.tolist() == np.ones((3, 11)).tolist()
    assert sum(read) == 33
    assert max(read) * 250 <= 1000


@pytest.mark.parametrize("shape", [(5, 0), (5, 0, 4), (5,), (5, 1)])
def test_a_table_without_rows_and_a_single_number_have_ranges_of_their_shape(shape: tuple[int, ...]) -> None:
    found, mean = by_blocks(np.ones(shape), 4)
    assert found["p50"].shape == mean.shape == shape[1:]
    assert (found["p50"] == 1.0).all()


@given(STACKS, st.data())
def test_ranges_do_not_depend_on_the_order_of_the_runs(stack: np.ndarray, data: st.DataObject) -> None:
    other = stack[data.draw(st.permutations(range(len(stack))))]
    found, again = summary.quantiles(held(stack)), summary.quantiles(held(other))
    assert all((found[level] == again[level]).all() for level in LEVELS)


def test_what_never_happens_in_half_of_the_runs_never_happens_in_the_median() -> None:
    found = summary.quantiles(held(np.array([[1.0], [np.inf], [np.inf]])))
    assert np.isinf(found["p50"][0])
    assert found["p05"][0] != found["p05"][0] or np.isinf(found["p05"][0])


def test_runs_without_a_value_are_left_out() -> None:
    some = held(np.array([[1.0], [np.nan], [3.0]]))
    assert summary.quantiles(some)["p50"][0] == 2.0
    assert summary.mean(some)[0] == 2.0


def test_the_plan_is_the_run_that_was_planned_on() -> None:
    stack = np.array([[1.0, 2.0], [5.0, 6.0]])
    assert Summary(lambda _: held(stack), lambda _: stack[1]).at("any", "plan").tolist() == [5.0, 6.0]
