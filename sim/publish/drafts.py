"""What helps to write a scenario: a what-if of a few lines, and the JSON Schema by which editors complete keys."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from sim.scenario.describing import described_schema
from sim.scenario.faults import Fault, ScenarioError
from sim.scenario.loader import relative

SCHEMA = "scenario.schema.json"
MODELINE = "# yaml-language-server: $schema="
ADVICE = ("summary: say in a sentence what is supposed", "# then what differs, such as", "# fuel: {ration: 10 L}")
ABOUT = ("description", "default")
YES_NO: dict[str, Any] = {"enum": [True, False, "yes", "no"]}
"""In the YAML of today's editors yes and no are words; both ways of writing are read."""


def schema() -> str:
    """The JSON Schema of scenario files; what is missing is left to `check`, since a base may tell it."""
    whole = _for_editors(described_schema())
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _for_editors(part: Any) -> Any:
    """A schema as files are written: parts of a base's section, entries taken away by an empty value, yes and no."""
    if isinstance(part, list):
        return [_for_editors(item) for item in part]
    if not isinstance(part, dict):
        return part
    if part.get("type") == "boolean":
        return {**{key: value for key, value in part.items() if key in ABOUT}, **YES_NO}
    kept = {key: value for key, value in part.items() if key not in ("required", "format")}
    result = {key: _named(value) if key == "properties" else _for_editors(value) for key, value in kept.items()}
    if isinstance(result.get("additionalProperties"), dict):
        result["additionalProperties"] = _or_nothing(result["additionalProperties"])
    return result


def _named(properties: dict[str, Any]) -> dict[str, Any]:
    return {name: _or_nothing(_for_editors(value)) for name, value in properties.items()}


def _or_nothing(part: dict[str, Any]) -> dict[str, Any]:
    """An empty value takes away what the base tells."""
    if {"type": "null"} in part.get("anyOf", []):
        return part
    about = {key: part[key] for key in ABOUT if key in part}
    rest = {key: value for key, value in part.items() if key not in ABOUT}
    return {"anyOf": [rest, {"type": "null"}], **about}


def write_schema(file: Path) -> None:
    """The JSON Schema into a file."""
    _write(file, schema())


def begin(file: Path, base: Path) -> None:
    """Begin a what-if of a few lines on another scenario, with the line by which editors find the schema."""
    if file.exists():
        raise ScenarioError([Fault("", "exists already; choose another name", str(file))])
    known = schema_of(base)
    if known is None:
        known = file.parent / SCHEMA
        write_schema(known)
    there, title = relative(file.parent, base), file.stem.replace("_", " ")
    lines = [f"{MODELINE}{relative(file.parent, known)}", f"base: {there}", f"title: {title}", *ADVICE, ""]
    _write(file, "\n".join(lines))


def schema_of(base: Path) -> Path | None:
    """The schema that a scenario's file names, where it is there."""
    found = re.match(rf"{re.escape(MODELINE)}(\S+)", base.read_text(encoding="utf-8", errors="replace"))
    file = base.parent / found[1] if found else base.parent / SCHEMA
    return file if file.is_file() else None


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as fault:
        raise ScenarioError([Fault("", f"cannot be written: {fault.strerror or fault}", str(file))]) from None
