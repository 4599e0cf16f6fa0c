"""What binds: on roads and at stores where the answer is known, and its gains against theory and real runs."""

from __future__ import annotations

import json
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from sim import cli
from sim.publish.binding import lines
from sim.results.binding import LIMITS
from sim.scenario.loader import load
from sim.scenario.schema import Scenario
from sim.studies.binds import AS_TOLD, DELAY, Binding, Gain, binds
from sim.studies.compare import compare
from sim.studies.paired import Variant
from sim.studies.relaxing import relaxations
from tests.verification.cases import post, shut, single_file, stretches

HOME = Path(__file__).parents[2]
NO_NEEDS = ("SHL", "FSC", "WSH", "HEA", "NUT", "PRO", "PRO-CPN", "PRO-GBV", "EDU", "LOG", "CCM", "MPC", "MS")
SHIPPED = sorted([*(HOME / "scenarios").glob("*.yaml"), *(HOME / "scenarios/cases").glob("*.yaml")])
FREE_FLOW = 1.0
"""Hours of 50 km at 50 km/h."""


def scenario(told: dict[str, Any], needs: bool = False) -> Scenario:
    told = {key: value for key, value in told.items() if key != "run"}
    told |= {} if needs else {"needs": {"sectors": dict.fromkeys(NO_NEEDS, False)}}
    return Scenario.model_validate(told, context={"start": None})


def found(told: dict[str, Any], runs: int = 2, needs: bool = False) -> Binding:
    return binds(scenario(told, needs), runs, 1)


def gain(told: Binding, constraint: str, indicator: str = DELAY) -> Gain:
    return next(one for one in told.gains() if one.constraint == constraint and one.indicator == indicator)


def test_one_server_binds_while_its_queue_lasts_and_a_tenth_more_of_its_rate_gains_what_theory_says() -> None:
    """600 an hour come to a post of 220: the n-th passes at 1 + n / 220, so 1.1 saves N (N + 1) / (22 x 220)."""
    vehicles, rate = 600, 220
    told = single_file(vehicles, stretches(50, capacity="600 vehicles/h"), 6, checkpoints={"post": post("km50", rate)})
    result = found(told)
    limits = result.arrivals()
    last = FREE_FLOW + vehicles / rate
    assert limits["checkpoint"][1 : int(last)].tolist() == [1.0] * (int(last) - 1)
    assert limits["nobody_left"][ceil(last) :].all()
    saved = gain(result, "checkpoint")
    assert saved.band[:4] == pytest.approx([vehicles * (vehicles + 1) / (22 * rate)] * 4, rel=1e-9)
    assert not saved.band.within_noise
    assert saved.as_told == pytest.approx(vehicles * FREE_FLOW + vehicles * (vehicles + 1) / (2 * rate), rel=1e-9)
    assert gain(result, "checkpoint", "clearance.p95").band.p50 == pytest.approx(0.95 * vehicles / rate / 11, rel=2e-3)
    idle = gain(result, "road")
    assert idle.band[:3] == pytest.approx([0.0] * 3, abs=1e-6)
    assert idle.band.within_noise


def test_a_queue_with_random_arrivals_gains_what_pollaczek_and_khinchine_say() -> None:
    """M/D/1, 180 an hour to a post of 240, then of 264: the time at the post falls from 37.5 s to 28.25 s."""
    came, rate, vehicles = 180.0, 240.0, 20_000

    def at_post(mu: float) -> float:
        return came / mu / (2 * mu * (1 - came / mu)) + 1 / mu

    told = single_file(vehicles, stretches(5, lanes=10), vehicles / came + 10, checkpoints={"post": post("km5", rate)})
    told["departure"] = {"loading": {"kind": "uniform", "spread": f"{vehicles / came} h"}}
    saved = gain(found(told, 4), "checkpoint")
    theory = vehicles * (at_post(rate) - at_post(1.1 * rate))
    assert saved.band.mean == pytest.approx(theory, abs=3 * saved.band.error + 0.01 * theory)
    assert saved.band.error < 0.05 * theory


def test_a_gain_is_the_paired_difference_of_a_real_run() -> None:
    told = single_file(400, stretches(5, lanes=10), 12, checkpoints={"post": post("km5", 60, spread=0.6)})
    told["departure"] = {"loading": {"kind": "uniform", "spread": "4 h"}}
    result = binds(scenario(told), 5, 3)
    real = compare(scenario(told), {"corridor.checkpoints.post.booth_rate": "x1.1"}, 5, 3)
    for name in ("clearance.p95", "arrived.total"):
        of_run, sign = real.found.band(name, "b"), -1 if name.startswith("clearance") else 1
        mine = gain(result, "checkpoint", name).band
        assert (mine.p50, mine.mean, mine.error) == (sign * of_run.p50, sign * of_run.mean, of_run.error)
    by = gain(result, "checkpoint", f"arrived.by_hour_{result.half}").band
    curves = [real.found.arrays("curves", side)[:, 1, result.half] for side in ("a", "b")]
    assert by.mean == pytest.approx((curves[1] - curves[0]).mean())


