"""Litres: a depot that runs out, a ration that shrinks with the stock, a tank that runs dry in a queue."""

from __future__ import annotations

from math import exp
from pathlib import Path

import numpy as np
import pytest

from tests.verification.cases import entries, hourly, indicator, post, ran, single_file, stretches, table


def test_a_depot_hands_out_its_last_litres_when_its_stock_over_its_pace_has_passed(tmp_path: Path) -> None:
    """V7: 40,000 L, 15 L a vehicle, 4 pumps of 60 s: 240 vehicles and 3,600 L an hour; 2,666 get 15 L and one 10 L.

    Litres are taken as service begins: the last 10 in the 667th minute, so that they are gone at 11.1111 h. They do
    for the 9 L of the way.
    """
    told = single_file(3000, stretches(10), 20)
    told["vehicles"]["classes"] = {"car": {"share": "100 %", "seats": 5, "use": "0.9 L/km", "idle": "0 L/h"}}
    depot = {"stock": "40,000 L", "pumps": 4, "service": "60 s"}
    told["fuel"] = {"held": "0 L", "full_tank": "15 L", "ration": "15 L", "depots": {"depot": depot}}
    folder = ran(tmp_path, told)
    given = entries(folder, "given fuel").query("quantity > 0")
    assert np.sort(given["quantity"]).tolist() == [10.0] + [15.0] * 2666
    assert given["hour"].to_numpy() == pytest.approx(np.repeat(np.arange(1, 668), 4)[:2667] / 60, abs=1e-9)
    stock = hourly(folder, "stocks", "depot")
    assert -np.diff(stock[list(range(1, 12))]) == pytest.approx(3600)
    out = indicator(folder, "stock.depot.out_hour")
    assert out == pytest.approx(666 / 60, abs=1e-9)
    assert out < 40_000 / 3600 < given["hour"].max()
    assert indicator(folder, "arrived.total") == 2667


def test_a_ration_in_proportion_to_the_stock_leaves_an_exponential_tail(tmp_path: Path) -> None:
    """V7b: of 10,000 with 500 a day at full ration, full at 10,000, 10,000 / e are left after 20 days."""
    told = {
        "horizon": "1 h",
        "population": {"total": "500 people"},
        "blockade": {
            "from": "-480 h",
            "items": {
                "flour": {
                    "unit": "kg",
                    "need": 1,
                    "opening_stock": 20,
                    "rationing": {"rule": "proportional", "full_at": 10_000},
                }
            },
        },
    }
    stock = table(ran(tmp_path, told), "blockade")["stock_p50"].to_numpy()
    assert len(stock) == 20
    assert stock == pytest.approx([10_000 * exp(-day / 20) for day in range(1, 21)], rel=1e-9)
    assert stock[-1] == pytest.approx(3678.794412, abs=1e-6)


def test_ten_litres_last_for_40_km_of_a_queue(tmp_path: Path) -> None:
    """V14: 0.1 L a km and 0.8 L/h with engines on 35 % of the time, in a queue of 220 an hour: dry after 40.235 km.

    0.24854 L a km. Only the last to leave has 10 L: the depot is out then; the others were given 100 L, 600 an hour.
    It leaves with that, for nobody waits longer than 15.1 h, and it is at the pump after 15.
    The way is 45 km of 15 links, full to its beginning when it comes.
    """
    told = single_file(9001, stretches(*(3.0 * k for k in range(1, 16))), 60)
    told["vehicles"]["engine_on"] = "35 %"
    told["vehicles"]["classes"] = {"car": {"share": "100 %", "seats": 5, "use": "0.1 L/km", "idle": "0.8 L/h"}}
    depot = {"stock": "900,010 L", "pumps": 1, "service": "6 s"}
    told["fuel"] = {"held": "0 L", "full_tank": "100 L", "ration": "100 L", "expected_transit": "30 h"}
    told["fuel"] |= {"without": "leave", "patience": "15.1 h", "depots": {"depot": depot}}
    told["corridor"]["checkpoints"] = {"post": post("km45", 220)}
    folder = ran(tmp_path, told)
    dry = entries(folder, "stopped: fuel")
    entered = entries(folder, "entered")
    assert len(entered) == 9001
    assert dry["party"].tolist() == [entered["party"].iloc[-1]]
    per_km = 0.1 + 0.28 * (1 / 1.8165137614678899 - 1 / 50)
    assert per_km == pytest.approx(0.24854, abs=1e-5)
    assert dry["quantity"].iloc[0] == pytest.approx(10 / per_km, rel=1e-6)
    assert dry["quantity"].iloc[0] == pytest.approx(40.235, abs=1e-3)


