"""Who is there, how they can travel, and when they may and do leave."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from sim.scenario import defaults as default
from sim.scenario.distributions import Distribution
from sim.scenario.fields import (
    Headcount,
    Hours,
    HoursVary,
    Instant,
    Litres,
    LitresPerDay,
    LitresPerHourVary,
    LitresPerKilometreVary,
    LitresVary,
    Number,
    People,
    PeopleOrShare,
    Positive,
    Section,
    Share,
    SignedHours,
    SpeedVary,
    Tonnes,
    Unit,
)
from sim.scenario.standards import profiles

RIDDEN = "motorcycle"
"""The class of vehicles of households that ride."""
Group = Literal["infants", "children", "adults", "elderly"]


class Settlement(Section):
    """A place people leave from."""

    people: PeopleOrShare
    """How many of those present live here: people, or a share."""
    at: str | None = None
    """The node of the corridor at which its people join the road; its own name when left out."""
    also_known_as: dict[str, str] = {}
    """Its other names or spellings, each by its language; found where it is misspelt, and written in places.csv."""


class Patients(Section):
    """People who need regular or urgent care, by group."""

    people: PeopleOrShare
    """How many there are: people, or a share of those present."""
    since: HoursVary = Distribution(value=0.0)
    """Hours since the last treatment (session, dose, care) at the start of the scenario."""
    interval: Hours = default.number("population.patients.*.interval", "h")
    """Usual hours between treatments."""
    safe_intervals: dict[str, Hours] = {}
    """Hours after the last treatment that should not pass, each with a name."""
    treated_at_home: Share = 1.0
    """Share of treatments still given at home while people wait to leave."""


class Modes(Section):
    """How households travel, as shares of households; what is left over goes by vehicle or waits for a bus."""

    motorcycle: Share = 0.0
    """Share that rides motorcycles, as many as it needs, on the road; `vehicles.classes` has a class `motorcycle`."""
    cart: Share = 0.0
    """Share that goes by animal cart, beside the traffic."""
    foot: Share = 0.0
    """Share that walks, beside the traffic."""

    @model_validator(mode="after")
    def sums(self) -> Modes:
        """The shares leave room for those who drive."""
        total = self.motorcycle + self.cart + self.foot
        if total > 1 + 1e-9:
            raise ValueError(f"the shares of motorcycle, cart and foot sum to {total:.0%}; at most 100 % is possible")
        return self


class Population(Section):
    """Whom the plan is for and who is there."""

    total: People
    """The planning figure: how many people the plan is for."""
    present: PeopleOrShare = Headcount(share=1.0)
    """Who is there: people, or a share of the planning figure."""
    profile: str = profiles.GLOBAL
    """Country whose births, ages, sex and disease count where nothing is told (`armenia`); a default, no finding."""
    household_size: Annotated[float, Unit("people/household", low=1, high=30)] = default.number(
        "population.household_size", "people/household"
    )
    """Mean number of people in a household."""
    settlements: dict[str, Settlement] = {}
    """Where they live; one unnamed place when left out."""
    ages: dict[Group, Share] = {}
    """Shares by age: infants (under 2), children (2 to 17), adults (18 to 64), elderly (65 and over)."""
    female: Share = default.number("population.female")
    """Share of women and girls."""
    patients: dict[str, Patients] = {}
    """People who need care, by group: dialysis, insulin, chronic, pregnant, wounded, burns."""
    modes: Modes = Modes()
    """Modes of travel other than vehicles."""
    walking_speed: SpeedVary = default.varying("population.walking_speed", "km/h")
    """Speed of people on foot."""
    walking_day: Hours = default.number("population.walking_day", "h")
    """Hours a day that people on foot or with carts keep moving."""

    @field_validator("profile")
    @classmethod
    def _known(cls, name: str) -> str:
        """A profile the library has."""
        profiles.profile(name)
        return name

    @model_validator(mode="after")
    def ages_sum(self) -> Population:
        """Shares by age sum to one."""
        if self.ages and abs(sum(self.ages.values()) - 1) > 1e-6:
            raise ValueError(f"ages: the shares sum to {sum(self.ages.values()):.1%}; must be 100 %")
        return self


class VehicleClass(Section):
    """One kind of vehicle."""

    share: Share
    """Share of all vehicles."""
    seats: Positive
    """People it can carry, crowded."""
    pce: Positive = default.number("vehicles.classes.*.pce")
    """Passenger-car equivalents: the road space and time it takes, in cars."""
    use: LitresPerKilometreVary = default.varying("vehicles.classes.*.use", "L/km")
    """Fuel burnt a kilometre."""
    idle: LitresPerHourVary = default.varying("vehicles.classes.*.idle", "L/h")
    """Fuel burnt an hour with the engine running in a queue."""
    tank: Litres | None = None
    """What it holds when full, and what it holds at the start in proportion; `fuel.full_tank` when left out."""
    weight: Tonnes = default.number("vehicles.classes.*.weight", "t")
    """Laden weight, for bridges with a limit."""


def motorcycle() -> VehicleClass:
    """The motorcycles of those who ride where no class of that name is told: no share of the other vehicles."""
    path = f"vehicles.classes.{RIDDEN}"
    return VehicleClass(
        share=0.0,
        seats=default.number(f"{path}.seats"),
        pce=default.number(f"{path}.pce"),
        use=default.varying(f"{path}.use", "L/km"),
        idle=default.varying(f"{path}.idle", "L/h"),
        tank=default.number(f"{path}.tank", "L"),
        weight=default.number(f"{path}.weight", "t"),
    )


class VehicleFleet(Section):
    """Vehicles of the households."""

    per_household: Annotated[float, Unit("vehicles/household", high=1.0)] = default.number(
        "vehicles.per_household", "vehicles/household"
    )
    """Vehicles a household can use (at most one each sets off)."""
    classes: dict[str, VehicleClass] = {
        "car": VehicleClass(
            share=default.number("vehicles.classes.car.share"), seats=default.number("vehicles.classes.car.seats")
        )
    }
    """Kinds of vehicles."""
    shared_rides: Share = default.number("vehicles.shared_rides")
    """Share of households without a vehicle that find room in another's; the others wait for a bus."""
    engine_on: Share = default.number("vehicles.engine_on")
    """Share of the time in a queue that engines run."""

    @model_validator(mode="after")
    def shares_sum(self) -> VehicleFleet:
        """Shares by class sum to one."""
        total = sum(c.share for c in self.classes.values())
        if self.classes and abs(total - 1) > 1e-6:
            raise ValueError(f"classes: the shares sum to {total:.1%}; must be 100 %")
        return self


