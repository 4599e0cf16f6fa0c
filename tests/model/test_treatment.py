"""Treatment that takes from stocks: who is given what where, who waits for it, and that no stock is drawn twice."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.model.record import Record
from sim.results.indicators import unit, units
from sim.results.ledger import verify
from sim.results.outcome import outcome
from tests.model.test_medical import EXPLOSION, FLY, in_stage, medical, told
from tests.model.test_triage import POSTS
from tests.model.test_triage import told as at_a_camp
from tests.scenarios.shelf import lived

COURSE = 8.4
"""Litres of fluid that the library has for a patient with burns."""
BURNS = (
    "burns: { transported: 100 %, specialty: burns, safe_intervals: { fluids: 8 h }, treatment: { burn_fluid: yes } }"
)
FLUID = "supply: {{ provided: {{ fluid: {{ item: burn_fluid, place: {}, unit: L, {} }} }} }}\n"


def burned(folder: Path, supply: str = "", inside: str = "general: 50 people") -> Record:
    """Fifty are hurt at hour 5 and lie at once in a hospital inside, from which a helicopter takes ten at a time."""
    record = lived(folder, told(medical(BURNS, "burns: 50 people", inside) + EXPLOSION + FLY + supply, ""))
    verify(record)
    return record


def indicator(record: Record, name: str) -> float:
    return outcome(record).indicators[f"care.burns.{name}"]


def test_with_fluid_enough_all_are_treated_when_they_lie(tmp_path: Path) -> None:
    record = burned(tmp_path, FLUID.format("ward", f"stock: {50 * COURSE}"))
    assert [indicator(record, name) for name in ("burn_fluid.late", "burn_fluid.never", "fluids")] == [0, 0, 0]
    row = next(row for row in record.supply.rows if row.name == "fluid")
    assert row.drawn.sum() == pytest.approx(50 * COURSE)
    assert row.stock[-1] == pytest.approx(0, abs=1e-6)


def test_what_was_not_told_is_not_provided_and_only_the_need_is_said(tmp_path: Path) -> None:
    record = burned(tmp_path)
    found = outcome(record).indicators
    assert found["care.burns.fluids"] == 0
    assert {name: found[name] for name in found if "burn_fluid" in name} == {
        "care.burns.burn_fluid.needed": pytest.approx(50 * COURSE)
    }
    assert unit("care.burns.burn_fluid.needed", units(record.scenario)) == "L"


def test_an_empty_stock_leaves_them_waiting_and_is_counted(tmp_path: Path) -> None:
    record = burned(tmp_path, FLUID.format("ward", "stock: 0"))
    assert indicator(record, "burn_fluid.never") == indicator(record, "fluids") == 50
    assert in_stage(record, "past_safe_interval")[[12, 13, 40]].tolist() == [0, 50, 50]


def test_the_stock_goes_to_the_most_urgent_first(tmp_path: Path) -> None:
    groups = BURNS.replace("burns: {", "burns: { red: 20 %, yellow: 30 %,", 1)
    text = medical(groups, "burns: 50 people", "general: 50 people") + EXPLOSION + FLY
    record = lived(tmp_path, told(text + FLUID.format("ward", f"stock: {20 * COURSE + 1}"), ""))
    assert record.chain is not None
    assert record.supply.treated is not None
    given = record.supply.treated.given["burns", "burn_fluid"]
    ranks = np.sort(record.chain.triage)
    assert sorted(record.chain.triage[n] for (_, n), hour in given.items() if hour < np.inf) == ranks[:20].tolist()


def test_a_delivery_ends_the_wait_of_those_who_are_still_there(tmp_path: Path) -> None:
    """By hour 12 ten have been taken out unserved; for the forty others fluid comes seven hours after the injury."""
    come = "deliveries: { relief: { at: 12 h, amount: 1000, status: in place } }"
    record = burned(tmp_path, FLUID.format("ward", come))
    taken = int((record.chain.taken < 12).sum()) if record.chain else 0
    assert taken == 20
    assert indicator(record, "burn_fluid.never") == indicator(record, "fluids") == taken
    assert indicator(record, "burn_fluid.late") == 50
    assert indicator(record, "hours_for_burn_fluid.p50") == pytest.approx(7)


def test_who_was_not_treated_inside_is_treated_outside(tmp_path: Path) -> None:
    """Ten land every four hours from hour 7 on: those who land by 13 h are treated in time, the others late."""
    record = burned(
        tmp_path,
        FLUID.format("care", "stock: 0").replace("place: care", "place: base").replace("stock: 0", "stock: 1000"),
    )
    assert record.chain is not None
    assert indicator(record, "burn_fluid.never") == 0
    assert indicator(record, "fluids") == int((record.chain.in_bed > 13).sum()) > 0


def test_more_fluid_never_leaves_more_patients_without(tmp_path: Path) -> None:
    records = [burned(tmp_path, FLUID.format("ward", f"stock: {n * COURSE}")) for n in (0, 10, 25, 49, 60)]
    assert [indicator(record, "burn_fluid.never") for record in records] == [50, 40, 25, 1, 0]
    assert [indicator(record, "fluids") for record in records] == [50, 40, 25, 1, 0]


def test_a_kit_is_for_as_many_patients_as_the_library_says(tmp_path: Path) -> None:
    """A trauma kit is for fifty patients: half of one is for twenty-five."""
    text = BURNS.replace("burn_fluid: yes", "trauma_kit: yes")
    kit = "supply: { provided: { kits: { item: trauma_kit, place: care, stock: 0.5 } } }\n"
    record = lived(tmp_path, told(medical(text, "burns: 50 people", "general: 50 people") + EXPLOSION + FLY + kit, ""))
    verify(record)
    assert indicator(record, "trauma_kit.never") == 25


INSULIN = "supply: {{ provided: {{ insulin: {{ item: insulin, place: {}, {} }} }} }}"


def test_insulin_is_given_as_the_need_of_its_place_is_met(tmp_path: Path) -> None:
    """What is used up by the hour is drawn once, as a need: with none in stock nobody is treated, with plenty all."""
    groups = "insulin: { treatment: { insulin: yes } }"
    posts = POSTS.replace("clinicians: 1", "clinicians: 20")
    none, plenty = (
        lived(tmp_path, at_a_camp(groups, posts) + INSULIN.format("camp", stock))
        for stock in ("stock: 0", "stock: 99999")
    )
    for record, never in ((none, 20), (plenty, 0)):
        found = outcome(record).indicators
        assert (found["care.insulin.insulin.late"], found["care.insulin.insulin.never"]) == (never, never)
        assert found["care.insulin.ten_hours"] == never


def test_of_insulin_that_comes_later_the_wait_is_until_then(tmp_path: Path) -> None:
    groups, posts = "insulin: { treatment: { insulin: yes } }", POSTS.replace("clinicians: 1", "clinicians: 20")
    come = "deliveries: { relief: { at: 3 h, amount: 90000, status: in place } }"
    text = at_a_camp(groups, posts).replace("stay: 1 h", "stay: 20 h") + INSULIN.format("camp", come)
    found = outcome(lived(tmp_path, text)).indicators
    assert found["care.insulin.insulin.late"] == 20
    assert found["care.insulin.insulin.never"] == 0
    assert 2 < found["care.insulin.hours_for_insulin.p50"] < 3
    assert found["care.insulin.ten_hours"] == 0
