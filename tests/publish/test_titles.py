"""Titles say what is drawn: each is read off small tables whose answer is plain to see."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.publish import charts
from sim.publish.charts import arrivals, blockade, constraints, gaps, queue, reception, states, stocks
from sim.publish.charts.folder import Results
from sim.publish.charts.page import footer, spread
from sim.publish.charts.reported import Report, agreement
from tests.publish.conftest import write_run

ROAD: dict[str, Any] = {"count_at": "bridge", "road_km": 80.0, "posts": {}, "replications": 4, "seed": 1}


def results(folder: Path, told: dict[str, Any] | None = None, **tables: pd.DataFrame) -> Results:
    """A folder with these tables and nothing else."""
    (folder / "run.json").write_text(json.dumps({"label": "look back", **(told or {})}))
    for name, rows in tables.items():
        rows.to_csv(folder / f"{name}.csv", index=False)
    return Results(folder)


def curve(name: str, people: Sequence[float], **levels: Sequence[float]) -> pd.DataFrame:
    """A series of arrivals.csv, from day 0, an hour a row."""
    columns = dict.fromkeys(("p05", "p25", "p50", "p75", "p95", "mean"), people) | levels
    time = [f"day 0 {hour:02d}:00" for hour in range(len(people))]
    return pd.DataFrame({"time": time, "hour": range(len(people)), "series": name, **columns})


def ledger(**states: Sequence[float]) -> pd.DataFrame:
    """Mean people in each state, an hour a row."""
    parts = [
        pd.DataFrame(
            {"time": [f"day 0 {h:02d}:00" for h in range(len(n))], "hour": range(len(n)), "mean": n, "state": s}
        )
        for s, n in states.items()
    ]
    return pd.concat(parts)


def limits(*names: str) -> pd.DataFrame:
    """What limited arrivals in each hour, in all runs."""
    return pd.DataFrame({"hour": range(len(names)), "constraint": names, "share": 1.0})


def indicator(**values: float) -> pd.DataFrame:
    """Indicators by name, with dots for underscores."""
    rows = [{"indicator": name.replace("_", "."), "p50": value} for name, value in values.items()]
    return pd.DataFrame(rows)


def day(item: str, need: float, gap: float | None, people: float = 0.0, **told: Any) -> pd.DataFrame:
    """A day of gaps.csv for all places."""
    status = "provided" if gap is not None else "not_provided"
    row = {
        "date": "day 0",
        "day": 0,
        "place": "all",
        "sector_code": "X",
        "item": item,
        "unit": "L",
        "level": "standard",
    }
    row |= {"need_p50": need, "gap_p50": np.nan if gap is None else gap, "supply_status": status}
    return pd.DataFrame([row | {"people_short_p50": people} | told])


def store(name: str, *amounts: float, item: str = "water") -> pd.DataFrame:
    """A store of stocks.csv, an hour a row."""
    rows = {"time": [f"day 0 {h:02d}:00" for h in range(len(amounts))], "hour": range(len(amounts)), "store": name}
    return pd.DataFrame(
        {**rows, "place": name, "item": item, "unit": "L", "p05": amounts, "p50": amounts, "p95": amounts}
    )


def test_arrivals_say_when_half_and_nearly_all_of_those_leaving_had_crossed(tmp_path: Path) -> None:
    told = indicator(clearance_p50=2, clearance_p95=5.5)
    found = results(tmp_path, ROAD, arrivals=curve("arrived", [0, 5, 10, 10]), indicators=told)
    assert arrivals.finding(found) == "Half of those leaving had crossed by day 0, 02:00; 95 % by day 0, 05:30"


def test_arrivals_say_what_never_came_about(tmp_path: Path) -> None:
    few = results(tmp_path, ROAD, arrivals=curve("arrived", [0, 1, 4]), indicators=indicator(clearance_p50=np.nan))
    assert arrivals.finding(few) == "Fewer than half of those leaving had crossed by day 0, 02:00: 4 people"
    none = results(tmp_path, ROAD, arrivals=curve("arrived", [0, 0, 0]), indicators=indicator(clearance_p50=np.nan))
    assert arrivals.finding(none) == "Nobody had crossed by day 0, 02:00"


def test_where_people_are_simply_there_only_their_needs_are_drawn(tmp_path: Path) -> None:
    tables = {
        "arrivals": pd.concat([curve("arrived", [0, 0, 0]), curve("departed", [0, 0, 0])]),
        "ledger": ledger(home=[9, 9, 9]),
        "constraints": limits("nobody_left", "nobody_left"),
        "gaps": day("water", 15, None),
    }
    results(tmp_path, {"replications": 1}, **tables)
    assert {path.stem for path in charts.draw_all(tmp_path)} == {"gaps"}


def test_a_what_if_is_not_scored(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "valley", label="what-if scenario, not a forecast")
    charts.draw_all(folder)
    assert "scored" not in (folder / "charts" / "arrivals.svg").read_text(encoding="utf-8")
    other = write_run(tmp_path / "back", label="look back")
    charts.draw_all(other)
    assert "scored points" in (other / "charts" / "arrivals.svg").read_text(encoding="utf-8")


def test_an_hour_counts_for_what_holds_up_one_in_a_hundred_or_more(tmp_path: Path) -> None:
    # 1,000 people; in the last two hours five stragglers at home are all that permission holds up.
    people = ledger(home=[1000, 600, 5, 5, 0], road=[0, 400, 400, 0, 0], reception=[0, 0, 595, 995, 1000])
    held = limits("permission", "checkpoint", "checkpoint", "permission")
    found = results(tmp_path, ROAD, ledger=people, constraints=held, arrivals=curve("arrived", [0, 0, 0, 500, 1000]))
    height = constraints.people_held(found)
    assert height["permission"].tolist() == [1000, 0, 0, 5]
    assert height["checkpoint"].tolist() == [0, 400, 400, 0]
    assert constraints.finding(height >= 10) == "The checkpoint held people up for longest: 2 of 3 hours"


def test_before_a_road_that_is_not_open_those_are_held_up_who_wait_at_it(tmp_path: Path) -> None:
    waiting = {"ledger": ledger(home=[3, 0, 0], road=[0, 3, 3]), "constraints": limits("permission", "permission")}
    found = results(tmp_path, ROAD, arrivals=curve("arrived", [0, 0, 0]), **waiting)
    assert constraints.people_held(found)["permission"].tolist() == [3, 3]


def test_what_holds_people_up_is_said_in_a_sentence(tmp_path: Path) -> None:
    many = pd.DataFrame({"permission": [True, True], "road": [False, False]})
    text = "Not being let go, or not being ready, held people up for longest: 2 of 2 hours"
    assert constraints.finding(many) == text


def jam(*shares: float) -> pd.DataFrame:
    """A road of 80 km in one hour, jammed on the first kilometres in so many of the runs."""
    return pd.DataFrame({"km": range(len(shares)), "hour": 3.0, "vehicles_per_km": 30.0, "jammed": shares})


@pytest.mark.parametrize(
    ("shares", "text"),
    [
        ((1, 1, 1, 0.5), "The jam was longest on day 0, 03:00: 3.5 km of the road"),
        ((0.25,), "The jam was longest on day 0, 03:00: less than 1 km of the road"),
        ((0, 0), "No jam on the road itself; at most about 120 vehicles were held up at a time"),
    ],
)
def test_the_length_of_the_jam_is_that_above_the_critical_density(
    shares: tuple[float, ...], text: str, tmp_path: Path
) -> None:
    told = indicator(queue_vehicles_peak=123)
    found = results(tmp_path, ROAD, queue=jam(*shares), arrivals=curve("arrived", [0, 1]), indicators=told)
    hours, kms, jammed = queue.grid(found.table("queue"), found.road_km, "jammed")
    assert queue.finding(found, hours, kms, jammed) == text


def test_vehicles_that_pass_without_waiting_make_no_picture_of_a_jam(tmp_path: Path) -> None:
    told = indicator(queue_vehicles_peak=0)
    found = results(tmp_path, ROAD, queue=jam(0, 0), arrivals=curve("arrived", [0, 1]), indicators=told)
    assert queue.draw(found) is None


def test_the_peak_of_those_on_the_way_names_what_they_waited_for(tmp_path: Path) -> None:
    found = results(tmp_path, ROAD, ledger=ledger(home=[9, 0, 0], road=[0, 4, 1], fuel_queue=[0, 5, 0]))
    wide = found.table("ledger").pivot_table(index="hour", columns="state", values="mean")
    assert states.finding(found, wide) == "At the peak, on day 0, 01:00: 9 people on the way or waiting for fuel"
    alone = results(tmp_path, ROAD, ledger=ledger(home=[1, 0], road=[0, 1]))
    wide = alone.table("ledger").pivot_table(index="hour", columns="state", values="mean")
    assert states.finding(alone, wide) == "At the peak, on day 0, 01:00: 1 person on the way"


def test_the_peak_of_those_not_yet_registered(tmp_path: Path) -> None:
    both = pd.concat([curve("arrived", [0, 8, 9]), curve("registered", [0, 2, 9])])
    text = "At the peak, on day 0, 01:00: 6 people who had crossed waited to be registered"
    assert reception.finding(results(tmp_path, ROAD, arrivals=both)) == text


def test_the_gap_of_most_people_comes_first_whatever_its_unit() -> None:
    fuel, water = day("fuel", 180, 150, 300, unit="L"), day("water", 180_000, 77_000, 5_133)
    short = "about 77,000 of 180,000 L missing, the need of about 5,100 people"
    assert gaps.finding([fuel, water]) == f"Water is short for the most people: on the worst day {short}"
    assert gaps.finding([day("water", 10, 0)]).startswith("What is provided covers the need")


def test_nothing_is_said_of_items_of_which_no_supply_was_told() -> None:
    fuel, food, water = day("fuel", 10_000, 9_990, 9_700), day("food", 5_000, None), day("water", 90, 80, 20)
    text = "Fuel: on the worst day all of about 10,000 L missing, the need of about 9,700 people"
    assert gaps.finding([fuel, food]) == text
    assert gaps.finding([fuel, water, food]).startswith("Where supply was told, fuel is short for the most people:")


def test_a_requirement_says_how_much_was_told_of_the_supply() -> None:
    food = day("food", 1, None, unit="person-day")
    text = "Required on the largest day: food 1 person-day, water 15 L; no supply was told"
    assert gaps.finding([food, day("water", 15, None)]) == text
    partly = day("water", 15, None, supply_status="partly_provided")
    assert gaps.finding([partly]).endswith("supply was told only in part")


def test_what_an_explosion_took_was_not_used_up(tmp_path: Path) -> None:
    depot, camp = store("pump", 0, 50, 40, 0, 0, item="fuel"), store("camp", 9, 5, 3, 2, 0)
    told = {"depots": {"pump": {"opens": 1.0, "explosions": [2.5]}}}
    found = results(tmp_path, told, stocks=pd.concat([depot, camp]), ledger=ledger(home=[1]))
    rows = stocks._stores(found)
    assert rows[0]["hour"].tolist() == [1, 2, 3, 4]  # nothing is drawn before it opens
    text = "Used up first: water at Camp, day 0, 04:00; lost in the explosion of day 0, 02:30: fuel at Pump"
    assert stocks.finding(found, rows) == text


def test_where_no_stock_was_used_up_the_lowest_is_named(tmp_path: Path) -> None:
    found = results(tmp_path, stocks=pd.concat([store("camp", 9, 3), store("town", 9, 8)]), ledger=ledger(home=[1]))
    text = "No stock was used up; water at Camp came down to 3 L"
    assert stocks.finding(found, stocks._stores(found)) == text


def commodity(name: str, gap: float, stock: Sequence[float]) -> blockade.Item:
    """Two days of a commodity of which one unit a head is needed by 100 people."""
    rows = pd.DataFrame({"need_p50": 100.0, "supply_p50": 100 - gap, "gap_p50": gap, "stock_p50": stock})
    return blockade.Item(name, "kg", np.array([-48.0, -24.0, 0.0]), rows, 100.0)


def test_the_blockade_tells_what_stocks_covered_and_not_what_was_told_to_come_in() -> None:
    gas, food = commodity("gas", 100, [0, 0]), commodity("food", 80, [50, 10])
    assert blockade.finding([gas, food]) == "Share of the need covered in the last 30 days: food 20 %"


@pytest.mark.parametrize(
    ("report", "has", "text"),
    [
        (Report(0, "ration_kg_per_person_day", 0.16), 0.17, "reported 160 g; the median run has 170 g: they agree"),
        (
            Report(0, "bread_g_per_person_day", 200, 1.25),
            0.12,
            "reported 200 g of bread, about 160 g of flour; the median run has 120 g: 25 % less",
        ),
        (
            Report(0, "stock_percent_of_usual", 5),
            0.0,
            "reported 5 % of the usual stock; the median run has 0 %: far less",
        ),
    ],
)
def test_what_was_reported_is_set_beside_the_run(report: Report, has: float, text: str) -> None:
    assert report.beside(has, "kg") == text


@pytest.mark.parametrize(
    ("reported", "model", "text"),
    [
        (100, 109, "they agree"),
        (100, 111, "11 % more"),
        (100, 60, "40 % less"),
        (100, 300, "far more"),
        (0, 0, "they agree"),
    ],
)
def test_agreement_in_words(reported: float, model: float, text: str) -> None:
    assert agreement(reported, model) == text


def test_a_scenario_without_a_title_is_called_by_its_file(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(json.dumps({"title": "", "label": "look back"}))
    assert footer(Results(tmp_path, "two_roads")).startswith("two_roads  ·  look back")


@pytest.mark.parametrize("heights", [[0.1, 0.1, 0.9], [0.95, 0.96, 0.97], [0.5, 0.2, 0.21]])
def test_names_beside_a_chart_stand_apart_and_stay_on_it(heights: list[float]) -> None:
    placed = spread(heights, 0.1, 0.97)
    assert [h for _, h in sorted(zip(heights, placed, strict=True))] == sorted(placed)
    assert np.diff(sorted(placed)).min() >= 0.1 - 1e-12
    assert max(placed) <= 0.97