class Phase(Section):
    """From when a part of the population may leave."""

    opens: Instant = Field(alias="from")
    """When they may leave."""
    share: Share
    """Share of those present that this phase lets go; phases follow each other in time."""
    settlements: dict[str, Share] = {}
    """If given, the share of each settlement's people it lets go, instead of `share` of all."""
    over: Hours = 0.0
    """If given, its people get ready evenly over this time, instead of by the loading curve."""


class LoadingCurve(Section):
    """When people are ready to leave (the loading curve), cut at the time they may."""

    kind: Literal["at_once", "uniform", "logistic", "rayleigh", "weibull"] = "at_once"
    """Shape of the curve."""
    begins: Instant = 0.0
    """Nobody is ready before."""
    midpoint: Instant | None = None
    """When half are ready (logistic)."""
    spread: Hours = default.number("departure.loading.spread", "h")
    """Scale of the curve: logistic scale, Rayleigh or Weibull scale, or length when uniform."""
    shape: Positive = default.number("departure.loading.shape")
    """Shape of a Weibull curve."""

    @model_validator(mode="after")
    def complete(self) -> LoadingCurve:
        """A logistic curve has a midpoint, every curve but `at_once` a spread."""
        if self.kind == "logistic" and self.midpoint is None:
            raise ValueError("a logistic curve needs `midpoint`, the time by which half are ready")
        if self.kind != "at_once" and self.spread <= 0:
            raise ValueError("spread must be more than 0 h")
        return self


class Trigger(Section):
    """Something that happens at a known time and moves departures of those still at home."""

    at: Instant
    """When it happens."""
    share: Share = 1.0
    """Share of those still at home whom it moves."""
    shift: SignedHours = 0.0
    """Hours by which they leave later (earlier, when negative), never before the trigger itself."""


class TurnBack(Section):
    """Turning back when the way out is jammed."""

    share: Share = 0.0
    """Share of parties that turn back when the wait to get onto the road is too long for them."""
    patience: HoursVary = default.varying("departure.turn_back.patience", "h")
    """Wait to get onto the road beyond which such a party turns back."""
    retry: HoursVary = default.varying("departure.turn_back.retry", "h")
    """Hours until it tries again; then it stays in the queue."""


