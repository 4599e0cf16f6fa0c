"""What is wrong with what we were told: place, what was found, what would be right."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import NamedTuple


class Fault(NamedTuple):
    """One thing that is wrong."""

    path: str
    message: str
    place: str = ""
    """`file:line:column`, or `--set`."""

    def __str__(self) -> str:
        return ": ".join(part for part in (self.place, self.path, self.message) if part)


class ScenarioError(ValueError):
    """Everything that is wrong, at once."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


def did_you_mean(found: str, allowed: Iterable[str]) -> str:
    """The nearest allowed name as a question, or the allowed names when none is near."""
    names = sorted(allowed)
    near = get_close_matches(found, names, 1, 0.6)
    if near:
        return f"did you mean '{near[0]}'?"
    return f"must be one of {', '.join(names[:12])}" if names else "nothing may stand here"
