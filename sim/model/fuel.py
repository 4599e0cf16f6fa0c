"""Fuel depots: pumps, a ration, a finite stock and a queue; an explosion ends it for those who wait."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Generator
from math import inf, nan
from typing import TYPE_CHECKING, NamedTuple

import simpy

if TYPE_CHECKING:
    from numpy.random import Generator as Stream

    from sim.scenario.people import Depot as Told

CHUNK = 4096
DAY = 24.0


class Depot:
    """One depot; parties join its queue and are called with the litres they were given."""

    def __init__(self, env: simpy.Environment, name: str, told: Told, ration: float, luck: Stream) -> None:
        self.env, self.name, self.told, self.ration = env, name, told, ration
        self.stock, self.usual_service = told.stock, told.service.centre
        self.queue: OrderedDict[int, Waiting] = OrderedDict()
        """Those not yet at a pump, by the number drawn when they joined."""
        self._joined = 0
        self.ahead = 0
        """Vehicles in the queue and at the pumps."""
        self.pumps = max(round(told.pumps), 1)
        self.idle: list[simpy.Event] = []
        self.out_hour = nan
        self.handed_out: list[tuple[float, float]] = []
        self.levels: list[tuple[float, float]] = [(0.0, told.stock)]
        self.delivered = self.lost = self.delivering = 0.0
        self.members: dict[int, None] = {}
        self._luck, self._times = luck, iter([0.0][:0])
        self.to_come = sorted(max(d.at, 0.0) for d in told.deliveries.values())
        """Hours of deliveries that have not arrived."""
        self.tomorrow = max(told.opens, 0.0) if told.daily > 0 else inf
        """Hour of the next of those that come daily."""

    def start(self) -> None:
        """Begin its processes: opening, deliveries, and one process a pump."""
        self.env.process(self.open())
        if self.closes < inf:
            self.env.process(self.shut())
        for delivery in sorted(self.told.deliveries.values(), key=lambda d: d.at):
            self.env.process(self.receive(delivery.at, delivery.litres))
        if self.told.daily > 0:
            self.env.process(self.receive_daily())

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
        comes = min([*self.to_come[:1], self.tomorrow])
        filled = self.env.now if self.stock > 0 else comes
        hour = max(filled, self.told.opens, self.env.now)
        return hour if hour < self.closes else inf

    @property
    def wait(self) -> float:
        """Hours until a party that joins now would be served, by what it sees: vehicles, pumps, the usual service."""
        turns = max(self.ahead + 1 - self.pumps, 0) / self.pumps + 1
        return turns * self.usual_service

    def open(self) -> Generator[simpy.Event, object, None]:
        """Set the pumps to work."""
        yield from self._until(self.told.opens)
        for number in range(self.pumps):
            self.env.process(self.pump(number))

    def shut(self) -> Generator[simpy.Event, object, None]:
        """Close: those who still wait leave with nothing."""
        yield from self._until(self.closes)
        self.dismiss()

    def receive(self, hour: float, litres: float) -> Generator[simpy.Event, object, None]:
        """Take in a delivery."""
        yield from self._until(hour)
        self.to_come.pop(0)
        self._take_in(litres)

    def receive_daily(self) -> Generator[simpy.Event, object, None]:
        """Take in what comes once a day."""
        while True:
            yield from self._until(self.tomorrow)
            self.tomorrow += DAY
            self._take_in(self.told.daily)

    def _take_in(self, litres: float) -> None:
        self._change(litres)
        self.delivered += litres
        self._wake()

    def _until(self, hour: float) -> Generator[simpy.Event, object, None]:
        """Wait until an hour; what holds from the start is there before the first party asks."""
        if hour > self.env.now:
            yield self.env.timeout(hour - self.env.now)

    def join(self, litres: float, called: Callable[[float], None], vehicles: int = 1) -> int:
        """Join the queue for so many litres; `called` is told the litres given when it is over. Its number there."""
        self._joined += 1
        self.queue[self._joined] = Waiting(litres, called, vehicles)
        self.ahead += vehicles
        if self.idle:
            self.idle.pop().succeed()
        return self._joined

    def leave(self, number: int) -> None:
        """Leave the queue with nothing; who is at a pump by then stays until it is served."""
        waiting = self.queue.pop(number, None)
        if waiting is not None:
            self.ahead -= waiting.vehicles
            waiting.called(0.0)

    def pump(self, number: int) -> Generator[simpy.Event, object, None]:
        """Serve one after another while there is fuel and the pump works."""
        while number < self.pumps:
            if not self.queue or self.stock <= 0 or self.env.now >= self.closes:
                self._dismiss_if_hopeless()
                rest = self.env.event()
                self.idle.append(rest)
                yield rest
                continue
            _, waiting = self.queue.popitem(last=False)
            litres = min(self.ration * waiting.vehicles, waiting.litres, self.stock)
            self._change(-litres)
            self.handed_out.append((self.env.now, litres))
            self.delivering += litres
            yield self.env.timeout(self._service() * waiting.vehicles)
            self.delivering -= litres
            self.ahead -= waiting.vehicles
            waiting.called(litres)

    def explode(self, stock_lost: float, pumps_lost: float) -> None:
        """Lose stock and pumps, open or not; everyone in the queue leaves it with nothing."""
        burnt = self.stock * stock_lost
        self.lost += burnt
        self._change(-burnt)
        self.pumps -= round(self.pumps * pumps_lost)
        self.dismiss()
        self._wake()

    def dismiss(self) -> None:
        """Everyone in the queue leaves it with nothing."""
        for number in list(self.queue):
            self.leave(number)

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


class Waiting(NamedTuple):
    """A party's place in the queue of a depot."""

    litres: float
    called: Callable[[float], None]
    vehicles: int
