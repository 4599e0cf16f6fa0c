"""Supply pipelines, lived through for people who are simply there: what comes when, from where, and who gets it."""

from __future__ import annotations

from math import isnan
from typing import Any

import numpy as np
import pytest

import sim
from sim.model.journal import ConservationError
from sim.model.provided import PLEDGED, SupplyRow
from sim.model.record import Record
from sim.model.supply import drawn_when
from sim.results.ledger import rations
from sim.scenario.schema import Scenario

PEOPLE = 24
"""They eat a ration and drink 15 L an hour together."""
QUICK = {"call_out": 1, "loading": 0, "customs": 0, "speed": 10, "unloading": 0, "hand_out": 0}


def lived(horizon: float = 48, replication: int = 0, **supply: Any) -> Record:
    """A day or two of people at home with some supply."""
    told = {"population": {"total": PEOPLE}, "horizon": horizon, "supply": supply, **supply.pop("besides", {})}
    return sim.run(Scenario.model_validate(told, context={"start": None}), 1, replication)


def store(record: Record, name: str = "store") -> SupplyRow:
    return next(row for row in record.supply.rows if row.name == name)


def food(**told: Any) -> dict[str, Any]:
    return {"item": "food", "place": "home", **told}


def test_what_comes_within_an_hour_serves_from_the_minute_it_comes() -> None:
    record = lived(provided={"store": food(deliveries={"cart": {"at": 2.25, "amount": 10}})})
    assert store(record).drawn[:5] == pytest.approx([0, 0, 0.75, 1, 1])


def test_stock_is_ordered_at_its_level_and_comes_after_its_lead_time() -> None:
    order = {"level": 10, "up_to": 30, "lead": 5}
    record = lived(provided={"store": food(stock=20, reorder=order)})
    # Ten hours bring it down to the level, at once 20 are ordered; they come five hours later, when 5 are left.
    assert store(record).stock[[10, 15, 16]] == pytest.approx([10, 25, 24])
    assert [told.hour for told in record.supply.receipts] == [15, 35]
    assert isnan(store(record).out_hour)


def test_an_order_that_comes_too_late_says_how_much_and_for_how_long() -> None:
    order = {"level": 2, "up_to": 12, "lead": 5}
    record = lived(20, provided={"store": food(stock=4, reorder=order)})
    first = record.supply.receipts[0]
    assert (first.hour, first.amount, first.too_late, first.short) == pytest.approx((7, 10, 3, 3))
    assert store(record).out_hour == 4


def test_what_is_owed_is_handed_out_once_there_is_more_and_fills_no_earlier_gap() -> None:
    late = {"stock": 4, "owed": True, "deliveries": {"cart": {"at": 8, "amount": 10}}}
    record = lived(10, provided={"store": food(**late)})
    assert store(record).drawn == pytest.approx([1, 1, 1, 1, 0, 0, 0, 0, 1, 1])
    assert store(record).late == pytest.approx(4)
    assert store(record).stock[-1] == pytest.approx(4)


def test_a_warehouse_sends_no_more_than_it_has_and_nothing_is_lost_on_the_way() -> None:
    told = {
        "far": {"item": "food", "place": "depot", "stock": 15},
        "store": food(stock=10, reorder={"level": 5, "up_to": 15, "from": "depot", "lead": 3}),
    }
    record = lived(provided=told, sources={"depot": {"to": {"home": 10}, **QUICK}})
    assert store(record, "far").sent == 15
    assert store(record, "far").stock[-1] == 0
    assert store(record).drawn.sum() == pytest.approx(25)
    assert record.supply.moved == pytest.approx(15)
    assert store(record, "far").drawn.sum() == 0


def test_with_too_few_trucks_the_second_load_waits_for_the_first_truck_to_be_back() -> None:
    order = {"level": 5, "up_to": 25, "from": "depot"}
    sources = {"depot": {"to": {"home": 20}, "trucks": "carts", **QUICK}}
    fleet = {"payload": 0.00556, "volume": 1}  # ten rations of 0.555 kg

    def hours(**more: Any) -> list[float]:
        besides = {"transport": {"trucks": {"carts": {**fleet, **more}}}}
        record = lived(20, provided={"store": food(stock=5, reorder=order)}, sources=sources, besides=besides)
        return [told.hour for told in record.supply.receipts][:2]

    # An hour of call-out, two of road; a truck that is back after two more starts again.
    assert hours() == pytest.approx([3, 3])
    assert hours(trucks=1, available=1) == pytest.approx([3, 8])


def test_a_pledge_never_counts_within_72_hours_and_not_in_the_main_gap() -> None:
    told = {"store": food(deliveries={"promise": {"at": 0, "amount": 20, "status": "pledged"}})}
    record = lived(100, provided=told)
    assert store(record).received == 0
    (came,) = drawn_when(record, PLEDGED).receipts
    assert came.hour == 72
    now = lived(100, provided=told, besides={"run": {"now": 10}})
    assert drawn_when(now, PLEDGED).receipts[0].hour == 82


