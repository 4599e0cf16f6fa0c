"""What each lever buys: closed forms, what no package may be worse than, and what is told of noise."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from itertools import product
from math import inf
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.publish import advice as tables
from sim.results.waiting import WAITING
from sim.scenario.faults import ScenarioError
from sim.scenario.loader import load
from sim.scenario.schema import Scenario
from sim.studies import packages
from sim.studies.advice_lines import lines
from sim.studies.advise import Advice, advise, leaner
from sim.studies.buying import interval
from sim.studies.levers import Package, bought, levers
from sim.studies.packages import Room, added_up, best
from sim.studies.trials import Trials, aim, worst_tenth

POST, DESKS = "corridor.checkpoints.post.booth_rate", "reception.registration.rate"
IN_SERIES = f"""
title: a post, and then desks
horizon: 300 h
population: {{ total: 6000 people, household_size: 4 people/household }}
vehicles: {{ per_household: 1 vehicles/household, classes: {{ car: {{ share: 100 %, seats: 4 }} }} }}
departure: {{ loading: {{ kind: at_once }} }}
corridor:
  segments:
    road: {{ from: home, to: gate, length: 2 km, class: two_lane, speed: 60 km/h }}
    on: {{ from: gate, to: town, length: 2 km, class: two_lane, speed: 60 km/h }}
  checkpoints: {{ post: {{ at: gate, booths: 1, booth_rate: 20 vehicles/h }} }}
  count_at: town
reception:
  places: {{ town: {{ arrive: 100 %, stay: 30 days }} }}
  registration: {{ rate: 80 people/h }}
levers:
  {POST}: {{ low: 20 vehicles/h, high: 60 vehicles/h, step: 10 vehicles/h, cost: 100 USD }}
  {DESKS}: {{ low: 80 people/h, high: 240 people/h, step: 40 people/h, cost: 200 USD }}