def test_permission_binds_until_people_may_leave_and_a_tenth_sooner_saves_everyone_as_long() -> None:
    told = single_file(300, stretches(50), 16)
    told["departure"] = {"permission": {"everyone": {"from": "10 h", "share": "100 %"}}}
    result = found(told)
    assert result.arrivals()["permission"][:10].all()
    assert not result.arrivals()["permission"][11:].any()
    assert gain(result, "permission").band.p50 == pytest.approx(300 * 10 / 11, rel=1e-9)


def test_fuel_binds_where_pumps_are_slower_than_the_road() -> None:
    """Four pumps of 60 s: the n-th leaves with fuel after ceil(n / 4) minutes; a tenth faster saves an eleventh."""
    vehicles = 960
    told = single_file(vehicles, stretches(10), 6)
    told["vehicles"]["classes"] = {"car": {"share": "100 %", "seats": 5, "use": "0.9 L/km", "idle": "0 L/h"}}
    depot = {"stock": "40,000 L", "pumps": 4, "service": "60 s"}
    told["fuel"] = {"held": "0 L", "full_tank": "15 L", "ration": "15 L", "without": "wait", "depots": {"town": depot}}
    result = found(told)
    assert result.arrivals()["fuel"][:4].all()
    waits = sum(ceil(n / 4) / 60 for n in range(1, vehicles + 1))
    assert gain(result, "fuel").band.p50 == pytest.approx(waits / 11, rel=1e-3)
    known = {one.constraint for one in result.gains()}
    assert {"road", "fuel", "incident"} <= known
    assert not {"checkpoint", "transport"} & known


def test_transport_binds_where_buses_are_few() -> None:
    """Two buses of 50 for 1,000 people without cars: ten rounds of four hours each."""
    told = {
        "horizon": "44 h",
        "population": {"total": "1000 people", "household_size": "1 people/household"},
        "vehicles": {"per_household": "0 vehicles/household", "shared_rides": "0 %"},
        "corridor": {"segments": stretches(50, lanes=10)},
        "transport": {"buses": {"city": {"buses": 2, "seats": 50, "loading": "1 h", "back": "2 h"}}},
    }
    result = found(told)
    assert result.arrivals()["transport"][:36].mean() > 0.9
    saved = {one.constraint: one.band.p50 for one in result.gains() if one.indicator == DELAY}
    assert saved["transport"] > 0
    assert max(saved, key=lambda name: saved[name]) == "transport"


def test_a_closure_binds_as_an_incident_and_one_that_is_a_tenth_shorter_saves_as_much() -> None:
    closures = {"shut": shut("to_50", 0, 0, 22)}
    told = single_file(200, stretches(10, 50), 30, closures=closures)
    result = found(told)
    assert result.arrivals()["incident"][2:22].all()
    assert gain(result, "incident").band.p50 == pytest.approx(200 * 2, rel=1e-6)


def store(**told: Any) -> dict[str, Any]:
    """A thousand people who stay where they are, 625 L of water an hour, and one store."""
    return {
        "horizon": "48 h",
        "population": {"total": "1000 people"},
        "supply": {"provided": {"water": {"item": "water", "place": "home", "unit": "L", **told}}},
    }


def water(told: dict[str, Any]) -> tuple[dict[str, np.ndarray], dict[str, float]]:
    """What limits the supply of water, hour by hour, and the gain in its gap by constraint."""
    told["needs"] = {"sectors": {code: code == "WSH" for code in NO_NEEDS}, "items": only_water()}
    result = binds(scenario(told, needs=True), 2, 1)
    gained = {one.constraint: one.band.p50 for one in result.gains() if one.indicator == "gap.water.total"}
    return result.supply()["WSH"], gained


def only_water() -> dict[str, bool]:
    from sim.scenario import standards

    return {one.item: False for one in standards.needed({}) if one.sector_code == "WSH" and one.item != "water"}


NEED = 1000 * 15 / 24
"""Litres an hour."""


