"""Every shipped scenario: it runs, its ledger sums, and its numbers say where they come from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim.publish.export import write, write_tables
from sim.publish.manifest import Told
from sim.scenario.faults import ScenarioError
from sim.scenario.loader import load
from sim.scenario.provenance import origins
from sim.scenario.schema import Scenario
from sim.studies.run import replicate
from tests.scenarios.shelf import SCENARIOS, shipped, table

SHIPPED = sorted(SCENARIOS.glob("*.yaml"))
STATED = [file for file in SHIPPED if not file.stem.startswith("example_")]
DATED = ("lachin_2023", "lachin_2023_as_reported", "lachin_2023_first_evening", "syunik_june_2023_likely")
PLANS = ("syunik_june_2023_best", "syunik_june_2023_likely", "syunik_june_2023_worst")
WHAT_IFS = (
    "no_explosion",
    "more_fuel",
    "buses",
    "second_lane",
    "checkpoint_closed_at_night",
    "checkpoint_halved",
    "earlier_opening",
    "longer_blockade",
    "freezing_nights",
    "relief_convoy",
    "road_shut",
)
COARSE = {"run.resolution": "20"}


def names(file: Path) -> str:
    return file.stem


def people_there(scenario: Scenario, drawn: str | None) -> int:
    """Who was there in the run: as told, or as drawn, in people or as a share of the planning figure."""
    if not drawn:
        return scenario.present
    return round(float(drawn) * (scenario.population.total if float(drawn) <= 1 else 1))


def people_by_hour(rows: list[dict[str, str]]) -> dict[str, float]:
    totals: dict[str, float] = {}
    for row in rows:
        totals[row["hour"]] = totals.get(row["hour"], 0.0) + float(row["mean"])
    return totals


@pytest.mark.parametrize("file", SHIPPED, ids=names)
def test_it_runs_and_everyone_is_somewhere_in_every_hour(file: Path, tmp_path: Path) -> None:
    ensemble = replicate(load(file, COARSE), 1)
    assert not ensemble.failures
    write_tables(ensemble, tmp_path, Told())
    drawn = table(tmp_path / "replications.csv")[0].get("population.present")
    present = people_there(ensemble.scenario, drawn)
    totals = people_by_hour(table(tmp_path / "ledger.csv"))
    assert len(totals) > 24
    assert all(total == pytest.approx(present, abs=1e-3) for total in totals.values())
    assert {row["series"] for row in table(tmp_path / "arrivals.csv")} >= {"departed", "arrived"}


def test_a_road_on_which_nothing_waits_is_drawn(tmp_path: Path) -> None:
    write(replicate(load(SCENARIOS / "example_bare_road.yaml", COARSE), 1), tmp_path / "bare")
    assert (tmp_path / "bare" / "charts" / "queue.svg").stat().st_size > 1000


@pytest.mark.parametrize("file", STATED, ids=names)
def test_every_number_is_sourced_fitted_or_assumed(file: Path) -> None:
    assert [row.path for row in origins(load(file)) if row.origin not in ("sourced", "fitted", "assumed")] == []


@pytest.mark.parametrize("file", STATED, ids=names)
def test_title_and_summary_say_what_is_supposed_in_neutral_words(file: Path) -> None:
    scenario = load(file)
    assert scenario.title
    assert len(scenario.summary) > 60
    assert not re.search(r"\b(fled|horror|regime of|tragic|atrocit|exodus)", scenario.summary)


@pytest.mark.parametrize("stem", DATED)
def test_nothing_later_than_the_date_it_speaks_from_enters(stem: str) -> None:
    scenario = shipped(stem)
    assert scenario.as_of is not None
    day = scenario.as_of.date().isoformat()
    assert [s.date for s in scenario.sources.values() if s.date and s.date[:10] > day] == []


@pytest.mark.parametrize("date", ["2023-10-04", "2023-10", "2024"])
def test_a_later_source_is_refused_in_the_first_evening(tmp_path: Path, date: str) -> None:
    file = tmp_path / "later.yaml"
    base = SCENARIOS / "lachin_2023_first_evening.yaml"
    file.write_text(
        f'base: {base}\nsources:\n  population.total: {{ note: counted, date: "{date}" }}\n', encoding="utf-8"
    )
    with pytest.raises(ScenarioError, match=f"{date} is later than as_of"):
        load(file)


def test_as_reported_holds_what_was_public_on_27_september() -> None:
    scenario = shipped("lachin_2023_as_reported")
    explosion = scenario.fuel.explosions["haykazov_25_september"]  # type: ignore[union-attr]
    assert scenario.as_of is not None
    assert scenario.as_of.date().isoformat() == "2023-09-27"
    assert (scenario.population.total, scenario.present) == (120_000, 120_000)
    assert (explosion.reported_dead, explosion.injured) == (68, 290)
    assert sum(s.length for s in scenario.corridor.segments.values()) == pytest.approx(77)  # type: ignore[union-attr]
    assert scenario.fuel is not None
    assert scenario.fuel.expected_transit == 24
    counts = table(SCENARIOS / scenario.observed["arrivals"])
    assert (counts[-1]["time"], counts[-1]["value"]) == ("2023-09-26T20:00:00+04:00", "28120")


def test_the_first_evening_knows_no_number_of_people_hurt_and_no_count_after_17_o_clock() -> None:
    scenario = shipped("lachin_2023_first_evening")
    explosion = scenario.fuel.explosions["haykazov_25_september"]  # type: ignore[union-attr]
    assert (explosion.reported_dead, explosion.injured) == (0, 0)
    counts = table(SCENARIOS / scenario.observed["arrivals"])
    assert (counts[-1]["time"], counts[-1]["value"]) == ("2023-09-25T17:00:00+04:00", "6650")


def test_what_nobody_knew_is_drawn_and_marked_as_assumed() -> None:
    scenario = shipped("lachin_2023_first_evening")
    marked = {row.path.removesuffix(".share"): row for row in origins(scenario)}
    for path in ("population.present", "fuel.ration", "fuel.depots.haykazov.stock", "vehicles.per_household"):
        assert path in scenario.uncertainty
        assert marked[path].origin == "assumed"
        assert "unknown" in marked[path].source


def test_one_of_the_three_stories_of_june_is_the_plan() -> None:
    titles = [shipped(stem).title for stem in PLANS]
    assert sum("the plan" in title for title in titles) == 1
    assert all(shipped(stem).as_of == shipped(PLANS[1]).as_of for stem in PLANS)
    assert not shipped(PLANS[1]).observed


@pytest.mark.parametrize("name", WHAT_IFS)
def test_a_what_if_is_a_few_lines_on_the_look_back(name: str) -> None:
    text = (SCENARIOS / f"lachin_2023_{name}.yaml").read_text(encoding="utf-8")
    assert "base: lachin_2023.yaml" in text
    assert len(text.splitlines()) <= 30
