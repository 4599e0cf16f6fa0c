"""The way: segments, feeders, crossings, checkpoints, closures and weather on the road."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.scenario import defaults as default
from sim.scenario.fields import (
    Celsius,
    Hours,
    HoursVary,
    Instant,
    Kilometres,
    Number,
    OpeningHours,
    PeoplePerHour,
    Positive,
    PositiveHours,
    Section,
    Share,
    Speed,
    Tonnes,
    Unit,
    VehiclesPerHour,
    VehiclesPerKilometre,
)
from sim.scenario.medical import AmbulanceFleet, HelicopterFleet
from sim.scenario.supplies import TruckFleet


class Stretch(Section):
    """A stretch of road in the direction of travel."""

    origin: str = Field(alias="from")
    """The node it begins at."""
    to: str
    """The node it ends at."""
    length: Kilometres
    """Length."""
    road_class: str | None = Field(default=None, alias="class")
    """Class of road, from the table of road classes: what is not given below follows from it."""
    usual_time: PositiveHours | None = None
    """Usual driving time; gives the free-flow speed when `speed` is left out."""
    speed: Speed | None = None
    """Free-flow speed."""
    lanes: Positive = default.number("corridor.*.*.lanes")
    """Lanes abreast in the direction of travel, counted as they are used in a jam."""
    capacity: VehiclesPerHour | None = None
    """Most vehicles an hour, all lanes, if less than the triangle's apex; the apex when left out."""
    jam_density: VehiclesPerKilometre | None = None
    """Vehicles standing on a kilometre of one lane."""
    wave_speed: Speed | None = None
    """Speed at which a starting wave runs back through a standing queue."""
    capacity_drop: Share | None = None
    """Share of the capacity lost while vehicles discharge from a queue."""
    opposing: Literal["open", "closed"] = "open"
    """Whether vehicles can come the other way (empty buses, relief)."""


class Segment(Stretch):
    """A stretch of the trunk road."""


class Feeder(Stretch):
    """A road that leads from a settlement to the trunk."""

    priority: Positive = default.number("corridor.feeders.*.priority")
    """Its turn at the merge against 1 for the trunk, when both have queues."""


class Regime(Section):
    """How a checkpoint works from a given time on."""

    begins: Instant = Field(alias="from")
    """When it begins; it lasts until the next one."""
    booth_rate: VehiclesPerHour | None = None
    """Vehicles an hour that one booth passes."""
    booths: Positive | None = None
    """Booths in each lane, when that changes."""


class Variation(Section):
    """Slow swings of a rate, the same for every booth: a first-order autoregression of its logarithm."""

    sd: Number = 0.0
    """Standard deviation of the logarithm of the rate."""
    persistence: Share = default.number("corridor.checkpoints.*.variation.persistence")
    """Correlation from one step to the next."""
    step: PositiveHours = default.number("corridor.checkpoints.*.variation.step", "h")
    """Length of a step."""


class Convoy(Section):
    """Release in groups: at each multiple of `every` those in line go, as fast as the booths serve them."""

    every: PositiveHours
    """Hours between releases, counted from the start; one that falls into closed hours waits until the post opens."""
    vehicles: Positive
    """Most vehicles in a group; those who come once the line is empty, or beyond it, wait for the next release."""


class Secondary(Section):
    """Second inspection beside the lane, which holds its vehicle but not the booth."""

    share: Share
    """Share of vehicles taken aside."""
    time: HoursVary
    """Time it takes."""


