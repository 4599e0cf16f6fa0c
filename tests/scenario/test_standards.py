"""The library as data: every figure can be read, traced and met with goods."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from sim.scenario import standards, units
from sim.scenario.faults import ScenarioError
from sim.scenario.standards import goods, rows, sectors
from sim.scenario.standards.measure import HOURS, per
from sim.scenario.standards.names import NAME

SECTORS = {"SHL", "FSC", "WSH", "HEA", "NUT", "PRO", "PRO-CPN", "PRO-GBV", "EDU", "LOG", "CCM", "MPC"}
WITHOUT_GOODS = {
    "sphere.relief.clothing": "no kit of usual clothing has a known mass",
    "wfp.nutrition.lns": "no mass of its sachets was found",
}
"""Things people are given for which no goods are known, and why."""


def test_every_name_is_unique_stable_text_with_dots() -> None:
    names = [figure.name for figure in standards.figures()]
    assert [name for name, count in Counter(names).items() if count > 1] == []
    assert [name for name in names if not NAME.fullmatch(name)] == []


def test_the_names_scenarios_rely_on_are_there() -> None:
    held = "sphere.water.survival sphere.water.emergency sphere.water.total unhcr.water.post_emergency wfp.food.energy"
    held += " sphere.shelter.emergency sphere.shelter.cold practice.dialysis practice.insulin definition.chronic"
    held += " definition.wounded practice.burn_dressing"
    assert held.split() == [figure.name for figure in standards.counted()]


def test_every_sector_has_figures_and_a_name_of_both_kinds() -> None:
    told = {figure.sector_code for figure in standards.figures()}
    assert told >= SECTORS
    assert {code: sectors.name_of(code) for code in told} != {
        code: sectors.name_of(code, "refugee_plan") for code in told
    }
    assert sectors.name_of("SHL") == "Emergency Shelter and NFI"
    assert sectors.name_of("SHL", "refugee_plan") == "Shelter and NFI"
    assert sectors.name_of("MPC", "refugee_plan") == "Multipurpose Cash"


def test_every_unit_is_one_of_the_field() -> None:
    for figure in standards.figures():
        for unit in (figure.unit, figure.by.noun):
            if unit:
                units.parsed_unit(unit)
    for item in goods.items().values():
        units.parsed_unit(item.unit)


def test_a_figure_lies_within_its_range() -> None:
    outside = [
        figure.name
        for figure in standards.figures()
        if not (figure.low or 0) <= figure.value <= (figure.high if figure.high is not None else figure.value)
    ]
    assert outside == []


def test_figures_of_one_item_and_group_have_one_each_level() -> None:
    needed = [figure for figure in standards.wanted() if figure.level]
    twice = Counter((figure.item, figure.of, figure.level) for figure in needed)
    assert [key for key, count in twice.items() if count > 1] == []


def test_what_rests_on_little_stays_marked_so() -> None:
    low = {figure.name for figure in standards.figures() if figure.confidence == "low"}
    assert {figure.found for figure in standards.figures() if figure.name in low} <= {"memory", "derived"}
    assert {"practice.share.insulin", "practice.hygiene.nappies", "practice.winter.stove_fuel"} <= low


def test_a_figure_that_is_part_of_another_names_one_that_is_there() -> None:
    for figure in standards.figures():
        if figure.part_of:
            assert not standards.named(figure.part_of).part_of


def test_things_are_linked_to_goods_that_measure_them() -> None:
    missing = set()
    for figure in standards.wanted():
        if figure.goods:
            assert goods.load_of(figure, 1.0).quantity > 0
        elif figure.kind in ("consumable", "durable") and figure.name not in WITHOUT_GOODS:
            missing.add(figure.name)
    assert missing == set()


def test_every_good_weighs_something_and_every_service_nothing() -> None:
    for item in goods.items().values():
        assert (item.mass_kg > 0) == (item.volume_m3 > 0) == (item.kind == "goods")


GOODS = """name,title,sector_code,kind,unit,contents,contents_unit,mass_kg,volume_m3,unit_cost_usd,cost_low_usd,\
cost_high_usd,price_year,people,days,found_mass,found_volume,found_cost,source,confidence
tent,Tent,SHL,goods,tent,,,57,0.3,420,,,,5,365,memory,memory,memory,,low
"""


@pytest.mark.parametrize(
    ("told", "instead", "message"),
    [
        (",57,", ",0,", "mine.csv:2: mass_kg: 'tent' is a thing and needs more than 0; found 0"),
        (",57,", ",,", "mine.csv:2: mass_kg: is missing"),
        (",57,", ",heavy,", "mine.csv:2: mass_kg: must be a number of 0 or more; found 'heavy'"),
        (",57,", ",-1,", "mine.csv:2: mass_kg: must be a number of 0 or more; found '-1'"),
        (",SHL,", ",SHLL,", "mine.csv:2: sector_code: 'SHLL' is not possible; did you mean 'SHL'"),
    ],
)
def test_goods_that_are_told_wrongly_are_refused_with_their_place(told: str, instead: str, message: str) -> None:
    assert goods.read(GOODS, "mine.csv")["tent"].mass_kg == 57
    with pytest.raises(ScenarioError, match=re.escape(message)):
        goods.read(GOODS.replace(told, instead), "mine.csv")


def test_a_word_for_a_time_is_as_long_as_everywhere() -> None:
    for word, hours in HOURS.items():
        assert hours == pytest.approx(units.factor(word, "h"))


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ("person/day", (1, "person", 24)),
        ("10000 person/90 day", (10_000, "person", 2160)),
        ("tap", (1, "tap", None)),
        ("100 km", (100, "km", None)),
        ("", (1, "", None)),
    ],
)
def test_what_a_figure_is_per_is_read_as_written(told: str, read: tuple[float, str, float | None]) -> None:
    assert per(told) == read


def test_a_measure_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="write it like 'person/day'"):
        per("a person / day!")


def test_every_table_of_the_library_is_read_without_a_fault() -> None:
    for name in ("figures.csv", "items.csv", "sectors.csv", "packages.csv", "profiles.csv", "cold.csv"):
        found = list(rows.rows(rows.table(name), name))
        assert found
        assert all(None not in row.cells and None not in row.cells.values() for row in found)
