"""What must already lie where: closed forms, and what holds for every scenario."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.publish import contingency
from sim.results.preposition import Source, bridged, layout, must_lie
from sim.scenario.faults import ScenarioError
from sim.scenario.loader import load
from sim.scenario.paths import change
from sim.scenario.schema import Scenario
from sim.scenario.standards.rows import table
from sim.scenario.standards.storage import keeps, read
from sim.studies.contingency_lines import lines
from sim.studies.prepare import Contingency, Lying, prepare
from sim.studies.run import run

TOWN = """
horizon: 48 h
population: { total: 48000 people, household_size: 1 people/household }
arrivals: { over: 48 h }
reception: { places: { town: { arrive: 100 %, stay: 30 days } } }
supply:
  sources:
    depot:
      to: { town: 320 km }
      call_out: 2 h
      loading: 0 h
      customs: 2 h
      speed: 32 km/h
      unloading: 0 h
      hand_out: 2 h
needs:
  sectors: { FSC: no, WSH: no, HEA: no, PRO: no, EDU: no, NUT: no, LOG: no, PRO-GBV: no, PRO-CPN: no, CCM: no }
triggers:
  alarm: { signal: smoke, at: -30 h, decision: 4 h, action: blankets are brought, takes: 20 h, item: blanket }
"""
"""A thousand people an hour; the truck of the depot is there, and handed out, after 2 + 2 + 10 + 2 = 16 hours."""
BLANKET = ("blanket", "town")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    file = tmp_path_factory.mktemp("town") / "town.yaml"
    file.write_text(TOWN, encoding="utf-8")
    return load(file)


def prepared(*scenarios: Scenario, **told: Any) -> Contingency:
    """A contingency over scenarios named by their place in the row, one run each."""
    return prepare({f"s{number}": one for number, one in enumerate(scenarios)}, 1, **told)


def row(found: Contingency, key: tuple[str, str] = BLANKET) -> Lying:
    return next(one for one in found.lying if (one.lay.figure.item, one.lay.place) == key)


def blankets(scenario: Scenario) -> float:
    return row(prepared(scenario, scenario)).quantity


def stocked(scenario: Scenario, **told: Any) -> Scenario:
    return change(scenario, {"supply.provided.store": {"item": "blanket", "place": "town", **told}})


def test_a_thousand_an_hour_a_blanket_each_and_a_truck_after_16_hours_ask_for_16_000_blankets(town: Scenario) -> None:
    found = row(prepared(town, town))
    assert found.quantity == pytest.approx(16_000, abs=0.5)
    assert (found.source, found.lead, found.status) == ("depot", pytest.approx(16.0), "lay in")
    assert found.stored.tonnes == pytest.approx(16 * 1.6)
    assert found.stored.m3 == pytest.approx(160)
    assert found.stored.floor == pytest.approx(160 / (2.5 * 0.7))
    assert found.stored.cost == pytest.approx(16_000 * 5)
    assert found.decide_by == pytest.approx(-16.0)


def test_what_every_scenario_needs_is_the_least_of_them_and_what_is_enough_the_most(town: Scenario) -> None:
    half = change(town, {"population.present": 24_000})
    found = row(prepared(half, town))
    assert found.quantities == {"s0": pytest.approx(8_000, abs=0.5), "s1": pytest.approx(16_000, abs=0.5)}
    assert (found.no_regret, found.quantity, found.most) == (
        found.quantities["s0"], found.quantities["s1"], "s1")  # fmt: skip


def test_what_lies_there_already_is_less_to_lay_in(town: Scenario) -> None:
    assert blankets(stocked(town, stock=5_000)) == pytest.approx(11_000, abs=1)
    assert blankets(stocked(town, deliveries={"six": {"at": 6, "amount": 20_000}})) == pytest.approx(6_000, abs=1)
    assert row(prepared(*[stocked(town, stock=5_000)] * 2)).lies_there == 5_000


def test_what_has_expired_before_the_need_does_not_count(town: Scenario) -> None:
    assert blankets(stocked(town, stock=5_000, expires=-1.0)) == pytest.approx(16_000, abs=1)
    assert blankets(stocked(town, stock=5_000, expires=3.0)) == pytest.approx(13_000, abs=1)
    assert blankets(stocked(town, stock=5_000, expires=300.0)) == pytest.approx(11_000, abs=1)


def test_a_stock_that_expires_is_lost_from_the_books_too(town: Scenario) -> None:
    water = {"item": "water", "place": "town", "stock": 100_000, "expires": 4.0}
    told = change(town, {"supply.provided.tank": water, "needs.sectors.WSH": True})
    (tank,) = run(told).supply.rows
    assert tank.lost > 0
    assert tank.stock[5] == 0
    assert float(tank.drawn.sum()) + tank.lost == pytest.approx(100_000)


def test_notice_before_the_first_arrival_is_hours_less_to_bridge(town: Scenario) -> None:
    assert row(prepared(town, town, warning=6.0)).quantity == pytest.approx(10_000, abs=1)
    assert not [one for one in prepared(town, town, warning=16.0).lying if one.lay.figure.item == "blanket"]


def test_a_source_that_runs_out_is_followed_by_the_next(town: Scenario) -> None:
    far = {"to": {"town": "320 km"}, "call_out": "12 h", "loading": "0 h", "customs": "2 h", "speed": "32 km/h"}
    far |= {"unloading": "0 h", "hand_out": "2 h"}
    told = {"supply.sources.far": far}
    told |= {"supply.provided.at_depot": {"item": "blanket", "place": "depot", "stock": 4_000}}
    found = row(prepared(*[change(town, told)] * 2))
    assert (found.source, found.lead) == ("far", pytest.approx(26.0))
    assert found.quantity == pytest.approx(22_000, abs=1)  # 26,000 until then, 4,000 from the depot on the way


def test_where_no_source_reaches_all_of_it_must_lie_there(town: Scenario) -> None:
    found = row(prepared(*[change(town, {"supply.sources": {}})] * 2))
    assert found.quantity == pytest.approx(48_000, abs=1)
    assert (found.source, found.lead) == ("", float("inf"))
    assert found.decide_by != found.decide_by


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.floats(0, 1e4), min_size=1, max_size=60),
    st.lists(st.tuples(st.floats(0, 80), st.floats(0, 1e5)), max_size=3),
    st.floats(0, 80),
    st.floats(0, 40),
    st.floats(0, 1e5),
)
def test_a_longer_lead_never_needs_less_and_more_on_the_way_never_more(
    hours: list[float], told: list[tuple[float, float]], end: float, longer: float, more: float
) -> None:
    short = np.cumsum(hours)
    sources = [Source(lead, stock) for lead, stock in told]
    base = must_lie(short, 0.0, end, sources)
    assert must_lie(short, 0.0, end + longer, sources) >= base - 1e-6
    assert must_lie(short, 0.0, end, [source._replace(lead=source.lead + longer) for source in sources]) >= base - 1e-6
    assert must_lie(short, 0.0, end, [source._replace(stock=source.stock + more) for source in sources]) <= base + 1e-6
    assert 0 <= base <= float(short[-1]) + 1e-6


def test_a_longer_road_never_needs_less_anywhere(town: Scenario) -> None:
    everything = change(town, {"needs.sectors": {}})
    longer = change(everything, {"supply.sources.depot.customs": 9.0})
    near, far = (bridged(run(one)).quantity for one in (everything, longer))
    assert (far >= near - 1e-9).all()
    assert (far > near + 1).any()


def test_what_spoils_before_the_time_is_bridged_cannot_be_laid_in(town: Scenario) -> None:
    told = change(town, {"needs.sectors.WSH": True, "supply.sources.depot.customs": 60.0, "horizon": 96})
    found = prepared(told, told)
    assert row(found, ("water", "town")).status == "does not keep"  # two days in a tank, 74 hours to bridge
    assert row(found, ("bathing_soap", "town")).status == "lay in"
    assert any("cannot be laid in" in line and "water" in line for line in lines(found))


def test_a_trigger_is_in_time_when_its_action_ends_before_the_need_begins(town: Scenario) -> None:
    late = change(town, {"triggers.alarm.at": -20.0})
    never = change(town, {"triggers.alarm.item": "dialysis"})
    early, tardy, idle = prepared(town, late, never).fired
    assert (early.status, early.ends, early.begins, early.slack) == ("in time", -6.0, 0.0, (6.0, 6.0, 6.0))
    assert (tardy.status, tardy.ends, tardy.share, tardy.latest) == ("too late", 4.0, 0.0, -24.0)
    assert idle.status == "no need"


def test_a_quantity_is_enough_in_eight_of_ten_runs_and_less_is_not(tmp_path: Path) -> None:
    varies = "uncertainty: { population.present: { distribution: uniform, low: 9000 people, high: 40000 people } }\n"
    (tmp_path / "town.yaml").write_text(TOWN + varies, encoding="utf-8")
    town = load(tmp_path / "town.yaml")
    rows = [(lay.figure.item, lay.place) for lay in layout(town)]
    each = [bridged(run(town, replication=number)).quantity[rows.index(BLANKET)] for number in range(10)]
    quantity = row(prepare({"a": town, "b": town}, 10)).quantity
    assert sum(needed <= quantity for needed in each) == 8
    assert quantity in each


def test_the_planning_figure_has_everybody_there(town: Scenario) -> None:
    half = change(town, {"population.present": 24_000, "needs.plan_on": "planning-figure"})
    assert blankets(half) == pytest.approx(16_000, abs=1)


def test_the_tables_say_the_same(town: Scenario, tmp_path: Path) -> None:
    found = prepared(town, change(town, {"triggers.alarm.at": -20.0}))
    contingency.write(found, tmp_path, 1)
    with (tmp_path / "preposition.csv").open(encoding="utf-8") as file:
        rows = {(told["item"], told["place"]): told for told in csv.DictReader(file)}
    told = rows["blanket", "town"]
    assert float(told["quantity_s0"]) == float(told["quantity"]) == pytest.approx(16_000, abs=0.5)
    assert (told["need_begins"], told["decide_by"]) == ("day 0 00:00", "day -1 08:00")
    with (tmp_path / "triggers.csv").open(encoding="utf-8") as file:
        fired = list(csv.DictReader(file))
    assert [(told["scenario"], told["status"], float(told["slack_p50"])) for told in fired] == [
        ("s0", "in time", 6.0),
        ("s1", "too late", -4.0),
    ]
    for name in ("preposition", "triggers"):
        assert (tmp_path / "charts" / f"{name}.svg").stat().st_size > 1000


def test_the_same_with_two_workers(town: Scenario) -> None:
    one, two = (prepare({"a": town, "b": town}, 3, workers=number) for number in (1, 2))
    assert contingency.preposition(one) == contingency.preposition(two)


def test_one_scenario_or_notice_below_zero_is_refused(town: Scenario) -> None:
    with pytest.raises(ScenarioError, match=r"needs two scenario files or more.*found 1"):
        prepare({"a": town}, 1)
    with pytest.raises(ScenarioError, match=r"--warning: -3 h is not possible"):
        prepared(town, town, warning=-3.0)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("item: blanket }", r"triggers\.alarm\.item: no such item: 'blankt'; did you mean 'blanket'"),
        ("item: blanket }", r"triggers\.alarm\.place: no such place: 'twon'; did you mean 'town'"),
    ],
)
def test_a_trigger_for_what_is_not_there_is_refused(line: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(TOWN.replace(line, "item: blankt, place: twon }"), encoding="utf-8")
    with pytest.raises(ScenarioError, match=message):
        load(file)


def test_shelf_lives_are_of_goods_that_there_are() -> None:
    assert keeps()["hot_meal"].days < 1 < keeps()["ration_dry"].days
    with pytest.raises(ScenarioError, match=r"storage\.csv:2: goods: no such goods: 'hot_meel'"):
        read(table("storage.csv").splitlines()[0] + "\nhot_meel,1,memory,x,low\n", "storage.csv")


def test_the_command_writes_both_tables_and_says_what_to_lay_in(tmp_path: Path) -> None:
    for name, people in (("best", 24_000), ("worst", 48_000)):
        (tmp_path / f"{name}.yaml").write_text(TOWN.replace("48000", str(people)), encoding="utf-8")
    done = needsim("prepare", tmp_path / "best.yaml", tmp_path / "worst.yaml", "--replications", 1, "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    assert (
        "blanket at town: 8,000 in best, 16,000 in worst (piece); 8,000 needed in each; next from depot" in done.stdout
    )
    assert "trigger alarm (blankets are brought): in time" in done.stdout
    assert (tmp_path / "preposition.csv").is_file()
    assert (tmp_path / "triggers.csv").is_file()
    alone = needsim("prepare", tmp_path / "best.yaml", "--out", tmp_path)
    assert (alone.returncode, "needs two scenario files or more" in alone.stderr) == (2, True)
    bare = needsim("prepare", tmp_path / "best.yaml", tmp_path / "worst.yaml", "--warning", "3", "--out", tmp_path)
    assert (bare.returncode, "write '3 h'" in bare.stderr) == (2, True)


def needsim(*told: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sim", *map(str, told)]
    return subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
