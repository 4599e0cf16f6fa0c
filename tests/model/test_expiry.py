"""Stocks that are no longer fit from an hour on, in stores that are ordered for, lost from, or brought to otherwise."""

from __future__ import annotations

from math import exp, log
from pathlib import Path

import numpy as np
import pytest

from sim.results.ledger import verify
from tests.model.test_pipeline import PEOPLE, QUICK, food, lived, store
from tests.results.test_monthly import months, supplied


def test_what_is_left_of_the_stock_is_lost_and_more_is_ordered_at_once() -> None:
    """A ration an hour: of 20 there are 11.5 at 08:30; what is ordered then comes three hours later."""
    order = {"level": 5, "up_to": 15, "lead": 3}
    record = lived(provided={"store": food(stock=20, expires=8.5, reorder=order)})
    found = store(record)
    verify(record)
    assert found.lost == pytest.approx(11.5)
    assert record.supply.receipts[0][2:4] == pytest.approx((11.5, 15))
    assert found.drawn[7:13] == pytest.approx([1, 0.5, 0, 0, 0.5, 1])


def test_what_was_ordered_since_is_fit() -> None:
    """At 8 h twelve are left and 18 ordered, which come at 10 h; at 15 h five of the first twenty are lost."""
    order = {"level": 12, "up_to": 30, "lead": 2}
    found = store(lived(provided={"store": food(stock=20, expires=15, reorder=order)}))
    assert found.stock[[8, 10, 14, 15, 21]] == pytest.approx([12, 28, 24, 18, 12])
    assert found.lost == pytest.approx(5)


def test_what_is_no_longer_fit_at_the_start_is_ordered_for_from_the_start() -> None:
    order = {"level": 5, "up_to": 15, "lead": 3}
    record = lived(provided={"store": food(stock=20, expires=-1, reorder=order)})
    assert store(record).drawn[:5] == pytest.approx([0, 0, 0, 1, 1])
    assert store(record).lost == 0


def test_losses_of_what_came_later_are_no_losses_of_the_first_stock() -> None:
    """Of the first 100 f' = -k f - 1, of the thousand that come at 10 h o' = -k o: at 50 h f is lost, o is not."""
    k = log(2) / 720
    later = {"cart": {"at": 10, "amount": 1000}}
    found = store(lived(60, provided={"store": food(stock=100, losses=0.5, expires=50, deliveries=later)}))
    left = (100 + 1 / k) * exp(-50 * k) - 1 / k
    assert found.stock[[49, 50]] == pytest.approx([left + 1 + 1000 * exp(-39 * k), 1000 * exp(-40 * k)], abs=0.1)


def test_a_warehouse_loses_what_it_has_not_sent() -> None:
    """Of 30 at the source twelve are sent at once; 18 are lost at 5 h, and the second order finds nothing."""
    home = food(reorder={"level": 0, "up_to": 12, "from": "far"})
    provided = {"store": home, "depot": {"item": "food", "place": "far", "stock": 30, "expires": 5}}
    record = lived(sources={"far": {"to": {"home": 10}, **QUICK}}, provided=provided)
    verify(record)
    depot = store(record, "depot")
    assert (depot.sent, depot.lost) == pytest.approx((12, 18))
    assert [told.amount for told in record.supply.receipts] == pytest.approx([12])


def test_what_is_given_once_expires_and_is_ordered_for() -> None:
    """One an hour from 20 blankets: eight until 8 h, twelve are lost then; those ordered come at 12 h."""
    order = {"level": 0, "up_to": PEOPLE, "lead": 4}
    blankets = {"item": "blanket", "place": "home", "stock": 20, "handout": 1, "expires": 8, "reorder": order}
    record = lived(provided={"store": blankets})
    verify(record)
    found = store(record)
    assert found.lost == pytest.approx(12)
    assert np.cumsum(found.drawn)[[7, 8, 11, 12, 27, 40]] == pytest.approx([8, 8, 8, 9, 24, 24])
    assert record.supply.owed["blanket"].sum(axis=0)[[8, 11, 27]] == pytest.approx([16, 16, 0])


def test_what_stands_at_a_place_serves_until_it_is_no_longer_fit_and_is_ordered_for() -> None:
    order = {"level": 3, "up_to": 5, "lead": 2}
    tents = {"item": "latrine", "place": "home", "stock": 10, "expires": 6, "reorder": order}
    found = store(lived(provided={"store": tents}))
    assert found.stock[[5, 7, 9]] == pytest.approx([10, 0, 5])
    assert found.lost == pytest.approx(10)


def test_a_stock_that_expires_after_the_horizon_is_ordered_for_then(tmp_path: Path) -> None:
    """1,000 rations a day; of 100,000 what is left on a day is lost, and 1,000 come a day after it is empty."""
    order = "{ level: 0, up_to: 1000, lead: 24 h }"
    at_once = supplied(tmp_path / "horizon", "food", stock="100000", expires="2023-10-15 00:00", reorder=order)
    assert sum(months(at_once, "supply_p50").values()) == pytest.approx(1000 * 180 / 2, rel=0.02)
    later = supplied(tmp_path / "later", "food", stock="100000", expires="2023-11-01 00:00", reorder=order)
    assert months(later, "supply_p50")["2023-10"] == pytest.approx(17_000)
    assert months(later, "supply_p50")["2023-12"] == pytest.approx(31_000 / 2, rel=0.04)
    alone = supplied(tmp_path / "alone", "food", stock="100000", expires="2023-11-01 00:00")
    assert months(alone, "supply_p50") == pytest.approx(
        dict.fromkeys(months(alone, "supply_p50"), 0) | {"2023-10": 17_000}
    )
    stands = supplied(tmp_path / "stands", "latrine", stock="10", expires="2023-11-10 00:00")
    assert list(months(stands, "supply_p50").values()) == pytest.approx([10, 0, 0, 0, 0, 0, 0])
