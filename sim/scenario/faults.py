"""What is wrong with what we were told: place, what was found, what would be right."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import NamedTuple

MOST = 12
"""Names that a message lists at most."""


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


def near(found: str, allowed: Iterable[str]) -> str:
    """The allowed name that is nearly the one found; empty when none is."""
    return next(iter(get_close_matches(found, sorted(allowed), 1, 0.6)), "")


def did_you_mean(found: str, allowed: Iterable[str]) -> str:
    """The nearest allowed name as a question, or the allowed names when none is near."""
    names = sorted(allowed)
    if meant := near(found, names):
        return f"did you mean '{meant}'?"
    more = ", ..." if len(names) > MOST else ""
    return f"must be one of {', '.join(names[:MOST])}{more}" if names else "there is none"