class Checkpoint(Section):
    """A post where every vehicle is served."""

    at: str
    """The node it stands at, before the crossings there; one to a node."""
    lanes: Positive = 1.0
    """Lanes in the direction of travel."""
    booths: Positive = 1.0
    """Booths in each lane."""
    booth_rate: VehiclesPerHour | None = None
    """Vehicles an hour that one booth passes."""
    service: HoursVary | None = None
    """Time one vehicle takes at a booth, as an alternative to `booth_rate`."""
    spread: Annotated[float, Unit("1", high=5.0)] = 0.0
    """Coefficient of variation of the time at a booth (lognormal), with `booth_rate`."""
    regimes: dict[str, Regime] = {}
    """How it works from given times on."""
    variation: Variation = Variation()
    """Slow swings of its rate."""
    secondary: Secondary | None = None
    """Second inspection."""
    hours: OpeningHours | None = None
    """Hours of the day it works; always when left out."""
    opens: Instant | None = None
    """When it first opens."""
    closes: Instant | None = None
    """When it closes for good."""
    convoy: Convoy | None = None
    """Release in groups."""
    pedestrians: PeoplePerHour | None = None
    """People on foot it passes an hour; without limit when left out."""

    @model_validator(mode="after")
    def one_rate(self) -> Checkpoint:
        """One way of telling how fast it works."""
        if self.booth_rate is not None and self.service is not None:
            raise ValueError("give `booth_rate` or `service`, not both")
        if (
            self.booth_rate is None
            and self.service is None
            and not any(r.booth_rate is not None for r in self.regimes.values())
        ):
            raise ValueError("give `booth_rate` (vehicles/h that one booth passes) or `service` (time at a booth)")
        return self


class Alternate(Section):
    """One-way working in turns: the outbound direction has the way for `green` out of every `cycle`."""

    cycle: PositiveHours
    """Length of a full turn."""
    green: PositiveHours
    """Part of it that is ours."""

    @model_validator(mode="after")
    def fits(self) -> Alternate:
        """The green time lies within the cycle."""
        if self.green > self.cycle:
            raise ValueError("green is longer than the cycle")
        return self


class Crossing(Section):
    """A bridge or a ferry at a node; several at one node work in parallel. People on foot use it in its hours too."""

    at: str
    """The node it stands at."""
    kind: Literal["bridge", "ferry"]
    """What it is."""
    lanes: Positive = 1.0
    """Lanes of a bridge in the direction of travel."""
    capacity: VehiclesPerHour | None = None
    """Vehicles an hour over the bridge, in one lane."""
    weight_limit: Tonnes | None = None
    """Heavier vehicles cannot use it."""
    alternate: Alternate | None = None
    """One-way working in turns."""
    vehicles: Positive | None = None
    """Vehicles a ferry takes on a trip."""
    people: Positive | None = None
    """People a ferry takes on a trip, aboard vehicles or on foot; these go aboard by turns, party by party."""
    round_trip: PositiveHours | None = None
    """Time a ferry takes until it can load again."""
    pause: Hours = default.number("corridor.crossings.*.pause", "h")
    """How long a ferry that is not full waits for the next to drive aboard before it casts off."""
    crossing_time: Hours | None = None
    """Time from leaving one bank to the other; half a round trip for a ferry when left out."""
    hours: OpeningHours | None = None
    """Hours of the day it works; always when left out."""
    opens: Instant | None = None
    """When it first opens."""
    closes: Instant | None = None
    """When it closes for good."""
    share: Share | None = None
    """Share of vehicles that use it, 100 % in all at a node; left out for all there, each takes the shorter wait."""

    @model_validator(mode="after")
    def complete(self) -> Crossing:
        """A bridge has a capacity, a ferry what it takes and how long."""
        if self.kind == "bridge" and self.capacity is None:
            raise ValueError("a bridge needs `capacity` (vehicles/h in one lane)")
        if self.kind == "ferry" and (self.round_trip is None or (self.vehicles is None and self.people is None)):
            raise ValueError("a ferry needs `round_trip` and `vehicles` or `people` a trip")
        return self


class Closure(Section):
    """A time in which nobody passes a point of the road, on foot or in a vehicle."""

    segment: str
    """The segment or feeder it lies on."""
    km: Annotated[float, Unit("km")] = 0.0
    """Distance from the beginning of that segment."""
    begins: Instant = Field(alias="from")
    """When it begins."""
    until: Instant
    """When it ends."""

    @model_validator(mode="after")
    def ordered(self) -> Closure:
        """It ends after it begins."""
        if self.until <= self.begins:
            raise ValueError("`until` must be later than `from`")
        return self


