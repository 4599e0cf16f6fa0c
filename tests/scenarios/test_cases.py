"""Fifteen questions that planners ask, each a scenario file, held to closed forms that are typed here by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario.loader import load
from sim.studies.check import explain
from tests.results.money import Rows, indicator, numbers, only
from tests.scenarios.shelf import SCENARIOS, table
from tests.verification.cases import ran_file

FILES = sorted((SCENARIOS / "cases").glob("*.yaml"))
WINTER_KIT = ("thermal_blanket", "winter_sheet", "winter_clothing")
"""A kit for a household of five is five blankets, a sheet and five sets of clothing."""


def told(stem: str, out: Path, names: str, *changes: str, runs: int = 1) -> list[Rows]:
    """Tables of a case by their names, as the command `run` wrote them."""
    sets = [part for change in changes for part in ("--set", change)]
    folder = ran_file(SCENARIOS / "cases" / f"{stem}.yaml", out, *sets, "--replications", str(runs))
    return [table(folder / f"{name}.csv") for name in names.split()]


def needs(gaps: Rows, item: str, level: str = "standard", column: str = "need_p50") -> list[float]:
    """An item by day over all places."""
    return numbers(only(gaps, item=item, level=level, place="all"), column)


def reached(arrivals: Rows, series: str, hour: int) -> float:
    """People in a series by an hour."""
    return numbers(only(arrivals, series=series, hour=str(hour)), "p50")[0]


def test_all_fifteen_cases_are_there_and_ask_in_words() -> None:
    assert {file.stem[:7] for file in FILES} == {f"case_{number:02}" for number in range(1, 16)}
    for file in FILES:
        scenario = load(file)
        assert scenario.title.startswith(f"Case {int(file.stem[5:7])}, ")
        assert "?" in scenario.summary


def test_1_all_come_within_a_week(tmp_path: Path) -> None:
    gaps, found, sent = told("case_01_all_come_in_a_week", tmp_path, "gaps indicators dispatch")
    assert indicator(found, "arrived.total") == 120_000
    assert indicator(found, "arrived.peak_day") == pytest.approx(120_000 / 7, abs=30)
    assert needs(gaps, "food")[-2:] == [120_000, 120_000]
    assert numbers(only(sent, item="food"), "mass_t")[-1] == pytest.approx(66.6)
    assert needs(gaps, "water")[-1] == pytest.approx(1_800_000)
    assert needs(gaps, "water", "survival_minimum")[-1] == pytest.approx(360_000)
    assert (needs(gaps, "latrine", "emergency_minimum")[-1], needs(gaps, "latrine")[-1]) == (2_400, 6_000)
    assert needs(gaps, "tap", "emergency_minimum")[-1] == 480
    # Tomorrow: who came evenly over the first two days, seen over the second day, is 1.5 days' arrivals.
    assert needs(gaps, "food")[1] == pytest.approx(1.5 * 120_000 / 7, rel=1e-3)


@pytest.mark.parametrize(("rate", "hours"), [(300, 100), (400, 75), (600, 50)])
def test_2_a_checkpoint_that_is_always_busy(rate: int, hours: int, tmp_path: Path) -> None:
    post = f"corridor.checkpoints.post.booth_rate={rate} vehicles/h"
    found, arrivals = told("case_02_queue_at_the_checkpoint", tmp_path, "indicators arrivals", post)
    drive = 1 / 50
    assert indicator(found, "clearance.p50") == pytest.approx(0.5 * hours + drive, abs=1e-3)
    assert indicator(found, "clearance.p95") == pytest.approx(0.95 * hours + drive, abs=1e-3)
    assert reached(arrivals, "arrived", hours) == pytest.approx(30_000 - drive * rate, abs=1)
    assert reached(arrivals, "arrived", hours + 1) == 30_000


@pytest.mark.parametrize(
    ("idle", "ration", "a_day", "stalled"),
    [(0.61, 19.6, 5102, 0), (0.61, 19.5, 5128, 5128), (1.48, 38.8, 2577, 0), (1.48, 38.6, 2590, 2590)],
    ids=["compact", "compact, a drop less", "large", "large, a drop less"],
)
def test_3_fuel_for_77_km_and_22_h_of_queue(
    idle: float, ration: float, a_day: int, stalled: int, tmp_path: Path
) -> None:
    """19.6 L for a compact car and 38.7 L for a large one; 100 m3 a day release so many whole rations."""
    sets = (f"fuel.ration={ration} L", f"vehicles.classes.compact.idle={idle} L/h")
    found, arrivals = told("case_03_fuel_for_the_queue", tmp_path, "indicators arrivals", *sets)
    assert [reached(arrivals, "departed", hour) for hour in (23, 47)] == [a_day, 2 * a_day]
    assert indicator(found, "stalled.vehicles") == stalled
    assert indicator(found, "left_behind.people") == 30_000 - 2 * a_day


def test_4_two_hundred_buses_halve_the_time_of_one_hundred(tmp_path: Path) -> None:
    """Full rounds of four hours: the 95th of a hundred people rides in round 23, 12 and 6, two hours from its start."""
    hours = []
    for buses, rounds in ((100, 23), (200, 12), (400, 6)):
        (found,) = told("case_04_buses", tmp_path / str(buses), "indicators", f"transport.buses.city.buses={buses}")
        hours.append(indicator(found, "clearance.p95"))
        assert hours[-1] == pytest.approx(4 * (rounds - 1) + 2, abs=0.1)
    assert hours == sorted(hours, reverse=True)
    assert hours[1] == pytest.approx(hours[0] / 2, abs=4 / 2)


def test_5_burns_need_fluid_and_kits(tmp_path: Path) -> None:
    """290 patients of 70 kg and 30 % burned at 4 mL: 2.436 m3, half of that at 2 mL; a kit serves 50."""
    (gaps,) = told("case_05_burns", tmp_path, "gaps")
    assert needs(gaps, "burn_fluid") == pytest.approx([290 * 70 * 30 * 4 / 1000])
    assert needs(gaps, "trauma_kit") == [6]
    (low,) = told("case_05_burns_at_the_low_end", tmp_path, "gaps")
    assert needs(low, "burn_fluid") == pytest.approx([1218])


@pytest.mark.parametrize(("days", "bed_days"), [(30, 8_700), (60, 17_400)])
def test_5_burns_need_beds(days: int, bed_days: int, tmp_path: Path) -> None:
    stay = f"medical.groups.burns.stay={days} days"
    care, found = told("case_05_burns_and_their_beds", tmp_path, "care indicators", stay)
    beds = numbers(only(care, group="burns", stage="in_bed", place="all"), "p50")
    assert max(beds) == 290
    assert sum(beds) / 24 == pytest.approx(bed_days)
    assert indicator(found, "care.beds_short.peak") == 0


def test_6_sessions_and_vials_of_chronic_patients(tmp_path: Path) -> None:
    """229 in a million are 27.48 patients in expectation, three sessions a week each; 600 take 40 IU a day."""
    gaps, costs = told("case_06_treatment_missed", tmp_path, "gaps costs")
    week = sum(needs(gaps, "dialysis")[:7])
    assert week == pytest.approx(82.44)
    assert week / 3 == pytest.approx(27.48)
    assert needs(gaps, "insulin")[0] == pytest.approx(600 * 40)
    assert numbers(only(costs, item="insulin", unit="vial"), "quantity_p50") == pytest.approx([720])


@pytest.mark.parametrize(("since", "past_four"), [(48, 0), (72, 27)])
def test_6_who_is_past_three_and_four_days_on_the_road(since: int, past_four: int, tmp_path: Path) -> None:
    """Back in care between 31 and 35 h after the start: 79 to 83 h after the session, or 103 to 107."""
    told_ = f"population.patients.dialysis.since={since} h"
    (found,) = told("case_06_treatment_missed_on_the_road", tmp_path, "indicators", told_)
    assert indicator(found, "care.dialysis.three_days") == 27
    assert indicator(found, "care.dialysis.four_days") == past_four


@pytest.mark.parametrize(
    ("profile", "pregnant", "births", "complications"),
    [("armenia", "1,107", 123, 55.35), ("global", "2,151", 239, 107.55)],
)
def test_7_births_in_three_months(
    profile: str, pregnant: str, births: int, complications: float, tmp_path: Path
) -> None:
    stem, change = "case_07_births_in_three_months", f"population.profile={profile}"
    (gaps,) = told(stem, tmp_path, "gaps", change)
    assert sum(needs(gaps, "births", "")) / 3 == pytest.approx(births)
    assert sum(needs(gaps, "complications", "")) == pytest.approx(complications)
    assert [needs(gaps, f"rh_kits_block_{block}")[0] for block in (1, 2, 3)] == [12, 4, 1]
    file = SCENARIOS / "cases" / f"{stem}.yaml"
    assert any(f"{pregnant} by" in line for line in explain(load(file, {"population.profile": profile}), file))


def test_7_for_the_reference_event_the_women_reported_count() -> None:
    file = SCENARIOS / "lachin_2023.yaml"
    (line,) = (line for line in explain(load(file), file) if line.strip().startswith("pregnant:"))
    assert "2,070 as reported (counts), 1,107 by the births of armenia, 2,151 by global births" in line


@pytest.mark.parametrize(
    ("stem", "enough"), [("case_08_water_tankers", 45), ("case_08_water_tankers_to_survive", 9)], ids=["15 L", "3 L"]
)
def test_8_so_many_tankers_are_enough_and_one_less_is_40_m3_a_day_short(stem: str, enough: int, tmp_path: Path) -> None:
    for tankers, short in ((enough, 0), (enough - 1, 40_000)):
        fleet = f"transport.trucks.tankers.trucks={tankers}"
        (gaps,) = told(stem, tmp_path / str(tankers), "gaps", fleet)
        assert needs(gaps, "water", column="gap_p50")[1:] == pytest.approx([short] * 3, abs=1e-3)


def test_9_a_night_at_zero(tmp_path: Path) -> None:
    """24,000 kits of 22.55 kg, 0.145 m3 and USD 221; 4.5 and 3.5 m2 a person, of which hosts cover 40 %."""
    gaps, sent, costs = told("case_09_night_at_zero", tmp_path, "gaps dispatch costs")
    assert [needs(gaps, item) for item in WINTER_KIT] == [[120_000], [24_000], [120_000]]
    goods = [row for row in sent if row["item"] in WINTER_KIT]
    assert sum(numbers(goods, "mass_t")) == pytest.approx(541.2)
    assert sum(numbers(goods, "volume_m3")) == pytest.approx(3_480)
    priced = [row for row in costs if row["item"] in WINTER_KIT]
    assert sum(numbers(priced, "cost_usd_p50")) == pytest.approx(5_304_000)
    assert needs(gaps, "shelter") == pytest.approx([540_000])
    assert needs(gaps, "shelter", "emergency_minimum") == pytest.approx([420_000])
    assert needs(gaps, "shelter", column="gap_p50") == pytest.approx([324_000])
    assert needs(gaps, "food_energy_at_5_degc") == pytest.approx([300 * 120_000])


def test_10_stock_runs_out_before_the_flight_and_again_before_the_convoy(tmp_path: Path) -> None:
    gaps, found, stocks = told("case_10_flight_and_convoy", tmp_path, "gaps indicators stocks")
    short = [2, *range(4, 10)]
    expected = [120_000 if day in short else 0 for day in range(15)]
    assert needs(gaps, "food", column="gap_p50") == pytest.approx(expected, abs=1e-3)
    assert indicator(found, "stock.food.out_hour") == pytest.approx(48)
    assert min(numbers(stocks, "p05")) >= 0


def test_11_kits_fill_trucks_by_volume_and_food_by_mass(tmp_path: Path) -> None:
    (sent,) = told("case_11_trucks_by_mass_and_volume", tmp_path, "dispatch")
    for item, tonnes, m3, trucks in (("kitchen_set", 657.12, 3_456, 41), ("food", 1_998, 3_996, 84)):
        (row,) = only(sent, item=item)
        assert [float(row[name]) for name in ("mass_t", "volume_m3", "trucks")] == pytest.approx([tonnes, m3, trucks])


def test_12_desks_for_40_000_on_a_day(tmp_path: Path) -> None:
    """149 desks at 24 minutes a person register 372.5 an hour, from 24 minutes after the first has come."""
    gaps, arrivals = told("case_12_registration_desks", tmp_path / "few", "gaps arrivals")
    assert needs(gaps, "registration_desk", "")[0] == 667
    by = {hour: reached(arrivals, "registered", hour) for hour in (24, 48, 72)}
    assert 40_000 - by[24] == pytest.approx(40_000 - 372.5 * 23.6, abs=149)
    assert [by[48] - by[24], by[72] - by[48]] == pytest.approx([8_940, 8_940], abs=149)
    enough = told("case_12_registration_desks", tmp_path / "all", "arrivals", "reception.registration.desks=667")
    assert reached(enough[0], "registered", 25) == 40_000


def test_13_costs_of_an_appeal_sum_and_people_do_not(tmp_path: Path) -> None:
    """The plan asked USD 420 a person over 231,000: the requirement lies within a factor of two of it."""
    (appeal,) = told("case_13_appeal_for_six_months", tmp_path, "appeal")
    everyone = only(appeal, group="all")
    (total,) = only(everyone, sector_code="ALL")
    sectors = [row for row in everyone if row["sector_code"] != "ALL"]
    for column in ("requirement_low_usd", "requirement_usd", "requirement_high_usd"):
        assert float(total[column]) == pytest.approx(sum(numbers(sectors, column)))
    assert float(total["requirement_low_usd"]) < float(total["requirement_usd"]) < float(total["requirement_high_usd"])
    assert float(total["targeted"]) == 231_000 < sum(numbers(sectors, "targeted"))
    assert 420 / 2 < float(total["usd_per_person"]) < 420 * 2


DAYS = {"food": 30, "food_in_half_rations": 60, "petrol": 21, "medicines": 60}


@pytest.mark.parametrize("closed", [30, 60, 90])
def test_14_stocks_last_for_what_is_there_over_what_is_used_a_day(closed: int, tmp_path: Path) -> None:
    (blockade,) = told("case_14_stocks_in_a_closure", tmp_path, "blockade", f"blockade.from=-{closed} days")
    assert numbers(only(blockade, item="food"), "stock_p50")[0] == pytest.approx(1_998_000 - 66_600)
    for item, days in DAYS.items():
        stock = numbers(only(blockade, item=item), "stock_p50")
        assert len(stock) == closed
        assert [level > 1e-6 for level in stock] == [day < days for day in range(1, closed + 1)], item


def test_15_what_is_spent_is_the_budget_under_every_order(tmp_path: Path) -> None:
    (funding,) = told("case_15_part_is_funded", tmp_path, "funding", runs=5)
    for order in ("equal", "by_sector", "least_cost_first"):
        rows = only(funding, order=order)
        budget = 0.4 * sum(numbers(rows, "cost_usd_plan"))
        assert sum(numbers(rows, "funded_usd")) == pytest.approx(budget)
        assert all(row["uncovered_usd"][:1] != "-" for row in rows)
    assert {row["coverage"] for row in only(funding, order="equal")} == {"0.4"}
    assert {row["coverage"] for row in only(funding, order="by_sector", sector_code="WSH")} == {"1"}


def test_15_two_hundred_runs_are_repeatable_from_their_seed(tmp_path: Path) -> None:
    once, again = (
        told("case_15_part_is_funded", tmp_path / name, "replications", "horizon=2 days", runs=200) for name in "ab"
    )
    assert once == again
    there = numbers(once[0], "population.present")
    assert len(there) == 200
    assert 100_000 <= min(there) < 102_000 < 118_000 < max(there) <= 120_000