"""
"""Cars of four leave all at once: whichever of post and desks is slower decides. N people at a rate r wait N^2 / 2r."""
PEOPLE = 6000


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    file = tmp_path_factory.mktemp("series") / "series.yaml"
    file.write_text(IN_SERIES, encoding="utf-8")
    return load(file)


@pytest.fixture(scope="module")
def found(series: Scenario) -> Advice:
    return advise(series, 600.0, (WAITING, "clearance.p95"), 2)


def varied(folder: Path, more: str, old: str = "", new: str = "") -> Scenario:
    """The same scenario with more sections, or other words."""
    (folder / "varied.yaml").write_text(IN_SERIES.replace(old, new) + more, encoding="utf-8")
    return load(folder / "varied.yaml")


def by_hand(budget: float) -> tuple[Package, float]:
    """The best allocation of two stages in series, and the person-hours it leaves by the fluid limit."""

    def leaves(package: tuple[int, int]) -> float:
        return PEOPLE**2 / 2 / min(4 * (20 + 10 * package[0]), 80 + 40 * package[1])

    paid = [one for one in product(range(5), range(5)) if 100 * one[0] + 200 * one[1] <= budget]
    least = min(paid, key=lambda one: (leaves(one), 100 * one[0] + 200 * one[1]))
    return least, leaves(least)


@pytest.mark.parametrize("budget", [300.0, 600.0, 1199.0])
def test_two_stages_in_series_are_widened_together_as_found_by_hand(series: Scenario, budget: float) -> None:
    package, leaves = by_hand(budget)
    told = advise(series, budget, replications=2, runs=60).package
    assert told is not None
    rates = [min(4 * (20 + 10 * one[0]), 80 + 40 * one[1]) for one in (told.package, package)]
    assert rates[0] == rates[1]
    assert told.cost <= budget
    assert told.mean == pytest.approx(leaves, rel=0.03)


def test_a_package_is_never_worse_than_the_best_single_lever(found: Advice) -> None:
    assert found.package is not None
    assert found.best_single is not None
    assert found.package.worst <= found.best_single.worst
    assert found.anew[found.package.package].worst <= found.anew[found.best_single.package].worst
    assert found.complete


def test_where_only_both_help_the_words_say_so(found: Advice) -> None:
    told = list(lines(found))
    assert found.order == [] or all(pick.gain.low > 0 for pick in found.order)
    assert any("every package that it can buy was tried" in line for line in told)
    assert any(line.startswith("package: ") and f"{DESKS} 80 to 160" in line for line in told)


def test_what_one_stage_alone_closes_is_paired_and_told_by_step_and_dollar(found: Advice) -> None:
    ends = {(one.lever, one.steps): one for one in found.besides["clearance.p95"]}
    assert ends[0, 1].gain.band.mean == pytest.approx(0.95 * PEOPLE / 4 * (1 / 20 - 1 / 30), rel=0.05)
    assert ends[0, 1].per_thousand[0] == pytest.approx(10 * ends[0, 1].gain.band.mean)
    assert ends[1, 1].gain.band.mean == 0  # desks come after the place at which people are counted
    assert ends[1, 1].gain.within_noise


def test_the_order_to_buy_in_takes_the_stage_that_holds_people_up(tmp_path: Path) -> None:
    wide = varied(tmp_path, "", "registration: { rate: 80 people/h }", "registration: { rate: 200 people/h }")
    told = advise(wide, 400.0, replications=3, runs=90)
    assert [pick.lever for pick in told.order] == [0] * len(told.order)
    assert len(told.order) >= 2
    ratios = [pick.gain.band.mean / pick.cost for pick in told.order]
    assert ratios == sorted(ratios, reverse=True)  # N^2 / 2r is convex: each further step closes less
    assert [pick.spent for pick in told.order] == pytest.approx(np.cumsum([pick.cost for pick in told.order]))


def test_what_adds_nothing_to_a_package_is_named_and_left_out_of_the_lean_one(tmp_path: Path) -> None:
    water = "  supply.provided.tank.daily: { low: 0, high: 4000, step: 1000, cost: 1 USD }\n"
    tank = "supply: { provided: { tank: { item: water, place: town, covered: 50 % } } }\n"
    scenario = varied(tmp_path, water + tank)
    known = levers(scenario)
    with Trials(scenario, known, 2, 1, 1, 100) as trials:
        trials.run([trials.nothing, (2, 2, 4)])
        found = Advice(scenario, known, trials.aim(WAITING), (), 604.0, 2, 1)
        leaner(found, trials, (2, 2, 4), 0)
    assert found.needless == [2]
    assert found.lean is not None
    assert (found.lean.package, found.lean.cost) == ((2, 2, 0), 600.0)
    assert found.lean.worst == trials.worst(found.aim, (2, 2, 4))


def test_the_same_with_two_workers(series: Scenario) -> None:
    one, two = (advise(series, 300.0, replications=2, runs=30, workers=number) for number in (1, 2))
    for make in (tables.advice, tables.order, tables.packages):
        assert make(one) == make(two)


def test_no_more_runs_are_made_than_allowed(series: Scenario) -> None:
    assert advise(series, 1199.0, replications=2, runs=21).made <= 21


def test_the_tables_and_charts_say_the_same(found: Advice, tmp_path: Path) -> None:
    tables.write(found, tmp_path / "series-advice")
    with (tmp_path / "series-advice" / "advice.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    first = {row["lever"]: row for row in rows if row["rank"]}
    assert set(first) == {POST, DESKS}
    assert {row["indicator"] for row in rows} == {WAITING, "clearance.p95"}
    assert [int(row["bought"]) for row in first.values()] == [2, 2]
    with (tmp_path / "series-advice" / "packages.csv").open(encoding="utf-8") as file:
        (package,) = (
            row for row in csv.DictReader(file) if row["package"] == "package" and row["measured"] == "search"
        )
    assert (float(package[POST]), float(package[DESKS]), float(package["cost_usd"])) == (40, 160, 600)
    assert json.loads((tmp_path / "series-advice" / "run.json").read_text())["budget_usd"] == 600
    for name in ("gain_per_dollar", "frontier"):
        assert (tmp_path / "series-advice" / "charts" / f"{name}.svg").stat().st_size > 1000


def test_a_lever_that_varies_is_moved_by_a_factor_on_what_each_run_has_drawn(tmp_path: Path) -> None:
    drawn = f"uncertainty: {{ {DESKS}: {{ distribution: uniform, low: 70 people/h, high: 90 people/h }} }}\n"
    known = levers(varied(tmp_path, drawn))
    assert [lever.factor for lever in known] == [False, True]
    assert bought(known, (1, 2)).changes == {POST: 30.0}
    assert bought(known, (1, 2)).factors == {DESKS: 2.0}


def test_what_cannot_be_told_apart_is_said(tmp_path: Path) -> None:
    swings = f"uncertainty: {{ {POST}: {{ distribution: uniform, low: 10 vehicles/h, high: 60 vehicles/h }} }}\n"
    told = advise(varied(tmp_path, swings), None, replications=3, runs=15)
    assert told.ranking[0].apart is False
    assert any(f"within noise: {POST} and {DESKS}" in line or f"{DESKS} and {POST}" in line for line in lines(told))
    assert any("no budget is told" in line for line in lines(told))


def test_the_interval_of_a_mean_holds_it_nine_times_of_ten() -> None:
    luck = np.random.Generator(np.random.PCG64(7))
    held = [low <= 1.0 <= high for low, high in (interval(luck.normal(1.0, 2.0, 8)) for _ in range(2000))]
    assert np.mean(held) == pytest.approx(0.9, abs=0.02)


def test_the_worst_tenth_is_the_mean_of_the_largest() -> None:
    assert worst_tenth(np.arange(20.0)) == 18.5
    assert worst_tenth(np.array([3.0, 1.0])) == 3.0
    assert worst_tenth(np.array([1.0, np.nan])) == inf
    assert aim("arrived.total", "people").less is False
    assert aim("gap.water.first_hour", "h").less is False
    assert aim("gap.water.total", "L").less is True


Told = tuple[Room, Any]


@st.composite
def problems(draw: st.DrawFn) -> Told:
    """A room, and what its packages leave: gains that add up, or stages in series."""
    number = draw(st.integers(1, 3))
    most = draw(st.lists(st.integers(0, 4), min_size=number, max_size=number))
    costs = draw(st.lists(st.sampled_from([1.0, 2.0, 3.5, 5.0]), min_size=number, max_size=number))
    rates = draw(st.lists(st.floats(0.1, 5.0), min_size=number, max_size=number))
    in_series = draw(st.booleans())
    budget = draw(st.floats(1.0, 30.0))

    def leaves(package: Package) -> float:
        if in_series:
            return 100 / min(1 + rate * steps for rate, steps in zip(rates, package, strict=True))
        return 100 - sum(rate * steps**0.5 for rate, steps in zip(rates, package, strict=True))

    return Room(most, costs, budget), leaves


def searched(room: Room, leaves: Any, runs: int) -> tuple[Package, dict[Package, float]]:
    known: dict[Package, float] = {}

    def measure(asked: list[Package]) -> list[float]:
        for package in asked:
            if package not in known and len(known) < runs:
                known[package] = leaves(package)
        return [known.get(package, inf) for package in asked]

    nothing = tuple(0 for _ in room.most)
    return best(room, measure, [nothing, room.even()], lambda: runs - len(known), 3), known


@settings(max_examples=60, deadline=None)
@given(problems())
def test_where_there_are_runs_for_all_the_best_is_found(told: Told) -> None:
    room, leaves = told
    chosen, _ = searched(room, leaves, 1000)
    every = room.every()
    assert every is not None
    assert leaves(chosen) == min(leaves(package) for package in every)


@settings(max_examples=60, deadline=None)
@given(problems(), st.integers(2, 12))
def test_with_few_runs_it_is_affordable_and_the_best_of_what_was_tried(told: Told, runs: int) -> None:
    room, leaves = told
    chosen, known = searched(room, leaves, runs)
    assert room.holds(chosen)
    assert len(known) <= runs
    assert leaves(chosen) == min(known.values())


@pytest.mark.parametrize("kind", ["added up", "in series"])
def test_sixty_tries_of_six_levers_find_most_of_what_can_be_had(kind: str) -> None:
    """The best by hand: gains that add up by their price, stages in series at one common level."""
    most, costs, rates = (9,) * 6, (3.0, 5.0, 2.0, 8.0, 4.0, 1.0), np.array([2.0, 3.0, 1.0, 5.0, 2.0, 0.5])
    room = Room(most, costs, 60.0)

    def leaves(package: Package) -> float:
        if kind == "in series":
            return float(100 / (4 + rates * package).min())
        return float(100 - (rates * np.sqrt(package)).sum())

    chosen, _ = searched(room, leaves, 60)
    every = [package for package in product(*(range(8) for _ in most)) if room.holds(package)]
    least, nothing = min(leaves(package) for package in every), leaves((0,) * 6)
    assert nothing - leaves(chosen) >= 0.9 * (nothing - least)


def test_gains_that_add_up_are_allocated_exactly() -> None:
    room = Room((3, 3), (10.0, 4.0), 20.0)
    gains = [np.array([0.0, 9.0, 17.0, 20.0]), np.array([0.0, 4.0, 6.0, 7.0])]
    most = max(product(range(4), range(4)), key=lambda p: (room.holds(p), gains[0][p[0]] + gains[1][p[1]]))
    assert added_up(room, gains) == most == (2, 0)
    assert packages.Room((3, 3), (0.0, 4.0), 4.0).as_many((0, 0), 0) == (3, 0)


def test_a_run_that_fails_is_told_and_its_package_not_bought(series: Scenario) -> None:
    known = levers(series)
    with Trials(series, known, 2, 1, 1, 10) as trials:
        trials.run([trials.nothing, (1, 0)])
        trials.failed[(1, 0), 1] = "it broke"
        goal = trials.aim(WAITING)
        assert trials.measure(goal, [(1, 0)]) == [inf]
        assert trials.measure(goal, [trials.nothing])[0] < inf


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"budget": -5.0}, r"--budget: -5 USD is not possible; must be 0 USD or more"),
        ({"budget": 50.0}, rf"--budget: 50 USD buys nothing; the cheapest step, of {POST}, costs 100 USD"),
        ({"budget": float("nan")}, r"--budget: nan USD is not possible"),
        ({"on": ("gap.watr.total",)}, r"--on: no such indicator: 'gap\.watr\.total'"),
        ({"on": ("gap.blanket.total",)}, r"a gap has none where no supply is told"),
        (
            {"only": ("corridor.checkpoints.post.lanes",)},
            r"--lever: no such lever: 'corridor\.checkpoints\.post\.lanes'",
        ),
        ({"runs": 3}, r"--runs: 3 runs are too few: 2 replications .* of each of 2 levers take 6"),
    ],
)
def test_what_cannot_be_asked_is_refused(series: Scenario, told: dict[str, Any], message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        advise(series, replications=2, **told)


def test_a_scenario_without_levers_is_refused(series: Scenario) -> None:
    none = series.model_copy(update={"levers": {}})
    with pytest.raises(ScenarioError, match=r"levers: no levers are told; tell them under `levers`"):
        advise(none, replications=2)


def test_without_any_cost_nothing_can_be_bought_but_all_is_compared(series: Scenario) -> None:
    free = {path: lever.model_copy(update={"cost": None}) for path, lever in series.levers.items()}
    unpriced = series.model_copy(update={"levers": free})
    with pytest.raises(ScenarioError, match=r"--budget: no lever tells what a step costs"):
        advise(unpriced, 100.0, replications=2)
    told = advise(unpriced, None, replications=2, runs=12)
    assert len(told.alone) == 4
    assert (told.ranking, told.order) == ([], [])


@pytest.mark.parametrize(
    ("line", "other", "message"),
    [
        (
            "step: 10 vehicles/h",
            "step: 90 vehicles/h",
            r"is at 20, from where no whole step of 90 stays within 20 to 60",
        ),
        ("step: 10 vehicles/h", "step: 0 vehicles/h", r"a step of 0 leads nowhere"),
        (f"  {POST}: ", "  corridor.checkpoints.pots.booth_rate: ", r"no 'pots' is told of; did you mean 'post'"),
    ],
)
def test_a_lever_that_cannot_be_moved_is_refused(line: str, other: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(IN_SERIES.replace(line, other), encoding="utf-8")
    with pytest.raises(ScenarioError, match=message):
        advise(load(file), replications=2)


def test_the_command_writes_its_folder_and_refuses_money_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "series.yaml").write_text(IN_SERIES.replace("6000 people", "800 people"), encoding="utf-8")
    asked = ["advise", tmp_path / "series.yaml", "--replications", 2, "--out", tmp_path, "--workers", 1]
    done = needsim(*asked, "--runs", 10)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("waiting.person_hours with nothing bought: ")
    assert {path.name for path in (tmp_path / "series-advice").glob("*.csv")} == {
        "advice.csv", "order.csv", "packages.csv"}  # fmt: skip
    poor = needsim(*asked, "--budget", "-1")
    assert (poor.returncode, poor.stderr) == (2, "--budget: -1 USD is not possible; must be 0 USD or more\n")


def needsim(*told: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sim", *map(str, told)]
    return subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