def test_who_is_given_a_part_keeps_it_while_waiting_for_the_rest_of_one_ration(tmp_path: Path) -> None:
    """3 L for rations of 2 L: one has 2 L and one has 1 L until 4 h, when the second is given the litre it lacks."""
    told = single_file(2, stretches(10), 6)
    told["vehicles"]["classes"] = {"car": {"share": "100 %", "seats": 5, "use": "0.1 L/km", "idle": "0 L/h"}}
    told["fuel"] = {"held": "0 L", "full_tank": "10 L", "ration": "2 L"}
    depot = {"stock": "3 L", "pumps": 1, "service": "6 min"}
    told["fuel"]["depots"] = {"depot": depot | {"deliveries": {"late": {"at": "4 h", "litres": "5 L"}}}}
    folder = ran(tmp_path / "until the end", told)
    assert entries(folder, "given fuel")["quantity"].tolist() == [2, 2]
    assert hourly(folder, "stocks", "depot")[[1, 3, 5]].tolist() == [0, 0, 4]
    folder = ran(tmp_path / "cut off", told | {"horizon": "3 h"})
    assert entries(folder, "given fuel")["quantity"].tolist() == [2]


def test_who_is_to_wait_for_fuel_never_leaves_with_a_depots_last_litres(tmp_path: Path) -> None:
    """Ten litres for a way that takes fifteen: under `wait` it stays, under `leave` it is dry two thirds of the way."""
    told = single_file(3, stretches(15), 40)
    told["vehicles"]["classes"] = {"car": {"share": "100 %", "seats": 5, "use": "1 L/km", "idle": "0 L/h"}}
    depot = {"stock": "40 L", "pumps": 1, "service": "6 min"}
    told["fuel"] = {"held": "0 L", "full_tank": "15 L", "ration": "15 L", "depots": {"depot": depot}}
    folder = ran(tmp_path / "wait", told)
    assert entries(folder, "stopped: fuel").empty
    assert indicator(folder, "arrived.total") == 2
    told["fuel"] |= {"without": "leave"}
    dry = entries(ran(tmp_path / "leave", told), "stopped: fuel")
    assert dry["quantity"].tolist() == pytest.approx([10])


@pytest.mark.parametrize(("without", "vehicles"), [("leave", 100), ("walk", 25)])
def test_whose_patience_ends_in_the_queue_of_a_depot_leaves_it(tmp_path: Path, without: str, vehicles: int) -> None:
    """100 ready at 0 at one pump of 6 min and a patience of 2.45 h: 25 begin to be served, the 75 others go by then."""
    told = single_file(100, stretches(10), 40)
    told["vehicles"]["classes"] = {"car": {"share": "100 %", "seats": 5, "use": "0.1 L/km", "idle": "0 L/h"}}
    told["fuel"] = {"held": "0.5 L", "full_tank": "50 L", "ration": "20 L", "without": without, "patience": "2.45 h"}
    told["fuel"]["depots"] = {"depot": {"stock": "9000 L", "pumps": 1, "service": "6 min"}}
    folder = ran(tmp_path, told)
    given = entries(folder, "given fuel").query("quantity > 0")
    assert given["hour"].tolist() == pytest.approx((np.arange(25) / 10 + 0.1).tolist())
    assert len(entries(folder, "entered", "km0")) == vehicles
    assert entries(folder, "departed")["hour"].max() == pytest.approx(2.5)
