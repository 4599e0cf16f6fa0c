"""What stood inside before the road opened, and what waits at the other end: blockade, reception, needs."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from sim.scenario import defaults as default
from sim.scenario.distributions import Distribution
from sim.scenario.fields import (
    Hours,
    HoursVary,
    Instant,
    Number,
    People,
    PeoplePerHour,
    Positive,
    Section,
    Share,
    ShareVary,
    Unit,
    hours,
)
from sim.scenario.standards import is_name, quantity
from sim.scenario.standards.sectors import Names

CARE = "care"
"""The place of people in care, wherever that is."""
BETWEEN = "between_places"
"""Where people are while they travel from one place of reception to the next."""


class InflowPhase(Section):
    """What came in each day from a given time on, in the item's unit a day."""

    begins: Instant = Field(alias="from")
    """When it begins; it lasts until the next one."""
    rate: Number | None = None
    """Amount a day, in the item's unit."""
    share: Share | None = None
    """Or: the item's share of the goods of the blockade's `goods` phase that holds then."""


class Rationing(Section):
    """How what is there is handed out."""

    rule: Literal["none", "fixed", "proportional"] = "none"
    """None: everyone takes the full need; fixed: a set amount a head; proportional: less as the stock falls."""
    amount: Number | None = None
    """Amount a day and head under a fixed ration, in the item's unit."""
    full_at: Number | None = None
    """Stock at and above which a proportional ration is full, in the item's unit."""
    begins: Instant | None = Field(default=None, alias="from")
    """When rationing begins; at the closing when left out."""


class BlockadeItem(Section):
    """A commodity inside: stock, what comes in, what is made inside, what is needed."""

    unit: str
    """Its unit: kg, L, m3, or patient-day."""
    need: Number
    """Need a day and person, in its unit, or a planning figure (`sphere.water.total`)."""
    opening_stock: Number
    """Stock when the road closed, in days of full need."""
    inflow: dict[str, InflowPhase] = {}
    """What came in."""
    local: Share = 0.0
    """Local production as a share of the full need."""
    loss: Share = 0.0
    """Share of the stock lost a month."""
    rationing: Rationing = Rationing()
    """Rationing."""
    fuels_vehicles: bool = False
    """Whether this is what private vehicles run on: its shortage empties tanks."""

    @field_validator("need", mode="before")
    @classmethod
    def _by_figure(cls, value: Any, info: ValidationInfo) -> Any:
        """A planning figure, read in the unit of the item a day and person."""
        unit = info.data.get("unit", "")
        return quantity(value, f"{unit}/day") if is_name(value) and unit else value


class Goods(Section):
    """All goods together that came in by road, from a given time on."""

    begins: Instant = Field(alias="from")
    """When it begins; it lasts until the next one."""
    tonnes_a_day: Number
    """Tonnes a day."""


class Blockade(Section):
    """From the closing of the road to its opening, day by day."""

    begins: Instant = Field(alias="from")
    """When the road closed."""
    goods: dict[str, Goods] = {}
    """All goods that came in, in phases."""
    items: dict[str, BlockadeItem] = {}
    """Commodities."""
    tank_days: Positive = default.number("blockade.tank_days")
    """Days for which full tanks and cans last at usual use when no fuel is sold."""


class Registration(Section):
    """Registration of those who arrive."""

    rate: PeoplePerHour | None = None
    """People an hour that all desks register together."""
    desks: Positive | None = None
    """Desks, as an alternative to `rate`: a whole number. One drawn is rounded; without any nobody is served."""
    service: HoursVary | None = None
    """Time a party takes at a desk."""
    elsewhere: ShareVary = Distribution(value=0.0)
    """Share of parties that register elsewhere, later."""
    elsewhere_delay: HoursVary = default.varying("reception.registration.elsewhere_delay", "h")
    """How much later."""
    opens: Instant | None = None
    """When registration opens."""

    @field_validator("desks")
    @classmethod
    def whole(cls, desks: float | None, told: ValidationInfo) -> float | None:
        """There are no parts of desks."""
        if desks is not None and (told.context or {}).get("written") and desks != round(desks):
            raise ValueError(f"{desks:g} is not a number of desks; must be a whole number, at least 1")
        return desks

    @model_validator(mode="after")
    def one(self) -> Registration:
        """One way of telling how fast."""
        if (self.rate is None) == (self.desks is None):
            raise ValueError("give `rate` (people/h, all desks together) or `desks` with `service`")
        if self.desks is not None and self.service is None:
            raise ValueError("`desks` needs `service`, the time a party takes at a desk")
        return self


