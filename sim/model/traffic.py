"""What the road knows of vehicles, and how a drive ends."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import NamedTuple


class Trip(NamedTuple):
    """How a vehicle's drive ended."""

    status: str
    """`out`, `fuel` (ran dry), `breakdown` or `too heavy`."""
    entered: float
    hour: float
    link: str
    km: float


@dataclass
class Traffic:
    """What the road needs to know of each vehicle, by its number."""

    pce: list[float]
    vehicles: list[int]
    litres: list[float]
    """What each holds, less as it drives; inf for those refuelled by who sends them."""
    use: list[float]
    idle: list[float]
    service: dict[str, list[float]]
    """Checkpoint: time at its booths as a multiple of the mean."""
    secondary: dict[str, list[float]]
    """Checkpoint: hours of second inspection."""
    breaks_at: list[float]
    clearing: list[float]
    blocks: list[bool]
    weight: list[float]
    choice: list[float]
    people: list[int]

    def __post_init__(self) -> None:
        self.space = [pce * size for pce, size in zip(self.pce, self.vehicles, strict=True)]

    def add(self, people: int, pce: float, weight: float, vehicles: int = 1) -> int:
        """A vehicle that somebody sends, refuelled and sound, or (none) people on foot; its number."""
        for name, value in (
            ("pce", pce),
            ("vehicles", vehicles),
            ("litres", inf),
            ("use", 0.0),
            ("idle", 0.0),
        ):
            getattr(self, name).append(value)
        for name, value in (("breaks_at", inf), ("clearing", 0.0), ("blocks", False)):
            getattr(self, name).append(value)
        for factors, asides in zip(self.service.values(), self.secondary.values(), strict=True):
            factors.append(1.0)
            asides.append(0.0)
        self.space.append(pce * vehicles)
        self.weight.append(weight)
        self.choice.append(0.5)
        self.people.append(people)
        return len(self.people) - 1
