"""What is there against the needs: stocks, deliveries, orders, where goods come from, trucks, who goes first."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.scenario import defaults as default
from sim.scenario.fields import (
    DaysVary,
    HoursVary,
    Instant,
    Kilometres,
    LitresVary,
    Number,
    Positive,
    PositiveHours,
    Section,
    Share,
    Speed,
    SpeedVary,
    Unit,
)

Status = Literal["in place", "on the way", "funded", "pledged", "requested"]
"""How certain a stock or a delivery is, the most certain first."""
Rule = Literal["equal", "most_vulnerable_first", "by_sector", "by_budget"]


class Carried(Section):
    """What people take along, for the way."""

    water: LitresVary | None = None
    """Litres of drinking water a person carries."""
    food: DaysVary | None = None
    """Days of full food a person carries."""


class Covered(Section):
    """What people, hosts and shops cover of one item at one place by themselves."""

    item: str
    """The item."""
    place: str
    """Where, told as for a supply."""
    share: Share
    """Share of the need they cover."""


class SupplyDelivery(Section):
    """An amount that reaches a place."""

    at: Instant
    """When."""
    amount: Number
    """How much, in the unit of the supply."""
    status: Status = "on the way"
    """How certain it is."""
    chance: Share = 1.0
    """In which share of the runs it comes at all."""
    organisation: str = ""
    """Who sends it; the organisation of the supply when left out."""


class Convoy(Section):
    """Trucks that come together again and again: every so many hours, so many tonnes."""

    every: PositiveHours
    """Hours from one to the next."""
    begins: Instant = Field(alias="from")
    """When the first is there; with `source`, when it leaves."""
    until: Instant | None = None
    """When the last may be there, or leave; they go on when left out."""
    quantity: Annotated[float, Unit("t", above=True)]
    """What each brings, by the mass of the goods."""
    source: str | None = None
    """Where they leave, one of `supply.sources`: with the trucks that are free, all at the pace of the slowest."""
    status: Status = "on the way"
    """How certain they are."""
    chance: Share = 1.0
    """In which share of the times one comes at all."""
    organisation: str = ""
    """Who sends them; the organisation of the supply when left out."""


class Departures(Section):
    """Fixed times at which trucks leave together."""

    every: PositiveHours
    """Hours from one to the next."""
    begins: Instant = Field(alias="from")
    """When the first leaves."""
    until: Instant | None = None
    """When the last may leave; they go on when left out."""
    speed: Speed | None = None
    """Speed of the escort: none drives faster."""


class Reorder(Section):
    """Ordering whenever stock and what is coming fall to a level: (s, S), reviewed every hour and with what comes."""

    level: Number
    """The level s at which it is ordered, in the unit of the supply."""
    up_to: Positive
    """The level S up to which it is ordered."""
    source: str | None = Field(default=None, alias="from")
    """Where it comes from: one of `supply.sources`; limited to what stands there where a stock is told there."""
    lead: HoursVary | None = None
    """Hours from the order until it is there; the chain of the source when left out."""

    @model_validator(mode="after")
    def rises(self) -> Reorder:
        """Orders bring the stock up, from somewhere or after some time."""
        if self.up_to <= self.level:
            raise ValueError(f"`up_to` is {self.up_to:g}; must be more than `level`, {self.level:g}")
        if self.source is None and self.lead is None:
            raise ValueError("give `from` (one of `supply.sources`) or `lead` (hours until an order is there)")
        return self


class SupplyItem(Section):
    """What is provided of one item at one place; what is left out is not provided, and never zero."""

    item: str
    """The item: water, food, fuel, shelter, or another of the standards data."""
    place: str
    """Where: a settlement, `home` (all settlements), `fuel_queue`, `road`, a place of reception, one of
    `supply.sources` (a warehouse), or `everywhere`."""
    unit: str = ""
    """Unit of the amounts below; the item's own when left out."""
    goods: str = ""
    """As what it travels, a row of the library's goods; the goods of its planning figure when left out."""
    stock: Number = 0.0
    """Amount in stock there at the start."""
    status: Status | None = None
    """How certain that stock is; in place when left out."""
    expires: Instant | None = None
    """When that stock is no longer fit: what is left of it then, the first to be handed out, is lost."""
    from_blockade: str | None = None
    """Take the stock from this item of the blockade instead."""
    deliveries: dict[str, SupplyDelivery] = {}
    """Amounts that arrive."""
    convoys: dict[str, Convoy] = {}
    """Amounts that arrive again and again."""
    daily: Number = 0.0
    """Amount that arrives evenly over each day."""
    begins: Instant | None = Field(default=None, alias="from")
    """When that daily amount begins; at the start when left out."""
    reorder: Reorder | None = None
    """When more is ordered; never when left out."""
    handout: Number | None = None
    """Most that can be handed out an hour."""
    losses: Share = 0.0
    """Share of the stock lost a month."""
    owed: bool = False
    """Whether what was short is handed out once there is more; what is eaten or drunk is not."""
    covered: Share = 0.0
    """Share of the need that people, hosts and shops cover by themselves there."""
    organisation: str = ""
    """Who provides it."""


