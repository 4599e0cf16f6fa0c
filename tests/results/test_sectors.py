"""Needs of every sector, by the closed formulas of the field: people who are simply there, come, or are on the way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.model.record import Record
from sim.results import gaps
from sim.scenario.faults import ScenarioError
from sim.scenario.loader import load
from sim.scenario.schema import Scenario
from sim.scenario.standards import goods, named

PEOPLE = 120_000
FILE = f"population: {{total: {PEOPLE} people, household_size: 5 people/household}}\nhorizon: 24 h\n"
CAMP = {"places": {"camp": {"arrive": 1.0, "stay": 1000}}}
HUB = {"places": {"hub": {"arrive": 1.0, "stay": 2, "next": {"camp": 1.0}}, "camp": {"stay": 1000}}}


def scenario(people: int, **told: Any) -> Scenario:
    whole = {"population": {"total": people, "household_size": 5.0}, "horizon": 24, **told}
    return Scenario.model_validate(whole, context={"start": None})


def found(record: Record, item: str, level: str = "standard", array: str = "need", place: str = "all") -> list[float]:
    """An array of an item by day, at a place; empty where it has no row."""
    arrays, rows = gaps.outcome(record)[0], gaps.layout(record.scenario)
    rows = [rows[k] for k in gaps.told_rows(rows)] if array in gaps.OF_TOLD else rows
    at = [k for k, row in enumerate(rows) if (row.figure.item, row.figure.level, row.place) == (item, level, place)]
    return [float(value) for k in at for value in arrays[array][k]]


def from_file(folder: Path, more: str = "") -> Record:
    file = folder / "plan.yaml"
    file.write_text(FILE + more, encoding="utf-8")
    return sim.run(load(file))


DAY = {
    ("water", "standard"): 15 * PEOPLE,
    ("food", "standard"): PEOPLE,
    ("latrine", "emergency_minimum"): 2_400,
    ("latrine", "standard"): 6_000,
    ("tap", "emergency_minimum"): 480,
    ("shelter", "standard"): 540_000,
    ("shelter", "emergency_minimum"): 420_000,
    ("tent", "standard"): 24_000,
    ("blanket", "standard"): PEOPLE,
    ("kitchen_set", "standard"): 24_000,
    ("water_container", "standard"): 48_000,
    ("bathing_soap", "standard"): 250 * PEOPLE / 30,
    ("health_worker", "standard"): 276,
    ("hospital", "standard"): 1,
    ("iehk", "standard"): 12,
    ("rh_kits_block_1", "standard"): 12,
    ("rh_kits_block_2", "standard"): 4,
    ("rh_kits_block_3", "standard"): 1,
    ("dialysis", "standard"): PEOPLE * 229e-6 * 3 / 7,
    ("insulin", "standard"): 600 * 40,
    ("teacher", "standard"): 900,
    ("cooking_gas", ""): 24_000 * 12 / 30,
}
"""What 120,000 people in households of five need on a day."""


def test_a_day_of_120_000_people_needs_what_the_closed_formulas_say(tmp_path: Path) -> None:
    record = from_file(tmp_path)
    for (item, level), amount in DAY.items():
        assert found(record, item, level) == pytest.approx([amount]), item


def test_their_food_weighs_67_tonnes_and_their_water_is_1_800_cubic_metres(tmp_path: Path) -> None:
    record = from_file(tmp_path)
    food = goods.load_of(named("wfp.food.energy"), found(record, "food")[0])
    assert food is not None
    assert food.mass_kg == pytest.approx(66_600)
    assert found(record, "water")[0] == pytest.approx(1_800_000)


def test_births_and_what_needs_care_of_them_follow_the_profile(tmp_path: Path) -> None:
    country = "  profile: armenia\n"
    told = FILE.replace("{", "").replace("}", "").replace("population: ", "population:\n  ").replace(", ", "\n  ")
    file = tmp_path / "armenia.yaml"
    file.write_text(told.replace("horizon", f"{country}horizon"), encoding="utf-8")
    record = sim.run(load(file))
    births = found(record, "births", "")
    assert births == pytest.approx([PEOPLE * 12.3e-3 / 365])
    assert found(record, "complications", "") == pytest.approx([0.15 * births[0]])
    assert births[0] * 365 / 12 == pytest.approx(123)
    items = {row.figure.item for row in gaps.layout(record.scenario)}
    assert not items & {"stillbirths", "miscarriages"}


def test_births_follow_from_the_pregnant_women_reported_before_any_profile() -> None:
    told = {"total": 1000, "patients": {"pregnant": {"people": {"people": 18}}}}
    assert found(sim.run(scenario(1000, population=told)), "births", "") == pytest.approx([18 / 9 * 12 / 365])


def test_one_person_needs_one_latrine_and_nobody_needs_nothing() -> None:
    assert found(sim.run(scenario(1)), "latrine") == [1]
    nobody = sim.run(scenario(10, population={"total": 10, "present": {"people": 0}}))
    assert not gaps.outcome(nobody)[0]["need"].any()


def test_a_group_of_which_nothing_is_known_is_left_out_and_counts_once_it_is_told() -> None:
    told = {"total": 100, "patients": {"cholera": {"people": {"people": 7}}}}
    assert found(sim.run(scenario(100)), "cholera_water") == []
    assert found(sim.run(scenario(100, population=told)), "cholera_water") == pytest.approx([420])


def test_desks_serve_those_who_arrive_in_the_day() -> None:
    record = sim.run(scenario(40_000, arrivals={"over": 24}, reception=CAMP, vehicles={"per_household": 0.0}))
    assert found(record, "registration_desk", "") == [667]


def test_a_place_is_counted_in_whole_units_and_places_add_up() -> None:
    record = sim.run(scenario(101, arrivals={"over": 12}, reception=HUB, vehicles={"per_household": 0.0}))
    each = [found(record, "latrine", place=place)[0] for place in ("hub", "camp")]
    assert all(amount == int(amount) for amount in each)
    assert found(record, "latrine") == [sum(each)]


COLD = {
    8.0: {"thermal_blanket": [], "heating_fuel": [], "food_energy_at_10_degc": [100 * 200.0]},
    0.0: {"thermal_blanket": [100.0], "heating_fuel": [60.0], "food_energy_at_5_degc": [100 * 300.0]},
    -8.0: {"thermal_blanket": [100.0], "heating_fuel": [100.0], "food_energy_at_5_degc": [100 * 400.0]},
}
"""Temperature at night: needs of 100 people in 20 households; below freezing the high end of each range."""


@pytest.mark.parametrize("degrees", COLD)
def test_cold_nights_raise_what_winter_needs(degrees: float) -> None:
    record = sim.run(scenario(100, weather={"night_temperature": degrees}))
    for item, amount in COLD[degrees].items():
        level = "" if item == "heating_fuel" else "standard"
        assert found(record, item, level) == pytest.approx(amount), item


def test_without_a_temperature_nothing_of_winter_is_guessed() -> None:
    assert found(sim.run(scenario(100)), "winter_sheet") == []


def test_a_spell_has_a_temperature_of_its_own() -> None:
    spell = {"frost": {"from": 24, "until": 48, "temperature": -1}}
    weather = {"night_temperature": 3, "spells": spell}
    record = sim.run(scenario(100, horizon=72, weather=weather))
    assert found(record, "heating_fuel", "") == pytest.approx([60, 100, 60])


def test_what_is_given_once_stays_owed_until_it_is_there_and_goes_with_the_people() -> None:
    told = {"blankets": {"item": "blanket", "place": "camp", "deliveries": {"truck": {"at": 30, "amount": 60}}}}
    record = sim.run(
        scenario(
            100,
            horizon=72,
            arrivals={"over": 12},
            reception=HUB,
            vehicles={"per_household": 0.0},
            supply={"provided": told},
        )
    )
    assert found(record, "blanket", place="camp") == pytest.approx([100, 100, 40])
    assert found(record, "blanket", place="camp", array="supply") == pytest.approx([0, 60, 0])
    assert found(record, "blanket", place="camp", array="gap") == pytest.approx([100, 40, 40])
    assert found(record, "blanket", place="hub") == pytest.approx([0, 0, 0])


def test_of_what_is_given_once_each_gap_rests_on_what_is_at_least_as_certain() -> None:
    sure = {
        status.replace(" ", "_"): {"at": 0, "amount": 10, "status": status}
        for status in ("in place", "on the way", "funded", "pledged", "requested")
    }
    told = {"mats": {"item": "sleeping_mat", "place": "home", "deliveries": sure}}
    record = sim.run(scenario(50, horizon=96, supply={"provided": told}))
    for array, owed in {"gap_in_place": 40, "gap_on_the_way": 30, "gap": 20}.items():
        assert found(record, "sleeping_mat", array=array) == pytest.approx([owed] * 4), array
    assert found(record, "sleeping_mat", array="gap_pledged") == pytest.approx([20, 20, 20, 10])  # after 72 h


def test_a_thing_is_due_again_after_its_life() -> None:
    store = {"kits": {"item": "menstrual_materials", "place": "home", "stock": 1e6}}
    record = sim.run(scenario(100, horizon=100 * 24, supply={"provided": store}))
    given = found(record, "menstrual_materials", array="supply")
    assert [day for day, amount in enumerate(given) if amount > 0] == [0, 90]
    assert given[0] == pytest.approx(26)
    assert given[90] == pytest.approx(26)


def test_hunger_is_not_repaid() -> None:
    late = {"meals": {"item": "food", "place": "home", "deliveries": {"truck": {"at": 24, "amount": 1e6}}}}
    record = sim.run(scenario(100, horizon=48, supply={"provided": late}))
    assert found(record, "food", array="gap") == pytest.approx([100, 0])
    assert found(record, "food", array="supply") == pytest.approx([0, 100])


def test_what_stands_serves_every_day_and_is_not_used_up() -> None:
    told = {"latrines": {"item": "latrine", "place": "home", "stock": 3}}
    record = sim.run(scenario(100, horizon=72, supply={"provided": told}))
    assert found(record, "latrine", array="gap") == [2, 2, 2]
    assert found(record, "latrine", array="people_short") == [40, 40, 40]
    assert found(record, "latrine", "emergency_minimum", array="gap") == [0, 0, 0]


def test_packages_are_for_each_who_arrives_and_for_each_night_on_the_way() -> None:
    came = sim.run(scenario(100, arrivals={"over": 12}, reception=CAMP, vehicles={"per_household": 0.0}))
    assert found(came, "arrival_water", "emergency_minimum") == pytest.approx([300])
    assert found(came, "arrival_blanket", "emergency_minimum") == pytest.approx([100])
    assert found(came, "transit_night_water", "emergency_minimum") == []
    # At 5 km/h a way of 240 km takes two days: everybody is on it at two in the morning of each.
    way = {"segments": {"way": {"from": "a", "to": "b", "length": 240, "speed": 5, "jam_density": 100}}}
    drove = sim.run(
        scenario(100, horizon=96, corridor=way, vehicles={"per_household": 1.0, "shared_rides": 0}, reception=CAMP)
    )
    assert found(drove, "transit_night_water", "emergency_minimum") == pytest.approx([300, 300, 0, 0], rel=0.05)
    assert found(drove, "transit_night_blanket", "emergency_minimum") == pytest.approx([100, 0, 0, 0], rel=0.05)
    assert sum(found(drove, "arrival_blanket", "emergency_minimum")) == pytest.approx(0)
    assert sum(found(drove, "arrival_water", "emergency_minimum")) == pytest.approx(300)


def test_infant_formula_is_handed_out_under_guidance_only() -> None:
    infants = {"total": 100, "patients": {"infants_without_breastfeeding": {"people": {"people": 3}}}}
    told = {"population": infants, "arrivals": {"over": 12}, "reception": CAMP}
    assert found(sim.run(scenario(100, **told)), "arrival_infant_formula", "emergency_minimum") == []
    guided = sim.run(scenario(100, **told, needs={"guidance": {"infant_feeding": True}}))
    assert found(guided, "arrival_infant_formula", "emergency_minimum") == pytest.approx([2.25])


def test_sectors_and_items_are_counted_or_not_as_told() -> None:
    told = {"sectors": {"EDU": False, "WSH": False}, "items": {"water": True, "blanket": False}}
    items = {row.figure.item for row in gaps.layout(scenario(10, needs=told))}
    assert {"water", "food", "sleeping_mat"} <= items
    assert not items & {"teacher", "school_kit", "latrine", "blanket"}
    assert len({row.figure.sector_code for row in gaps.layout(scenario(10))}) >= 10


def test_where_a_hot_meal_is_off_biscuits_stand_in() -> None:
    told = {"arrivals": {"over": 12}, "reception": CAMP}
    usual = {row.figure.item for row in gaps.layout(scenario(10, **told))}
    without = {
        row.figure.item for row in gaps.layout(scenario(10, **told, needs={"items": {"arrival_hot_meal": False}}))
    }
    assert ("arrival_hot_meal" in usual, "arrival_biscuits" in usual) == (True, False)
    assert ("arrival_hot_meal" in without, "arrival_biscuits" in without) == (False, True)


@pytest.mark.parametrize(
    ("needs", "meant"),
    [
        ("sectors: {EDV: no}", r"needs\.sectors\.EDV: no such sector: 'EDV'; did you mean 'EDU'"),
        ("items: {blankt: no}", r"needs\.items\.blankt: no such item: 'blankt'; did you mean 'blanket'"),
        ("guidance: {infant_feding: yes}", r"no such guidance: 'infant_feding'; did you mean 'infant_feeding'"),
    ],
)
def test_a_switch_of_nothing_is_refused(needs: str, meant: str, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=meant):
        from_file(tmp_path, f"needs: {{{needs}}}\n")


def test_a_supply_in_a_unit_that_does_not_fit_its_need_is_refused(tmp_path: Path) -> None:
    supply = "supply: {provided: {tank: {item: water, place: home, unit: kcal, stock: 5}}}\n"
    with pytest.raises(ScenarioError, match=r"supply\.provided\.tank\.unit: .*'kcal' does not fit; use 'L'"):
        from_file(tmp_path, supply)


def test_a_supply_in_a_multiple_of_the_unit_serves_as_much(tmp_path: Path) -> None:
    tank = "supply: {provided: {tank: {item: water, place: home, unit: m3, stock: 5}}}\n"
    assert from_file(tmp_path, tank).supply.rows[0].stock[0] == 5000


def test_who_abandons_a_vehicle_loses_what_was_in_it() -> None:
    way = {"segments": {"way": {"from": "a", "to": "b", "length": 40, "speed": 40, "jam_density": 100}}}
    dry = {"held": 2.0, "without": "leave"}
    told = {"corridor": way, "fuel": dry, "vehicles": {"per_household": 1.0}, "incidents": {"lift_patience": 1.0}}
    record = sim.run(scenario(100, **told, supply={"carried": {"food": 5.0}}, reception=CAMP))
    walked = np.isfinite(record.there.abandoned)
    assert walked.any()
    lost = [
        k for k, row in enumerate(gaps.layout(record.scenario)) if row.figure.item == "food" and row.place == "road"
    ]
    arrays = gaps.outcome(record)[0]
    assert arrays["gap"][lost].sum() == pytest.approx(arrays["need"][lost].sum(), rel=1e-6)
    assert arrays["need"][lost].sum() > 0


ITEMS = ("water", "food", "blanket", "latrine", "tent", "iehk", "insulin")
STORES = st.fixed_dictionaries(
    {
        "item": st.sampled_from(ITEMS),
        "place": st.sampled_from(["hub", "camp", "everywhere"]),
        "stock": st.floats(0, 60),
        "deliveries": st.fixed_dictionaries(
            {"truck": st.fixed_dictionaries({"at": st.floats(0, 70), "amount": st.floats(0, 200)})}
        ),
    }
)
MORE = st.floats(0, 300)


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.sampled_from("abcd"), STORES, min_size=1), MORE)
def test_more_supply_never_widens_a_gap_and_what_is_out_never_exceeds_what_came(
    stores: dict[str, Any], more: float
) -> None:
    told = {"horizon": 72, "arrivals": {"over": 30}, "reception": HUB, "vehicles": {"per_household": 0.0}}
    fuller = {name: {**store, "stock": store["stock"] + more} for name, store in stores.items()}
    less, full = (sim.run(scenario(150, **told, supply={"provided": given_})) for given_ in (stores, fuller))
    before, after = (gaps.outcome(record)[0]["gap"] for record in (less, full))
    assert (np.isnan(before) == np.isnan(after)).all()
    assert (np.nan_to_num(after) <= np.nan_to_num(before) + 1e-6).all()
    for row in (*less.supply.rows, *full.supply.rows):
        assert row.drawn.sum() <= row.received + 1e-6
        assert row.stock.min() >= -1e-6


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 400))
def test_ten_times_the_people_need_ten_times_the_consumables(people: int) -> None:
    few, many = (sim.run(scenario(count)) for count in (people, 10 * people))
    used_up = [row.figure.kind in ("consumable", "treatment", "durable", "held") for row in gaps.layout(few.scenario)]
    one, ten = (gaps.outcome(record)[0]["need"][used_up] for record in (few, many))
    assert ten == pytest.approx(10 * one)
    assert (one > 0).all()