def test_a_delivery_with_a_chance_comes_in_that_share_of_the_runs() -> None:
    told = {"store": food(deliveries={"perhaps": {"at": 1, "amount": 5, "chance": 0.3}})}
    came = [len(lived(3, luck, provided=told).supply.receipts) for luck in range(200)]
    assert np.mean(came) == pytest.approx(0.3, abs=3 * (0.3 * 0.7 / 200) ** 0.5)


def test_losses_of_a_month_take_that_share_of_the_stock_in_a_month() -> None:
    told = {"store": {"item": "yeast", "place": "home", "stock": 100, "losses": 0.1}}
    record = lived(30 * 24, provided=told)
    assert store(record).lost == pytest.approx(10)
    assert store(record).stock[-1] == pytest.approx(90)


def test_no_more_is_handed_out_than_can_be() -> None:
    record = lived(10, provided={"store": food(stock=100, handout=0.25)})
    assert store(record).drawn == pytest.approx([0.25] * 10)
    assert isnan(store(record).out_hour)


def test_amounts_are_read_in_the_unit_of_the_need_or_of_the_goods() -> None:
    tanks = {"item": "water", "place": "home", "unit": "m3", "stock": 0.03}
    parcels = food(goods="food_parcel", unit="parcel", stock=2)
    record = lived(3, provided={"store": tanks, "parcels": parcels})
    assert store(record).stock == pytest.approx([30, 15, 0, 0])
    assert store(record, "parcels").received == 300


TWO = {"settlements": {"hill": {"people": {"share": 0.5}}, "plain": {"people": {"share": 0.5}}}}


def test_places_are_served_equally_or_in_the_order_a_team_decided() -> None:
    ordered = {"rule": "most_vulnerable_first", "order": {"plain": 1}, "decided_by": "the coordination meeting"}

    def met(**more: Any) -> np.ndarray:
        besides = {"population": {"total": PEOPLE, **TWO}}
        record = lived(1, provided={"store": food(stock=0.75)}, besides=besides, **more)
        return record.supply.met["food"][:2, 0]

    assert met() == pytest.approx([0.375, 0.375], abs=0.2)
    shares = met() / met().sum()
    assert met(allocation=ordered)[1] > shares[1] * 0.75 + 0.05
    assert met(allocation=ordered).sum() == pytest.approx(0.75)


def bought(budget: float, costs: dict[str, Any], order: dict[str, Any], **more: Any) -> float:
    """Rations that came to a store whose orders a budget pays."""
    rule = {"rule": "by_budget", "budget": budget, "decided_by": "the coordination meeting"}
    told = {"store": food(stock=5, reorder={"level": 5, "up_to": 20, **order})}
    return store(lived(provided=told, allocation=rule, besides={"costs": costs}, **more)).received - 5


def test_orders_stop_when_the_budget_is_spent_on_goods_transport_and_hand_out() -> None:
    assert bought(12.2, {"transport": {"per_tonne": 0}}, {"lead": 1}) == pytest.approx(20)  # a ration at 0.61 USD
    by_tonne = {"transport": {"per_tonne": 1000, "hand_out": 200}}
    assert bought(12.2, by_tonne, {"lead": 1}) == pytest.approx(12.2 / (0.61 + 0.000555 * 1200))
    own = {"transport": {"per_tonne": 0}, "prices": {"ration_dry": {"price": 2}}}
    assert bought(12.2, own, {"lead": 1}) == pytest.approx(6.1)


def test_a_budget_pays_for_the_kilometres_from_where_an_order_comes() -> None:
    costs = {"transport": {"per_tonne_km": 10, "distance": 500}}
    sources = {"depot": {"to": {"home": 40}, **QUICK}}
    from_there = bought(12.2, costs, {"from": "depot"}, sources=sources)
    assert from_there == pytest.approx(12.2 / (0.61 + 0.000555 * 400))
    assert bought(12.2, costs, {"lead": 1}) == pytest.approx(12.2 / (0.61 + 0.000555 * 5000))


def test_a_truck_that_is_back_goes_first_for_the_sector_that_is_first() -> None:
    stores = {
        "store": food(stock=5, reorder={"level": 5, "up_to": 25, "from": "depot"}),
        "tank": {"item": "water", "place": "home", "stock": 75, "reorder": {"level": 75, "up_to": 80, "from": "depot"}},
    }
    fleet = {"payload": 0.00556, "volume": 1, "trucks": 1, "available": 1}  # two loads of food, one of water
    sources = {"depot": {"to": {"home": 10}, "trucks": "cart", **QUICK}}

    def loads(**allocation: Any) -> list[str]:
        besides = {"transport": {"trucks": {"cart": fleet}}}
        record = lived(12, provided=stores, sources=sources, besides=besides, **allocation)
        return [told.store for told in sorted(record.supply.receipts, key=lambda told: told.hour)][:2]

    rule = {"rule": "by_sector", "order": {"WSH": 1, "FSC": 2}, "decided_by": "the coordination meeting"}
    assert loads() == ["store", "store"]
    assert loads(allocation=rule) == ["store", "tank"]


