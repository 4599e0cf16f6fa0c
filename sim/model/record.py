"""The record of one replication: what the world hands on, as arrays. Hours count from the start."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

if TYPE_CHECKING:
    from sim.model.blockade import BlockadeRecord
    from sim.model.journal import Entry, Spot
    from sim.model.provided import SupplyRecord
    from sim.model.sharing_road import Key, Passed, Truckload
    from sim.model.whereabouts import Whereabouts
    from sim.scenario.schema import Scenario

Array = NDArray[Any]


@dataclass(frozen=True)
class PartyTable:
    """One row a party (people who share a vehicle, or walk, ride or wait together); arrays of shape (parties,)."""

    people: Array
    vehicles: Array
    """Vehicles it moves in (0 for those without; N with packets)."""
    settlement: Array
    """Index into `settlements`."""
    vehicle_class: Array
    """Index into `classes`, -1 without a vehicle."""
    pce: Array
    settlements: tuple[str, ...]
    classes: tuple[str, ...]
    carried_water: Array
    """Litres of drinking water the party sets off with."""
    carried_food: Array
    """Person-days of full food the party sets off with."""
    departed: Array
    """Hour it set off (left home for good), nan if it never did."""
    arrived: Array
    """Hour its vehicle crossed `count_at`, nan if it never did."""
    reached: Array
    """Hour its people arrived, with their own vehicle or with one that took them along, nan if they never did."""
    joined: Array
    """Hour it first asked for fuel or joined the queue for the road, nan if it never did."""
    fuel_asked: Array
    """Hour it went for fuel, nan if it never did."""
    fuel_wanted: Array
    """Litres it wanted then."""
    fuel_given: Array
    """Litres it was given."""
    number: Array
    """Its number when people were drawn: the same party in every scenario that shares the luck."""


@dataclass(frozen=True)
class LinkLog:
    """Everything that passed one link of the road, in the order it entered; one element a vehicle (or packet)."""

    name: str
    """Segment or feeder."""
    km: tuple[float, float]
    """Distance of its two ends from the trunk's first node (negative on feeders: before they meet it)."""
    free_flow: float
    """Hours at free-flow speed."""
    party: Array
    """Vehicle, by the number of the party that drives it (buses are numbered after the parties)."""
    people: Array
    """People aboard when it left the link (or at the end)."""
    entered: Array
    left: Array
    """Hour it left the link; nan while it is still there at the end."""
    stalled: Array
    """Whether it left the link by stalling on it."""
    leads_out: bool
    """Whether who passes its end leaves the road."""


@dataclass(frozen=True)
class PostLog:
    """Service at a checkpoint or crossing, in order of start."""

    name: str
    node: str
    party: Array
    ready: Array
    """Hour it reached the post at free flow."""
    begun: Array
    """Hour its service began."""
    ended: Array


@dataclass(frozen=True)
class FuelBook:
    """Litres: what was there at first and came later equals what is left, burnt and lost."""

    held_first: float
    stock_first: float
    delivered: float
    burnt: float
    lost: float
    held_last: float
    stock_last: float
    out_hour: dict[str, float] = field(default_factory=dict)
    """Depot: first hour its stock was empty, nan if never."""
    stock_hour: dict[str, Array] = field(default_factory=dict)
    """Depot: litres in stock at each full hour, shape (hours + 1,)."""
    handed_out: Array | None = None
    """Litres handed out in each hour, all depots, shape (hours,)."""


@dataclass(frozen=True)
class Stall:
    """A vehicle that stopped on the road."""

    party: int
    hour: float
    link: str
    km: float
    cause: str
    """`fuel` or `breakdown`."""
    cleared: float
    """Hour the road was free again."""


@dataclass(frozen=True)
class WithParty:
    """Patients of a group who travel with their party, arrays of shape (patients,)."""

    departed: Array
    """Hour the party set off, nan if never."""
    arrived: Array
    """Hour it arrived, nan if never."""
    at_leaving: Array
    """Hours since the last treatment when it set off."""
    cared: Array
    """Hour each is back in care, nan if never: seen at a health post, or where there is none on arrival."""


@dataclass(frozen=True)
class Visits:
    """Patients who came with their party to a health post, in order; arrays of shape (visits,)."""

    group: Array
    number: Array
    """Which of the group's patients who travel with their party."""
    triage: Array
    place: Array
    came: Array
    begun: Array
    """Hour each was seen, inf if never."""


@dataclass(frozen=True)
class CareLog:
    """The medical chain: patients who were transported, arrays of shape (patients,); inf for what did not happen."""

    group: tuple[str, ...]
    triage: Array
    """0 red, 1 yellow, 2 green."""
    began: Array
    """Hour of the injury or of the last treatment."""
    ready: Array
    """Hour from which each waited to be taken out."""
    taken: Array
    landed: Array
    """Hour it reached a hospital outside."""
    cared: Array
    """Hour it first lay in a bed, inside or outside."""
    in_bed: Array
    """Hour it lay in a bed outside."""
    in_own_bed: Array
    """Whether its bed, at last, is one of its specialty."""
    cared_at: tuple[str, ...]
    """The hospital each first lay in."""
    hospital: tuple[str, ...]
    """The hospital each is in at last."""
    changes: tuple[tuple[float, str, str, str, int], ...]
    """Hour, group, stage, place, and how many more are there."""
    with_party: dict[str, WithParty]
    walked: Array
    """Whether each came with a party and was admitted: nobody took it out."""
    visits: Visits
    limits: dict[str, float]
    """Group: the shortest safe interval, inf where none is told."""


@dataclass(frozen=True)
class Record:
    """What happened in one replication."""

    scenario: Scenario
    """As it was drawn for this replication."""
    replication: int
    seed: int
    drawn: dict[str, float]
    """Uncertain inputs as drawn, by dotted path."""
    parties: PartyTable
    spots: tuple[Spot, ...]
    first: Array
    """People at each spot at hour 0, shape (spots,)."""
    move_hour: Array
    move_party: Array
    move_people: Array
    move_origin: Array
    """Spot left."""
    move_destination: Array
    """Spot entered."""
    counts: dict[str, tuple[Array, Array, Array]]
    """Series (departed, arrived, registered, accommodated): hours (rising), people, vehicles."""
    links: tuple[LinkLog, ...]
    posts: tuple[PostLog, ...]
    fuel: FuelBook | None
    stalls: tuple[Stall, ...]
    blockade: BlockadeRecord | None
    entries: tuple[Entry, ...]
    care: dict[str, dict[str, float]]
    """Patient group: people past each safe interval on arrival, and how many there were."""
    care_hours: dict[str, Array]
    """Patient group: hours since the last treatment when each was back in care (nan if never), shape (patients,)."""
    chain: CareLog | None = None
    """Patients who were transported, where hospitals are told."""
    trucks: dict[Key | Truckload, Passed] = field(default_factory=dict)
    """Convoys and trucks of orders on the road that people take: how late each came through."""
    paces: Array | None = None
    """Hours at which the speed on the road changes with light and weather, and the share of the usual from each on,
    shape (changes, 2); the first is -inf."""

    @cached_property
    def there(self) -> Whereabouts:
        """Who was where."""
        from sim.model.whereabouts import Whereabouts

        return Whereabouts(self)

    @cached_property
    def supply(self) -> SupplyRecord:
        """What the supplies gave."""
        from sim.model.supply import drawn

        return drawn(self.there)
