"""After the horizon: closed forms of days times people times amount, read from gaps_monthly.csv."""

from __future__ import annotations

from math import log
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.scenario.standards import sectors
from tests.results.money import numbers, only, tables

PEOPLE = """
start: 2023-10-10 00:00 +04:00
horizon: 5 days
population: { total: 1000 people, household_size: 5 people/household }
needs: { period: 6 months }
"""
DAYS = {"2023-10-01": 17, "2023-11-01": 30, "2023-12-01": 31, "2024-01-01": 31, "2024-02-01": 29, "2024-03-01": 31,
        "2024-04-01": 11}  # fmt: skip
"""180 days from 15 October 2023 on: 17 are left of October; the year 2024 has a 29 February."""


def test_needs_of_six_months_are_days_times_people_times_the_daily_amount(tmp_path: Path) -> None:
    [rows] = tables(tmp_path, PEOPLE, "gaps_monthly")
    food = only(rows, item="food", place="all")
    assert [row["date"] for row in food] == list(DAYS)
    assert numbers(food, "need_p50") == pytest.approx([1000 * days for days in DAYS.values()])
    water = only(rows, item="water", level="standard", place="all")
    assert sum(numbers(water, "need_p50")) == pytest.approx(15 * 1000 * 180)


def test_its_columns_are_those_of_the_daily_table(tmp_path: Path) -> None:
    daily, monthly = tables(tmp_path, PEOPLE, "gaps gaps_monthly")
    assert list(daily[0]) == list(monthly[0])


def test_without_a_period_there_is_no_monthly_table(tmp_path: Path) -> None:
    tables(tmp_path, PEOPLE.replace("needs: { period: 6 months }", ""), "gaps")
    assert not (tmp_path / "gaps_monthly.csv").exists()


def test_without_dates_months_have_thirty_days(tmp_path: Path) -> None:
    [rows] = tables(tmp_path, PEOPLE.replace("start: 2023-10-10 00:00 +04:00", ""), "gaps_monthly")
    food = only(rows, item="food", place="all")
    assert [row["date"] for row in food] == [f"day {day}" for day in (5, 35, 65, 95, 125, 155)]
    assert numbers(food, "need_p50") == pytest.approx([30_000] * 6)


def test_a_horizon_within_a_day_counts_the_rest_of_that_day(tmp_path: Path) -> None:
    text = PEOPLE.replace("horizon: 5 days", "horizon: 30 h").replace("6 months", "20 days")
    [rows] = tables(tmp_path, text, "gaps_monthly")
    assert numbers(only(rows, item="food", place="all"), "need_p50") == pytest.approx([1000 * 20])


WINTER = """
weather:
  night_temperature: 8 degC
  months: { december: 3 degC, january: -4 degC, february: -1 degC, march: 2 degC }
"""


def test_heating_follows_the_months_and_winter_items_the_first_cold_day(tmp_path: Path) -> None:
    [rows] = tables(tmp_path, PEOPLE + WINTER, "gaps_monthly")
    fuel = only(rows, item="heating_fuel", place="all")
    # 200 households: 3 L a day where it is cold, 5 L in frost; October, November and April are not told: 8 degC.
    assert {row["date"]: float(row["need_p50"]) for row in fuel} == pytest.approx(
        {"2023-12-01": 600 * 31, "2024-01-01": 1000 * 31, "2024-02-01": 1000 * 29, "2024-03-01": 600 * 31}
    )
    [blankets] = only(rows, item="thermal_blanket", place="all")
    assert (blankets["date"], float(blankets["need_p50"])) == ("2023-12-01", 1000)


def test_without_months_the_nights_go_on(tmp_path: Path) -> None:
    [rows] = tables(tmp_path, PEOPLE + "weather: { night_temperature: 2 degC }\n", "gaps_monthly")
    fuel = only(rows, item="heating_fuel", place="all")
    assert numbers(fuel, "need_p50") == pytest.approx([600 * days for days in DAYS.values()])
    assert not only(rows, item="thermal_blanket", place="all")  # given before the horizon, for a year


def test_a_spell_after_the_horizon_is_cold_for_its_hours(tmp_path: Path) -> None:
    spell = (
        "weather: { spells: { frost: { from: 2023-11-03 06:00, until: 2023-11-04 18:00, temperature: -5 degC } } }\n"
    )
    [rows] = tables(tmp_path, PEOPLE + spell, "gaps_monthly")
    [fuel] = only(rows, item="heating_fuel", place="all")
    assert (fuel["date"], float(fuel["need_p50"])) == ("2023-11-01", pytest.approx(1000 * 1.5))