class Departure(Section):
    """When people leave."""

    permission: dict[str, Phase] = {}
    """Phases of permission; everyone may leave from the start when left out."""
    loading: LoadingCurve = LoadingCurve()
    """The loading curve."""
    triggers: dict[str, Trigger] = {}
    """Events that move departures."""
    turn_back: TurnBack = TurnBack()
    """Turning back."""
    stay: PeopleOrShare = Headcount(people=0.0)
    """People who do not leave."""
    vehicles_first: Number = 0.0
    """How much earlier fuller vehicles set off: 0 not at all, 1 with as much weight as chance (log-odds)."""


class Arrivals(Section):
    """People who come without a corridor: over a duration, by a table, or as counted in a file."""

    over: Hours | None = None
    """Everyone present comes evenly over this duration."""
    table: dict[str, PeopleOrShare] = {}
    """Cumulative arrivals by time (`day 1 06:00: 1,000 people`)."""
    file: str | None = None
    """A file of observed cumulative counts with columns time and value."""

    @model_validator(mode="after")
    def one(self) -> Arrivals:
        """One way of telling them."""
        if sum((self.over is not None, bool(self.table), self.file is not None)) != 1:
            raise ValueError("give exactly one of `over`, `table` and `file`")
        return self


class Depot(Section):
    """A place that hands out fuel, with pumps and a finite stock."""

    at: str | None = None
    """The settlement it serves; all of them when left out."""
    stock: Litres = 0.0
    """Litres in its tanks at the start; it hands them out once it is open."""
    pumps: Positive = default.number("fuel.depots.*.pumps")
    """Pumps working at a time."""
    service: HoursVary = default.varying("fuel.depots.*.service", "h")
    """Time one vehicle takes at a pump."""
    opens: Instant = 0.0
    """When it begins to hand out fuel."""
    closes: Instant | None = None
    """When it stops; never when left out."""
    deliveries: dict[str, Delivery] = {}
    """Fuel that arrives later."""
    daily: LitresPerDay = 0.0
    """Fuel that arrives once a day, from when it opens."""


class Delivery(Section):
    """Fuel that reaches a depot."""

    at: Instant
    """When it arrives."""
    litres: Litres
    """How much."""


class Explosion(Section):
    """A reported accident at a depot: it takes stock and pumps; casualties are reported figures, never computed."""

    at: Instant
    """When it happened."""
    depot: str
    """Which depot it struck."""
    stock_lost: Share = 1.0
    """Share of the stock lost."""
    pumps_lost: Share = 1.0
    """Share of the pumps lost."""
    injured: People = 0.0
    """People reported injured, first of those in the queue; they are in care from then on: at the place `care`, or
    at the hospital there where `medical.hospitals` tells one."""
    group: str = "burns"
    """The group of patients they are, as `medical.groups` tells of it."""
    reported_dead: People = 0.0
    """People reported dead, as published; an input with a source, never a prediction."""


class Fuel(Section):
    """What vehicles hold and burn, and where they can refuel."""

    full_tank: Litres = default.number("fuel.full_tank", "L")
    """What a vehicle holds when supply is normal (tank and cans)."""
    uneven: Positive = default.number("fuel.uneven")
    """How unevenly a blockade empties tanks: shape of a gamma distribution, large for evenly."""
    held: LitresVary | None = None
    """Litres a vehicle holds at the start of the scenario; follows from `full_tank` and the blockade when left out."""
    ration: Litres = default.number("fuel.ration", "L")
    """Litres a vehicle is given at a depot."""
    reserve: Share = 0.0
    """Margin drivers want over what they expect to burn before they set off."""
    expected_transit: Hours = default.number("fuel.expected_transit", "h")
    """How long drivers expect the way to take when they judge whether their fuel suffices."""
    without: Literal["wait", "leave", "walk"] = "wait"
    """What a party does that cannot get enough fuel: wait for some, leave with what it has, or walk."""
    patience: HoursVary = default.varying("fuel.patience", "h")
    """How long a party waits for fuel before it leaves with what it has, if that is its way."""
    depots: dict[str, Depot] = {}
    """Depots."""
    explosions: dict[str, Explosion] = {}
    """Reported accidents at depots."""


Depot.model_rebuild()
