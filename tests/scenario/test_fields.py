"""Every field of a scenario is read by something, or is kept for a part that is named here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from sim.scenario.describing import describe
from sim.scenario.schema import Scenario

ROOM = Path(__file__).parents[2] / "sim"
TOLD = {"schema.py", "people.py", "road.py", "response.py", "medical.py"}
KEPT = {
    "Population.ages": "needs by age and sex",
    "Population.female": "needs by age and sex",
    "Weather.night_temperature": "winter items, heating, energy needs",
    "SupplyItem.organisation": "status and double counting of supplies",
    "Needs.figures": "own values in place of the standards'",
}
"""Fields that nothing computes with yet, and what will."""


def models(model: type[BaseModel], found: dict[str, type[BaseModel]]) -> dict[str, type[BaseModel]]:
    if model.__name__ not in found:
        found[model.__name__] = model
        for info in model.model_fields.values():
            for part in inside(info.annotation):
                models(part, found)
    return found


def inside(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [part for each in get_args(annotation) for part in inside(each)]


def product() -> str:
    """What is done with what is told: rooms that compute and write, without checks of what was told."""
    rooms = ("model", "results", "studies", "publish")
    files = [file for room in rooms for file in (ROOM / room).rglob("*.py")]
    files += [
        file
        for file in (ROOM / "scenario").glob("*.py")
        if file.name in ("route.py", "provenance.py", "place_names.py", *TOLD)
    ]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def test_each_field_is_read_or_kept_for_a_part_that_is_named() -> None:
    text = product()
    read = set(re.findall(r"(?:\.|getattr\(\w+, \")(\w+)", text))
    unread = {
        f"{name}.{field}"
        for name, model in models(Scenario, {}).items()
        for field in model.model_fields
        if name != "Distribution" and field not in read
    }
    assert unread <= set(KEPT), unread - set(KEPT)


def test_each_field_is_described_in_words() -> None:
    describe()
    silent = [
        f"{name}.{field}"
        for name, model in models(Scenario, {}).items()
        for field, info in model.model_fields.items()
        if name not in ("Distribution", "Headcount") and not info.description
    ]
    assert silent == []
