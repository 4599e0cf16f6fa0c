"""The appeal: people times amount times price on its own planning figure; people never summed over sectors."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.publish.money_tables import of_appeal
from sim.results import appeal
from sim.scenario.faults import ScenarioError
from sim.scenario.loader import load
from sim.scenario.standards import plans
from tests.results.money import numbers, only, tables
from tests.scenarios.shelf import shipped

APPEAL = """
horizon: 5 days
population: { total: 50 people, household_size: 5 people/household }
costs:
  prices: { ration_dry: { price: 2 USD, low: 1 USD, high: 3 USD, confidence: high }, blanket_medium: { price: 10 USD } }
  transport: { per_tonne: 100 USD/t }
  support: 10 %
appeal:
  period: 90 days
  planning_figure: 3000 people
  groups: { come: { people: 1000 people }, before: { people: 500 people }, hosts: { people: 1500 people } }
  sectors:
    FSC:
      lead: a ministry
      groups:
        come: { in_need: 100 %, targeted: 80 % }
        hosts: { in_need: 20 %, targeted: 10 % }
    SHL: { groups: { come: { in_need: 50 %, targeted: 50 % } } }
  covered: { food: 25 % }
  items: { ITEMS }
"""
LEFT_OUT = (
    "mosquito_net",
    "tarpaulin",
    "solar_lamp",
    "bucket",
    "kitchen_set",
    "tent",
    "sleeping_mat",
    "handout_point",
)
TEXT = APPEAL.replace("ITEMS", ", ".join(f"{item}: no" for item in LEFT_OUT))
# A ration of 2 USD weighs 0.555 kg, which costs 0.0555 USD to move; a quarter of the need is covered by others.
RATION = 1.1 * (2 + 0.0555)
COME, HOSTS = 0.75 * 800 * 90, 0.75 * 150 * 90
BLANKETS = 500 * 1.1 * (10 + 0.16)


def test_requirements_are_people_targeted_times_amount_times_price(tmp_path: Path) -> None:
    [rows] = tables(tmp_path, TEXT, "appeal")
    [come] = only(rows, sector_code="FSC", group="come")
    assert (float(come["in_need"]), float(come["targeted"])) == (1000, 800)
    assert float(come["requirement_usd"]) == pytest.approx(COME * RATION)
    assert float(come["requirement_low_usd"]) == pytest.approx(COME * (RATION - 1.1))
    assert float(come["requirement_high_usd"]) == pytest.approx(COME * (RATION + 1.1))
    assert come["lead"] == "a ministry"
    [beds] = only(rows, sector_code="SHL", group="come")
    assert float(beds["requirement_usd"]) == pytest.approx(BLANKETS)


def test_every_cost_per_person_divides_by_the_people_of_the_group_it_names(tmp_path: Path) -> None:
    [rows] = tables(tmp_path, TEXT, "appeal")
    people = {"come": 1000, "before": 500, "hosts": 1500, "all": 3000}
    for row in rows:
        assert float(row["usd_per_person"]) == pytest.approx(float(row["requirement_usd"]) / people[row["group"]])


def test_dollars_sum_over_sectors_and_groups_but_people_over_groups_only(tmp_path: Path) -> None:
    [rows] = tables(tmp_path, TEXT, "appeal")
    [whole] = only(rows, sector_code="ALL", group="all")
    sectors = [row for row in only(rows, group="all") if row["sector_code"] != "ALL"]
    assert float(whole["requirement_usd"]) == pytest.approx(sum(numbers(sectors, "requirement_usd")))
    assert float(whole["requirement_usd"]) == pytest.approx((COME + HOSTS) * RATION + BLANKETS)
    # 1,000 who came and 300 hosts need food, 500 of the same 1,000 need blankets: 1,300 people, not 1,800.
    assert float(whole["in_need"]) == pytest.approx(1300)
    assert float(whole["targeted"]) == pytest.approx(950)


def test_the_appeal_does_not_depend_on_the_people_of_the_run(tmp_path: Path) -> None:
    [few] = tables(tmp_path / "few", TEXT, "appeal")
    [many] = tables(tmp_path / "many", TEXT.replace("total: 50 people", "total: 5000 people"), "appeal")
    assert few == many


def test_months_sum_to_the_requirement_and_one_offs_come_first(tmp_path: Path) -> None:
    rows, monthly = tables(tmp_path, TEXT, "appeal appeal_monthly")
    [whole] = only(rows, sector_code="ALL", group="all")
    assert sum(numbers(monthly, "requirement_usd")) == pytest.approx(float(whole["requirement_usd"]))
    food = only(monthly, item="food", group="come")
    assert numbers(food, "quantity") == pytest.approx([COME / 3] * 3)
    blankets = only(monthly, item="blanket")
    assert [(row["date"], float(row["quantity"])) for row in blankets] == [("day 5", 500)]


def test_what_has_served_its_life_is_given_again(tmp_path: Path) -> None:
    long = TEXT.replace("period: 90 days", "period: 366 days")
    [monthly] = tables(tmp_path, long, "appeal_monthly")
    assert numbers(only(monthly, item="blanket"), "quantity") == pytest.approx([500, 500])


def test_winter_items_are_asked_for_in_winter_only(tmp_path: Path) -> None:
    [summer] = tables(tmp_path / "a", TEXT, "appeal_monthly")
    [winter] = tables(
        tmp_path / "b", TEXT.replace("period: 90 days", "period: 90 days\n  winter: yes"), "appeal_monthly"
    )
    assert not only(summer, item="winter_clothing")
    assert numbers(only(winter, item="winter_clothing"), "quantity") == pytest.approx([500])


def test_kits_are_whole_and_one_serves_its_people_for_its_days(tmp_path: Path) -> None:
    health = TEXT.replace("    SHL:", "    HEA: { groups: { come: { in_need: 100 %, targeted: 100 % } } }\n    SHL:")
    [monthly] = tables(tmp_path, health, "appeal_monthly")
    assert numbers(only(monthly, item="iehk"), "quantity") == [1]
    [longer] = tables(tmp_path, health.replace("period: 90 days", "period: 100 days"), "appeal_monthly")
    assert sum(numbers(only(longer, item="iehk"), "quantity")) == 1  # 1,000 people for 100 days: a ninth of a kit


def test_the_band_is_compared_only_over_the_same_groups_and_time(tmp_path: Path) -> None:
    (tmp_path / "told.yaml").write_text(TEXT, encoding="utf-8")
    assert "no published plan" in of_appeal(load(tmp_path / "told.yaml"))["band"]
    assert plans.like(["hosts", "new_arrivals", "refugees_before"], 6.0) is plans.plans()["armenia_2023"]
    assert plans.like(["hosts", "new_arrivals", "refugees_before"], 9.0) is None
    assert plans.like(["new_arrivals", "hosts"], 6.0) is None


def test_published_plans_are_what_their_sources_say() -> None:
    assert plans.plans()["armenia_2023"].per_person == pytest.approx(420, abs=0.5)
    assert plans.plans()["armenia_2020"].per_person == pytest.approx(690, abs=0.5)
    assert sum(plans.plans()["armenia_2020"].sectors.values()) == pytest.approx(62e6)


def test_the_appeal_of_the_reference_event_is_within_a_factor_of_two_of_the_plan() -> None:
    told = shipped("lachin_2023")
    whole = appeal.sums(told)[-1]
    assert whole.people == 231_000
    assert 210 <= whole.usd / whole.people <= 840
    found = of_appeal(told)
    assert "USD 420" in found["band"]
    assert found["sector_shares"]["SHL"]["armenia_2020"] == pytest.approx(26 / 62, abs=1e-4)
    assert "low confidence" in found["banner"]


@settings(deadline=None, max_examples=20)
@given(st.floats(0, 1), st.floats(0, 1), st.integers(10, 400))
def test_a_larger_share_covered_by_others_never_asks_for_more(covered: float, more: float, days: int) -> None:
    from sim.scenario.schema import Scenario

    def asked(share: float) -> float:
        told = {
            "period": days * 24.0,
            "planning_figure": 1000,
            "groups": {"all_here": {"people": 1000}},
            "sectors": {"FSC": {"groups": {"all_here": {"in_need": 1.0, "targeted": 1.0}}}},
            "covered": {"food": share},
        }
        whole = {"population": {"total": 10}, "appeal": told}
        return appeal.sums(Scenario.model_validate(whole, context={"start": None}))[-1].usd

    low, high = sorted((covered, more))
    assert asked(high) <= asked(low) + 1e-6
    assert asked(1.0) == pytest.approx(0.0, abs=1e-6)


ONE_GROUP = """appeal:
  planning_figure: 10 people
  groups: { a: { people: 50 % }, hosts: { people: 5 people } }
  sectors: { FSC: { groups: { SHARES } } }"""
TOO_FEW = (
    "appeal: { planning_figure: 100 people, groups: { a: { people: 60 % }, b: { people: 30 people } }, sectors: {} }"
)
BAD = {
    "goods that are none": ("costs: { prices: { ration_dri: { price: 1 USD } } }", "did you mean 'ration_dry'"),
    "negative price": ("costs: { prices: { ration_dry: { price: -1 USD } } }", "must be at least 0 USD"),
    "price in another unit": ("costs: { prices: { ration_dry: { price: 5 kg } } }", "'kg' does not fit; use 'USD'"),
    "ends the wrong way": ("costs: { prices: { ration_dry: { price: 1 USD, low: 2 USD } } }", "more than the price"),
    "no price known": ("costs: { goods: { food: infant_formula } }", "no price of 'infant_formula' is known"),
    "goods in another unit": ("costs: { goods: { water: blanket_high } }", "does not fit 'blanket_high'"),
    "no such item": ("costs: { goods: { watr: water_bulk } }", "did you mean 'water'"),
    "more than all in cash": ("costs: { in_cash: { food: 120 % } }", "too large"),
    "no such sector": ("costs: { staff: { x: { sector: HEB, number: 2 } } }", "did you mean 'HEA'"),
    "kilometres alone": ("costs: { transport: { distance: 10 km } }", "`per_tonne_km` and `distance` together"),
    "a negative period": ("needs: { period: -1 day }", "too small"),
    "groups that do not sum": (
        TOO_FEW,
        "sum to 90 people; must be the planning figure, 100",
    ),
    "targeted beyond need": (
        ONE_GROUP.replace("SHARES", "a: { in_need: 10 %, targeted: 20 % }"),
        "20% are more than the 10% in need",
    ),
    "no such group": (
        ONE_GROUP.replace("SHARES", "host: { in_need: 10 % }"),
        "did you mean 'hosts'",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_costs_and_appeals_say_what_is_wrong_and_where(name: str, tmp_path: Path) -> None:
    text, message = BAD[name]
    (tmp_path / "bad.yaml").write_text(f"population: {{ total: 100 people }}\n{text}\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"bad.yaml:[2-5]:\d+: ") as caught:
        load(tmp_path / "bad.yaml")
    assert message in str(caught.value)
