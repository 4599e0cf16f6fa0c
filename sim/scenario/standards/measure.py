"""What a figure is per: how many of what, and for how long."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

HOURS = {"min": 1 / 60, "hour": 1.0, "day": 24.0, "week": 168.0, "month": 720.0, "year": 8760.0}
"""Hours of each word for a time, as in `sim.scenario.units`."""
PART = re.compile(r"(?:(?P<number>\d+)\s+)?(?P<word>[a-z%0-9_]*[a-z%_][a-z0-9_-]*)")


class Per(NamedTuple):
    """Such as 10,000 people and 90 days."""

    number: float
    """How many."""
    noun: str
    """Of what: person, household, patient, kit, tap; empty when the figure stands for itself."""
    hours: float | None
    """For how many hours; None for what has no time, such as an area."""


@cache
def per(told: str) -> Per:
    """`person/day`, `10000 person/90 day`, `tap`, `100 km`, or nothing; ValueError when it cannot be read."""
    number, noun, hours = 1.0, "", None
    for part in told.split("/") if told else ():
        found = PART.fullmatch(part.strip())
        if not found:
            raise ValueError(f"{told!r} is not read; write it like 'person/day' or '10000 person/90 day'")
        count, word = float(found["number"] or 1), found["word"]
        if word in HOURS:
            hours = count * HOURS[word]
        else:
            number, noun = count, word
    return Per(number, noun, hours)
