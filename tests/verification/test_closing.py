"""What a blockade leaves for the day on which the road opens."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.verification.cases import indicator, ran, stretches, table

PEOPLE = 600
INSIDE = {"food": ("kg", 1.0), "petrol": ("L", 0.5), "medicines": ("patient-day", 0.1)}
"""Commodities with their unit and the need of a person and day."""
USE, TANK, WAY = 0.5, 40.0, 76.0
"""Litres a kilometre, a full tank, kilometres: the way takes 95 % of a full tank."""


class Opening(NamedTuple):
    """What there was on the day of the opening, and what came of it."""

    stock: pd.Series[float]
    short_inside: pd.Series[float]
    """Lacking on the last day inside, by commodity."""
    stalled: float
    people_short: pd.Series[float]
    """People at home short of an item on the day of the opening, by item and level."""


def told(days: float, items: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """A blockade of so many days, and then a drive that needs nearly a full tank."""
    stores = {
        name: {"item": item, "place": "home", "from_blockade": inside}
        for name, (item, inside) in {"flour": ("food", "food"), "pills": ("chronic_medicine", "medicines")}.items()
    }
    return {
        "horizon": "24 h",
        "population": {
            "total": f"{PEOPLE} people",
            "patients": {"chronic": {"people": "10 %"}},
        },
        "vehicles": {
            "per_household": "1 vehicle/household",
            "classes": {"car": {"share": "100 %", "seats": 8, "use": f"{USE} L/km", "idle": "0 L/h"}},
        },
        "departure": {"loading": {"kind": "uniform", "begins": "6 h", "spread": "12 h"}},
        "fuel": {"full_tank": f"{TANK} L", "without": "leave", "patience": "0 h"},
        "corridor": {"segments": stretches(WAY)},
        "blockade": {
            "from": f"{-24 * days!r} h",
            "tank_days": 30,
            "items": {
                name: {"unit": unit, "need": need, "fuels_vehicles": name == "petrol", **items[name]}
                for name, (unit, need) in INSIDE.items()
            },
        },
        "supply": {"provided": stores},
    }


def opening(days: float, items: dict[str, dict[str, Any]]) -> Opening:
    """Run it and read what there was."""
    with TemporaryDirectory() as made:
        folder = ran(Path(made), told(days, items))
        inside, gaps = table(folder, "blockade"), table(folder, "gaps")
        last = inside.groupby("item").last().reindex(list(INSIDE))
        full = pd.Series({name: items[name]["opening_stock"] * need * PEOPLE for name, (_, need) in INSIDE.items()})
        first = gaps[(gaps["day"] == 0) & (gaps["place"] == "home") & gaps["item"].isin(["food", "chronic_medicine"])]
        return Opening(
            last["stock_p50"].astype(float).fillna(full),
            last["gap_p50"].astype(float).fillna(0.0),
            indicator(folder, "stalled.vehicles"),
            first.set_index(["item", "level"])["people_short_p50"].sort_index(),
        )


PLAIN = {name: {"opening_stock": 30} for name in INSIDE}


def test_a_blockade_of_no_days_leaves_stocks_and_tanks_full_and_no_vehicle_stalls() -> None:
    """Tanks less than 95 % full would not do for the way."""
    found = opening(0, PLAIN)
    assert found.stock.to_dict() == {"food": 30 * PEOPLE, "petrol": 15 * PEOPLE, "medicines": 3 * PEOPLE}
    assert found.stalled == 0
    assert found.short_inside.eq(0).all()


def test_a_blockade_that_outlasts_the_stocks_leaves_none_and_vehicles_stall() -> None:
    """Without anything coming in, 30 days of stock last for 30 days; a month later most tanks are well below 95 %."""
    short, long = opening(29, PLAIN), opening(60, PLAIN)
    assert short.stock.to_dict() == pytest.approx({"food": PEOPLE, "petrol": PEOPLE / 2, "medicines": PEOPLE / 10})
    assert short.stalled == 0
    assert long.stock.eq(0).all()
    assert long.stalled > 50
    assert (long.people_short > short.people_short).any()
    assert (long.people_short >= short.people_short).all()


ITEMS = st.fixed_dictionaries(
    {
        "opening_stock": st.integers(0, 90),
        "local": st.sampled_from(["0 %", "10 %", "33 %"]),
        "loss": st.sampled_from(["0 %", "5 %", "20 %"]),
        "rationing": st.one_of(
            st.just({"rule": "none"}),
            st.sampled_from([0.05, 0.2, 0.6]).map(lambda amount: {"rule": "fixed", "amount": amount}),
            st.integers(10, 20_000).map(lambda stock: {"rule": "proportional", "full_at": stock}),
        ),
        "inflow": st.dictionaries(
            st.sampled_from("abc"),
            st.tuples(st.integers(0, 150), st.integers(0, 400)).map(
                lambda phase: {"from": f"{-24 * phase[0]} h", "rate": phase[1]}
            ),
            max_size=2,
        ),
    }
)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.fixed_dictionaries(dict.fromkeys(INSIDE, ITEMS)), st.integers(0, 150), st.integers(0, 150))
def test_a_longer_blockade_never_leaves_more_nor_fewer_people_short(
    items: dict[str, dict[str, Any]], one: int, other: int
) -> None:
    shorter, longer = (opening(days, items) for days in sorted((one, other)))
    assert (longer.stock <= shorter.stock + 1e-6).all()
    if min(one, other) > 0:
        assert (longer.short_inside >= shorter.short_inside - 1e-6).all()
    assert longer.stalled >= shorter.stalled
    assert (longer.people_short >= shorter.people_short - 1e-6).all()
