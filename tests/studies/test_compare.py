"""Comparing scenarios: what differs, when the runs part, by how much, and how sure that is."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

import sim
from sim import cli
from sim.model.record import Record
from sim.results.passages import passages
from sim.scenario.faults import ScenarioError
from sim.scenario.loader import load
from sim.scenario.schema import Scenario
from sim.studies import compare as study
from sim.studies import parting, precision, verdict
from sim.studies.paired import Variant, band, run_paired
from tests.studies.test_paired import HOME, LATER, RATES, SMALL

EVENT = HOME / "scenarios/lachin_2023.yaml"
LEVER_ACTS = 52
"""The second regime of the post begins at 04:00 on 26 September."""

KNOWN_LATER = {"given fuel", "stranded", "stalled: fuel", "stopped: fuel", "cleared"}
"""Entries that hold what is known only later: litres of all visits, and where a tank ran dry on a link."""


@pytest.fixture(scope="module")
def small() -> Scenario:
    return load(EVENT, SMALL)


@pytest.fixture(scope="module")
def later(small: Scenario) -> study.Comparison:
    """The post is faster from its second regime on."""
    return study.compare(small, {LATER: "x1.5"}, 4, 7)


def happened(scenario: Scenario, factors: dict[str, float], until: float) -> list[tuple[object, ...]]:
    """What the journal says of the time before an hour, but for what is only known later."""
    found = run_paired({"side": Variant(scenario, factors=factors)}, 1, 7, keep=journal).kept("side")[0].arrays
    return [row for row in found["journal"].tolist() if row[0] < until]


def journal(record: Record) -> study.Kept:
    """Every passage and step, kept as it is."""
    told = passages(record)
    rows = [
        (hour, entry, party, place)
        for hour, entry, party, place in zip(
            told.hour.tolist(), told.entry, told.party.tolist(), told.place, strict=True
        )
        if entry not in KNOWN_LATER
    ]
    return study.Kept(record.replication, {}, {}, {"journal": np.array([*rows, None], object)[:-1]})


def test_runs_are_the_same_byte_for_byte_until_the_lever_acts(small: Scenario, later: study.Comparison) -> None:
    assert (later.parts >= LEVER_ACTS).all()
    assert np.isfinite(later.parts).all()
    part = later.parts[0]
    one, other = (happened(small, factors, np.inf) for factors in ({}, {LATER: 1.5}))
    assert [row for row in one if row[0] < part] == [row for row in other if row[0] < part]
    assert len([row for row in one if row[0] < part]) > 1000
    assert [row for row in one if row[0] < part + 1] != [row for row in other if row[0] < part + 1]


def test_an_opening_that_is_later_parts_the_runs_when_it_would_have_come(small: Scenario) -> None:
    told = study.compare(small, {"departure.permission.everyone.from": 60.0}, 2, 7)
    opens = small.departure.permission["everyone"].opens
    assert (told.parts >= opens).all()
    assert (told.parts < opens + 1).all()
    assert parting.in_words(told.one, told.parts).startswith("the runs are the same, byte for byte, until 25 Sep 10:00")


def test_the_same_scenario_never_parts(small: Scenario) -> None:
    told = study.compare(small, {}, 2, 7)
    assert np.isinf(told.parts).all()
    assert all(
        row.difference_p05 == row.difference_p95 == 0 for row in told.rows if row.difference_p05 == row.difference_p05
    )
    said = verdict.lines(told)
    assert "they differ in no input" in said
    assert "the runs never part: whatever happens is the same on both sides, byte for byte" in said


def test_paired_bands_are_narrower_than_those_of_other_luck(small: Scenario) -> None:
    told = study.compare(small, {RATES: "x1.1"}, 10, 7)
    known = {one.indicator: one for one in told.sureness}
    for name in ("clearance.p50", "road.person_hours"):
        assert known[name].band.p95 < 0
        assert known[name].paired_to_unpaired < 1 / 3


def test_the_rows_are_the_quantiles_of_each_side_and_of_the_differences(later: study.Comparison) -> None:
    one, other = (later.found.values("clearance.p50", name) for name in ("a", "b"))
    row = next(row for row in later.rows if row.indicator == "clearance.p50")
    assert row.a_p50 == pytest.approx(np.median(one))
    assert row.b_p50 == pytest.approx(np.median(other))
    assert row[4:] == pytest.approx(np.quantile(other - one, (0.05, 0.5, 0.95)))
    assert row.unit == "h"


def test_unpaired_differences_are_those_of_all_other_runs() -> None:
    one, other = np.array([1.0, 2.0, 4.0]), np.array([10.0, 20.0, 40.0])
    every = sorted(b - a for i, b in enumerate(other) for j, a in enumerate(one) if i != j)
    assert sorted(study.unpaired(one, other)) == every
    assert study.ratio(one, other) == pytest.approx(
        (band(other - one).p95 - band(other - one).p05) / (band(np.array(every)).p95 - band(np.array(every)).p05)
    )


def test_a_study_ends_when_the_precision_is_reached_and_not_before(small: Scenario) -> None:
    told = study.compare(small, {RATES: "x1.1"}, 60, 7, until=["clearance.p50 1 h"])
    first = told.found.differences("clearance.p50", "b")[: precision.FIRST]
    assert told.pairs == max(precision.needed(first, 1.0), precision.FIRST) < 60
    (found,) = precision.reached(told.asked, told.found, "b")
    assert found.holds
    assert any("reached" in line and "Stein" in line for line in verdict.lines(told))


def test_steins_rule_holds_what_it_promises_whatever_the_spread() -> None:
    """Normal differences of mean 0: the interval of the stated half-width holds it in 95 of 100 studies."""
    luck = np.random.Generator(np.random.PCG64(1))
    for spread in (0.5, 1.0, 2.0):
        held = []
        for _ in range(2000):
            first = luck.normal(0, spread, precision.FIRST)
            count = int(precision.needed(first, 0.5))
            held.append(abs(np.concatenate([first, luck.normal(0, spread, count - len(first))]).mean()) <= 0.5)
        assert np.mean(held) > 0.95 - 3 * np.sqrt(0.95 * 0.05 / 2000)


def test_the_number_for_a_sign_is_the_fewest_whose_interval_leaves_out_nothing() -> None:
    luck = np.random.Generator(np.random.PCG64(2))
    values = luck.normal(1.0, 3.0, 40)
    count = precision.for_sign(values)
    wide = [precision.student(int(n)) * values.std(ddof=1) / np.sqrt(n) for n in (count, count - 1)]
    assert wide[0] <= abs(values.mean()) < wide[1]
    assert precision.for_sign(np.zeros(5)) == np.inf
    assert np.isnan(precision.for_sign(np.array([1.0, np.inf, 2.0])))


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ("arrived.total", r"'arrived.total': '' is not a quantity"),
        ("arrived.total 5 km", r"the unit 'km' does not fit; use 'people'"),
        ("arrived.total 0 people", r"is no precision; it must be more than 0"),
    ],
)
def test_a_precision_that_does_not_fit_is_refused(small: Scenario, told: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        precision.read(told, small)


def test_a_precision_of_an_unknown_indicator_is_refused_after_the_first_replication(small: Scenario) -> None:
    with pytest.raises(ScenarioError, match=r"no indicator 'arived.total'; did you mean 'arrived.total'"):
        study.compare(small, {RATES: "x1.1"}, 20, 7, until=["arived.total 5"])


def test_other_starts_are_refused_and_other_horizons_run_for_the_longest(small: Scenario) -> None:
    from sim.scenario.paths import change

    with pytest.raises(ScenarioError, match="b counts hours from 2023-09-23 00:00"):
        study.compare(small, load(EVENT, {**SMALL, "start": "2023-09-23 00:00 +04:00"}), 1)
    longer = study.compare(small, change(small, {"horizon": 300.0}), 1, 7)
    assert longer.one.horizon == longer.other.horizon == 300
    assert np.isinf(longer.parts).all()
    assert longer.notes[0].startswith("a is run for 300 h instead of 288 h")


def test_inputs_that_vary_on_one_side_alone_are_named(small: Scenario) -> None:
    told = study.compare(small, {LATER: 2.2}, 1, 7)
    assert any(note.startswith(f"only in a there vary {LATER}") for note in told.notes)
    assert study.compare(small, {LATER: "x1.5"}, 1, 7).notes == ()


def write(folder: Path, name: str, **more: object) -> Path:
    """A road with a post, as a file of a few lines."""
    told = {
        "horizon": "24 h",
        "population": {"total": "600 people", "household_size": "3 people/household"},
        "vehicles": {"per_household": "1 vehicle/household"},
        "corridor": {
            "segments": {"way": {"from": "a", "to": "b", "length": "10 km", "class": "two_lane"}},
            "checkpoints": {"post": {"at": "b", "booth_rate": "20 vehicles/h", "spread": 0.5, **more}},
        },
        "reception": {"places": {"town": {"arrive": "100 %", "capacity": "300 people"}}},
        "supply": {"provided": {"water": {"item": "water", "place": "everywhere", "stock": 900}}},
    }
    file = folder / f"{name}.yaml"
    file.write_text(yaml.safe_dump(told, sort_keys=False), encoding="utf-8")
    return file


def command(*words: object) -> None:
    cli.cli.main([*map(str, words)], standalone_mode=False)


def test_the_command_writes_a_folder_for_each_other_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [write(tmp_path, "one"), write(tmp_path, "two", lanes=2), write(tmp_path, "three", opens="3 h")]
    out = tmp_path / "out"
    command("compare", *files, "--replications", 3, "--seed", 2, "--workers", 1, "--json", "--out", out)
    printed = capsys.readouterr()
    assert set(json.loads(printed.out)) == {"one-vs-two", "one-vs-three"}
    assert "corridor.checkpoints.post.lanes (lanes in the direction of travel): nothing -> 2" in printed.err
    for name in ("one-vs-two", "one-vs-three"):
        folder = out / name
        rows = pd.read_csv(folder / "differences.csv")
        assert list(rows.columns) == [
            "indicator", "unit", "a_p50", "b_p50", "difference_p05", "difference_p50", "difference_p95",
        ]  # fmt: skip
        assert {"arrived.total", "clearance.p95", "gap.water.total"} <= set(rows.indicator)
        assert {file.stem for file in folder.glob("*.csv")} == {
            "differences", "precision", "curves", "gaps_compared", "parts",
        }  # fmt: skip
        assert {file.name for file in (folder / "charts").glob("*.png")} == {
            "arrivals.png",
            "on_the_road.png",
            "gap.png",
        }
        assert "differs from one in 1 input" in (folder / "compared.txt").read_text()
    assert json.loads(printed.out)["one-vs-three"]["first_hour_apart"] == 0.0


def test_a_file_is_compared_with_itself_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, post = write(tmp_path, "one"), "corridor.checkpoints.post.booth_rate"
    command("compare", file, "--set", f"{post}=x1.1", "--replications", 2, "--workers", 1, "--out", tmp_path)
    rows = pd.read_csv(tmp_path / "one-vs-set/differences.csv").set_index("indicator")
    assert rows.difference_p95["clearance.p95"] < 0
    assert (
        f"{post} (vehicles an hour that one booth passes): 20 -> x1.1 of what each run draws" in capsys.readouterr().err
    )


def test_the_same_command_writes_the_same_bytes_with_any_number_of_workers(tmp_path: Path) -> None:
    file = write(tmp_path, "one")
    for workers in (1, 3):
        words = ("compare", file, "--set", "corridor.checkpoints.post.lanes=2", "--replications", 4)
        command(*words, "--workers", workers, "--out", tmp_path / str(workers))
    one, three = (
        {file.name: file.read_bytes() for file in (tmp_path / workers / "one-vs-set").glob("*.csv")} for workers in "13"
    )
    assert one == three
    assert one


def test_what_cannot_be_compared_is_refused_with_the_reason(tmp_path: Path) -> None:
    import click

    file = write(tmp_path, "one")
    with pytest.raises(click.UsageError, match="tell what changes with --set"):
        command("compare", file, "--out", tmp_path)
    with pytest.raises(click.UsageError, match="one: files of one name cannot be told apart"):
        command("compare", file, file, "--out", tmp_path)
    with pytest.raises(ScenarioError, match="booths: has no number that x2 could multiply"):
        command("compare", file, "--set", "corridor.checkpoints.pots.booths=x2", "--out", tmp_path)
    short = ("--replications", 3, "--until-precision", "arrived.total 5 people")
    with pytest.raises(ScenarioError, match="takes 20 replications or more"):
        command("compare", file, "--set", "horizon=20 h", *short, "--out", tmp_path)


def test_the_public_name_is_the_study() -> None:
    assert sim.compare is study.compare


def test_where_nobody_moves_runs_part_at_the_start_when_others_are_there(tmp_path: Path) -> None:
    people = Scenario.model_validate({"population": {"total": 100}, "horizon": 24}, context={"start": None})
    told = study.compare(people, {"population.total": "x1.1"}, 2, 1)
    assert told.parts.tolist() == [0.0, 0.0]
    assert "the runs are the same, byte for byte, until hour 0" in verdict.lines(told)
    assert np.isinf(study.compare(people, {"needs.plan_on": "p50"}, 2, 1).parts).all()
