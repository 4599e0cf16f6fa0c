"""What nobody knows: every number of the shipped scenarios may be unknown, or is refused with what to do instead."""

from __future__ import annotations

import json
from copy import deepcopy
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from sim.scenario import reading
from sim.scenario.faults import ScenarioError
from sim.scenario.fields import HeadcountOf, Unit
from sim.scenario.loader import document_of, load, resolve
from sim.scenario.paths import flatten, kind_at, put, unit_at
from sim.scenario.ranges import ranges
from sim.scenario.reading import Document
from sim.scenario.unknown import ELSEWHERE, stand_in
from sim.studies.run import run

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SHIPPED = sorted(SCENARIOS.glob("*.yaml"))
SETTINGS = ("run", "uncertainty", "levers", "horizon")
FEW = {"population.total": "1000 people", "population.present": "unknown"}


def leaves(document: Document) -> list[str]:
    return [path for path in flatten(document.data) if path.split(".")[0] not in ELSEWHERE]


def is_number(path: str) -> bool:
    kind = kind_at(path)
    return isinstance(unit_at(path), (Unit, HeadcountOf)) and not any("Reader" in type(part).__name__ for part in kind)


def told_as_unknown(document: Document, paths: list[str]) -> Document:
    told = deepcopy(document)
    for path in paths:
        put(told.data, path, "unknown")
    told.data["uncertainty"] = {}
    return told


def split(document: Document, paths: list[str]) -> tuple[list[str], dict[str, str]]:
    """Inputs that may be unknown one by one, and why the others may not."""
    accepted, refused = [], {}
    text = json.dumps({**document.data, "sources": {}, "uncertainty": {}, "levers": {}})
    for path in paths:
        told = Document(json.loads(text))
        put(told.data, path, "unknown")
        _, faults = stand_in(told)
        refused |= {fault.path: fault.message for fault in faults}
        accepted += [] if faults else [path]
    return accepted, refused


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_every_input_may_be_unknown_or_is_refused_with_what_to_do(file: Path) -> None:
    own = leaves(reading.read(file))
    accepted, refused = split(document_of(file), own)
    assert len(accepted) + len(refused) == len(own)
    assert all(len(why) > len("cannot be unknown: ") + 20 for why in refused.values())
    open_questions = {path for path in refused if path.split(".")[0] not in SETTINGS and is_number(path)}
    reasoned = {row.path for row in ranges() if not row.usual}
    assert {path for path in open_questions if not _has_reason(path, refused[path], reasoned)} == set()


def _has_reason(path: str, why: str, reasoned: set[str]) -> bool:
    """Refused by a row of the library that says why, as one end of a distribution, or with nothing left to take."""
    return any(fnmatchcase(path, row) for row in reasoned) or "how `" in why or "make up the whole" in why


@pytest.mark.parametrize("stem", ["example_bare_road", "two_valleys", "lachin_2023", "syunik_june_2023_best"])
def test_a_run_works_with_everything_unknown_that_may_be(stem: str) -> None:
    document = document_of(SCENARIOS / f"{stem}.yaml")
    document.data.pop("as_of", None)
    accepted, _ = split(document, leaves(document))
    told = told_as_unknown(document, [path for path in accepted if not path.startswith("population.settlements")])
    for path, value in FEW.items():
        put(told.data, path, value)
    scenario = resolve(told, SCENARIOS / f"{stem}.yaml")
    for replication in range(2):
        assert run(scenario, seed=5, replication=replication).drawn.keys() == scenario.uncertainty.keys()


def test_one_settlement_may_be_unknown_and_takes_what_the_others_leave(tmp_path: Path) -> None:
    file = tmp_path / "two.yaml"
    file.write_text("population: {total: 100 people, settlements: {a: {people: 30 %}, b: {people: unknown}}}\n")
    scenario = load(file)
    assert scenario.population.settlements["b"].people.share == pytest.approx(0.7)
    drawn = scenario.uncertainty["population.settlements.b.people"]
    assert (drawn.low, drawn.high) == pytest.approx((0.35, 1.0))


def test_a_name_that_is_unknown_is_the_only_fault_told_of(tmp_path: Path) -> None:
    text = (SCENARIOS / "two_valleys.yaml").read_text().replace("to: river, length", "to: unknown, length")
    (tmp_path / "unknown.yaml").write_text(text)
    with pytest.raises(ScenarioError, match=r"unknown\.yaml:\d+:\d+: corridor\.segments\.gorge\.to: .* name") as caught:
        load(tmp_path / "unknown.yaml")
    assert len(caught.value.faults) == 1


def test_a_range_that_rests_on_later_counts_may_not_stand_in(tmp_path: Path) -> None:
    file = tmp_path / "june.yaml"
    file.write_text("as_of: 2023-06-15\npopulation: {total: 10 people}\nreception: {registration: {rate: unknown}}\n")
    with pytest.raises(ScenarioError, match=r"june\.yaml:3:\d+: reception\.registration\.rate: .*2023-09-30, later"):
        load(file)


def test_an_amount_inside_follows_from_need_and_people(tmp_path: Path) -> None:
    file = tmp_path / "inside.yaml"
    items = "{food: {unit: kg, need: 0.5, opening_stock: unknown, inflow: {road: {from: -9 h, rate: unknown}}}}"
    file.write_text(f"population: {{total: 1000 people}}\nblockade: {{from: -99 h, items: {items}}}\n")
    drawn = load(file).uncertainty
    assert drawn["blockade.items.food.inflow.road.rate"].high == pytest.approx(500)
    assert drawn["blockade.items.food.opening_stock"].low == pytest.approx(7)
