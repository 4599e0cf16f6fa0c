"""What a scenario tells anew: each input that differs from the file it extends."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.scenario.loader import document_of
from sim.scenario.multiplied import numbers
from sim.scenario.paths import description_at, flatten
from sim.scenario.reading import Document

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

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
    return between(below.data, told.data, Path(str(named)).name if named else path.name)


def between(one: dict[str, Any], other: dict[str, Any], base: str) -> Differences:
    """What one telling says that another does not, or says otherwise; `base` is how that other one is called."""
    before, after = _leaves(one), _leaves(other)
    paths = [at for at in dict.fromkeys([*before, *after]) if before.get(at) != after.get(at)]
    found = [Difference(at, shown(before, at), shown(after, at)) for at in paths]
    return Differences(base, found, len(after.keys() & before.keys() - set(paths)))


def multiplied(scenario: Scenario, factors: Mapping[str, float]) -> list[Difference]:
    """What is multiplied in each run, and what is told there."""
    told = flatten(scenario.model_dump(by_alias=True, exclude_none=True))
    values = {path: numbers(told, path).values() for path in factors}
    return [
        Difference(path, ", ".join(f"{value:g}" for value in values[path]), f"x{by:g} of what each run draws")
        for path, by in factors.items()
    ]


def in_words(one: Difference) -> str:
    """A difference as a line: what the input is, its path, and both values."""
    about = description_at(one.path)
    said = f" ({about[:1].lower()}{about[1:].rstrip('.')})" if about else ""
    return f"{one.path}{said}: {one.before} -> {one.after}"


def _leaves(data: dict[str, Any]) -> dict[str, Any]:
    return flatten({key: value for key, value in data.items() if key not in ASIDE})


def shown(told: dict[str, Any], path: str) -> str:
    """A value as it was written."""
    value = told.get(path)
    if value is None or value == {}:
        return NOTHING
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
