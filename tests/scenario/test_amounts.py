"""The arithmetic of the field, held against closed forms: 120,000 people in households of five."""

from __future__ import annotations

from math import ceil, inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario import standards
from sim.scenario.standards import amounts, cold, goods, packages
from sim.scenario.standards.amounts import amount

PEOPLE, HOUSEHOLDS, MONTH = 120_000, 24_000, 720.0


def need(name: str, count: float, hours: float = 24.0) -> float:
    return amount(standards.named(name), count, hours)


def value(name: str) -> float:
    return standards.named(name).value


def test_a_day_of_food_and_water() -> None:
    food = goods.load_of(standards.named("wfp.food.energy"), need("wfp.food.energy", PEOPLE))
    assert food is not None
    assert food.mass_kg / 1000 == pytest.approx(66.6)
    assert need("sphere.water.total", PEOPLE) / 1000 == pytest.approx(1800)
    assert need("sphere.water.survival_high", PEOPLE) / 1000 == pytest.approx(360)


def test_components_weigh_as_much_as_the_ration() -> None:
    parts = ("cereal", "pulses", "oil", "blend", "sugar", "salt")
    assert sum(value(f"wfp.ration.{part}") for part in parts) == value("wfp.ration.total") == 555


def test_latrines_and_taps_are_whole() -> None:
    assert need("unhcr.sanitation.latrine_first", PEOPLE) == 2400
    assert need("sphere.sanitation.latrine", PEOPLE) == 6000
    assert need("sphere.water.tap", PEOPLE) == 480
    assert need("sphere.sanitation.latrine", 1) == 1
    assert need("sphere.sanitation.latrine", 21) == 2


def test_beds_and_staff_told_for_ten_thousand_people() -> None:
    assert need("sphere.health.beds", PEOPLE) == 216
    assert need("sphere.health.beds", 1) == 1
    assert need("unhcr.health.doctor", PEOPLE) == 3
    assert need("unhcr.health.inpatient_officers", 216) == ceil(3 * 216 / 50)


def test_shelter_by_area() -> None:
    assert need("sphere.shelter.cold", PEOPLE) == 540_000
    assert need("sphere.shelter.emergency", PEOPLE) == 420_000


def test_dialysis_in_expectation() -> None:
    patients = PEOPLE * value("ndt.share.dialysis") / 1_000_000
    assert patients == pytest.approx(27.48)
    assert need("practice.dialysis", patients, 168) == pytest.approx(82.44)


def test_insulin_of_a_month() -> None:
    users = PEOPLE * value("practice.share.insulin") / 100
    assert users == 600
    vials = goods.load_of(standards.named("practice.insulin"), need("practice.insulin", users, MONTH))
    assert vials is not None
    assert vials.quantity == pytest.approx(720)


def test_kits_are_whole_units() -> None:
    assert need("unfpa.rh_kit.block_1", PEOPLE, 3 * MONTH) == 12
    assert need("unfpa.rh_kit.block_2", PEOPLE, 3 * MONTH) == 4
    assert need("unfpa.rh_kit.block_3", PEOPLE, 3 * MONTH) == 1
    assert need("who.health.iehk", PEOPLE, 3 * MONTH) == 12
    assert need("who.health.iehk", 1, MONTH) == 1
    assert need("who.health.tesk", 290) == 6


def test_burned_patients_need_fluid_and_beds() -> None:
    kg = value("practice.body_weight")
    high = amounts.burn_fluid(290, kg, 30, value("usarmy.burn.fluid"))
    assert high / 1000 == pytest.approx(2.436)
    assert amounts.burn_fluid(290, kg, 30, value("nato.burn.fluid")) == pytest.approx(high / 2)
    stay = standards.named("jtts.burn.stay")
    assert stay.high is not None
    assert (290 * 30 * stay.value, 290 * 30 * stay.high) == (8700, 17_400)


def test_tankers_for_a_town_without_water() -> None:
    a_day = value("practice.water.tanker") * value("practice.water.tanker_trips")
    assert amounts.whole(need("sphere.water.total", PEOPLE) / a_day) == 45
    assert amounts.whole(need("sphere.water.survival_high", PEOPLE) / a_day) == 9
    assert amounts.to_produce(1800, 0.1) == pytest.approx(2000)


def kit_load(package: str, kits: float) -> tuple[float, float, float]:
    loads = [line.load(kits) for line in packages.contents(package)]
    known = [load for load in loads if load is not None]
    return sum(x.mass_kg for x in known), sum(x.volume_m3 for x in known), sum(x.cost_usd or 0 for x in known)


