"""Need, supply and gap, worked out by hand for a few people and read from the files that a run writes."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.model import needs
from sim.model.record import Record
from sim.publish import export
from sim.results import gaps
from sim.results.outcome import outcome
from sim.scenario.schema import Scenario
from sim.studies.ensemble import Ensemble

CAMP = {"places": {"camp": {"arrive": 1.0, "stay": 1000}}}


def scenario(people: int = 10, **told: Any) -> Scenario:
    """A few people who are simply at home for two days."""
    whole = {"population": {"total": people}, "horizon": 48, "run": {"replications": 1}, **told}
    return Scenario.model_validate(whole, context={"start": None})


def written(told: Scenario, folder: Path, table: str) -> list[dict[str, str]]:
    """The rows of a table that a run of it writes."""
    ensemble = Ensemble(told, 1)
    ensemble.add(outcome(sim.run(told)))
    folder.mkdir(parents=True, exist_ok=True)
    export.write_tables(ensemble, folder, export.Told())
    with (folder / f"{table}.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def of(rows: list[dict[str, str]], **told: str) -> list[dict[str, str]]:
    """The rows whose cells are as told."""
    return [row for row in rows if all(row[name] == value for name, value in told.items())]


def cells(rows: list[dict[str, str]], name: str) -> list[float]:
    """A column as numbers."""
    return [float(row[name]) for row in rows]


@pytest.mark.parametrize(
    ("level", "litres"),
    [("survival_minimum", 2.5), ("emergency_minimum", 7.5), ("standard", 15), ("post_emergency", 20)],
)
def test_of_people_who_are_simply_there_the_need_is_people_times_standard_times_days(
    level: str, litres: float, tmp_path: Path
) -> None:
    rows = of(written(scenario(), tmp_path, "gaps"), item="water", level=level, place="all")
    assert cells(rows, "need_p50") == pytest.approx([10 * litres, 10 * litres])


def test_what_was_not_provided_is_a_requirement_and_its_cells_are_empty(tmp_path: Path) -> None:
    rows = of(written(scenario(), tmp_path, "gaps"), item="water")
    assert {row["supply_status"] for row in rows} == {"not_provided"}
    empty = ("supply_p50", "gap_p50", "gap_plan", "gap_in_place_p50", "coverage_p50", "people_short_p50")
    assert all(row[name] == "" for row in rows for name in empty)
    assert not of(written(scenario(), tmp_path / "again", "indicators"), indicator="gap.water.total")


def test_one_delivery_covers_the_hours_after_it_until_it_is_used_up(tmp_path: Path) -> None:
    told = {"provided": {"tank": {"item": "water", "place": "home", "unit": "L", "deliveries": DELIVERY}}}
    rows = written(scenario(supply=told), tmp_path, "gaps")
    # Ten people need 150 L a day, 6.25 L an hour. 200 L come at 12:00: 75 L go on the first day, 125 L on the second.
    shown = of(rows, item="water", level="standard", place="home")
    assert cells(shown, "need_p50") == pytest.approx([150, 150])
    assert cells(shown, "supply_p50") == pytest.approx([75, 125])
    assert cells(shown, "gap_p50") == pytest.approx([75, 25])
    assert cells(shown, "coverage_p50") == pytest.approx([0.5, 125 / 150])
    assert cells(shown, "people_short_p50") == pytest.approx([5, 10 * 25 / 150])
    # At the survival level the same draws cover 25 L a day wherever there is water at all.
    least = of(rows, item="water", level="survival_minimum", place="home")
    assert cells(least, "gap_p50") == pytest.approx([12.5, 25 - 20 * 25 / 24])


DELIVERY = {"truck": {"at": 12, "amount": 200, "status": "on the way"}}


def test_hours_are_those_of_the_delivery_and_the_stock(tmp_path: Path) -> None:
    told = scenario(supply={"provided": {"tank": {"item": "water", "place": "home", "deliveries": DELIVERY}}})
    hourly = of(written(told, tmp_path, "gaps_hourly"), item="water", place="all")
    assert cells(hourly, "need_p50") == pytest.approx([6.25] * 48)
    assert cells(hourly, "gap_p50") == pytest.approx([6.25] * 12 + [0] * 32 + [6.25] * 4)
    with (tmp_path / "indicators.csv").open(encoding="utf-8") as lines:
        found = {row["indicator"]: row["p50"] for row in csv.DictReader(lines)}
    assert found["gap.water.first_hour"] == "0"
    assert float(found["gap.water.total"]) == pytest.approx(100)
    assert float(found["stock.tank.out_hour"]) == 44


def test_each_gap_rests_on_what_is_at_least_as_certain(tmp_path: Path) -> None:
    coming = {
        status.replace(" ", "_"): {"at": 0, "amount": 10, "status": status}
        for status in ("in place", "on the way", "funded", "pledged", "requested")
    }
    told = scenario(
        supply={"provided": {"meals": {"item": "food", "place": "home", "deliveries": coming}}}, horizon=120
    )
    total = dict.fromkeys(("gap_in_place_p50", "gap_on_the_way_p50", "gap_p50", "gap_pledged_p50"), 0.0)
    for row in of(written(told, tmp_path, "gaps"), item="food", place="all"):
        total = {name: value + float(row[name]) for name, value in total.items()}
    # Fifty rations are needed in five days: 10, 20, 30 or 40 of them come.
    assert list(total.values()) == pytest.approx([40, 30, 20, 10])


def test_what_hosts_and_shops_cover_is_told_apart_and_takes_nothing_from_the_stock(tmp_path: Path) -> None:
    told = {
        "covered": {"hosts": {"item": "food", "place": "home", "share": 0.4}},
        "provided": {"store": {"item": "food", "place": "home", "stock": 9}},
    }
    rows = of(written(scenario(supply=told), tmp_path, "gaps"), item="food", place="home")
    # Of ten rations a day hosts cover four; the nine in store cover six on the first day and three on the second.
    assert cells(rows, "supply_p50") == pytest.approx([10, 7])


def left_with(carried: dict[str, float], people: int, km: float, loading: dict[str, Any]) -> Record:
    """People who leave by car on one road of so many kilometres, with what they carry."""
    way = {"segments": {"way": {"from": "a", "to": "b", "length": km, "speed": 40, "jam_density": 100}}}
    return sim.run(
        scenario(
            people,
            corridor=way,
            vehicles={"per_household": 1.0},
            departure={"loading": loading},
            supply={"carried": carried},
            reception=CAMP,
        )
    )


def test_what_people_carry_covers_the_hours_after_they_leave() -> None:
    record = left_with({"food": 0.5}, 1000, 40, {"kind": "uniform", "spread": 6})
    found, _ = gaps.outcome(record)
    rows = gaps.layout(record.scenario)
    on_the_way = [k for k, row in enumerate(rows) if row.figure.item == "food" and row.place in ("way", "road")]
    assert found["need"][on_the_way].sum() == pytest.approx(1000 / 24, rel=1e-6)
    assert found["gap"][on_the_way].sum() == pytest.approx(0)


def test_who_has_left_draws_nothing_at_home_while_what_they_carry_lasts() -> None:
    record = left_with({"water": 15 * 6 / 24}, 100, 400, {"kind": "at_once", "begins": 5})
    figure = next(row.figure for row in gaps.layout(record.scenario) if row.figure.name == "sphere.water.total")
    drawing = needs.uncovered(record.there, figure)
    home = list(record.there.names).index(record.parties.settlements[0])
    assert drawing[home, :5] == pytest.approx(100)
    assert drawing[home, 5:] == pytest.approx(0)
    assert drawing[:, 5:11].sum() == pytest.approx(0, abs=1e-6)
    assert drawing[:, 11].sum() == pytest.approx(100, rel=0.05)


def test_person_hours_on_the_road_are_those_of_the_drive_to_the_second() -> None:
    record = drive(0.0)
    there, names = record.there, list(record.there.names)
    # Nobody waits: 30 km at 60 km/h and 20 km at 40 km/h are half an hour on each segment.
    for segment in ("first", "second"):
        assert there.everyone[names.index(segment)].sum() == pytest.approx(300 * 0.5, rel=1e-6)


def drive(stay: float) -> Record:
    """Three hundred people who drive two segments with room to spare."""
    segments = {
        "first": {"from": "a", "to": "b", "length": 30, "speed": 60, "jam_density": 100},
        "second": {"from": "b", "to": "c", "length": 20, "speed": 40, "jam_density": 100},
    }
    return sim.run(
        scenario(
            300,
            corridor={"segments": segments},
            vehicles={"per_household": 1.0, "shared_rides": 0.0},
            departure={"loading": {"kind": "uniform", "spread": 20}},
            reception=CAMP,
        )
    )


def test_everybody_is_at_one_place_in_every_hour() -> None:
    there = drive(0.0).there
    assert there.everyone.sum(axis=0) == pytest.approx([300] * 48)
    assert (there.at_full_hours().sum(axis=0) == 300).all()


def test_patients_need_care_by_the_standard_of_their_group(tmp_path: Path) -> None:
    told = {"total": 1000, "patients": {"dialysis": {"people": {"people": 7}}, "insulin": {"people": {"share": 0.01}}}}
    store = {"item": "insulin", "place": "home", "unit": "IU", "stock": 500}
    rows = written(scenario(population=told, supply={"provided": {"fridge": store}}), tmp_path, "gaps")
    # Three sessions a week for seven patients are three a day; ten patients take 400 IU a day.
    assert cells(of(rows, item="dialysis", place="all"), "need_p50") == pytest.approx([3, 3])
    assert {row["supply_status"] for row in of(rows, item="dialysis")} == {"not_provided"}
    assert cells(of(rows, item="insulin", place="all"), "gap_p50") == pytest.approx([0, 300])


def test_room_is_needed_for_the_fullest_hour_and_is_never_summed_over_hours(tmp_path: Path) -> None:
    places = {"camp": {"arrive": 1.0, "stay": 1000, "capacity": 60}}
    told = scenario(100, arrivals={"over": 24}, reception={"places": places}, vehicles={"per_household": 0.0})
    rows = of(written(told, tmp_path, "gaps"), item="shelter", level="standard", place="camp")
    # On the second day a hundred people are there all day: 450 m2 needed, 270 m2 there.
    assert cells(rows, "need_p50")[1] == pytest.approx(450)
    assert cells(rows, "gap_p50")[1] == pytest.approx(180)
    assert cells(rows, "people_short_p50")[1] == pytest.approx(40)


AMOUNTS = st.floats(0, 500)
STORES = st.fixed_dictionaries(
    {
        "item": st.just("water"),
        "place": st.just("home"),
        "stock": AMOUNTS,
        "daily": AMOUNTS,
        "handout": st.floats(0, 50),
    }
)


@settings(max_examples=25)
@given(st.dictionaries(st.sampled_from("abc"), STORES, min_size=1), st.integers(1, 50))
def test_supply_never_exceeds_need_and_rations_are_accounted_for(stores: dict[str, Any], people: int) -> None:
    record = sim.run(scenario(people, supply={"provided": stores}))
    found, _ = gaps.outcome(record)
    assert (found["supply"] <= found["need"] + 1e-9).all()
    for row in record.supply.rows:
        assert row.received == pytest.approx(row.drawn.sum() + row.stock[-1])
        assert (row.stock >= -1e-9).all()


def test_of_room_the_places_add_up_to_all_places_on_every_day(tmp_path: Path) -> None:
    # The first camp is fullest on the first day, the second one later: an hour for each would add up to more.
    places = {"first": {"arrive": 1.0, "stay": 7, "next": {"second": 1.0}}, "second": {"stay": 9}}
    told = scenario(100, arrivals={"over": 12}, reception={"places": places}, vehicles={"per_household": 0.0})
    rows = of(written(told, tmp_path, "gaps"), item="shelter", level="standard")
    for name in ("need_p50", "need_plan"):
        each, together = ({row["day"]: 0.0 for row in rows} for _ in range(2))
        for row in rows:
            (together if row["place"] == "all" else each)[row["day"]] += float(row[name])
        assert each == pytest.approx(together)
        assert max(together.values()) > 0


def test_where_people_are_simply_there_nothing_is_said_of_movement(tmp_path: Path) -> None:
    rows = {row["indicator"]: row for row in written(scenario(), tmp_path, "indicators")}
    assert {rows[name]["p50"] for name in ("arrived.total", "left_behind.people", "queue.vehicles.peak")} == {""}
    limits = {row["constraint"]: float(row["share"]) for row in written(scenario(), tmp_path, "constraints")}
    assert limits["permission"] == 0
    assert limits["nobody_left"] == 1


def test_where_only_arrivals_are_told_nothing_limits_them(tmp_path: Path) -> None:
    rows = written(scenario(arrivals={"over": 12}), tmp_path, "constraints")
    limits = {
        name: {float(row["share"]) for row in rows if row["constraint"] == name}
        for name in ("permission", "nobody_left")
    }
    assert limits == {"permission": {0.0}, "nobody_left": {1.0}}
