"""A stock that people draw from and that is received into, ordered for, and lost from."""

from __future__ import annotations

from collections.abc import Callable, Generator
from math import exp, expm1, inf
from typing import TYPE_CHECKING

from sim.model.stockpile import monthly

if TYPE_CHECKING:
    import simpy

    from sim.scenario.supplies import Reorder

NOTHING = 1e-9
HOURS_A_DAY = 24
Order = Callable[["Store", float], None]
"""Has an amount brought to a store, and notes at once that it is coming."""


class Store:
    """One stock, in the unit of the need it meets."""

    def __init__(self, env: simpy.Environment, name: str, stock: float = 0.0, losses: float = 0.0) -> None:
        self.env, self.name = env, name
        self.stock = self.first = stock
        self.old = stock
        """What is left of the stock at the start, which is handed out and sent on first."""
        self.wears = monthly(losses) / HOURS_A_DAY if losses else 0.0
        self.received = self.drawn = self.late = self.sent = self.lost = 0.0
        self.coming = self.owed = 0.0
        self.owes = False
        self.handout = inf
        """Most that can be handed out an hour."""
        self.reorder: Reorder | None = None
        self.unit = 1.0
        """How much of the need one of the units is in which the levels of `reorder` are told."""
        self.bring: Order | None = None

    def take(self, amount: float) -> float:
        """What is handed out of an amount that is wanted; the rest is owed where the store owes."""
        given = min(amount, self.stock)
        self._less(given)
        self.drawn += given
        if self.owes:
            self.owed += amount - given
        return given

    def receive(self, amount: float) -> float:
        """Put an amount into stock; what of it is handed out at once because it was owed."""
        self.stock += amount
        self.received += amount
        return self.settle_debt(self.stock) if self.handout == inf else 0.0

    def settle_debt(self, most: float) -> float:
        """Hand out what is owed, as far as there is stock, up to an amount; how much that was."""
        late = min(self.owed, self.stock, most)
        self._less(late)
        self.owed -= late
        self.late += late
        return late

    def send(self, amount: float) -> float:
        """Give up to an amount to another store."""
        sent = min(amount, self.stock)
        self._less(sent)
        self.sent += sent
        return sent

    def wear(self, hours: float) -> None:
        """Lose what is lost of the stock in some hours."""
        if self.wears:
            part = -expm1(-self.wears * hours)
            self.lost += self.stock * part
            self.stock -= self.stock * part
            self.old -= self.old * part

    def expire(self, amount: float, hours: float) -> None:
        """Lose what is left of an amount that has stood for some hours and serves no longer."""
        gone = min(amount * exp(-self.wears * hours), self.stock)
        self.stock -= gone
        self.lost += gone

    def spoil(self) -> None:
        """Lose what is left of the stock at the start."""
        left = min(self.old, self.stock)
        self._less(left)
        self.lost += left

    def _less(self, amount: float) -> None:
        """So much leaves the stock, the oldest first."""
        self.stock -= amount
        if self.old > 0:
            self.old = max(self.old - amount, 0.0)

    def review(self) -> None:
        """Order up to S when stock and what is coming, less what is owed, have fallen to s."""
        if self.reorder is None or self.bring is None:
            return
        position = self.stock + self.coming - self.owed
        if position <= self.reorder.level * self.unit + NOTHING:
            self.bring(self, self.reorder.up_to * self.unit - position)


def after(lead: Callable[[], float]) -> Order:
    """Orders of which each is there after a lead time of its own, however many are under way."""

    def bring(store: Store, amount: float) -> None:
        store.coming += amount
        store.env.process(_lands(store, amount, lead()))

    return bring


def _lands(store: Store, amount: float, hours: float) -> Generator[simpy.Event, object, None]:
    yield store.env.timeout(hours)
    store.coming -= amount
    store.receive(amount)
