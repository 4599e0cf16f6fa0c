"""The time before the road opened."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.model.blockade import BlockadeRecord, run_blockade
from sim.scenario.schema import Scenario

RATIONS = st.one_of(
    st.just({"rule": "none"}),
    st.fixed_dictionaries({"rule": st.just("fixed"), "amount": st.floats(0, 2)}),
    st.fixed_dictionaries({"rule": st.just("proportional"), "full_at": st.floats(1, 5000)}),
)
PHASES = st.fixed_dictionaries({"from": st.floats(-4000, 0), "rate": st.floats(0, 200)})
ITEM: dict[str, Any] = {
    "need": st.floats(0.01, 2),
    "opening_stock": st.floats(0, 90),
    "local": st.floats(0, 1),
    "loss": st.floats(0, 0.5),
    "inflow": st.dictionaries(st.sampled_from("abc"), PHASES, max_size=3),
    "rationing": RATIONS,
}


def blockade(begins: float, items: dict[str, Any], **more: Any) -> Scenario:
    """A hundred people at the end of a blockade."""
    told = {"population": {"total": 100}, "blockade": {"from": begins, "tank_days": 30, "items": items}, **more}
    return Scenario.model_validate(told, context={"start": more.get("start")})


def ran(scenario: Scenario) -> BlockadeRecord:
    """Its blockade."""
    record = run_blockade(scenario)
    assert record is not None
    return record


def item(**told: Any) -> dict[str, Any]:
    """One commodity of which everybody needs one a day."""
    return {"unit": "kg", "need": 1.0, "opening_stock": 0.0, **told}


def test_the_curves_of_a_stock_used_up_are_those_worked_out_by_hand() -> None:
    record = ran(blockade(-96, {"food": item(opening_stock=2.5, local=0.1)})).items["food"]
    # 250 kg for 100 people: 90 kg a day go out of stock, the 10 kg made inside do the rest.
    assert record.need.tolist() == [100] * 4
    assert record.stock == pytest.approx([160, 70, 0, 0])
    assert record.supply == pytest.approx([100, 100, 80, 10])
    assert record.gap == pytest.approx([0, 0, 20, 90])
    assert record.days_of_supply == pytest.approx([1.6, 0.7, 0, 0])


def test_what_comes_in_is_a_share_of_all_goods_from_the_hour_they_come() -> None:
    told = {"food": item(inflow={"road": {"from": -48, "share": 0.5}})}
    scenario = blockade(-48, told)
    goods = {"some": {"from": -48, "tonnes_a_day": 0.1}, "none": {"from": -12, "tonnes_a_day": 0}}
    told_again = scenario.model_dump(by_alias=True, exclude_unset=True)
    told_again["blockade"]["goods"] = goods
    record = ran(Scenario.model_validate(told_again, context={"start": None})).items["food"]
    assert record.supply == pytest.approx([50, 25])


def test_days_are_calendar_days_and_the_first_begins_at_the_closing() -> None:
    start = datetime.fromisoformat("2023-09-24T06:00:00+04:00")
    record = ran(blockade(-37.5, {"food": item(opening_stock=30)}, start=start))
    assert record.hours.tolist() == [-37.5, -30, -6]
    assert record.items["food"].need == pytest.approx([100 * 7.5 / 24, 100, 25])


def test_a_blockade_of_no_days_leaves_stocks_and_tanks_as_they_were() -> None:
    record = ran(blockade(0, {"petrol": item(opening_stock=20, fuels_vehicles=True)}))
    assert record.tank_level == 1
    assert record.left("petrol") == 2000
    assert record.items["petrol"].met == 1


@settings(max_examples=60)
@given(st.fixed_dictionaries(ITEM), st.floats(0, 2000), st.floats(0, 2000))
def test_a_longer_blockade_never_leaves_more_nor_fewer_people_short(
    told: dict[str, Any], one: float, other: float
) -> None:
    shorter, longer = sorted((one, other))
    told = {"petrol": {"unit": "L", "fuels_vehicles": True, **told}}
    short, long = ran(blockade(-shorter, told)), ran(blockade(-longer, told))
    assert long.left("petrol") <= short.left("petrol") + 1e-6
    assert long.tank_level <= short.tank_level + 1e-9
    assert long.items["petrol"].gap.sum() >= short.items["petrol"].gap.sum() - 1e-6
    if shorter >= 24:
        assert long.items["petrol"].met <= short.items["petrol"].met + 1e-9


@given(st.fixed_dictionaries(ITEM), st.floats(1, 2000))
def test_supply_is_never_more_than_the_need_nor_a_stock_less_than_none(told: dict[str, Any], hours: float) -> None:
    record = ran(blockade(-hours, {"food": {"unit": "kg", **told}})).items["food"]
    assert (record.supply >= 0).all()
    assert (record.supply <= record.need + 1e-9).all()
    assert (record.stock >= 0).all()


ROAD = {
    "horizon": 24,
    "vehicles": {"per_household": 1.0},
    "fuel": {"full_tank": 40, "without": "leave"},
    "corridor": {"segments": {"way": {"from": "a", "to": "b", "length": 77, "speed": 40, "jam_density": 100}}},
    "run": {"seed": 1},
}


def litres(days: float) -> tuple[float, int]:
    """Litres held at first, and stalls, after a blockade of so many days without petrol."""
    record = sim.run(blockade(-24 * days, {"petrol": item(fuels_vehicles=True)}, **ROAD))
    assert record.fuel is not None
    return record.fuel.held_first, len(record.stalls)


def test_a_blockade_of_no_days_leaves_tanks_full_and_no_vehicle_runs_dry() -> None:
    held, stalls = litres(0)
    record = sim.run(blockade(0, {}, **ROAD))
    assert held == pytest.approx(40 * record.parties.vehicles.sum())
    assert stalls == 0


def test_a_longer_blockade_opens_with_emptier_tanks_and_more_stalls() -> None:
    held, stalls = np.array([litres(days) for days in (0, 30, 120)]).T
    assert (np.diff(held) < 0).all()
    assert stalls[2] > stalls[0]
