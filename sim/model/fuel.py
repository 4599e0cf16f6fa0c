"""Fuel depots: pumps, a ration, a finite stock and a queue; an explosion ends it for those who wait."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from math import inf, nan
from typing import TYPE_CHECKING

import simpy

if TYPE_CHECKING:
    from numpy.random import Generator as Stream

    from sim.scenario.people import Depot as Told

CHUNK = 4096


class Depot:
    """One depot; parties join its queue and are called with the litres they were given."""

    def __init__(self, env: simpy.Environment, name: str, told: Told, ration: float, luck: Stream) -> None:
        self.env, self.name, self.told, self.ration = env, name, told, ration
        self.stock = 0.0
        self.queue: deque[Waiting] = deque()
        self.pumps = round(told.pumps)
        self.idle: list[simpy.Event] = []
        self.out_hour = nan
        self.handed_out: list[tuple[float, float]] = []
        self.levels: list[tuple[float, float]] = []
        self.delivered = self.lost = self.opened_with = self.delivering = 0.0
        self.members: dict[int, None] = {}
        self._luck, self._times = luck, iter([0.0][:0])
        self.last_delivery = max((d.at for d in told.deliveries.values()), default=-inf)

    def start(self) -> None:
        """Begin its processes: opening, deliveries, and one process a pump."""
        self.env.process(self.open())
        if self.closes < inf:
            self.env.process(self.shut())
        for delivery in sorted(self.told.deliveries.values(), key=lambda d: d.at):
            self.env.process(self.receive(delivery.at, delivery.litres))

    @property
    def closes(self) -> float:
        """Hour it closes."""
        return inf if self.told.closes is None else self.told.closes

    @property
    def is_open(self) -> bool:
        """Whether a party that comes now may get fuel now."""
        return self.told.opens <= self.env.now < self.closes and self.stock > 0 and self.pumps > 0

    @property
    def next_hope(self) -> float:
        """Hour from which it may hand out fuel again; inf when never."""
        if self.pumps <= 0:
            return inf
        now = self.env.now
        coming = [d.at for d in self.told.deliveries.values() if d.at > now]
        if now < self.told.opens:
            coming.append(self.told.opens)
        return min((hour for hour in coming if hour < self.closes), default=inf)

    def open(self) -> Generator[simpy.Event, object, None]:
        """Open with the stock at hand and set the pumps to work."""
        yield from self._until(self.told.opens)
        self.opened_with = self.told.stock
        self._change(self.told.stock)
        for _ in range(self.pumps):
            self.env.process(self.pump())

    def shut(self) -> Generator[simpy.Event, object, None]:
        """Close: those who still wait leave with nothing."""
        yield from self._until(self.closes)
        self.dismiss()

    def receive(self, hour: float, litres: float) -> Generator[simpy.Event, object, None]:
        """Take in a delivery."""
        yield from self._until(hour)
        self._change(litres)
        self.delivered += litres
        self._wake()

    def _until(self, hour: float) -> Generator[simpy.Event, object, None]:
        """Wait until an hour; what holds from the start is there before the first party asks."""
        if hour > self.env.now:
            yield self.env.timeout(hour - self.env.now)

    def join(self, litres: float, called: Callable[[float], None], vehicles: int = 1) -> Waiting:
        """Join the queue for so many litres; `called` is told the litres given when it is over."""
        waiting = Waiting(litres, called, vehicles)
        self.queue.append(waiting)
        if self.idle:
            self.idle.pop().succeed()
        return waiting

    def pump(self) -> Generator[simpy.Event, object, None]:
        """Serve one after another while there is fuel."""
        while self.pumps > 0:
            if not self.queue or self.stock <= 0 or self.env.now >= self.closes:
                self._dismiss_if_hopeless()
                rest = self.env.event()
                self.idle.append(rest)
                yield rest
                continue
            waiting = self.queue.popleft()
            if waiting.gone:
                continue
            litres = min(self.ration * waiting.vehicles, waiting.litres, self.stock)
            self._change(-litres)
            self.handed_out.append((self.env.now, litres))
            self.delivering += litres
            yield self.env.timeout(self._service() * waiting.vehicles)
            self.delivering -= litres
            waiting.call(litres)

    def explode(self, stock_lost: float, pumps_lost: float) -> None:
        """Lose stock and pumps; everyone in the queue leaves it with nothing."""
        burnt = self.stock * stock_lost
        self.lost += burnt
        self._change(-burnt)
        self.pumps -= round(self.pumps * pumps_lost)
        self.dismiss()

    def dismiss(self) -> None:
        """Everyone in the queue leaves it with nothing."""
        waiting, self.queue = self.queue, deque()
        for party in waiting:
            party.call(0.0)

    def _dismiss_if_hopeless(self) -> None:
        if self.queue and self.next_hope == inf:
            self.dismiss()

    def _change(self, litres: float) -> None:
        self.stock += litres
        if self.stock <= 1e-9:
            self.stock = 0.0
            if litres < 0 and self.out_hour != self.out_hour:
                self.out_hour = self.env.now
        self.levels.append((self.env.now, self.stock))

    def _wake(self) -> None:
        idle, self.idle = self.idle, []
        for rest in idle:
            rest.succeed()

    def _service(self) -> float:
        for hours in self._times:
            return float(hours)
        self._times = iter(self.told.service.draw(self._luck, CHUNK).tolist())
        return float(next(self._times))


class Waiting:
    """A party's place in the queue of a depot."""

    __slots__ = ("called", "gone", "litres", "vehicles")

    def __init__(self, litres: float, called: Callable[[float], None], vehicles: int = 1) -> None:
        self.litres, self.called, self.gone, self.vehicles = litres, called, False, vehicles

    def call(self, litres: float) -> None:
        """Tell the party what it was given, once."""
        if not self.gone:
            self.gone = True
            self.called(litres)
