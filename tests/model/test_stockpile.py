"""A stock that fills and is drawn down."""

from __future__ import annotations

from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model.stockpile import Flow, advance

AMOUNTS = st.floats(0, 1000)
FLOWS = st.builds(
    Flow,
    inflow=AMOUNTS,
    full=st.floats(1, 1000),
    loss=st.floats(0, 0.2),
    most=st.floats(0, 10000),
    target=st.none() | AMOUNTS,
    full_at=st.just(0.0) | st.floats(1, 5000),
)


def test_without_rationing_a_stock_lasts_as_long_as_its_days_of_supply() -> None:
    flow = Flow(inflow=0, full=10, loss=0, most=100)
    assert advance(flow, 100, 6) == pytest.approx((40, 60))
    assert advance(flow, 100, 25) == pytest.approx((0, 100))


def test_an_empty_store_hands_out_what_comes_in() -> None:
    assert advance(Flow(inflow=4, full=10, loss=0, most=100), 0, 5) == pytest.approx((0, 20))


def test_a_fixed_ration_makes_a_stock_last_longer() -> None:
    assert advance(Flow(inflow=0, full=10, loss=0, most=100, target=5), 100, 20) == pytest.approx((0, 100))


def test_a_proportional_ration_decays_exponentially_below_the_level_at_which_it_is_full() -> None:
    flow = Flow(inflow=0, full=10, loss=0, most=200, full_at=100)
    assert advance(flow, 200, 10) == pytest.approx((100, 100))
    stock, drawn = advance(flow, 200, 20)
    assert (stock, drawn) == pytest.approx((100 * exp(-1), 200 - 100 * exp(-1)))


def test_a_loss_alone_takes_its_share() -> None:
    stock, drawn = advance(Flow(inflow=0, full=0, loss=0.01, most=100), 100, 30)
    assert stock == pytest.approx(100 * exp(-0.3))
    assert drawn == 0


def test_nothing_is_held_back_beyond_what_there_was_at_the_closing() -> None:
    assert advance(Flow(inflow=8, full=10, loss=0, most=50, full_at=100), 50, 3) == pytest.approx((50, 24))


@given(FLOWS, st.floats(0, 1), st.floats(0, 1), st.floats(0, 400))
def test_who_begins_with_more_never_ends_with_less(flow: Flow, one: float, other: float, days: float) -> None:
    low, high = sorted((one * flow.most, other * flow.most))
    less, more = advance(flow, low, days), advance(flow, high, days)
    assert less[0] <= more[0] + 1e-6
    assert less[1] <= more[1] + 1e-6


@given(FLOWS, st.floats(0, 1), st.floats(0, 200), st.floats(0, 200))
def test_it_does_not_matter_where_time_is_cut(flow: Flow, share: float, first: float, second: float) -> None:
    begin = share * flow.most
    whole = advance(flow, begin, first + second)
    middle, drawn = advance(flow, begin, first)
    stock, more = advance(flow, middle, second)
    assert (stock, drawn + more) == pytest.approx(whole, rel=1e-6, abs=1e-6)


@given(FLOWS, st.floats(0, 1), st.floats(0, 400))
def test_no_more_is_handed_out_than_there_was_and_came(flow: Flow, share: float, days: float) -> None:
    stock, drawn = advance(flow, share * flow.most, days)
    assert stock >= 0
    assert stock + drawn <= share * flow.most + flow.inflow * days + 1e-6
    assert drawn <= max(flow.full, flow.wanted) * days + 1e-6
