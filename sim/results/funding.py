"""Funding in part: what is paid for and what stays uncovered under each order of priority."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from sim.scenario.faults import did_you_mean
from sim.scenario.money import ORDERS
from sim.scenario.standards import sectors

if TYPE_CHECKING:
    from sim.scenario.money import Funding


class Bill(NamedTuple):
    """What one line costs, its part of transport and support included."""

    sector_code: str
    item: str
    unit: str
    quantity: float
    usd: float


class Paid(NamedTuple):
    """How far a line is paid for."""

    bill: Bill
    rank: int
    """Its place in the order, 1 first; lines paid alike have the same."""
    usd: float
    """US dollars paid."""

    @property
    def uncovered_usd(self) -> float:
        """US dollars that are lacking."""
        return self.bill.usd - self.usd

    @property
    def coverage(self) -> float:
        """Share of the line that is paid."""
        return self.usd / self.bill.usd if self.bill.usd > 0 else 1.0

    @property
    def uncovered_quantity(self) -> float:
        """Units that stay unpaid."""
        return self.bill.quantity * (1 - self.coverage)


def spend(bills: Sequence[Bill], budget: float, order: str, ranks: dict[str, int]) -> list[Paid]:
    """Pay bills in an order of `ORDERS` until the budget is spent, never beyond it; ValueError without that order."""
    if order not in ORDERS:
        raise ValueError(f"no such order: {order!r}; {did_you_mean(order, ORDERS)}")
    key: dict[str, Callable[[Bill], float]] = {
        "equal": lambda _: 1,
        "by_sector": lambda bill: ranks[bill.sector_code],
        "least_cost_first": lambda bill: bill.usd,
    }
    steps = sorted({key[order](bill) for bill in bills})
    left, paid = budget, []
    for rank, step in enumerate(steps, 1):
        mine = [bill for bill in bills if key[order](bill) == step]
        whole = sum(bill.usd for bill in mine)
        share = 1.0 if whole <= left else max(left, 0.0) / whole
        paid += [Paid(bill, rank, bill.usd * share) for bill in mine]
        left -= whole * share
    return paid


def ranks(funding: Funding) -> dict[str, int]:
    """Rank of every sector: those told first, then the others in the order of the library."""
    told = funding.sectors
    rest = [code for code in sectors.names() if code not in told]
    last = max(told.values(), default=0)
    return {**told, **{code: last + k for k, code in enumerate(rest, 1)}}
