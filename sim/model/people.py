"""Who is there and how they can travel: households, parties and what they hold, drawn before the clock starts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.model import departure
from sim.model.party import CART, FOOT, VEHICLE, WAITS, Array, Parties, by_departure, packed, take
from sim.model.streams import stream
from sim.scenario.people import RIDDEN

if TYPE_CHECKING:
    from numpy.random import Generator

    from sim.model.blockade import BlockadeRecord
    from sim.scenario.schema import Scenario

ONE_PLACE = "home"
"""The name of the place people leave from when the scenario names none."""


class Luck:
    """The named random streams of one replication."""

    def __init__(self, seed: int, replication: int) -> None:
        self.seed, self.replication = seed, replication

    def of(self, purpose: str) -> Generator:
        """The stream of that purpose, from its beginning."""
        return stream(self.seed, self.replication, purpose)


def settlements(scenario: Scenario) -> tuple[tuple[str, ...], Array]:
    """Names of the places people leave from and their shares of those present, shape (places,)."""
    told = scenario.population.settlements
    if not told:
        return (ONE_PLACE,), np.ones(1)
    shares = np.array([place.people.of(scenario.present) for place in told.values()], float)
    return tuple(told), shares / max(shares.sum(), 1e-300)


def households(scenario: Scenario, luck: Luck) -> Array:
    """People in each household, shape (households,): one and a Poisson number more, summing to those present."""
    present, mean = scenario.present, scenario.population.household_size
    guess = int(present / mean * 1.1) + 50
    sizes = 1 + luck.of("households").poisson(mean - 1, guess)
    sums = np.cumsum(sizes)
    last = int(np.searchsorted(sums, present))
    sizes = sizes[: last + 1]
    sizes[-1] -= int(sums[last]) - present
    return sizes[sizes > 0]


class Drawn(NamedTuple):
    """Households as drawn, before rides are shared; arrays of shape (households,)."""

    size: Array
    home: Array
    mode: Array
    klass: Array
    vehicles: Array
    seats: Array

    def pick(self, which: Array) -> Drawn:
        """Some of them."""
        return Drawn(*(column[which] for column in self))


def draw(scenario: Scenario, luck: Luck, blockade: BlockadeRecord | None) -> Parties:
    """All parties of a replication."""
    size = households(scenario, luck)
    names, shares = settlements(scenario)
    home = np.searchsorted(np.cumsum(shares)[:-1], luck.of("settlements").random(len(size)), side="right")
    mode, rides = _modes(scenario, luck, len(size))
    klass = _classes(scenario, luck, mode, rides)
    drawn, without_seat = _part(Drawn(size, home, mode, klass, *_vehicles(scenario, size, klass)))
    who = _share_rides(scenario, luck, drawn, without_seat)
    parties = _equip(scenario, luck, names, who, blockade)
    if (who.vehicles > 1).any():
        take(parties, who.vehicles)
    parties.ready = departure.ready(scenario, luck, parties)
    parties.stays = departure.stays(scenario, luck, parties)
    parties.ready[parties.stays] = np.inf
    return by_departure(packed(parties, scenario.run.resolution) if scenario.run.resolution > 1 else parties)


def _modes(scenario: Scenario, luck: Luck, count: int) -> tuple[Array, Array]:
    """Mode of travel of each household, and which ride motorcycles, which count as vehicles."""
    told = scenario.population.modes
    u = luck.of("modes").random(count)
    other = told.foot + told.cart
    mode = np.where(u < told.foot, FOOT, np.where(u < other, CART, WAITS))
    rides = (u >= other) & (u < other + told.motorcycle)
    drives = luck.of("vehicles").random(count) < scenario.vehicles.per_household
    mode[(mode == WAITS) & (drives | rides)] = VEHICLE
    return mode, rides


def _classes(scenario: Scenario, luck: Luck, mode: Array, rides: Array) -> Array:
    """Class of each household's vehicle, -1 without one: as the classes are mixed, but a rider's is told."""
    shares = np.cumsum([c.share for c in scenario.classes.values()])
    u = luck.of("classes").random(len(mode))
    klass = np.minimum(np.searchsorted(shares, u, side="right"), len(shares) - 1)
    if rides.any():
        klass = np.where(rides, list(scenario.classes).index(RIDDEN), klass)
    return np.where(mode == VEHICLE, klass, -1)


def _vehicles(scenario: Scenario, size: Array, klass: Array) -> tuple[Array, Array]:
    """Vehicles of each household and their seats: one, or as many motorcycles as it takes to seat all."""
    kinds = list(scenario.classes.items())
    seats = np.array([kind.seats for _, kind in kinds] + [0.0])[klass]
    ridden = np.array([name == RIDDEN for name, _ in kinds] + [False])[klass]
    number = np.where(klass < 0, 0, 1)
    number[ridden] = np.maximum(np.ceil(size[ridden] / seats[ridden] - 1e-9), 1)
    return number, seats * number


def _part(drawn: Drawn) -> tuple[Drawn, int]:
    """Those for whom a household's own vehicle has no seat go as one without a vehicle, behind all others.

    Returns all, and how many are such.
    """
    fit = np.where(drawn.mode == VEHICLE, np.maximum(np.floor(drawn.seats + 1e-9), 1), drawn.size)
    over = np.maximum(drawn.size - fit, 0).astype(drawn.size.dtype)
    whose = np.flatnonzero(over)
    if not len(whose):
        return drawn, 0
    none = np.zeros(len(whose), int)
    rest = Drawn(over[whose], drawn.home[whose], none + WAITS, none - 1, none, none)
    alone = drawn._replace(size=drawn.size - over)
    return Drawn(*(np.concatenate(both) for both in zip(alone, rest, strict=True))), len(whose)


def _share_rides(scenario: Scenario, luck: Luck, drawn: Drawn, without_seat: int) -> Drawn:
    """Households without a vehicle find room with others of their settlement; returns those that remain parties.

    Some of them ask for it, and all of the last ones, whose own vehicle has no seat for them. The others wait for a
    bus.
    """
    told, rng, count = scenario.vehicles, luck.of("shared rides"), len(drawn.size) - without_seat
    asks = np.append(rng.random(count) < told.shared_rides, np.ones(without_seat, bool)) & (drawn.mode == WAITS)
    size = drawn.size.copy()
    hosts_asked = round(told.hosts_asked)
    rest = luck.of("rides of those without a seat").random((without_seat, hosts_asked))
    tries = np.concatenate([rng.random((count, hosts_asked)), rest])
    for place in np.unique(drawn.home):
        hosts = np.flatnonzero((drawn.mode == VEHICLE) & (drawn.home == place))
        guests = np.flatnonzero(asks & (drawn.home == place))
        if len(hosts):
            _seat(size, drawn.seats, guests, hosts[(tries[guests] * len(hosts)).astype(int)], count)
    return drawn._replace(size=size).pick(size > 0)


def _seat(size: Array, seats: Array, guests: Array, choices: Array, whole: int) -> None:
    """Each guest household takes the first of its chosen hosts that has room for all of it.

    Those from number `whole` on ride one here, one there: as many with each host as it has room for.
    """
    for guest, hosts in zip(guests.tolist(), choices.tolist(), strict=True):
        for host in hosts:
            room = int(seats[host] - size[host] + 1e-9)
            taken = min(room, size[guest]) if guest >= whole else size[guest]
            if 0 < taken <= room:
                size[host] += taken
                size[guest] -= taken
                if not size[guest]:
                    break


def _equip(
    scenario: Scenario, luck: Luck, names: tuple[str, ...], who: Drawn, blockade: BlockadeRecord | None
) -> Parties:
    """Parties with what they hold and how their vehicles behave."""
    size, home, mode, klass = who[:4]
    count, incidents, carried = len(size), scenario.incidents, scenario.supply.carried
    tank, full = _tank(scenario, klass)
    return Parties(
        settlements=names,
        classes=tuple(scenario.classes),
        people=size.astype(np.int64),
        vehicles=(mode == VEHICLE).astype(np.int64),
        settlement=home,
        vehicle_class=klass,
        mode=mode,
        ready=np.zeros(count),
        stays=np.zeros(count, bool),
        **_of_class(scenario, klass),
        litres=_litres(scenario, luck, mode, blockade) * tank / max(full, 1e-12),
        tank=tank,
        **_burn(scenario, luck, klass),
        breaks_at=_breaks_at(scenario, luck, count),
        clearing=incidents.clearing.draw(luck.of("clearing"), count),
        blocks=luck.of("blocking").random(count) < incidents.full_block,
        speed=_walk(scenario, luck, count),
        carried_water=size * (carried.water.draw(luck.of("carried water"), count) if carried.water else 0.0),
        carried_food=size * (carried.food.draw(luck.of("carried food"), count) if carried.food else 0.0),
        number=np.arange(count),
    )


def _walk(scenario: Scenario, luck: Luck, count: int) -> Array:
    """Speed of each party on foot; who walks at all is not slower than the slowest."""
    told = scenario.population
    speed: Array = np.maximum(told.walking_speed.draw(luck.of("walking"), count), told.slowest_walk)
    return speed


def _tank(scenario: Scenario, klass: Array) -> tuple[Array, float]:
    """Litres each vehicle holds when full, and what a usual one does."""
    full = scenario.fuel.full_tank if scenario.fuel else 1.0
    kinds = scenario.classes.values()
    return np.array([*(full if kind.tank is None else kind.tank for kind in kinds), full])[klass], full


def _of_class(scenario: Scenario, klass: Array) -> dict[str, Array]:
    """What all vehicles of a class have alike; nothing for those without one."""
    kinds = scenario.classes.values()
    return {
        name: np.array([*(getattr(kind, name) for kind in kinds), 0.0])[klass] for name in ("seats", "pce", "weight")
    }


def _breaks_at(scenario: Scenario, luck: Luck, count: int) -> Array:
    """Kilometres after which each vehicle breaks down."""
    per_km = scenario.incidents.breakdowns_per_million_km / 1e6
    breaks = luck.of("breakdowns").exponential(1.0, count)
    return breaks / per_km if per_km else np.full(count, np.inf)


def _burn(scenario: Scenario, luck: Luck, klass: Array) -> dict[str, Array]:
    """Litres a kilometre, and litres an hour in a queue with engines on for their share of it."""
    use, idle = np.zeros(len(klass)), np.zeros(len(klass))
    for number, (name, kind) in enumerate(scenario.classes.items()):
        its = klass == number
        use[its] = kind.use.draw(luck.of(f"use of {name}"), len(klass))[its]
        idle[its] = kind.idle.draw(luck.of(f"idling of {name}"), len(klass))[its]
    return {"use": use, "idle": idle * scenario.vehicles.engine_on}


def _litres(scenario: Scenario, luck: Luck, mode: Array, blockade: BlockadeRecord | None) -> Array:
    """What each vehicle holds: as told, or full tanks drawn down unevenly by the blockade.

    A tank at level x of full on average holds x to the power of a gamma variate of mean 1: full tanks stay
    full, and a lower level never leaves a vehicle more.
    """
    fuel = scenario.fuel
    if fuel is None:
        return np.where(mode == VEHICLE, np.inf, 0.0)
    if fuel.held is not None:
        held = np.maximum(fuel.held.draw(luck.of("fuel held"), len(mode)), 0.0)
    else:
        level = 1.0 if blockade is None else blockade.tank_level
        share = luck.of("fuel held").gamma(fuel.uneven, 1 / fuel.uneven, len(mode))
        held = fuel.full_tank * np.power(max(level, 1e-12), share)
    return np.where(mode == VEHICLE, held, 0.0)