def test_trucks_are_as_late_as_the_people_on_a_road_they_share() -> None:
    wide = {"from": "a", "to": "b", "length": 10, "speed": 50, "capacity": 1000}
    way = {"segments": {"way": wide, "narrows": {"from": "b", "to": "c", "length": 5, "speed": 50, "capacity": 100}}}
    people = {"population": {"total": 4000}, "vehicles": {"per_household": 1.0, "shared_rides": 0.0}}
    besides = {**people, "corridor": way, "reception": {"places": {"camp": {"arrive": 1.0, "stay": 1000}}}}
    besides |= {"departure": {"loading": {"kind": "uniform", "spread": 2}}}
    told = {"store": {"item": "food", "place": "camp", "reorder": {"level": 1, "up_to": 50, "from": "depot"}}}

    def comes(**shared: Any) -> float:
        sources = {"depot": {"to": {"camp": 10}, **QUICK, **shared}}
        return lived(30, provided=told, sources=sources, besides=besides).supply.receipts[0].hour

    assert comes() == pytest.approx(2)
    assert comes(shared={"way": True}) > 2.1


def test_a_book_that_does_not_balance_fails_the_run() -> None:
    record = lived(provided={"store": food(stock=5)})
    rations(record.supply)
    store(record).drawn[0] += 1
    with pytest.raises(ConservationError, match=r"rations of store: 5\.000 were there or came, 6\.000"):
        rations(record.supply)


def test_kits_whose_time_is_over_are_booked_as_spent() -> None:
    """A kit for 90 days, there from the second day on, serves no more on the hundredth; the sums still hold."""
    kits = {"item": "ncd_kit", "place": "home", "deliveries": {"five": {"at": 36, "amount": 5}}}
    record = lived(120 * 24, provided={"store": kits})
    assert store(record).stock[[24, 48]] == pytest.approx([0, 5])
    assert (store(record).stock[-1], store(record).lost) == pytest.approx((0, 5))
    rations(record.supply)


RATION = 0.000555
"""Tonnes of a ration: they eat one an hour."""


