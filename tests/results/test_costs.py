"""Costs, by hand: quantity times price, transport by mass, support on top; funding that is never overspent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.publish.export import write
from sim.results.funding import Bill, Paid, spend
from sim.scenario.loader import load
from sim.scenario.money import ORDERS
from sim.scenario.standards import sectors
from sim.studies.run import replicate
from tests.results.money import indicator, numbers, only, tables

OFF = ", ".join(f"{code}: no" for code in sectors.names())
PEOPLE = f"""
horizon: 10 days
population: {{ total: 1000 people }}
needs:
  sectors: {{ {OFF} }}
  items: {{ food: yes, water: yes }}
"""
PRICES = """
costs:
  prices:
    ration_dry: { price: 2 USD, year: 2023, note: a market, confidence: high }
    water_bulk: { price: 10 USD, confidence: high }
  transport: { per_tonne: 100 USD/t }
  support: 10 %
"""
# 1,000 people and ten days: 10,000 rations of 0.555 kg, and 150 m3 of water brought to the site.
FOOD, WATER, TONNES = 20_000, 1_500, 5.55
FREIGHT = 555
SUPPORT = 0.1 * (FOOD + WATER + FREIGHT)


def test_every_line_is_quantity_times_price_and_lines_sum_to_the_total(tmp_path: Path) -> None:
    costs, found = tables(tmp_path, PEOPLE + PRICES, "costs indicators")
    expected = {
        "food": (10_000, "person-day", 2, FOOD),
        "water": (150, "m3", 10, WATER),
        "transport": (TONNES, "t", 100, FREIGHT),
        "support": (FOOD + WATER + FREIGHT, "USD", 0.1, SUPPORT),
    }
    for item, (quantity, unit, price, usd) in expected.items():
        [row] = only(costs, item=item, unit=unit)
        columns = ("quantity_p50", "quantity_plan", "unit_cost_usd", "cost_usd_p50")
        assert [float(row[name]) for name in columns] == pytest.approx([quantity, quantity, price, usd])
    assert len(costs) == len(expected)
    assert indicator(found, "cost.total") == pytest.approx(FOOD + WATER + FREIGHT + SUPPORT)
    assert indicator(found, "cost.FSC") == FOOD
    assert indicator(found, "cost.FSC.per_person_present") == pytest.approx(FOOD / 1000)
    month = indicator(found, "cost.total.per_person_present_and_month")
    assert month == pytest.approx((FOOD + WATER + FREIGHT + SUPPORT) / 1000 * 3)


def test_an_own_price_shows_its_source_and_confidence(tmp_path: Path) -> None:
    [costs] = tables(tmp_path, PEOPLE + PRICES, "costs")
    [row] = only(costs, item="food")
    assert (row["source"], row["confidence"]) == ("a market, prices of 2023", "high")


def test_the_librarys_price_says_how_it_was_found(tmp_path: Path) -> None:
    [costs] = tables(tmp_path, PEOPLE, "costs")
    [row] = only(costs, item="food")
    assert float(row["unit_cost_usd"]) == 0.61
    assert row["confidence"] == "medium"
    assert "2019" in row["source"]


def test_what_is_supplied_is_not_paid_again(tmp_path: Path) -> None:
    supply = "supply: { provided: { state: { item: food, place: home, covered: 40 % } } }\n"
    [costs] = tables(tmp_path, PEOPLE + PRICES + supply, "costs")
    assert numbers(only(costs, item="food"), "quantity_p50") == pytest.approx([6000])


def test_a_need_met_in_cash_is_costed_once_and_needs_no_lorry(tmp_path: Path) -> None:
    [costs] = tables(tmp_path, PEOPLE + PRICES + "  in_cash: { food: 25 % }\n", "costs")
    assert numbers(only(costs, item="food"), "quantity_p50") == pytest.approx([7500])
    [cash] = only(costs, item="food_in_cash")
    assert (cash["sector_code"], float(cash["cost_usd_p50"])) == ("MPC", pytest.approx(5000))
    assert numbers(only(costs, item="transport"), "quantity_p50") == pytest.approx([0.75 * TONNES])


def test_packages_of_the_first_days_are_not_paid_beside_the_daily_standards(tmp_path: Path) -> None:
    text = "horizon: 2 days\npopulation: { total: 100 people }\narrivals: { over: 24 h }\n"
    gaps, costs = tables(tmp_path, text, "gaps costs")
    assert only(gaps, item="arrival_water")
    assert {row["item"] for row in costs} >= {"water", "food", "transport", "support"}
    assert not [row["item"] for row in costs if row["item"].startswith(("arrival_", "transit_night_"))]


def test_transport_by_the_tonne_and_kilometre(tmp_path: Path) -> None:
    way = PRICES.replace("per_tonne: 100 USD/t", "per_tonne_km: 0.5 USD/t/km, distance: 300 km")
    [costs] = tables(tmp_path, PEOPLE + way, "costs")
    assert numbers(only(costs, item="transport"), "cost_usd_p50") == pytest.approx([TONNES * 150])


def test_hand_out_is_paid_by_the_tonne_on_top_of_transport(tmp_path: Path) -> None:
    told = PRICES.replace("per_tonne: 100 USD/t", "per_tonne: 100 USD/t, hand_out: 20 USD/t")
    [costs] = tables(tmp_path, PEOPLE + told, "costs")
    assert numbers(only(costs, item="transport"), "cost_usd_p50") == pytest.approx([TONNES * 120])


def test_staff_is_paid_by_the_month_as_long_as_it_lasts(tmp_path: Path) -> None:
    staff = "  staff: { drivers: { sector: LOG, number: 4, month: 600 USD/month } }\n"
    text = PEOPLE.replace("10 days", "15 days") + "  period: 45 days\n" + PRICES + staff
    costs, found = tables(tmp_path, text, "costs indicators")
    assert numbers(only(costs, item="drivers"), "cost_usd_p50") == pytest.approx([4 * 600 * 2])
    months = sum(indicator(found, f"cost.month.day_{day}") for day in (15, 45))
    assert indicator(found, "cost.movement") + months == pytest.approx(indicator(found, "cost.total"))


def test_costs_of_six_months_come_from_the_same_run(tmp_path: Path) -> None:
    [costs] = tables(tmp_path, PEOPLE + "  period: 180 days\n" + PRICES, "costs")
    assert numbers(only(costs, item="food"), "quantity_plan") == pytest.approx([1000 * 190])


def test_planned_rows_add_up_to_the_cost_of_one_run(tmp_path: Path) -> None:
    vary = "uncertainty: { population.present: { distribution: uniform, low: 500 people, high: 1000 people } }\n"
    text = PEOPLE.replace("total: 1000 people", "total: 1000 people, present: 900 people") + PRICES + vary
    costs, runs = tables(tmp_path, text, "costs replications", runs=9)
    planned = sum(float(row["quantity_plan"]) * float(row["unit_cost_usd"]) for row in costs)
    assert min(abs(total - planned) for total in numbers(runs, "cost.total")) < 1e-3


def manifest(folder: Path, text: str) -> dict[str, object]:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "told.yaml").write_text(text, encoding="utf-8")
    write(replicate(load(folder / "told.yaml"), 1), folder / "out")
    found: dict[str, object] = json.loads((folder / "out" / "run.json").read_text(encoding="utf-8"))["costs"]
    return found


def test_a_banner_stands_where_poor_prices_carry_more_than_a_tenth(tmp_path: Path) -> None:
    poor = PRICES.replace("price: 10 USD, confidence: high", "price: 10 USD, confidence: low")
    poor += "sources: { costs: { note: a contract, confidence: high } }\n"
    share = WATER / (FOOD + WATER + FREIGHT + SUPPORT)
    told = manifest(tmp_path / "a", PEOPLE + poor)
    assert told["low_confidence_share"] == pytest.approx(share, abs=1e-4)
    assert told["banner"] == ""
    dear = poor.replace("price: 10 USD", "price: 100 USD")
    assert "low confidence carry 38 %" in str(manifest(tmp_path / "b", PEOPLE + dear)["banner"])
    assert "low confidence carry 38 %" in (tmp_path / "b" / "out" / "charts" / "costs.svg").read_text(encoding="utf-8")


def test_funding_in_part_shows_what_stays_uncovered_under_each_order(tmp_path: Path) -> None:
    funding = "  funding: { share: 40 %, sectors: { WSH: 1 } }\n"
    [rows] = tables(tmp_path, PEOPLE + PRICES + funding, "funding")
    food, water = 1.1 * (FOOD + FREIGHT), 1.1 * WATER
    budget = 0.4 * (food + water)
    for order, lacking in {
        "equal": (0.6 * food, 0.6 * water),
        "by_sector": (food + water - budget, 0),
        "least_cost_first": (food + water - budget, 0),
    }.items():
        mine = {row["item"]: float(row["uncovered_usd"]) for row in only(rows, order=order)}
        assert (mine["food"], mine["water"]) == pytest.approx(lacking)
    [left] = only(rows, order="equal", item="food")
    assert float(left["uncovered_quantity"]) == pytest.approx(6000)


BILLS = st.lists(
    st.builds(
        Bill,
        st.sampled_from(["FSC", "WSH", "HEA"]),
        st.sampled_from(["a", "b"]),
        st.just("piece"),
        st.floats(0, 1e6),
        st.floats(0, 1e6),
    ),
    max_size=12,
)


@given(BILLS, st.floats(0, 1), st.sampled_from(ORDERS))
def test_spending_never_exceeds_the_budget_nor_any_bill_and_wastes_nothing(
    bills: list[Bill], share: float, order: str
) -> None:
    whole = sum(bill.usd for bill in bills)
    paid: list[Paid] = spend(bills, share * whole, order, {"FSC": 2, "WSH": 1, "HEA": 3})
    assert sum(part.usd for part in paid) == pytest.approx(share * whole, abs=1e-3)
    assert all(-1e-6 <= part.usd <= part.bill.usd + 1e-6 for part in paid)
    assert len(paid) == len(bills)


@given(BILLS)
def test_no_sector_waits_while_a_later_one_is_paid(bills: list[Bill]) -> None:
    ranks = {"FSC": 1, "WSH": 2, "HEA": 3}
    paid = spend(bills, 0.4 * sum(bill.usd for bill in bills), "by_sector", ranks)
    lacking = [ranks[part.bill.sector_code] for part in paid if part.uncovered_usd > 1e-3]
    for part in paid:
        if part.usd > 1e-3 and lacking:
            assert ranks[part.bill.sector_code] <= min(lacking)
