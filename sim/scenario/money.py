"""What it costs: own prices, transport, staff, support and funding; and the appeal on its own planning figure."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario import defaults as default
from sim.scenario.fields import PeopleOrShare, Positive, Section, Share, Unit

Dollars = Annotated[float, Unit("USD")]
ORDERS = ("equal", "by_sector", "least_cost_first")
"""Orders in which funding in part is spent: the same share of all; sector by sector; the cheapest lines first."""


class Price(Section):
    """An own price in place of the library's, of one unit of the goods (a carton, a kit, a day's ration)."""

    price: Dollars
    """US dollars a unit."""
    low: Dollars | None = None
    """Low end of its range; the price itself when left out."""
    high: Dollars | None = None
    """High end of its range; the price itself when left out."""
    year: Annotated[int, Field(ge=1990, le=2100)] | None = None
    """Year of the price."""
    note: str = ""
    """Where it comes from."""
    confidence: Literal["high", "medium", "low"] = "medium"
    """How far it can be trusted."""


class Freight(Section):
    """Transport of goods: by the tonne, or by the tonne and kilometre."""

    per_tonne: Annotated[float, Unit("USD/t")] = default.number("costs.transport.per_tonne", "USD/t")
    """US dollars a tonne; not used where `per_tonne_km` is told."""
    per_tonne_km: Annotated[float, Unit("USD/t/km")] | None = None
    """US dollars a tonne and kilometre."""
    distance: Annotated[float, Unit("km")] | None = None
    """Kilometres, for `per_tonne_km`."""
    hand_out: Annotated[float, Unit("USD/t")] = 0.0
    """US dollars a tonne to unload and hand out, on top."""

    @property
    def a_tonne(self) -> float:
        """US dollars a tonne, handed out."""
        return self.over(self.distance or 0.0)

    def over(self, km: float) -> float:
        """US dollars a tonne over so many kilometres, handed out."""
        return self.hand_out + (self.per_tonne if self.per_tonne_km is None else self.per_tonne_km * km)


class Staff(Section):
    """People paid for the response beside those that planning figures ask for."""

    sector: str
    """Code of the sector they work for."""
    number: Positive
    """How many."""
    month: Annotated[float, Unit("USD/month")] | None = None
    """US dollars each a month; the library's `staff_month` when left out."""


class Funding(Section):
    """What part of the cost is paid for."""

    share: Share
    """Share of the cost that is funded."""
    sectors: dict[str, Annotated[int, Field(ge=1)]] = {}
    """Sector code: rank, 1 first, for the order by sector; those not told follow in the order of the library."""


class Costs(Section):
    """What the response costs."""

    prices: dict[str, Price] = {}
    """Own unit costs, by the name of the goods in the library."""
    goods: dict[str, str] = {}
    """Item: the goods (by their name in the library) it is met with, in place of the library's."""
    in_cash: dict[str, Share] = {}
    """Item: share of its need that is met in cash, at the price of the goods and without their transport."""
    transport: Freight = Freight()
    """Transport."""
    staff: dict[str, Staff] = {}
    """Staff beside that of the planning figures."""
    support: Share = default.number("costs.support")
    """Support cost on top of all direct cost."""
    banner_above: Share = default.number("costs.banner_above")
    """Share of the total carried by low-confidence prices above which a banner is shown."""
    unsure: Share = default.number("costs.unsure")
    """How far a price of low confidence whose source gives no range may be off, either way."""
    funding: Funding | None = None
    """Funding in part."""


class Shares(Section):
    """Of the people of a group: who is in need, and whom the appeal targets."""

    in_need: Share = 0.0
    """Share in need."""
    targeted: Share = 0.0
    """Share targeted; never more than are in need."""


class Programme(Section):
    """Services of a sector that no planning figure counts, at a rate a person."""

    month: Annotated[float, Unit("USD/person/month")]
    """US dollars a person targeted and month, support included."""
    confidence: Literal["high", "medium", "low"] = "low"
    """How far the rate can be trusted."""


class AppealSector(Section):
    """One sector of an appeal."""

    lead: str = ""
    """Who leads it."""
    groups: dict[str, Shares] = {}
    """Group: shares in need and targeted; a group left out is not in need."""
    programmes: dict[str, Programme] = {}
    """Services beside what planning figures count."""


class AppealGroup(Section):
    """Some of the people an appeal is for; nobody is in two groups."""

    people: PeopleOrShare
    """How many, or which share of the planning figure."""
    title: str = ""
    """What the group is called."""


class Appeal(Section):
    """The appeal: costed on its own planning figure, groups and period, whatever the run's people do."""

    period: Annotated[float, Unit("h", above=True, high=87_600.0)] = default.number("appeal.period", "h")
    """How long it is for, from the end of the movement on."""
    planning_figure: Annotated[float, Unit("people", above=True, high=20_000_000)]
    """People it is for, over all groups."""
    groups: dict[str, AppealGroup]
    """Groups, which sum to the planning figure."""
    sectors: dict[str, AppealSector]
    """Sector code: shares in need and targeted of each group."""
    covered: dict[str, Share] = {}
    """Item: share of its need that government, hosts and shops provide: supply, which nobody asks money for."""
    items: dict[str, bool] = {}
    """Item: no, to leave one out of the appeal altogether; yes is the default."""
    winter: bool = False
    """Whether winter items are needed."""
