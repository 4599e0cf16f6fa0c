"""What to send and by when to decide, read from the file that a run of a scenario file writes."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from sim.publish.export import write_tables
from sim.publish.manifest import Told
from sim.scenario.loader import load
from sim.studies.run import replicate

TEN_TONNES = """
start: 2023-10-01 00:00 +04:00
horizon: 24 h
population: { total: 36036 people }
supply:
  sources:
    capital:
      to: { home: 254 km }
      call_out: 2 h
      loading: 3 h
      customs: 0 h
      speed: 30 km/h
      unloading: 3 h
      hand_out: 0 h
  provided:
    store: { item: food, place: home, stock: 18018 }
    pipes: { item: water, place: home, covered: 100 % }
"""
"""At noon the store is empty: 18,018 rations of 0.555 kg, ten tonnes, are missing until midnight."""

Rows = list[dict[str, str]]


def rows(folder: Path, text: str, changes: dict[str, str] | None = None, table: str = "dispatch") -> Rows:
    """The rows of a table that a run of a scenario file writes."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "told.yaml").write_text(text, encoding="utf-8")
    write_tables(replicate(load(folder / "told.yaml", changes), 1), folder, Told())
    with (folder / f"{table}.csv").open(encoding="utf-8") as lines:
        return [row for row in csv.DictReader(lines) if row["item"] in ("food", "water")]


def test_to_be_on_site_by_noon_ten_tonnes_are_decided_on_by_19_32_the_evening_before(tmp_path: Path) -> None:
    (send,) = rows(tmp_path, TEN_TONNES)
    assert (send["item"], send["place"], send["source"]) == ("food", "home", "capital")
    assert send["on_site"] == send["needed_by"] == "2023-10-01T12:00:00+04:00"
    assert send["decide_by"].startswith("2023-09-30T19:32:")
    assert send["leave_by"].startswith("2023-10-01T00:32:")
    assert float(send["quantity_plan"]) == pytest.approx(18018)
    assert float(send["mass_t"]) == pytest.approx(10, rel=1e-4)
    assert float(send["volume_m3"]) == pytest.approx(20, rel=1e-2)
    assert (send["trucks"], send["status"]) == ("1", "requested")


@pytest.mark.parametrize(
    ("now", "reads"), [("2023-09-30 19:31", "in time"), ("2023-09-30 19:33", "too late"), (None, "before the start")]
)
def test_a_decide_by_before_now_reads_too_late(now: str | None, reads: str, tmp_path: Path) -> None:
    (send,) = rows(tmp_path, TEN_TONNES, {"run.now": now} if now else None)
    assert send["in_time"] == reads


def test_each_step_of_the_chain_brings_the_decision_forward_by_its_hours(tmp_path: Path) -> None:
    longer = {"call_out": "3 h", "loading": "4 h", "customs": "5 h", "speed": "25.4 km/h", "unloading": "4 h"}
    hours = {"call_out": 1, "loading": 1, "customs": 5, "speed": 10 - 254 / 30, "unloading": 1, "hand_out": 2}
    base = decided(rows(tmp_path, TEN_TONNES))
    for step, value in (longer | {"hand_out": "2 h"}).items():
        later = decided(rows(tmp_path, TEN_TONNES, {f"supply.sources.capital.{step}": value}))
        assert base - later == pytest.approx(hours[step], abs=0.01)


def decided(found: Rows) -> float:
    """The hour of the decision, counted from 30 September."""
    return clock(found[0]["decide_by"])


def clock(told: str) -> float:
    """Hours of a time since the beginning of 30 September."""
    day, time = told[8:10], told[11:19].split(":")
    return (
        24 * ((int(day) - 30) if told[5:7] == "09" else int(day))
        + int(time[0])
        + int(time[1]) / 60
        + int(time[2]) / 3600
    )


def test_a_fleet_too_small_drives_again_and_has_to_start_earlier(tmp_path: Path) -> None:
    fleet = "transport: { trucks: { small: { payload: 5 t, volume: 45 m3, trucks: 1, available: 100 % } } }\n"
    told = (fleet + TEN_TONNES).replace("to: {", "trucks: small\n      gangs: 1\n      to: {")
    (send,) = rows(tmp_path, told)
    assert send["trucks"] == "2"
    early = decided(rows(tmp_path, TEN_TONNES)) - decided([send])
    assert early == pytest.approx(2 * 254 / 30, abs=0.01)


@pytest.mark.parametrize(("plan_on", "hours"), [("p80", 8.0), ("p50", 5.0), ("planning-figure", 8.0)])
def test_a_decision_leaves_time_for_as_many_of_the_chains_as_are_planned_on(
    plan_on: str, hours: float, tmp_path: Path
) -> None:
    fixed = decided(rows(tmp_path, TEN_TONNES))
    varying = TEN_TONNES.replace("customs: 0 h", "customs: { distribution: uniform, low: 0 h, high: 10 h }")
    early = fixed - decided(rows(tmp_path, varying, {"needs.plan_on": plan_on}))
    assert early == pytest.approx(hours, abs=0.25)  # four standard errors of a quantile of 4,000 draws


