"""Stores against the theory of (s, S) reordering with a lead time and Poisson demand."""

from __future__ import annotations

from collections.abc import Generator
from functools import cache
from math import exp, inf

import pytest
import simpy

from sim.model.store import Store, after
from sim.model.streams import stream
from sim.scenario.supplies import Reorder

RATE, LEAD, LEVEL, UP_TO = 10.0, 4.0, 45, 85
HOURS, DEPOTS = 100_000, 4
"""One depot alone misses the mean owed by 2 % (one standard error); four of them by half of that."""
OUT, OWED, STOCK, ORDERS = 0.02017, 0.05664, 25.5566, 0.25
"""Share of time without stock, mean owed, mean stock, orders an hour: what theory says of these four numbers."""


def theory() -> tuple[float, float, float]:
    """The same three, worked out: position is uniform on s + 1 to S; the level is position less what a lead takes."""
    mean = RATE * LEAD
    chance = [exp(-mean)]
    for taken in range(1, 400):
        chance.append(chance[-1] * mean / taken)
    levels = [(position - taken, p) for position in range(LEVEL + 1, UP_TO + 1) for taken, p in enumerate(chance)]
    share = 1 / (UP_TO - LEVEL)
    out = sum(p for level, p in levels if level <= 0) * share
    owed = sum(-level * p for level, p in levels if level < 0) * share
    stock = sum(level * p for level, p in levels if level > 0) * share
    return out, owed, stock


def test_the_numbers_are_those_of_the_theory() -> None:
    assert theory() == pytest.approx((OUT, OWED, STOCK), rel=1e-3)


@cache
def lived() -> tuple[float, float, float, float]:
    """Depots with Poisson demand: as those who come see them, which is as they are on average (PASTA)."""
    env = simpy.Environment()
    seen, orders, came = [0.0, 0.0, 0.0], [0], [0.0]
    bring = after(lambda: LEAD)

    def ordered(to: Store, amount: float) -> None:
        orders[0] += 1
        bring(to, amount)

    def people(store: Store, gaps: list[float]) -> Generator[simpy.Event, object, None]:
        for gap in gaps:
            yield env.timeout(gap)
            seen[0] += store.stock <= 0
            seen[1] += store.owed
            seen[2] += store.stock
            came[0] += 1
            store.take(1)
            store.review()

    for number in range(DEPOTS):
        store = Store(env, "depot", UP_TO)
        store.owes, store.reorder, store.bring = True, Reorder(level=LEVEL, up_to=UP_TO, lead=LEAD), ordered
        gaps = stream(1, number, "demand").exponential(1 / RATE, int(HOURS * RATE * 1.05))
        env.process(people(store, gaps.tolist()))
    env.run(until=HOURS)
    out, owed, stock = (total / came[0] for total in seen)
    return out, owed, stock, orders[0] / HOURS / DEPOTS


def test_a_store_with_poisson_demand_is_empty_as_often_and_holds_as_much_as_theory_says() -> None:
    out, owed, stock, orders = lived()
    assert stock == pytest.approx(STOCK, rel=0.01)
    assert orders == pytest.approx(ORDERS, rel=0.01)
    assert out == pytest.approx(OUT, rel=0.02)
    assert owed == pytest.approx(OWED, rel=0.02)


def test_a_store_without_reordering_hands_out_no_more_than_it_holds() -> None:
    env = simpy.Environment()
    store = Store(env, "store", 10.0)
    assert store.take(inf) == 10
    assert store.take(1.0) == 0
    assert store.stock == 0