SUPPLY = """
supply:
  provided:
    tank: { item: water, place: home, unit: L, stock: 100000, daily: 3000 }
    meals: { item: food, place: home, unit: person-day, covered: 30 %, deliveries: { ship: { at: 2023-11-05 12:00, amount: 50000, status: pledged } } }
"""  # noqa: E501 - a line of a scenario file


def test_stocks_and_daily_supplies_run_on(tmp_path: Path) -> None:
    [rows] = tables(tmp_path, PEOPLE + SUPPLY, "gaps_monthly")
    water = only(rows, item="water", level="standard", place="all")
    # 100,000 L and 3,000 L a day against 15,000 L a day: 40,000 L are left after five days and go in October.
    expected = [3000 * days for days in DAYS.values()]
    expected[0] += 40_000
    assert numbers(water, "supply_p50") == pytest.approx(expected)
    assert numbers(water, "gap_p50") == pytest.approx(
        [15_000 * days - given for days, given in zip(DAYS.values(), expected, strict=True)]
    )


def test_a_delivery_after_the_horizon_counts_as_surely_as_its_status(tmp_path: Path) -> None:
    [rows] = tables(tmp_path, PEOPLE + SUPPLY, "gaps_monthly")
    food = only(rows, item="food", place="all")
    # Hosts cover 300 of 1,000 rations a day. The 50,000 pledged on 5 November serve 700 a day: 26 days of November,
    # all 31 of December, and 14.43 days of January.
    assert numbers(food, "gap_p50") == pytest.approx([700 * days for days in DAYS.values()])
    november, december = 700 * 4, 0
    january = 700 * 31 - (50_000 - 700 * (26 + 31))
    later = [700 * days for days in (29, 31, 11)]
    assert numbers(food, "gap_pledged_p50") == pytest.approx([700 * 17, november, december, january, *later])


def supplied(folder: Path, item: str, **store: str) -> list[dict[str, str]]:
    """The months of an item of which one store is told."""
    told = ", ".join(f"{key}: {value}" for key, value in store.items())
    text = PEOPLE + f"supply: {{ provided: {{ store: {{ item: {item}, place: home, {told} }} }} }}\n"
    [rows] = tables(folder, text, "gaps_monthly")
    return only(rows, item=item, place="all", level="standard")


def test_orders_go_on_after_the_horizon(tmp_path: Path) -> None:
    order = "{ level: 3000, up_to: 10000, lead: 24 h }"
    food = supplied(tmp_path / "ordered", "food", stock="5000", reorder=order)
    assert sum(numbers(food, "need_p50")) == pytest.approx(180_000)
    assert sum(numbers(food, "gap_p50")) == pytest.approx(0, abs=1e-3)
    assert sum(numbers(supplied(tmp_path / "not", "food", stock="5000"), "gap_p50")) == pytest.approx(180_000)


def test_losses_go_on_after_the_horizon(tmp_path: Path) -> None:
    # S' = -k S - c, with half of the stock lost a month: empty after ln(1 + S k / c) / k days, c a day until then.
    k, stock, a_day = log(2) / 30, 100_000, 1000
    lasts = log(1 + stock * k / a_day) / k
    food = supplied(tmp_path, "food", stock=f"{stock}", losses="50 %")
    assert sum(numbers(food, "supply_p50")) == pytest.approx(a_day * (lasts - 5), rel=0.02)


def test_convoys_and_chances_go_on_after_the_horizon(tmp_path: Path) -> None:
    weekly = "{ weekly: { every: 7 days, from: 2023-10-10 00:00, until: 2023-12-01 00:00, quantity: 1.11 t } }"
    food = supplied(tmp_path / "weekly", "food", convoys=weekly)
    # 2,000 rations on 17, 24 and 31 October (the one of the 10th is gone) and on 7, 14, 21 and 28 November.
    assert numbers(food, "supply_p50") == pytest.approx([5000, 9000, 0, 0, 0, 0, 0], rel=1e-6)
    never = "{ never: { at: 2023-11-05 12:00, amount: 5000, chance: 0 } }"
    assert sum(numbers(supplied(tmp_path / "never", "food", deliveries=never), "supply_p50")) == 0


