"""What is wrong in supplies is told with its place, what was found, and what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario.faults import ScenarioError
from sim.scenario.loader import load
from sim.scenario.supplying import possible_doubles
from sim.studies.supply_lines import lines

HEAD = """
population: { total: 1000 people }
transport: { trucks: { lorries: { payload: 12 t } } }
supply:
  sources: { yerevan: { to: { home: 254 km }, trucks: lorries } }
"""
BAD = {
    "negative stock": ("{ item: water, place: home, stock: -5 }", "stock: -5 is too small; must be at least 0"),
    "delivery before the start": (
        "{ item: water, place: home, deliveries: { a: { at: -3 h, amount: 5 } } }",
        "deliveries.a.at: is 3 h before the start; must be 0 h or later",
    ),
    "unit of another kind": (
        "{ item: food, place: home, unit: kg, stock: 1 }",
        "unit: the unit 'kg' does not fit; use 'person-day'",
    ),
    "unknown item": ("{ item: watr, place: home }", "item: no such item: 'watr'; did you mean 'water'?"),
    "unknown place": ("{ item: water, place: hom }", "place: no such place: 'hom'; did you mean 'home'?"),
    "unknown goods": (
        "{ item: food, place: home, goods: hot_meel }",
        "goods: no such goods: 'hot_meel'; did you mean 'hot_meal'?",
    ),
    "goods without mass": ("{ item: food, place: home, goods: cash_month }", "has no mass"),
    "item without mass": (
        "{ item: care_of_wounded, place: home, reorder: { level: 1, up_to: 2, from: yerevan } }",
        "no mass is known of 'care_of_wounded', so no truck can be counted; name its goods in `goods`",
    ),
    "goods of another measure": (
        "{ item: care_of_wounded, place: home, goods: petrol, reorder: { level: 1, up_to: 2, from: yerevan } }",
        "'petrol' does not hold 'care_of_wounded'",
    ),
    "unknown source": (
        "{ item: water, place: home, reorder: { level: 1, up_to: 2, from: yerevn } }",
        "reorder.from: no such source: 'yerevn'; did you mean 'yerevan'?",
    ),
    "source that does not reach": (
        "{ item: water, place: everywhere, reorder: { level: 1, up_to: 2, from: yerevan } }",
        "'yerevan' sends nothing to 'everywhere'",
    ),
    "orders downwards": (
        "{ item: water, place: home, reorder: { level: 3, up_to: 2, lead: 4 h } }",
        "must be more than `level`, 3",
    ),
    "chance above one": (
        "{ item: water, place: home, deliveries: { a: { at: 1 h, amount: 5, chance: 120 % } } }",
        "must be at most 1",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_wrong_supply_is_refused_with_its_place_and_what_would_be_right(name: str, tmp_path: Path) -> None:
    text, message = BAD[name]
    file = tmp_path / "bad.yaml"
    file.write_text(f"{HEAD}  provided:\n    a: {text}\n")
    with pytest.raises(ScenarioError) as caught:
        load(file)
    assert message in str(caught.value)
    assert "bad.yaml:7:" in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("home: 254", "hom: 254", "no such place: 'hom'; did you mean 'home'?"),
        ("trucks: lorries }", "trucks: lories }", "no such fleet of trucks: 'lories'; did you mean 'lorries'?"),
        ("trucks: lorries }", "shared: { road: yes } }", "no such segment: 'road'; there is none"),
        (
            "trucks: lorries }",
            "seasons: { winter: { from: 9 h, until: 3 h, speed: 9 km/h } } }",
            "until: is not after `from`",
        ),
    ],
)
def test_a_wrong_source_is_refused(old: str, new: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(HEAD.replace(old, new))
    with pytest.raises(ScenarioError) as caught:
        load(tmp_path / "bad.yaml")
    assert message in str(caught.value)


def test_an_order_of_sectors_names_sectors(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(
        f"{HEAD}  allocation: {{ rule: by_sector, order: {{ WHS: 1 }}, decided_by: the coordination meeting }}\n"
    )
    with pytest.raises(ScenarioError, match="no such sector: 'WHS'; did you mean 'WSH'"):
        load(tmp_path / "bad.yaml")


TWICE = """
  provided:
    a: { item: water, place: home, organisation: A, deliveries: { first: { at: 30 h, amount: 5000 } } }
    b: { item: water, place: home, organisation: B, unit: m3, deliveries: { same: { at: 40 h, amount: 5 } } }
    other_day: { item: water, place: home, deliveries: { later: { at: 70 h, amount: 5000 } } }
    other_item: { item: food, place: home, deliveries: { same: { at: 30 h, amount: 5000 } } }
    other_amount: { item: water, place: home, deliveries: { more: { at: 30 h, amount: 5100 } } }
"""


def test_rows_of_like_item_place_date_and_quantity_are_a_possible_double_count(tmp_path: Path) -> None:
    (tmp_path / "twice.yaml").write_text(HEAD + TWICE)
    scenario = load(tmp_path / "twice.yaml")
    (pair,) = possible_doubles(scenario)
    assert [told.organisation for told in pair] == ["A", "B"]
    told = [line for line in lines(scenario) if line.startswith("possible double count")]
    assert len(told) == 1
    assert "5,000 L of water at home" in told[0]


def test_check_tells_the_hours_from_each_source(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(HEAD)
    (line,) = list(lines(load(tmp_path / "one.yaml")))
    assert line.startswith("from yerevan to home: 10 t are on site after 16.5 h (2 call-out, 3 loading")
