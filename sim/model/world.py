"""A world: one replication of a scenario, brought to life with its own luck."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import simpy

from sim.model import blockade, people
from sim.model.corridor import Road
from sim.model.fuel import Depot
from sim.model.gate import Footpath
from sim.model.journal import Journal
from sim.model.journey import Journeys
from sim.model.lifts import Lifts
from sim.model.medical import Chain
from sim.model.reception import Reception
from sim.model.recording import record
from sim.model.refuelling import Refuelling
from sim.model.sharing_road import Trucks
from sim.model.store import HOURS_A_DAY
from sim.model.swings import rate_factors
from sim.model.traffic import Traffic
from sim.model.transport import Buses
from sim.scenario.route import Route, resolve

if TYPE_CHECKING:
    from sim.model.party import Array, Parties
    from sim.model.record import Record
    from sim.model.sharing_road import Ordered
    from sim.scenario.people import Explosion
    from sim.scenario.road import Checkpoint
    from sim.scenario.schema import Scenario


class World:
    """Everything of one replication, in one SimPy environment with one clock."""

    def __init__(self, scenario: Scenario, seed: int, replication: int, ordered: Sequence[Ordered] = ()) -> None:
        self.scenario, self.seed, self.replication = scenario, seed, replication
        self.luck = people.Luck(seed, replication)
        self.env = simpy.Environment()
        self.journal = Journal()
        self.blockade = blockade.run_blockade(scenario)
        self.parties: Parties = people.draw(scenario, self.luck, self.blockade)
        self.people: list[int] = self.parties.people.tolist()
        self.route: Route | None = resolve(scenario.corridor) if scenario.corridor else None
        self.reception = Reception(self.env, scenario, self.luck, self.journal, self.parties)
        self.depots = self._depots()
        self.traffic = traffic(scenario, self.luck, self.parties)
        self.lifts = Lifts(self.journal, self.traffic)
        self.road = self._road()
        self.footpath = Footpath(self)
        self.buses = Buses(self)
        self.trucks = Trucks(self, ordered)
        self.journeys = Journeys(self)
        self.refuelling = Refuelling(self)
        self.care = Chain(self)

    def run(self) -> Record:
        """Let every party make its journey until the horizon; what happened, checked."""
        self._begin()
        self.env.run(until=max(self.scenario.horizon, 1e-9))
        self.journeys.arrive(self.scenario.horizon)
        self.care.end()
        self.reception.catch_up(self.scenario.horizon)
        self.journeys.book()
        self.journeys.cross_at_last()
        return record(self)

    def _begin(self) -> None:
        self.journeys.settle()
        self.care.start()
        if self.road is not None:
            self.env.process(self.road.flow())
        for depot in self.depots.values():
            depot.start()
        fuel = self.scenario.fuel
        for explosion in fuel.explosions.values() if fuel else ():
            self.env.process(self.explode(explosion))
        self.buses.start()
        self.trucks.start()
        self.journeys.prepare()
        self.env.process(self.journeys.begin())
        self.env.process(self.keep())

    def keep(self) -> Generator[simpy.Event, object, None]:
        """Receive those who came, day by day; nothing else waits for that."""
        while True:
            yield self.env.timeout(HOURS_A_DAY)
            self.receive(self.env.now)

    def receive(self, until: float) -> None:
        """Note where those go who came before an hour, and give out places to sleep."""
        self.journeys.arrive(until)
        self.reception.catch_up(until)

    def end(self) -> None:
        """Let go of everything, so that its memory is free at once: all parts of a world know each other."""
        self.env._queue.clear()  # noqa: SLF001
        parts = (self.journeys, self.refuelling, self.buses, self.footpath, self.reception, self.care, self.road, self)
        for part in (self.care.triage, self.trucks, *parts):
            if part is not None:
                vars(part).clear()

    def _depots(self) -> dict[str, Depot]:
        fuel = self.scenario.fuel
        if fuel is None:
            return {}
        return {
            name: Depot(self.env, name, told, fuel.ration, self.luck.of(f"pumps of {name}"))
            for name, told in fuel.depots.items()
        }

    def _road(self) -> Road | None:
        if self.route is None:
            return None
        factors = rate_factors(self.scenario, self.luck)
        return Road(self.env, self.scenario, self.route, self.traffic, factors, self.lifts.offer)

    def explode(self, told: Explosion) -> Generator[simpy.Event, object, None]:
        """A reported accident: the depot loses stock and pumps, its queue disperses; casualties are as reported."""
        yield self.env.timeout(max(told.at, 0.0))
        self.journeys.setting_off.until(self.env.now)
        depot = self.depots[told.depot]
        self.refuelling.casualties(told, depot)
        depot.explode(told.stock_lost, told.pumps_lost)
        self.journal.note(self.env.now, "explosion", -1, told.depot, told.injured, depot.lost)


def traffic(scenario: Scenario, luck: people.Luck, parties: Parties) -> Traffic:
    """What the road needs to know of each vehicle; vehicle n is that of party n."""
    count, dealt = len(parties), parties.dealt
    posts = scenario.corridor.checkpoints if scenario.corridor else {}
    service = {name: dealt(service_factor(name, post, luck, count)) for name, post in posts.items()}
    secondary = {name: dealt(taken_aside(name, post, luck, count)) for name, post in posts.items()}
    alike = ("people", "vehicles", "litres", "use", "idle", "weight", "breaks_at", "clearing", "blocks")
    known = {name: getattr(parties, name) for name in alike}
    known |= {"space": parties.pce * parties.vehicles, "choice": dealt(luck.of("crossings").random(count))}
    known["seats"] = parties.seats.astype(int)
    return Traffic(count, known, service, secondary)


def service_factor(name: str, post: Checkpoint, luck: people.Luck, count: int) -> Array:
    """Time of each vehicle at the booths of a post, as a multiple of the mean there."""
    rng = luck.of(f"service at {name}")
    if post.service is not None and not post.service.is_fixed:
        return np.asarray(post.service.draw(rng, count) / post.service.centre)
    if post.spread:
        sigma2 = np.log1p(post.spread**2)
        return rng.lognormal(-sigma2 / 2, np.sqrt(sigma2), count)
    return np.ones(count)


def taken_aside(name: str, post: Checkpoint, luck: people.Luck, count: int) -> Array:
    """Hours of each vehicle in second inspection at a post."""
    if post.secondary is None:
        return np.zeros(count)
    taken = luck.of(f"taken aside at {name}").random(count) < post.secondary.share
    return np.where(taken, post.secondary.time.draw(luck.of(f"aside at {name}"), count), 0.0)