def test_the_pace_of_hand_out_binds_where_there_is_stock() -> None:
    limits, gained = water(store(stock=1_000_000, handout=100))
    assert limits["handout"].all()
    assert gained == {"handout": pytest.approx(48 * 10), "stock": pytest.approx(0, abs=1e-6)}


def test_stock_binds_once_it_is_gone_and_who_is_there_until_then() -> None:
    limits, gained = water(store(stock=6000))
    gone = int(6000 / NEED)
    assert limits["who_is_there"][:gone].all()
    assert limits["stock"][gone + 1 :].all()
    assert gained == {"stock": pytest.approx(600)}


def test_what_comes_later_binds_until_it_comes_and_its_coming_sooner_gains_the_hours_between() -> None:
    limits, gained = water(store(deliveries={"truck": {"at": "22 h", "amount": 1_000_000}}))
    assert limits["not_yet_come"][:22].all()
    assert limits["who_is_there"][22:].all()
    assert gained["not_yet_come"] == pytest.approx(2 * NEED)
    assert gained["stock"] == pytest.approx(0, abs=1e-6)


def test_an_order_binds_while_it_is_under_way() -> None:
    limits, gained = water(store(stock=NEED, reorder={"level": 2 * NEED, "up_to": 100 * NEED, "lead": "11 h"}))
    assert limits["lead_time"][1:11].all()
    assert gained["lead_time"] == pytest.approx(NEED)


def test_a_pledge_binds_from_when_it_was_told_for() -> None:
    limits, gained = water(store(deliveries={"promise": {"at": "0 h", "amount": 4000, "status": "pledged"}}))
    assert limits["pledge"].all()
    assert gained["pledge"] == pytest.approx(400)


def test_what_nobody_provides_binds_and_a_supply_that_covers_all_does_not() -> None:
    told = store(covered="100 %")
    result = binds(scenario(told, needs=True), 1, 1)
    assert set(LIMITS) == set(result.supply()["FSC"])
    assert result.supply()["FSC"]["not_provided"].all()
    limits, gained = water(store(covered="100 %"))
    assert limits["who_is_there"].all()
    assert gained == {}


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_every_relaxation_of_a_shipped_scenario_is_a_scenario_itself(file: Path) -> None:
    told = load(file)
    relaxed = relaxations(told)
    for one in relaxed:
        Variant(told, one.changes, one.factors).told()
    if told.corridor is not None:
        assert {"road", "incident"} <= {one.constraint for one in relaxed}
    assert ("checkpoint" in {one.constraint for one in relaxed}) == bool(told.corridor and told.corridor.checkpoints)


def test_the_command_writes_what_limits_and_what_is_gained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = single_file(300, stretches(50), 8, checkpoints={"post": post("km50", 60)})
    told |= {"supply": store(stock=900)["supply"]}
    file = tmp_path / "road.yaml"
    file.write_text(yaml.safe_dump(told, sort_keys=False), encoding="utf-8")
    words = ["binds", str(file), "--replications", "2", "--workers", "1", "--json", "--out", str(tmp_path)]
    cli.cli.main(words, standalone_mode=False)
    printed = capsys.readouterr()
    folder = tmp_path / "road-binds"
    limits, gained = (pd.read_csv(folder / f"{name}.csv") for name in ("binding", "gains"))
    assert limits.groupby(["of", "hour"])["share"].sum().round(9).eq(1).all()
    assert {"arrivals", "WSH"} <= set(limits["of"])
    row = gained.query("constraint == 'checkpoint' and indicator == @DELAY").iloc[0]
    assert row["gain_p50"] == pytest.approx(300 * 301 / (22 * 60), rel=1e-9)
    assert row["paths"] == "corridor.checkpoints.*.booth_rate x1.1"
    assert row["within_noise"] == "no"
    assert {file.name for file in (folder / "charts").glob("*.png")} == {"binding.png", "gains.png"}
    assert json.loads(printed.out)["hours"]["arrivals"]["checkpoint"] >= 5
    assert "checkpoint relaxed by 10 %: saves 68 person-hours" in printed.err


def test_a_failed_run_is_told_and_left_out_on_both_sides() -> None:
    told = single_file(50, stretches(50), 4, checkpoints={"post": post("km50", 60)})
    result = binds(scenario(told), 3, 1)
    del result.found._kept["arrivals checkpoint"][1]
    result.found.failures["arrivals checkpoint", 1] = "no room"
    assert gain(result, "checkpoint").band.runs == 2
    assert result.pairs == 3
    assert any("replication 1 of arrivals checkpoint failed and is left out: no room" in line for line in lines(result))
    assert AS_TOLD in result.found.names