def test_relief_kits_fill_trucks_by_volume_and_food_by_mass() -> None:
    mass, volume, _ = kit_load("family_kit", HOUSEHOLDS)
    assert (mass / 1000, volume) == pytest.approx((657.12, 3456))
    semi_trailer = value("log.payload.semi_trailer"), value("practice.volume.semi_trailer")
    assert amounts.truckloads(mass / 1000, volume, *semi_trailer) == (28, 41)
    food = goods.load_of(standards.named("wfp.food.energy"), need("wfp.food.energy", PEOPLE, MONTH))
    assert food is not None
    assert food.mass_kg / 1000 == pytest.approx(1998)
    by_mass, by_volume = amounts.truckloads(food.mass_kg / 1000, food.volume_m3, *semi_trailer)
    assert by_mass == 84 > by_volume
    assert amounts.fleet(84, 0.8) == 105


@pytest.mark.parametrize("kit", ["family_kit", "winter_kit", "food_parcel"])
def test_a_kit_is_the_sum_of_its_contents(kit: str) -> None:
    item = goods.named(kit)
    assert kit_load(kit, 1) == pytest.approx((item.mass_kg, item.volume_m3, item.unit_cost_usd), rel=1e-9)


def test_desks_of_registration() -> None:
    assert need("practice.registration.desk", 40_000) == 667
    assert need("practice.registration.desk", 8900) == 149


def test_fuel_of_a_trip_with_a_long_queue() -> None:
    use = value("practice.fuel.car") / 100
    assert amounts.trip_fuel(77, use, 22, value("doe.idling.compact")) == pytest.approx(19.58)
    assert amounts.trip_fuel(77, use, 22, value("doe.idling.large")) == pytest.approx(38.72)


def test_half_rations_double_the_days_of_supply() -> None:
    full = amounts.days_of_supply(1_800_000, PEOPLE, 15)
    assert full == 1
    assert amounts.days_of_supply(1_800_000, PEOPLE, 7.5) == 2 * full
    assert amounts.days_of_supply(5, 0, 15) == inf


def test_cases_of_malnutrition_in_a_year() -> None:
    episode = value("en_net.nutrition.episode")
    one = amounts.malnutrition_caseload(1, 1, 12, episode, 1)
    assert one == pytest.approx(value("en_net.nutrition.incidence"))
    assert amounts.malnutrition_caseload(10_000, 0.02, 12, episode, 0.5) == pytest.approx(260)


def test_the_alarm_line_stands_at_twelve_for_120_000() -> None:
    assert amounts.alarm_line(PEOPLE, standards.named("who.mortality.crude")) == pytest.approx(12)


@pytest.mark.parametrize(("degrees", "kcal"), [(25, 2100), (15, 2200), (12, 2200), (10, 2300), (5, 2400), (-20, 2400)])
def test_cold_raises_what_a_body_needs(degrees: float, kcal: float) -> None:
    assert cold.energy(degrees) == kcal


def test_the_cost_of_earlier_plans_a_person() -> None:
    assert value("appeal.armenia_2023") == pytest.approx(97e6 / 231_000, rel=0.001)
    assert value("appeal.armenia_2020") == pytest.approx(62.1e6 / 90_000)


NEEDED = [figure.name for figure in standards.figures() if figure.kind in standards.NEEDED]


@pytest.mark.parametrize("name", NEEDED)
def test_nobody_needs_nothing_and_one_person_something(name: str) -> None:
    assert need(name, 0) == 0
    assert need(name, 1) > 0


@given(st.sampled_from(NEEDED), st.integers(1, 10**6), st.floats(1, 10_000))
def test_ten_times_the_people_need_ten_times_as_much_and_no_more_places(name: str, people: int, hours: float) -> None:
    figure = standards.named(name)
    one, ten = amount(figure, people, hours), amount(figure, 10 * people, hours)
    if figure.kind in ("facility", "staff", "kit", "throughput"):
        assert one == int(one)
        assert 10 * (one - 1) < ten <= 10 * one
    else:
        assert ten == pytest.approx(10 * one)


@given(st.sampled_from(NEEDED), st.floats(0, 10**6), st.floats(0, 10**6))
def test_more_people_never_need_less(name: str, few: float, more: float) -> None:
    assert need(name, few) <= need(name, few + more)


def test_what_nobody_needs_has_no_amount() -> None:
    with pytest.raises(ValueError, match=r"stowage\.grain is a parameter, which nobody needs"):
        need("stowage.grain", 1)


def test_households_are_counted_by_their_size() -> None:
    lamp, blanket = standards.named("unhcr.relief.lamp"), standards.named("unhcr.relief.blanket")
    assert amounts.counting(lamp, PEOPLE, 5) == HOUSEHOLDS
    assert amounts.counting(blanket, PEOPLE, 5) == PEOPLE


def test_firewood_is_measured_by_room_and_by_mass() -> None:
    wood = goods.named("firewood")
    assert goods.units_for(wood, 3.6, "m3") == pytest.approx(2)
    assert goods.units_for(wood, 1500, "kg") == pytest.approx(1.5)
    with pytest.raises(ValueError, match="does not fit"):
        goods.units_for(wood, 1, "session")
