"""Care of patients: who needs what, hospitals and their beds, ambulances and helicopters."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.scenario import defaults as default
from sim.scenario.fields import (
    Hours,
    HoursVary,
    Instant,
    Number,
    OpeningHours,
    People,
    Positive,
    PositiveHours,
    Section,
    Share,
    ShareVary,
    Unit,
)

GENERAL = "general"
"""The beds that take anybody for whom no bed of the own specialty is free."""


class Hospital(Section):
    """A hospital: inside, where patients wait to be taken away, or outside, where they are taken to."""

    at: str | None = None
    """The settlement or place of reception it is in, or the node of the road at which ambulances reach it; left out
    where only others refer patients to it."""
    beds: dict[str, People] = {}
    """Beds by specialty, for people it is told of; those called `general` take anybody."""
    travel: Hours = 0.0
    """Hours from the hospital that takes patients in to here, for those who are referred."""
    also_known_as: dict[str, str] = {}
    """Its other names or spellings, each by its language; found where it is misspelt, and written in places.csv."""


class HealthPost(Section):
    """Where people who come with their party are seen, by priority: red before yellow before green."""

    at: str
    """The place of reception it is at; a party that comes there first stays until its patients have been seen."""
    clinicians: Annotated[float, Unit("1", low=1)]
    """How many see patients, one each at a time."""
    visit: HoursVary = default.varying("medical.posts.*.visit", "h")
    """Time a patient is seen for."""
    begins: Instant | None = Field(default=None, alias="from")
    """When it first opens; at the start when left out."""
    hours: OpeningHours | None = None
    """Hours of the day in which somebody's turn can come; always when left out. Who comes else waits until it opens."""
    to: str | None = None
    """The hospital outside that takes those who need a bed; the one of least `travel` when left out."""
    travel: Hours = 0.0
    """Hours from the post to that hospital."""


class CareGroup(Section):
    """How a group of patients is cared for."""

    red: Share = 0.0
    """Share whose priority is red: taken first."""
    yellow: Share = 0.0
    """Share whose priority is yellow: taken after red; all others are green."""
    transported: Share = 0.0
    """Share that an ambulance or a helicopter must take; the others travel with their party."""
    asks_on_arrival: Share = 1.0
    """Share of those who travel with their party who ask for care at the health post where they arrive."""
    admitted: Share = 0.0
    """Share of those who are seen there who need a bed."""
    specialty: str = GENERAL
    """Beds they need."""
    treatment: dict[str, bool] = {}
    """Items that their treatment takes where they are cared for (`burn_fluid: yes`), as much as the library has for
    each patient; where none is provided it is not counted."""
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
    posts: dict[str, HealthPost] = {}
    """Health posts at places of reception; where none is told, who comes with a party is in care on arrival."""
    without: dict[Literal["water", "food"], dict[str, Hours]] = {
        "water": {"a_day": default.number("medical.without.water.a_day", "h")},
        "food": {"a_day": default.number("medical.without.food.a_day", "h")},
    }
    """Hours without water and without a meal on the way that are counted, each with a name."""
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
