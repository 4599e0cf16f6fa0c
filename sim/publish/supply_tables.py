"""Tables of what to send, and of what was told to come."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING

from sim.publish.cells import numbers, texts
from sim.publish.tables import Table
from sim.results import lateness, receipts, stocks
from sim.results.dates import stamp
from sim.results.dispatch import Planned, sends
from sim.results.leads import Leads

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario
    from sim.studies.ensemble import Ensemble


def dispatch(ensemble: Ensemble) -> Table:
    """What to send where by when, in the run planned on."""
    scenario = ensemble.scenario
    rows = sends(scenario, planned(ensemble))
    weights = [row.weight for row in rows]
    return [
        texts(row.figure.item for row in rows),
        texts(row.figure.unit for row in rows),
        texts(row.place for row in rows),
        texts(_time(scenario, row.needed_by) for row in rows),
        numbers([row.quantity for row in rows]),
        texts(row.source for row in rows),
        *(texts(_time(scenario, getattr(row, name)) for row in rows) for name in ("decide_by", "leave_by", "on_site")),
        numbers([nan if weight is None else weight.tonnes for weight in weights]),
        numbers([nan if weight is None else weight.m3 for weight in weights]),
        numbers([row.trucks for row in rows]),
        texts(row.in_time for row in rows),
        texts(row.status for row in rows),
    ]


def planned(ensemble: Ensemble) -> Planned:
    """The run planned on: gaps by day and hour, and what no store asked for of what stands at sources."""
    at = ensemble.summary.at
    spare: dict[tuple[str, str], float] = {}
    for number, store in enumerate(stocks.layout(ensemble.scenario)):
        if store.place in ensemble.scenario.supply.sources:
            left = float(at("stocks", "plan")[number, -1])
            spare[store.place, store.item] = spare.get((store.place, store.item), 0.0) + left
    sharing = lateness.layout(ensemble.scenario)
    through = {name: lateness.Through(ensemble.row("late", number)) for number, name in enumerate(sharing)}
    leads = Leads(ensemble.scenario, ensemble.seed, through)
    return Planned(at("gap", "plan"), at("need", "plan"), at("gap_hourly", "plan"), leads, spare)


def deliveries(ensemble: Ensemble) -> Table:
    """Stocks, deliveries and orders, with what came when and what too late."""
    scenario, lines, at = ensemble.scenario, receipts.layout(ensemble.scenario), ensemble.summary.at

    def column(number: int, level: str = "p50") -> list[str]:
        return numbers(at("receipts", level)[:, number])

    return [
        *(texts(getattr(line, name) for line in lines) for name in receipts.Line._fields[:7]),
        texts("" if line.due is None else _time(scenario, line.due) for line in lines),
        numbers([nan if line.quantity is None else line.quantity for line in lines]),
        *(column(number) for number in (0, 1, 2)),
        column(2, "p95"),
        column(3),
        texts(line.double for line in lines),
    ]


def _time(scenario: Scenario, hour: float) -> str:
    return "" if hour != hour else stamp(scenario, hour)
