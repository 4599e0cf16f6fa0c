"""A stock of one commodity that fills and is drawn down, solved exactly in continuous time (days).

dS/dt = inflow - draw(S) - loss S, where the draw is the target while there is stock, or falls with the stock
below `full_at` when rationed in proportion. Between two thresholds this is linear, so each piece has its closed
form; a solution that began higher never ends lower, whatever the pieces.
"""

from __future__ import annotations

from math import exp, expm1, inf, log1p
from typing import NamedTuple

MONTH = 30.0
"""Days in the month a loss is given for."""
NOTHING = 1e-12
STEPS = 64
"""More pieces than thresholds can be crossed in one constant stretch."""


class Flow(NamedTuple):
    """What moves a stock: amounts a day."""

    inflow: float
    full: float
    """Full need."""
    loss: float
    """Share lost a day."""
    most: float
    """The stock at the closing: beyond it nothing is held back, what comes is handed out."""
    target: float | None = None
    """What is handed out while there is stock: the full need, or a fixed ration."""
    full_at: float = 0.0
    """Stock below which a proportional ration falls; 0 when not rationed so."""

    @property
    def wanted(self) -> float:
        """What is handed out while there is enough."""
        return self.full if self.target is None else min(self.target, self.full)


def monthly(share: float) -> float:
    """The rate a day of a share lost a month."""
    return -log1p(-min(share, 0.999)) / MONTH


def advance(flow: Flow, stock: float, days: float) -> tuple[float, float]:
    """Stock and amount handed out after so many days."""
    drawn = 0.0
    for _ in range(STEPS):
        if days <= NOTHING:
            break
        held = _held(flow, stock)
        if held is not None:
            drawn += held * days
            break
        took, stock, given = _piece(flow, stock, days)
        drawn, days = drawn + given, days - took
    return stock, drawn


def _held(flow: Flow, stock: float) -> float | None:
    """What is handed out a day where the stock stays as it is: empty, or as full as at the closing; else None."""
    net = flow.inflow - flow.loss * stock
    if stock >= flow.most - NOTHING and net >= _draw(flow, stock) - NOTHING:
        return min(max(net, 0.0), flow.full)
    if stock <= NOTHING and flow.inflow <= flow.wanted and flow.full_at <= 0:
        return flow.inflow
    return None


def _draw(flow: Flow, stock: float) -> float:
    """What is handed out a day at that stock."""
    return flow.wanted * min(1.0, stock / flow.full_at) if flow.full_at > 0 else flow.wanted


def _piece(flow: Flow, stock: float, days: float) -> tuple[float, float, float]:
    """Until the next threshold or the end: days it takes, stock then, amount handed out."""
    falls = _falls(flow, stock)
    slope = flow.wanted / flow.full_at if falls else 0.0
    a, b = flow.inflow - (0.0 if falls else flow.wanted), slope + flow.loss
    levels = [level for level in (0.0, flow.full_at, flow.most) if abs(level - stock) > NOTHING]
    reached = [(_time_to(stock, level, a, b), level) for level in levels]
    took, level = min([pair for pair in reached if pair[0] > 0] or [(inf, stock)])
    if took > days:
        took, level = days, _after(stock, a, b, days)
    given = slope * _integral(stock, a, b, took) if falls else flow.wanted * took
    return took, level, given


def _falls(flow: Flow, stock: float) -> bool:
    """Whether the ration is below full there, or about to be."""
    if flow.full_at <= 0 or stock > flow.full_at + NOTHING:
        return False
    at = flow.inflow - flow.wanted - flow.loss * stock
    return stock < flow.full_at - NOTHING or at <= 0


def _after(stock: float, a: float, b: float, days: float) -> float:
    """The stock after so many days of dS/dt = a - b S."""
    return max(stock * exp(-b * days) + a * _spent(b, days), 0.0)


def _spent(b: float, days: float) -> float:
    """Integral of exp(-b t) over so many days."""
    return days if b * days < NOTHING else -expm1(-b * days) / b


def _time_to(stock: float, level: float, a: float, b: float) -> float:
    """Days of dS/dt = a - b S until a level; inf when it is never reached."""
    slope = a - b * stock
    if slope * (level - stock) <= 0:
        return inf
    if b < NOTHING:
        return (level - stock) / slope
    part = (level - stock) * b / slope
    return -log1p(-part) / b if part < 1 else inf


def _integral(stock: float, a: float, b: float, days: float) -> float:
    """Stock times days over so many days of dS/dt = a - b S."""
    spent = _spent(b, days)
    late = days * days / 2 if b * days < 1e-6 else (days - spent) / b
    return stock * spent + a * late