class Place(Section):
    """A place of reception."""

    capacity: People | None = None
    """People it can hold; not provided when left out."""
    arrive: Share = 0.0
    """Share of those who arrive who come here first."""
    stay: HoursVary = hours(0.0)
    """How long people stay here before they move on."""
    travel: Hours = 0.0
    """Hours from the place before to here."""
    next: dict[str, Share] = {}
    """Shares of those leaving that move to other places; the others go on by themselves."""
    houses: bool = False
    """Whether people are given a place to sleep here (accommodated)."""
    delay: HoursVary | None = None
    """Hours from arrival until it is given here, at a place at hand: while there is room one is kept for whoever comes
    and will ask. Left out: it is given after `reception.accommodation.delay`, to those for whom none was kept."""
    also_known_as: dict[str, str] = {}
    """Its other names or spellings, each by its language; found where it is misspelt, and written in places.csv."""

    @model_validator(mode="after")
    def sleeps(self) -> Place:
        """A place to sleep can only be given where there is one."""
        if self.delay is not None and not self.houses:
            raise ValueError("`delay` says when a place to sleep is given here; tell `houses: yes` too")
        return self


class Accommodation(Section):
    """Places to sleep given by the authorities."""

    share: ShareVary = Distribution(value=0.0)
    """Share of parties that ask for one."""
    delay: HoursVary = hours(0.0)
    """Hours from arrival until it is given, where no place at hand (`reception.places.*.delay`) was kept."""


class Reception(Section):
    """A chain of places, and what is done there."""

    places: dict[str, Place] = {}
    """Places."""
    registration: Registration | None = None
    """Registration."""
    accommodation: Accommodation = Accommodation()
    """Accommodation."""


class Needs(Section):
    """Whose needs are counted, how."""

    period: Annotated[float, Unit("h", high=87_600.0)] | None = None
    """How long everyone is carried on in their last state after `horizon`, for needs, stocks and costs by month."""
    hourly: dict[str, bool] = {"water": True, "food": True, "fuel": True, "shelter": True, "patients": True}
    """Items written hour by hour."""
    sectors: dict[str, bool] = {}
    """Sectors that are counted or not, by code (`EDU: no`); all of them when left out."""
    items: dict[str, bool] = {}
    """Items that are counted or not, whatever is told of their sector; all of them when left out."""
    guidance: dict[str, bool] = {}
    """Guidance in force: with `infant_feeding` a package may hold infant formula, without it never."""
    figures: dict[str, str | float] = {}
    """Own values in place of the standards' (name of the figure: value with unit)."""
    sector_names: Names = "clusters"
    """Names of sectors: those of the clusters, or those of refugee response plans."""
    plan_on: Literal["planning-figure", "p80", "p50"] = "p80"
    """The level quantities are planned on."""

    @field_validator("figures")
    @classmethod
    def _with_units(cls, told: dict[str, str | float], info: ValidationInfo) -> dict[str, str | float]:
        """Where people write, an own value has its unit."""
        bare = {name: value for name, value in told.items() if not isinstance(value, str)}
        if bare and (info.context or {}).get("written"):
            shown = ", ".join(f"{name}: {value:g}" for name, value in bare.items())
            raise ValueError(f"{shown} has no unit; write it with one, such as 'sphere.water.total: 18 L'")
        return told


class Source(Section):
    """Where a number comes from."""

    note: str = ""
    """What it says, and how the number was read from it."""
    url: str = ""
    """Address."""
    date: str = ""
    """Date of the source (day, or when it was published)."""
    confidence: Literal["high", "medium", "low"] = "medium"
    """How far it can be trusted."""
    origin: Literal["sourced", "fitted", "assumed"] = "sourced"
    """Sourced, fitted to observed counts, or assumed."""


class Lever(Section):
    """Something planners can change: its range and what a step costs.

    Steps go from the value now to the high end or, where that is reached, to the low one.
    """

    low: str | float
    """Lowest value, as it would be written."""
    high: str | float
    """Highest value."""
    step: str | float | None = None
    """Step."""
    cost: Annotated[float, Unit("USD")] | None = None
    """Cost of a step."""
    note: str = ""
    """What it means."""


class Run(Section):
    """How it is run."""

    replications: Annotated[int, Field(ge=1, le=100_000)] = 50
    """Runs over which ranges are taken."""
    seed: Annotated[int, Field(ge=0)] = 1
    """The seed from which all luck follows."""
    resolution: Annotated[int, Field(ge=1, le=1000)] = 1
    """Vehicles that move together as one packet; 1 is exact."""
    now: Instant | None = None
    """The time it is run at: what lies before is past, and what had to be decided before is too late."""
    journal: bool = False
    """Whether every passage and step is written to journal.csv."""
