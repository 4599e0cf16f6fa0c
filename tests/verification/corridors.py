"""Random corridors without merges, stalls and fuel, each told as numbers so that a test can change one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.verification.cases import shut

LAST = 40.0
"""Hours in which everybody of these corridors is out, at their own pace."""


@dataclass(frozen=True)
class Link:
    """A link whose storage is a whole number of vehicles, on every kilometre as well."""

    km: int
    speed: float
    jam_density: int
    wave_speed: float


@dataclass(frozen=True)
class Line:
    """One road with a post at its end, and at most one closure and one change of the post's rate."""

    vehicles: int
    begins: float
    spread: float
    links: tuple[Link, ...]
    rate: float
    trucks: float
    closure: tuple[int, int, float, float] | None
    """Number of its link, kilometre, beginning and length."""
    regime: tuple[float, float] | None
    """From when on, vehicles an hour."""


LINKS = st.builds(
    Link,
    km=st.integers(2, 8),
    speed=st.integers(20, 70).map(float),
    jam_density=st.integers(6, 14).map(lambda tens: 10 * tens),
    wave_speed=st.integers(12, 22).map(float),
)


def minutes(least: int, most: int) -> st.SearchStrategy[float]:
    """Whole minutes, in hours."""
    return st.integers(least, most).map(lambda number: number / 60)


CLOSURES = st.tuples(st.integers(0, 1), st.integers(0, 8), minutes(0, 120), minutes(5, 120))
LINES = st.builds(
    Line,
    vehicles=st.integers(20, 250),
    begins=minutes(0, 120),
    spread=minutes(3, 60),
    links=st.lists(LINKS, min_size=2, max_size=4).map(tuple),
    rate=st.integers(60, 600).map(float),
    trucks=st.sampled_from([0.0, 0.3]),
    closure=st.none() | CLOSURES,
    regime=st.none(),
)
CHANGING = st.tuples(minutes(0, 180), st.integers(60, 600).map(float))


def told(line: Line, time: float = 1.0, shift: float = 0.0) -> dict[str, Any]:
    """The scenario of a line; every time can be stretched (and rates with it) or shifted."""

    def at(hour: float) -> str:
        return f"{hour * time + shift!r} h"

    post: dict[str, Any] = {"at": f"n{len(line.links)}", "booth_rate": f"{line.rate / time!r} vehicles/h"}
    if line.regime is not None:
        post["regimes"] = {"later": {"from": at(line.regime[0]), "booth_rate": f"{line.regime[1] / time!r} vehicles/h"}}
    return {
        "horizon": at(LAST),
        "population": {"total": f"{line.vehicles} people", "household_size": "1 people/household"},
        "vehicles": {
            "per_household": "1 vehicle/household",
            "classes": {
                "car": {"share": 1 - line.trucks, "seats": 5},
                "truck": {"share": line.trucks, "seats": 5, "pce": 2},
            },
        },
        "departure": {"loading": {"kind": "uniform", "begins": at(line.begins), "spread": f"{line.spread * time!r} h"}},
        "corridor": {
            "segments": {f"s{k}": _stretch(k, link, time) for k, link in enumerate(line.links)},
            "checkpoints": {"post": post},
            "closures": _closures(line, time, shift),
        },
        "run": {"journal": True},
    }


def _stretch(number: int, link: Link, time: float) -> dict[str, Any]:
    return {
        "from": f"n{number}",
        "to": f"n{number + 1}",
        "length": f"{link.km} km",
        "speed": f"{link.speed / time!r} km/h",
        "jam_density": f"{link.jam_density} vehicles/km",
        "wave_speed": f"{link.wave_speed / time!r} km/h",
    }


def _closures(line: Line, time: float, shift: float) -> dict[str, Any]:
    if line.closure is None:
        return {}
    number, km, begins, length = line.closure
    begin, end = begins * time + shift, (begins + length) * time + shift
    return {"works": shut(f"s{number}", min(km, line.links[number].km), begin, end)}