class Corridor(Section):
    """The road from the first to the last node."""

    segments: Annotated[dict[str, Segment], Field(min_length=1)]
    """Stretches of the trunk; their `from` and `to` give the order."""
    feeders: dict[str, Feeder] = {}
    """Roads that lead to it."""
    checkpoints: dict[str, Checkpoint] = {}
    """Posts."""
    crossings: dict[str, Crossing] = {}
    """Bridges and ferries."""
    closures: dict[str, Closure] = {}
    """Times in which a point of the road is shut."""
    count_at: str | None = None
    """The node at which people count as arrived; the end when left out."""
    opens: Instant | None = None
    """When the road opens; from the start when left out."""
    never_opens: bool = False
    """Whether the road stays shut throughout, a planner's worst case."""


Month = Literal["january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
                "november", "december"]  # fmt: skip


class RoadWeather(Section):
    """A time in which everyone drives slower, or that has a temperature of its own."""

    begins: Instant = Field(alias="from")
    """When it begins."""
    until: Instant
    """When it ends."""
    speed: Share = 1.0
    """Share of the usual speed."""
    temperature: Celsius | None = None
    """Temperature in that time, in place of that of the nights."""
    flying: bool = True
    """Whether helicopters can fly."""


class Weather(Section):
    """Weather and light."""

    night: OpeningHours | None = None
    """Hours of darkness."""
    night_speed: Share = 1.0
    """Share of the usual speed at night."""
    spells: dict[str, RoadWeather] = {}
    """Spells of weather, with their temperature where it is known."""
    night_temperature: Celsius | None = None
    """Temperature at night: winter items, fuel to heat and energy to eat follow from it."""
    months: dict[Month, Celsius] = {}
    """Usual temperature of calendar months, which holds after `horizon`, and before it where no other is told."""


class Incidents(Section):
    """What stops vehicles on the road."""

    breakdowns_per_million_km: Number = 0.0
    """Vehicles that break down in a million vehicle-kilometres."""
    clearing: HoursVary = default.varying("incidents.clearing", "h")
    """Time until a stalled vehicle is pushed aside."""
    full_block: Share = default.number("incidents.full_block")
    """Share of stalls that block the whole road; the others slow it."""
    residual: Share = default.number("incidents.residual")
    """Share of the capacity left beside a stall that does not block the whole road."""
    lift_patience: HoursVary = default.varying("incidents.lift_patience", "h")
    """How long people of a stalled vehicle wait for a lift before they walk."""


class BusFleet(Section):
    """Buses for those without a vehicle."""

    buses: Positive
    """Buses in the fleet."""
    seats: Positive = default.number("transport.buses.*.seats")
    """Seats in each."""
    pce: Positive = default.number("transport.buses.*.pce")
    """Passenger-car equivalents of a bus, where the classes of vehicles have no `bus`."""
    weight: Tonnes = default.number("transport.buses.*.weight", "t")
    """Laden weight of a bus, where the classes of vehicles have no `bus`."""
    at: str | None = None
    """The settlement they serve; the largest first when left out."""
    begins: Instant = Field(default=0.0, alias="from")
    """When they first reach it."""
    until: Instant | None = None
    """When the last round begins."""
    loading: HoursVary = default.varying("transport.buses.*.loading", "h")
    """Time to load."""
    back: HoursVary = default.varying("transport.buses.*.back", "h")
    """Time for the empty way back; they cannot come in while the road is one-way outbound."""
    trips: Number = default.number("transport.buses.*.trips")
    """Most trips each makes."""


class Transport(Section):
    """Means of travel that somebody sends."""

    buses: dict[str, BusFleet] = {}
    """Fleets of buses."""
    trucks: dict[str, TruckFleet] = {}
    """Fleets of trucks that bring supplies."""
    ambulances: dict[str, AmbulanceFleet] = {}
    """Fleets of ambulances."""
    helicopters: dict[str, HelicopterFleet] = {}
    """Fleets of helicopters."""