def sawtooth(rations: float, every: float, hours: int = 240) -> tuple[float, float, float]:
    """Mean stock, the longest time without, and what was lacking in each round, when so much comes every so often."""
    convoys = {"weekly": {"every": every, "from": 0, "quantity": rations * RATION}}
    record = lived(hours, provided={"store": food(convoys=convoys)})
    drawn, hour = store(record).drawn, np.arange(hours)
    begin = rations * (hour // every + 1) - np.concatenate([[0.0], np.cumsum(drawn)[:-1]])
    without = int(np.sum(drawn < 1e-9) / (hours / every))
    return float(np.mean(begin - drawn / 2)), without, float((hours - drawn.sum()) / (hours / every))


def test_so_much_every_so_often_holds_and_lacks_what_the_closed_form_says() -> None:
    """Q every T against d an hour: mean stock Q^2 / 2dT, T - Q/d hours without, and dT - Q lacking."""
    assert sawtooth(18, 24) == pytest.approx((18**2 / (2 * 24), 24 - 18, 24 - 18))
    assert sawtooth(24, 24) == pytest.approx((24 / 2, 0, 0), abs=1e-9)
    assert sawtooth(6, 12) == pytest.approx((6**2 / (2 * 12), 12 - 6, 12 - 6))


def test_convoys_come_from_their_first_time_to_their_last_and_with_their_chance() -> None:
    convoys = {"some": {"every": 10, "from": 5, "until": 30, "quantity": RATION, "chance": 0.5}}
    found = [lived(60, luck, provided={"store": food(convoys=convoys)}).supply.receipts for luck in range(100)]
    assert {told.hour for run in found for told in run} == {5, 15, 25}
    assert np.mean([len(run) for run in found]) == pytest.approx(1.5, abs=3 * (3 * 0.25 / 100) ** 0.5)


VARIED = {**QUICK, "speed": {"distribution": "uniform", "low": 2, "high": 20}}
LOADS = {"payload": 10 * RATION, "volume": 1}
"""Ten rations to a truck."""


def test_trucks_of_a_convoy_leave_together_and_come_with_the_slowest() -> None:
    order = {"level": 5, "up_to": 45, "from": "depot"}
    besides = {"transport": {"trucks": {"carts": LOADS}}}

    def hours(speed: Any, **convoy: Any) -> list[float]:
        depot = {"to": {"home": 20}, **VARIED, "speed": speed, "trucks": "carts", **convoy}
        record = lived(40, provided={"store": food(stock=5, reorder=order)}, sources={"depot": depot}, besides=besides)
        return [told.hour for told in record.supply.receipts][:4]

    escorted = {"convoy": {"every": 6, "from": 2, "speed": 4}}
    assert hours(10, convoy={"every": 6, "from": 2}) == pytest.approx([2 + 2] * 4)  # loaded at 1, it leaves at 2
    assert hours(10, convoy={"every": 6, "from": 0}) == pytest.approx([6 + 2] * 4)
    assert hours(10, **escorted) == pytest.approx([2 + 5] * 4)
    together = hours(VARIED["speed"], convoy={"every": 6, "from": 2})
    assert together == pytest.approx([together[0]] * 4)
    assert together[0] > 2 + 20 / 11  # the slowest of four is slower than one is on average


def test_no_convoy_that_leaves_any_more_leaves_the_load_behind() -> None:
    depot = {"to": {"home": 20}, **QUICK, "convoy": {"every": 6, "from": 0, "until": 0.5}}
    told = {"store": food(stock=5, reorder={"level": 5, "up_to": 25, "from": "depot"})}
    record = lived(40, provided=told, sources={"depot": depot})
    assert record.supply.receipts == ()


def test_a_convoy_goes_with_the_trucks_that_are_free_and_takes_what_stands_at_its_source() -> None:
    weekly = {"every": 24, "from": 1, "quantity": 40 * RATION, "source": "depot"}
    depot = {"to": {"home": 20}, **QUICK, "trucks": "carts"}

    def came(stock: float, **fleet: Any) -> list[tuple[float, float]]:
        told = {"store": food(convoys={"weekly": weekly}), "far": {"item": "food", "place": "depot", "stock": stock}}
        besides = {"transport": {"trucks": {"carts": {**LOADS, **fleet}}}}
        record = lived(40, provided=told, sources={"depot": depot}, besides=besides)
        rations(record.supply)
        return [(told.hour, told.amount) for told in record.supply.receipts]

    assert came(1000) == [pytest.approx((3, 40)), pytest.approx((27, 40))]
    assert came(1000, trucks=3, available=1) == [pytest.approx((3, 30)), pytest.approx((27, 30))]
    assert came(55) == [pytest.approx((3, 40)), pytest.approx((27, 15))]


BLANKETS = {"item": "blanket", "place": "home"}


def test_what_is_given_once_is_ordered_at_its_level_and_says_what_came_too_late() -> None:
    record = lived(20, provided={"store": {**BLANKETS, "stock": 10, "reorder": {"level": 5, "up_to": 20, "lead": 5}}})
    rations(record.supply)
    # Ten of 24 are handed out in the first hour; twenty are ordered at its end and come in the seventh.
    assert store(record).drawn[[0, 6]] == pytest.approx([10, 14])
    assert store(record).stock[[1, 6, 7]] == pytest.approx([0, 0, 6])
    (came,) = record.supply.receipts
    assert (came.hour, came.amount, came.too_late, came.short) == pytest.approx((6, 20, 14, 6))


def test_a_delivery_of_what_is_given_once_says_what_came_too_late() -> None:
    late = {"cart": {"at": 8, "amount": 30}}
    (came,) = lived(12, provided={"store": {**BLANKETS, "stock": 4, "deliveries": late}}).supply.receipts
    assert (came.store, came.name, came.hour, came.amount) == ("store", "cart", 8, 30)
    assert (came.too_late, came.short) == pytest.approx((20, 8))


def test_what_stands_at_a_place_is_lost_from_and_ordered_for() -> None:
    worn = {"item": "latrine", "place": "home", "stock": 100, "losses": 0.1}
    record = lived(30 * 24, provided={"store": worn})
    rations(record.supply)
    assert store(record).stock[-1] == pytest.approx(90)
    kept = lived(30 * 24, provided={"store": {**worn, "reorder": {"level": 95, "up_to": 100, "lead": 10}}})
    rations(kept.supply)
    assert 94 < store(kept).stock.min() < 95
    assert store(kept).stock[-1] >= 95


def test_lasting_things_are_pledged_and_come_by_chance_as_others_are() -> None:
    def came(status: str, chance: float, luck: int = 0) -> list[float]:
        deliveries = {"promise": {"at": 0, "amount": 24, "status": status, "chance": chance}}
        record = lived(100, luck, provided={"store": {**BLANKETS, "deliveries": deliveries}})
        return [told.hour for told in drawn_when(record, PLEDGED).receipts]

    assert came("pledged", 1.0) == [72]
    assert np.mean([len(came("funded", 0.3, luck)) for luck in range(100)]) == pytest.approx(0.3, abs=0.14)
