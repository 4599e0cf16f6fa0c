"""Care of patients: who needs what, hospitals and their beds, ambulances and helicopters."""

from __future__ import annotations

from pydantic import Field, model_validator

from sim.scenario import defaults as default
from sim.scenario.fields import (
    Hours,
    HoursVary,
    Instant,
    Number,
    People,
    Positive,
    PositiveHours,
    Section,
    Share,
    ShareVary,
)

GENERAL = "general"
"""The beds that take anybody for whom no bed of the own specialty is free."""


class Hospital(Section):
    """A hospital: inside, where patients wait to be taken away, or outside, where they are taken to."""

    at: str | None = None
    """The settlement it is in, or the node of the road at which ambulances reach it; left out where only others refer
    patients to it."""
    beds: dict[str, People] = {}
    """Beds by specialty, for people it is told of; those called `general` take anybody."""
    travel: Hours = 0.0
    """Hours from the hospital that takes patients in to here, for those who are referred."""
    also_known_as: dict[str, str] = {}
    """Its other names or spellings, each by its language; found where it is misspelt, and written in places.csv."""


class CareGroup(Section):
    """How a group of patients is cared for."""

    red: Share = 0.0
    """Share whose priority is red: taken first."""
    yellow: Share = 0.0
    """Share whose priority is yellow: taken after red; all others are green."""
    transported: Share = 0.0
    """Share that an ambulance or a helicopter must take; the others travel with their party."""
    specialty: str = GENERAL
    """Beds they need."""
    stay: HoursVary | None = None
    """How long they stay in a bed; to the end when left out."""
    safe_intervals: dict[str, Hours] = {}
    """Hours after the injury or the last treatment that should not pass, each with a name."""

    @model_validator(mode="after")
    def sums(self) -> CareGroup:
        """The shares leave room for green."""
        if self.red + self.yellow > 1 + 1e-9:
            raise ValueError(f"red and yellow sum to {self.red + self.yellow:.0%}; at most 100 % is possible")
        return self


class Medical(Section):
    """Care: where, and for whom."""

    hospitals: dict[str, Hospital] = {}
    """Hospitals, inside and outside; without any, patients are cared for where their party arrives."""
    groups: dict[str, CareGroup] = {}
    """By group of patients: priority, who must be transported, beds and stay."""


class AmbulanceFleet(Section):
    """Ambulances that take patients over the road."""

    ambulances: Positive
    """Ambulances in the fleet."""
    to: str
    """The hospital they take patients to."""
    seats: Positive = default.number("transport.ambulances.*.seats")
    """Patients each takes."""
    at: str | None = None
    """The settlement they serve; where most patients wait when left out."""
    begins: Instant = Field(default=0.0, alias="from")
    """When they first reach it."""
    until: Instant | None = None
    """When the last round begins."""
    loading: HoursVary = default.varying("transport.ambulances.*.loading", "h")
    """Time to take patients aboard."""
    back: HoursVary = default.varying("transport.ambulances.*.back", "h")
    """Time for the empty way back."""
    trips: Number = default.number("transport.ambulances.*.trips")
    """Most trips each makes."""
    overtake: ShareVary = default.varying("transport.ambulances.*.overtake")
    """Share of the queue's time that an ambulance saves where no lane is free for it: it takes the rest."""


class HelicopterFleet(Section):
    """Helicopters that take patients out by day and in flying weather."""

    helicopters: Positive
    """Helicopters in the fleet."""
    to: str
    """The hospital they land at, or that takes in whom they bring."""
    seats: Positive = default.number("transport.helicopters.*.seats")
    """Patients each takes."""
    at: str | None = None
    """The settlement they serve; where most patients wait when left out."""
    begins: Instant = Field(default=0.0, alias="from")
    """When they are first there."""
    until: Instant | None = None
    """When the last round begins."""
    cycle: PositiveHours = default.number("transport.helicopters.*.cycle", "h")
    """Hours from one take-off to the next: both flights, and on the ground at either end half of the rest."""
    flight: PositiveHours = default.number("transport.helicopters.*.flight", "h")
    """Hours of a flight one way."""
    by_night: bool = False
    """Whether they fly in the dark."""

    @model_validator(mode="after")
    def fits(self) -> HelicopterFleet:
        """A round holds two flights."""
        if self.cycle < 2 * self.flight * (1 - 1e-9):
            raise ValueError(f"a cycle of {self.cycle:g} h is shorter than two flights of {self.flight:g} h")
        return self