class Season(Section):
    """A time in which a road is slower."""

    begins: Instant = Field(alias="from")
    """When it begins."""
    until: Instant
    """When it ends."""
    speed: Speed
    """Mean speed of laden trucks meanwhile."""


class SupplySource(Section):
    """Where goods come from, and the chain from there: call-out, loading, customs, road, unloading, hand-out."""

    to: dict[str, Kilometres]
    """Places it can send to, and the kilometres of road to each."""
    trucks: str | None = None
    """The fleet of `transport.trucks` that drives; semi-trailers without limit when left out."""
    call_out: HoursVary = default.varying("supply.sources.*.call_out", "h")
    """Hours from the decision until trucks, drivers and papers are there."""
    loading: HoursVary = default.varying("supply.sources.*.loading", "h")
    """Hours in which a gang loads ten tonnes."""
    customs: HoursVary = default.varying("supply.sources.*.customs", "h")
    """Hours at borders."""
    speed: SpeedVary = default.varying("supply.sources.*.speed", "km/h")
    """Mean speed of laden trucks on this road."""
    seasons: dict[str, Season] = {}
    """Times in which the road is slower."""
    convoy: Departures | None = None
    """Fixed times at which trucks leave, together and at the pace of the slowest; each when loaded when left out."""
    shared: dict[str, bool] = {}
    """Segments of the corridor that trucks share with the people: where these lead from a settlement to the road's end,
    trucks take room and time at booths there; elsewhere they are as late as the vehicle ahead."""
    unloading: HoursVary = default.varying("supply.sources.*.unloading", "h")
    """Hours in which a gang unloads ten tonnes."""
    hand_out: HoursVary = default.varying("supply.sources.*.hand_out", "h")
    """Hours from unloaded to handed out."""
    gangs: Positive | None = None
    """Gangs that load, and that unload, at once; one for each truck when left out."""


class Allocation(Section):
    """Who goes first when something is short; everybody gets the same share of the need unless a team decides."""

    rule: Rule = "equal"
    """Equal shares of the need; places in an order; sectors in an order (for trucks); or orders as money lasts."""
    order: dict[str, Annotated[float, Unit("1", above=True)]] = {}
    """Rank of each place (`most_vulnerable_first`) or sector code (`by_sector`), 1 first; what is not named is last."""
    budget: Annotated[float, Unit("USD")] | None = None
    """What orders may cost in all (`by_budget`): goods, transport and hand-out at the prices and rates of `costs`."""
    decided_by: str = ""
    """Which team decided this, as a role."""

    @model_validator(mode="after")
    def whole(self) -> Allocation:
        """Each rule has what it needs, and who decided it."""
        ranked = self.rule in ("most_vulnerable_first", "by_sector")
        if ranked != bool(self.order):
            what = "needs `order`, ranks by name" if ranked else "takes no `order`"
            raise ValueError(f"the rule '{self.rule}' {what}")
        if (self.rule == "by_budget") != (self.budget is not None):
            raise ValueError("`budget` and the rule 'by_budget' need each other")
        if self.rule != "equal" and not self.decided_by:
            raise ValueError("who goes first is a decision: tell the team that took it in `decided_by`")
        return self


class Supply(Section):
    """What is there against the needs."""

    carried: Carried = Carried()
    """What people carry when they leave."""
    covered: dict[str, Covered] = {}
    """What people, hosts and shops cover by themselves."""
    provided: dict[str, SupplyItem] = {}
    """Stocks and deliveries by item and place."""
    sources: dict[str, SupplySource] = {}
    """Where goods come from."""
    allocation: Allocation = Allocation()
    """Who goes first when something is short."""


class TruckFleet(Section):
    """Trucks that bring supplies."""

    payload: Annotated[float, Unit("t", above=True)] = default.number("transport.trucks.*.payload", "t")
    """What one carries."""
    volume: Annotated[float, Unit("m3", above=True)] = default.number("transport.trucks.*.volume", "m3")
    """What one holds."""
    trucks: Positive | None = None
    """How many there are; without limit when left out."""
    available: Annotated[float, Unit("1", above=True, high=1.0)] = default.number("transport.trucks.*.available")
    """Share of them that can drive."""
    pce: Positive = default.number("transport.trucks.*.pce")
    """Room one takes on a road shared with the people, in cars."""
    weight: Annotated[float, Unit("t", above=True)] = default.number("transport.trucks.*.weight", "t")
    """Weight laden, for crossings of such a road."""
    speed: SpeedVary | None = None
    """Mean speed laden, where these trucks drive slower than the speed of the road."""
