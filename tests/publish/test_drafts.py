"""The JSON Schema fits the shipped scenarios, and what `new` begins finds it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from sim.publish import drafts
from sim.scenario.faults import ScenarioError
from sim.scenario.loader import load

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SHIPPED = sorted(SCENARIOS.glob("*.yaml"))
KINDS = {"object": dict, "string": str, "boolean": bool, "integer": int, "number": (int, float), "null": type(None)}


def as_an_editor(text: str) -> Any:
    """Values as YAML 1.2 reads them: only true and false are booleans, and dates are text."""
    return _value(yaml.compose(text, Loader=yaml.SafeLoader))


def _value(node: Any) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {key.value: _value(value) for key, value in node.value}
    if node.style is not None:
        return node.value
    if node.value in ("", "~", "null"):
        return None
    if re.fullmatch(r"[-+]?\d+", node.value):
        return int(node.value)
    return float(node.value) if re.fullmatch(r"[-+]?(\d+\.\d*|\.\d+)([eE][-+]?\d+)?", node.value) else node.value


def misfits(value: Any, part: dict[str, Any], whole: dict[str, Any], at: str = "") -> list[str]:
    """Where a value does not fit a schema."""
    if "$ref" in part:
        part = whole["$defs"][part["$ref"].rpartition("/")[2]]
    if "anyOf" in part:
        tried = [misfits(value, choice, whole, at) for choice in part["anyOf"]]
        return min(tried, key=len)
    kinds = part.get("type", list(KINDS))
    if not isinstance(value, tuple(_flat([KINDS[kind] for kind in ([kinds] if isinstance(kinds, str) else kinds)]))):
        return [f"{at}: {value!r} is no {kinds}"]
    if "enum" in part and value not in part["enum"]:
        return [f"{at}: {value!r} is none of {part['enum']}"]
    if not isinstance(value, dict):
        return []
    known, more, found = part.get("properties", {}), part.get("additionalProperties", True), []
    for key, item in value.items():
        below = known.get(key, more)
        if below is False:
            found.append(f"{at}.{key}: unknown")
        elif isinstance(below, dict):
            found += misfits(item, below, whole, f"{at}.{key}")
    return found


def _flat(kinds: list[Any]) -> list[type]:
    return [kind for each in kinds for kind in (each if isinstance(each, tuple) else (each,))]


def test_the_shipped_schema_is_up_to_date() -> None:
    assert (SCENARIOS / drafts.SCHEMA).read_text(encoding="utf-8") == drafts.schema()


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_an_editor_finds_nothing_wrong_with_a_shipped_scenario(file: Path) -> None:
    text, whole = file.read_text(encoding="utf-8"), json.loads(drafts.schema())
    assert misfits(as_an_editor(text), whole, whole) == []
    assert drafts.schema_of(file) == SCENARIOS / drafts.SCHEMA


def test_an_editor_marks_a_key_that_is_not_known() -> None:
    whole = json.loads(drafts.schema())
    told = as_an_editor("population: {total: 5 people, totl: 3 people}\nreception: {places: {a: {houses: maybe}}}\n")
    assert [fault.split(":")[0] for fault in misfits(told, whole, whole)] == [
        ".population.totl",
        ".reception.places.a.houses",
    ]


def test_a_new_what_if_names_its_base_and_the_schema_from_where_it_lies(tmp_path: Path) -> None:
    drafts.write_schema(tmp_path / "shelf" / drafts.SCHEMA)
    base = tmp_path / "shelf" / "a.yaml"
    base.write_text("population: {total: 5 people}\n")
    drafts.begin(tmp_path / "mine" / "deep" / "two_lanes.yaml", base)
    lines = (tmp_path / "mine" / "deep" / "two_lanes.yaml").read_text().splitlines()
    assert lines[:2] == [f"{drafts.MODELINE}../../shelf/{drafts.SCHEMA}", "base: ../../shelf/a.yaml"]
    assert load(tmp_path / "mine" / "deep" / "two_lanes.yaml").population.total == 5


def test_a_new_what_if_brings_the_schema_where_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("population: {total: 5 people}\n")
    drafts.begin(tmp_path / "b" / "c.yaml", tmp_path / "a.yaml")
    assert (tmp_path / "b" / drafts.SCHEMA).read_text(encoding="utf-8") == drafts.schema()


def test_nothing_is_written_over_and_a_place_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("population: {total: 5 people}\n")
    with pytest.raises(ScenarioError, match="exists already"):
        drafts.begin(tmp_path / "a.yaml", tmp_path / "a.yaml")
    with pytest.raises(ScenarioError, match="cannot be written"):
        drafts.write_schema(tmp_path / "a.yaml" / "below.json")
