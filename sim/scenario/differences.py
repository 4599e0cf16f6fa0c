"""What a scenario tells anew: each input that differs from the file it extends."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from sim.scenario.loader import document_of
from sim.scenario.paths import flatten
from sim.scenario.reading import Document

ASIDE = ("title", "summary", "base", "sources", "run", "observed")
"""Sections that say what a scenario is, not what it supposes."""
NOTHING = "nothing"


class Difference(NamedTuple):
    """One input: what the base tells, and what is told here."""

    path: str
    before: str
    after: str


class Differences(NamedTuple):
    """Against which file, what differs, and how many inputs are taken over unchanged."""

    base: str
    found: list[Difference]
    inherited: int


def differences(path: Path, told: Document, changed: bool) -> Differences | None:
    """What differs from the base, or from the file itself where only changes are told; None where there is neither.

    `told` is the file with its bases and changes, as written: not yet resolved.
    """
    named = told.data.get("base")
    if not named and not changed:
        return None
    below = document_of(path.parent / str(named) if named else path)
    before, after = _leaves(below.data), _leaves(told.data)
    paths = [at for at in dict.fromkeys([*before, *after]) if before.get(at) != after.get(at)]
    found = [Difference(at, shown(before, at), shown(after, at)) for at in paths]
    return Differences(
        Path(str(named)).name if named else path.name, found, len(after.keys() & before.keys() - set(paths))
    )


def _leaves(data: dict[str, Any]) -> dict[str, Any]:
    return flatten({key: value for key, value in data.items() if key not in ASIDE})


def shown(told: dict[str, Any], path: str) -> str:
    """A value as it was written."""
    value = told.get(path)
    if value is None or value == {}:
        return NOTHING
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