def test_what_stands_at_a_place_can_come_wear_out_and_be_lost_after_the_horizon(tmp_path: Path) -> None:
    later = "{ later: { at: 2023-11-01 00:00, amount: 5 } }"
    come = supplied(tmp_path / "come", "latrine", stock="10", deliveries=later)
    assert numbers(come, "need_p50") == pytest.approx([50] * 7)
    # In service for 180 days: the first ten from 10 October to 7 April, the next five to 29 April.
    assert numbers(come, "supply_p50") == pytest.approx([10, 15, 15, 15, 15, 15, 5])
    lost = supplied(tmp_path / "lost", "latrine", stock="10", losses="20 %")
    # The last day before the horizon is counted in its first hour: what that day loses, 0.07, is still there.
    fewest = [10 * 0.8 ** ((5 + days) / 30) for days in (17, 47, 78, 109, 138, 169)]
    assert numbers(lost, "supply_p50")[:6] == pytest.approx([units + 0.07 for units in fewest], abs=0.01)


def test_everyone_stays_where_the_movement_left_them(tmp_path: Path) -> None:
    text = """
horizon: 2 days
population: { total: 100 people }
needs: { period: 30 days }
arrivals: { over: 24 h }
reception: { places: { hall: { arrive: 100 %, stay: 12 h, next: { camp: 50 % } }, camp: { stay: 999 days } } }
"""
    [rows] = tables(tmp_path, text, "gaps_monthly")
    food = only(rows, item="food")
    assert numbers(only(food, place="camp"), "need_p50") == numbers(only(food, place="all"), "need_p50")
    assert not only(food, place="hall")
    assert not only(food, place="onward")


@settings(deadline=None, max_examples=15)
@given(st.integers(1, 5000), st.integers(0, 40_000), st.integers(0, 40_000))
def test_more_supply_never_widens_a_gap_and_ten_times_the_people_need_ten_times_as_much(
    people: int, stock: int, daily: int
) -> None:
    from sim.scenario.schema import Scenario
    from sim.studies.run import replicate

    def months(count: int, more: float) -> tuple[float, float]:
        tank = {"item": "water", "place": "home", "stock": stock * more, "daily": daily * more}
        needs = {"period": 2000.0, "sectors": dict.fromkeys(sectors.names(), False), "items": {"water": True}}
        told = {"population": {"total": count}, "horizon": 24, "needs": needs}
        scenario = Scenario.model_validate({**told, "supply": {"provided": {"tank": tank}}}, context={"start": None})
        summary = replicate(scenario, 1).summary
        return float(summary.at("need_month", "p50").sum()), float(summary.at("gap_month", "p50")[2].sum())

    need, short = months(people, 1.0)
    assert months(people, 2.0)[1] <= short + 1e-6
    assert months(10 * people, 1.0)[0] == pytest.approx(10 * need)


def months(rows: list[dict[str, str]], column: str) -> dict[str, float]:
    """A column of an item by month; months without a row have nothing."""
    return {row["date"][:7]: float(row[column]) for row in rows}


LATE = (
    "{ first: { at: 2023-11-05 12:00, amount: 300, status: funded },"
    " next: { at: 2024-01-10 00:00, amount: 500, status: pledged } }"
)


def test_what_is_given_once_stays_owed_in_the_months_until_it_is_met(tmp_path: Path) -> None:
    """1,000 blankets are due and 400 there: 600 are owed at the horizon, 300 after November, none with a pledge."""
    blankets = supplied(tmp_path, "blanket", stock="400", deliveries=LATE)
    after = ["2023-10", "2023-11", "2023-12", "2024-01", "2024-02", "2024-03", "2024-04"]
    assert months(blankets, "gap_p50") == pytest.approx(dict(zip(after, [600] + [300] * 6, strict=True)))
    assert months(blankets, "need_p50") == pytest.approx(dict(zip(after, [600, 600] + [300] * 5, strict=True)))
    assert months(blankets, "supply_p50") == pytest.approx(dict(zip(after, [0, 300] + [0] * 5, strict=True)))
    assert months(blankets, "gap_in_place_p50") == pytest.approx(dict.fromkeys(after, 600))
    pledged = dict(zip(after, [600, 300, 300, 0, 0, 0, 0], strict=True))
    assert months(blankets, "gap_pledged_p50") == pytest.approx(pledged)
    assert months(blankets, "people_short_p50") == pytest.approx(months(blankets, "gap_p50"))


def test_a_debt_is_handed_out_as_fast_as_hands_allow(tmp_path: Path) -> None:
    """At two an hour from the start 240 are given in five days, then 48 a day of the 760 that are left: 16 days."""
    blankets = supplied(tmp_path, "blanket", stock="1000", handout="2")
    assert months(blankets, "supply_p50") == pytest.approx({"2023-10": 760})
    few = supplied(tmp_path / "few", "blanket", stock="1000", handout="1")
    assert months(few, "supply_p50") == pytest.approx({"2023-10": 24 * 17, "2023-11": 1000 - 120 - 24 * 17})


