"""What stands in stores is told store by store, in a unit."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.results.test_gaps import cells, of, scenario, written

STORES = {
    "tanks": {"item": "water", "place": "home", "stock": 900},
    "cistern": {"item": "water", "place": "home", "stock": 400},
    "rice": {"item": "food", "place": "home", "stock": 50, "unit": "person-day"},
}


def test_a_store_that_tells_no_unit_has_that_of_its_item(tmp_path: Path) -> None:
    rows = written(scenario(supply={"provided": STORES}), tmp_path, "stocks")
    assert {row["store"]: row["unit"] for row in rows} == {"tanks": "L", "cistern": "L", "rice": "person-day"}


def test_two_stores_of_one_item_at_one_place_are_told_apart(tmp_path: Path) -> None:
    rows = written(scenario(supply={"provided": STORES}), tmp_path, "stocks")
    first = of(rows, hour="0", item="water")
    assert cells(first, "p50") == pytest.approx([900, 400])
