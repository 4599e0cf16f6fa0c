"""Truths of supply that hold whatever the numbers: more of it never widens a gap, and rations out equal rations in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.model import supply
from sim.model.provided import ARRIVES, IN_PLACE, PLEDGED
from sim.model.record import Record
from sim.results import gaps
from sim.results.ledger import rations
from sim.results.outcome import outcome
from tests.results.test_gaps import scenario

AMOUNTS = st.floats(0, 400)
DELIVERY = st.fixed_dictionaries({"at": st.floats(0, 40), "amount": AMOUNTS, "chance": st.floats(0.3, 1)})
STORE = st.fixed_dictionaries(
    {
        "item": st.just("water"),
        "place": st.sampled_from(["hill", "plain", "home", "everywhere"]),
        "stock": AMOUNTS,
        "daily": AMOUNTS,
        "handout": st.floats(0, 20),
        "losses": st.floats(0, 0.5),
        "owed": st.booleans(),
        "deliveries": st.dictionaries(st.sampled_from("xyz"), DELIVERY, max_size=2),
    }
)
STORES = st.dictionaries(st.sampled_from("abc"), STORE, min_size=1)
NOT_OWED = STORES.map(lambda stores: {name: told | {"owed": False} for name, told in stores.items()})
"""What is owed takes from the needs of later hours what it gives for those of earlier ones."""
MORE = ("stock", "daily", "handout")
RULES = st.sampled_from(
    [{}, {"rule": "most_vulnerable_first", "order": {"plain": 1}, "decided_by": "the coordination meeting"}]
)
PLACES = {"hill": {"people": {"share": 0.4}}, "plain": {"people": {"share": 0.6}}}


def lived(stores: dict[str, Any], rule: dict[str, Any], **more: Any) -> Record:
    people = {"total": 20, "settlements": PLACES}
    supply = {"provided": stores, "allocation": rule, **more}
    return sim.run(scenario(population=people, supply=supply), seed=3)


def hourly_gap(record: Record) -> np.ndarray:
    """Litres missing at both places in each hour, at the level people draw by."""
    assert record.there.names[:2] == ("hill", "plain")
    need = record.there.everyone * 15 / 24
    return np.asarray((need - record.supply.met["water"])[:2].sum(axis=0))


@settings(max_examples=40, deadline=None)
@given(NOT_OWED, RULES, st.data())
def test_more_supply_never_widens_a_gap_with_the_same_people_and_luck(
    stores: dict[str, Any], rule: dict[str, Any], data: st.DataObject
) -> None:
    name, what = data.draw(st.sampled_from(sorted(stores))), data.draw(st.sampled_from(MORE))
    more = {**stores, name: {**stores[name], what: stores[name][what] + data.draw(st.floats(0, 300))}}
    before, after = hourly_gap(lived(stores, rule)), hourly_gap(lived(more, rule))
    assert (np.cumsum(after) <= np.cumsum(before) + 1e-6).all()
    if what != "handout":  # handing out faster empties a store sooner: less is missing in all, more perhaps later
        assert (after <= before + 1e-6).all()


@settings(max_examples=40, deadline=None)
@given(STORES, RULES)
def test_rations_out_equal_rations_in_and_no_stock_is_below_zero(stores: dict[str, Any], rule: dict[str, Any]) -> None:
    record = lived(stores, rule)
    rations(record.supply)
    for row in record.supply.rows:
        gone = row.drawn.sum() + row.late + row.lost + row.stock[-1]
        assert row.received == pytest.approx(gone, abs=1e-6)
        assert row.stock.min() >= -1e-9
    given_ = sum(row.drawn.sum() for row in record.supply.rows)
    assert record.supply.met["water"].sum() == pytest.approx(given_, abs=1e-6)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 200), st.floats(0, 1))
def test_the_gap_is_nothing_while_stock_and_receipts_cover_the_need(people: int, first: float) -> None:
    need = people * 2.0  # rations of two days
    cart = {"cart": {"at": 48 * first, "amount": need * (1 - first)}}
    store = {"item": "food", "place": "home", "stock": need * first, "deliveries": cart}
    record = sim.run(scenario(people, supply={"provided": {"store": store}}))
    found, numbers = gaps.outcome(record)
    assert numbers["gap.food.total"] == pytest.approx(0, abs=1e-6)
    assert found["gap"].shape[1] == 2


@settings(max_examples=20, deadline=None)
@given(st.floats(1, 30), st.floats(31, 90), st.floats(0, 9), st.integers(0, 3))
def test_between_stores_nothing_is_lost_on_the_way(level: float, up_to: float, lead: float, luck: int) -> None:
    told = {
        "far": {"item": "food", "place": "depot", "stock": 40},
        "near": {
            "item": "food",
            "place": "home",
            "stock": 10,
            "reorder": {"level": level, "up_to": up_to, "from": "depot", "lead": lead},
        },
    }
    source = {"depot": {"to": {"home": 1}}}
    record = sim.run(scenario(24, supply={"provided": told, "sources": source}), 1, luck)
    rations(record.supply)
    far = next(row for row in record.supply.rows if row.name == "far")
    assert far.sent == pytest.approx(record.supply.moved + record.supply.under_way)
    assert far.sent <= 40 + 1e-9


def test_stock_lasts_longer_when_people_draw_by_a_lower_level() -> None:
    stores = {"tank": {"item": "water", "place": "home", "stock": 60}, "rice": {"item": "food", "place": "home"}}
    found = outcome(sim.run(scenario(4, supply={"provided": stores}))).indicators
    # Four people use 60 L a day by the standard, 30 and 10 L by the two lower levels, 80 L by the highest.
    assert found["stock.water.out_hour"] == found["stock.tank.out_hour"] == 24
    assert found["stock.water.out_hour.emergency_minimum"] == np.inf
    assert found["stock.water.out_hour.survival_minimum"] == np.inf
    assert found["stock.water.out_hour.post_emergency"] == 18
    assert not [name for name in found if name.startswith("stock.food")]


def items_of_all_kinds() -> Record:
    """Water and food that are used up, and blankets that are kept; only of water some is no more than pledged."""
    cart = {"at": 6, "amount": 90, "status": "pledged"}
    stores = {
        "tank": {"item": "water", "place": "home", "stock": 60, "deliveries": {"cart": {**cart, "at": 80}}},
        "rice": {"item": "food", "place": "home", "stock": 30, "deliveries": {"van": {"at": 6, "amount": 9}}},
        "wool": {"item": "blanket", "place": "home", "stock": 5, "deliveries": {"van": {"at": 6, "amount": 9}}},
    }
    return sim.run(scenario(20, horizon=96, supply={"provided": stores}), 1)


@pytest.mark.parametrize("statuses", [IN_PLACE, ARRIVES, PLEDGED])
def test_what_is_alike_need_not_be_handed_out_again(statuses: tuple[str, ...]) -> None:
    record = items_of_all_kinds()
    anew, taken = (supply.drawn(record.there, statuses, usual=usual) for usual in (None, record.supply))
    assert set(anew.met) == set(taken.met) == {"water", "food", "blanket"}
    assert all((anew.met[item] == taken.met[item]).all() for item in anew.met)
    assert [row.name for row in anew.rows] == [row.name for row in taken.rows]
    assert all((one.stock == other.stock).all() for one, other in zip(anew.rows, taken.rows, strict=True))
    assert set(anew.receipts) == set(taken.receipts)


def test_what_is_pledged_is_handed_out_once_it_comes() -> None:
    record = items_of_all_kinds()
    water, food = (supply.drawn_when(record, PLEDGED).met[item].sum() for item in ("water", "food"))
    assert water == pytest.approx(150)
    assert food == record.supply.met["food"].sum()


def test_an_item_handed_out_alone_is_handed_out_as_among_the_others() -> None:
    there = items_of_all_kinds().there
    whole, alone = (supply.drawn(there, level="survival_minimum", only=only) for only in ((), ("water",)))
    assert list(alone.met) == ["water"]
    assert (alone.met["water"] == whole.met["water"]).all()