def test_the_latest_times_of_a_chain_that_varies_come_one_after_another(tmp_path: Path) -> None:
    wide = "{ distribution: uniform, low: 0 h, high: 20 h }"
    (send,) = rows(tmp_path, TEN_TONNES.replace("out: 2 h", f"out: {wide}").replace("out: 0 h", f"out: {wide}"))
    assert send["decide_by"] < send["leave_by"] < send["on_site"] < send["needed_by"]
    assert clock(send["on_site"]) == pytest.approx(24 + 12 - 16, abs=0.5)  # 16 of 20 hours before noon


def test_a_road_that_is_slow_when_the_truck_leaves_is_planned_as_slow(tmp_path: Path) -> None:
    ice = "seasons: { ice: { from: 2023-09-30 00:00, until: 2023-10-01 10:00, speed: 25.4 km/h } }\n      to: {"
    early = decided(rows(tmp_path, TEN_TONNES)) - decided(rows(tmp_path, TEN_TONNES.replace("to: {", ice)))
    assert early == pytest.approx(10 - 254 / 30, abs=0.01)


def test_where_trucks_leave_at_fixed_times_the_last_that_is_in_time_is_taken(tmp_path: Path) -> None:
    convoy = "convoy: { every: 12 h, from: 2023-09-28 18:00 }\n      to: {"
    (send,) = rows(tmp_path, TEN_TONNES.replace("to: {", convoy))
    assert send["leave_by"] == "2023-09-30T18:00:00+04:00"  # not 06:00: the road and unloading take 11.5 h
    assert send["decide_by"] == "2023-09-30T13:00:00+04:00"
    over = TEN_TONNES.replace("to: {", convoy.replace("from", "until: 2023-09-28 20:00, from"))
    assert clock(rows(tmp_path, over)[0]["leave_by"]) == -30  # the only one, on 28 September
    late = TEN_TONNES.replace("to: {", convoy.replace("2023-09-28", "2023-10-02"))
    assert rows(tmp_path, late)[0]["source"] == ""


def test_whole_packages_are_sent_and_what_is_over_serves_the_next_day(tmp_path: Path) -> None:
    told = TEN_TONNES.replace("horizon: 24 h", "horizon: 72 h") + "costs: { goods: { food: food_parcel } }\n"
    sent = [float(send["quantity_plan"]) / 150 for send in rows(tmp_path, told)]
    assert sent == [round(number) for number in sent]
    # 18,018 rations on the first day, 36,036 on each of the others: 120.12, 240.24 and 240.24 parcels.
    assert sent == [121, 240, 240]


def test_what_stands_at_a_source_is_sent_once_and_the_rest_has_no_source(tmp_path: Path) -> None:
    told = TEN_TONNES + "    far: { item: food, place: capital, stock: 8000 }\n"
    first, rest = rows(tmp_path, told)
    assert (first["source"], float(first["quantity_plan"])) == ("capital", 8000)
    assert (rest["source"], rest["decide_by"], rest["in_time"]) == ("", "", "")
    assert float(rest["quantity_plan"]) == pytest.approx(10018)


def test_the_quickest_of_two_sources_is_taken(tmp_path: Path) -> None:
    near = TEN_TONNES.replace("  provided:", "    near: { to: { home: 20 km }, hand_out: 0 h }\n  provided:")
    assert [send["source"] for send in rows(tmp_path, near)] == ["near"]


def test_of_what_was_not_provided_the_whole_need_is_told_as_not_provided(tmp_path: Path) -> None:
    (send,) = rows(tmp_path, TEN_TONNES.replace("covered: 100 %", "covered: 100 %", 1).replace(
        "    store: { item: food, place: home, stock: 18018 }\n", ""))  # fmt: skip
    assert send["status"] == "not_provided"
    assert float(send["quantity_plan"]) == pytest.approx(36036)


def test_quantities_to_send_add_up_to_the_gap_of_the_run_planned_on(tmp_path: Path) -> None:
    told = TEN_TONNES.replace("horizon: 24 h", "horizon: 72 h")
    sent = sum(float(send["quantity_plan"]) for send in rows(tmp_path, told))
    gaps = rows(tmp_path, told, table="gaps")
    short = sum(float(row["gap_plan"]) for row in gaps if row["item"] == "food" and row["place"] == "home")
    assert sent == pytest.approx(short)


def test_deliveries_tell_what_came_after_the_need_it_was_for_and_what_may_be_told_twice(tmp_path: Path) -> None:
    more = """
      deliveries:
        ours: { at: 2023-10-01 18:00, amount: 20000, status: funded }
        theirs: { at: 2023-10-01 20:00, amount: 20100, status: requested, organisation: B }
"""
    told = TEN_TONNES.replace("stock: 18018 }", "stock: 18018, organisation: A }").replace(
        "    store: { item: food, place: home, stock: 18018, organisation: A }",
        "    store:\n      item: food\n      place: home\n      stock: 18018\n      organisation: A" + more,
    )
    stock, ours, theirs = rows(tmp_path, told, table="deliveries")
    assert (stock["delivery"], stock["quantity"], stock["status"]) == ("stock", "18018", "in place")
    assert float(ours["too_late_p50"]) == pytest.approx(36036 / 4)
    assert (ours["on_site_hour_p50"], ours["hours_short_p50"]) == ("18", "6")
    assert (ours["organisation"], theirs["organisation"]) == ("A", "B")
    assert (theirs["came_p50"], theirs["on_site_hour_p50"]) == ("0", "")
    assert ours["possible_double"] == "store.deliveries.theirs"
    assert theirs["possible_double"] == "store.deliveries.ours"
    assert stock["possible_double"] == ""