def test_a_debt_stands_in_the_months_for_stores_that_are_ordered_for(tmp_path: Path) -> None:
    """600 are owed at the horizon on 15 October; those ordered on the first day come after 10 days, on the 20th."""
    order = "{ level: 100, up_to: 700, lead: 10 days }"
    blankets = supplied(tmp_path / "ordered", "blanket", stock="400", reorder=order)
    assert months(blankets, "supply_p50") == pytest.approx({"2023-10": 600})
    assert months(blankets, "gap_p50") == pytest.approx({"2023-10": 0}, abs=1e-6)
    assert months(blankets, "gap_in_place_p50") == pytest.approx({"2023-10": 600})
    late = supplied(tmp_path / "late", "blanket", stock="400", reorder=order.replace("10 days", "30 days"))
    assert months(late, "gap_p50") == pytest.approx({"2023-10": 600, "2023-11": 0}, abs=1e-6)
    lost = supplied(tmp_path / "lost", "blanket", stock="400", losses="20 %")
    assert sum(months(lost, "supply_p50").values()) == 0  # all were handed out at once, before any was lost
    assert list(months(lost, "gap_p50").values()) == pytest.approx([600] * 7, abs=0.2)  # but in the first hour


def test_nobody_is_owed_the_same_thing_twice(tmp_path: Path) -> None:
    """Materials serve for 90 days: who had none is owed one set in every month, not two after that."""
    none = supplied(tmp_path / "none", "menstrual_materials", stock="0")
    owed = set(months(none, "gap_p50").values())
    assert len(months(none, "gap_p50")) == len(DAYS)
    assert len(owed) == 1
    plenty = supplied(tmp_path / "plenty", "menstrual_materials", stock="100000")
    assert months(plenty, "supply_p50") == pytest.approx({"2024-01": owed.pop()})  # 90 days after 15 October
    assert set(months(plenty, "gap_p50").values()) == {0.0}


def test_what_is_still_owed_in_the_end_is_costed_once(tmp_path: Path) -> None:
    store = f"supply: {{ provided: {{ store: {{ item: blanket, place: home, stock: 400, deliveries: {LATE} }} }} }}\n"
    costs, found = tables(tmp_path, PEOPLE + store, "costs indicators")
    [blanket] = only(costs, item="blanket")
    assert float(blanket["quantity_p50"]) == pytest.approx(300)
    phases = [row for row in found if row["indicator"].startswith(("cost.movement", "cost.month"))]
    assert sum(numbers(phases, "p50")) == pytest.approx(float(only(found, indicator="cost.total")[0]["p50"]))


def test_a_stock_that_expires_after_the_horizon_is_lost_to_debts_then(tmp_path: Path) -> None:
    """Of 1,000 that are handed out at one an hour 120 are given in five days, and 17 x 24 until the end of October."""
    spoilt = supplied(tmp_path, "blanket", stock="1000", handout="1", expires="2023-11-01 00:00")
    assert months(spoilt, "supply_p50")["2023-10"] == pytest.approx(24 * 17)
    assert sum(months(spoilt, "supply_p50").values()) == pytest.approx(24 * 17)
    assert months(spoilt, "gap_p50")["2024-04"] == pytest.approx(1000 - 24 * 22)


def test_what_winter_asks_for_is_owed_from_the_first_cold_day_to_those_who_have_none(tmp_path: Path) -> None:
    """Of 1,000 blankets against the cold 300 were given in mild October: from December on 700 are owed."""
    store = "supply: { provided: { store: { item: thermal_blanket, place: home, stock: 300 } } }\n"
    [rows] = tables(tmp_path / "mild", PEOPLE + WINTER + store, "gaps_monthly")
    gap = months(only(rows, item="thermal_blanket", place="all"), "gap_p50")
    assert gap == pytest.approx(dict.fromkeys(("2023-12", "2024-01", "2024-02", "2024-03", "2024-04"), 700))
    cold = PEOPLE + WINTER.replace("8 degC", "2 degC") + store
    [rows] = tables(tmp_path / "cold", cold, "gaps_monthly")
    gap = months(only(rows, item="thermal_blanket", place="all"), "gap_p50")
    assert gap == pytest.approx(dict.fromkeys((date[:7] for date in DAYS), 700))
