"""A scenario: what we are told, whole."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import Field, ValidationInfo, field_validator, model_validator

from sim.scenario import defaults as default
from sim.scenario.contingency import EarlyAction
from sim.scenario.fields import Section, Unit, moment, month
from sim.scenario.medical import Medical
from sim.scenario.money import Appeal, Costs
from sim.scenario.people import RIDDEN, Arrivals, Departure, Fuel, Population, VehicleClass, VehicleFleet, motorcycle
from sim.scenario.response import Blockade, Lever, Needs, Reception, Run, Source
from sim.scenario.road import Corridor, Incidents, Transport, Weather
from sim.scenario.supplies import Supply

LONGEST = 3 * 8_760.0
"""Hours of the longest movement that is followed by the hour: three years."""


class Scenario(Section):
    """What we are told: frozen, complete, in the units used inside."""

    title: str = ""
    """What the scenario is, in a line."""
    summary: str = ""
    """What it supposes, in a few sentences."""
    base: str | None = None
    """The file this one extends."""
    as_of: datetime | None = None
    """No source, count or default dated later may enter."""
    start: datetime | None = None
    """Hour 0: a time, or only a month; without a time, times count from day 0."""
    month: Annotated[str, Field(pattern=r"^(\d{4}-\d{2})?$")] = ""
    """The month it begins in, where `start` told only that."""
    horizon: Annotated[float, Unit("h", above=True, high=LONGEST)] = default.number("horizon", "h")
    """When the movement ends, after the start; three years at most."""
    population: Population
    """Whom the plan is for."""
    vehicles: VehicleFleet = VehicleFleet()
    """Vehicles."""
    departure: Departure = Departure()
    """When people leave."""
    fuel: Fuel | None = None
    """Fuel; without it nobody runs dry."""
    corridor: Corridor | None = None
    """The road; without it people are simply there, or come by `arrivals`."""
    arrivals: Arrivals | None = None
    """People who come without a corridor."""
    blockade: Blockade | None = None
    """The time before the road opened."""
    weather: Weather = Weather()
    """Weather and light."""
    incidents: Incidents = Incidents()
    """Breakdowns and stalls."""
    transport: Transport = Transport()
    """Buses, ambulances, helicopters and trucks."""
    medical: Medical = Medical()
    """Care."""
    reception: Reception = Reception()
    """The other end."""
    supply: Supply = Supply()
    """What is there against the needs."""
    needs: Needs = Needs()
    """Needs."""
    costs: Costs = Costs()
    """What the response costs."""
    appeal: Appeal | None = None
    """The appeal, on its own planning figure."""
    triggers: dict[str, EarlyAction] = {}
    """What is watched beforehand, and what is done when it is seen."""
    uncertainty: dict[str, Any] = {}
    """Dotted path: distribution. What is not known, drawn anew for every run."""
    levers: dict[str, Lever] = {}
    """Dotted path: range and cost. What planners can choose."""
    observed: dict[str, str] = {}
    """Series: file of observed counts, drawn over the result and scored."""
    sources: dict[str, Source] = {}
    """Dotted path: where the number comes from."""
    run: Run = Run()
    """How it is run."""

    @model_validator(mode="before")
    @classmethod
    def _only_a_month(cls, data: Any) -> Any:
        """A start told as a month is kept as the month: no hour of it is known."""
        told = month(data["start"]) if isinstance(data, dict) and isinstance(data.get("start"), str) else None
        return data if told is None else {**data, "start": None, "month": told}

    @field_validator("start", "as_of", mode="before")
    @classmethod
    def _calendar(cls, value: Any) -> Any:
        return value if value is None else moment(value)

    @field_validator("arrivals")
    @classmethod
    def _one_way_in(cls, arrivals: Arrivals | None, told: ValidationInfo) -> Arrivals | None:
        if arrivals is not None and told.data.get("corridor") is not None:
            raise ValueError("give `corridor` or `arrivals`, not both: people come by the road or as counted")
        return arrivals

    @property
    def classes(self) -> dict[str, VehicleClass]:
        """Classes of vehicles, with usual motorcycles where people ride and none are told."""
        told = self.vehicles.classes
        rides = self.population.modes.motorcycle > 0 and RIDDEN not in told
        return {**told, RIDDEN: motorcycle()} if rides else told

    @property
    def present(self) -> int:
        """People who are there."""
        return round(self.population.present.of(self.population.total))

    @property
    def hour_of_day(self) -> float:
        """Hour of the day at hour 0; 0 where the scenario has no start."""
        return 0.0 if self.start is None else self.start.hour + self.start.minute / 60

    def when(self, hour: float) -> datetime | None:
        """The calendar time of an hour, when the scenario has a start."""
        return None if self.start is None else self.start + timedelta(hours=hour)
