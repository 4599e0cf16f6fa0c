"""Tables of costs, funding and the appeal, and what must be said beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.publish.cells import numbers, texts
from sim.publish.tables import Table
from sim.results import appeal, costs, funding, gaps
from sim.results.costs import Line
from sim.scenario.money import ORDERS
from sim.scenario.standards import plans, sectors
from sim.scenario.standards.measure import HOURS

if TYPE_CHECKING:
    from sim.model.record import Array
    from sim.scenario.money import Appeal
    from sim.scenario.schema import Scenario
    from sim.studies.ensemble import Ensemble

RANGE = ("p05", "p50", "p95")


def cost_lines(ensemble: Ensemble) -> tuple[list[Line], Array]:
    """The lines that cost anything, and their places in the arrays."""
    scenario = ensemble.scenario
    told = costs.lines(scenario, gaps.layout(scenario))
    kept = np.flatnonzero(ensemble.summary.at("cost_usd", "mean") > 0)
    return [told[k] for k in kept.tolist()], kept


def priced(ensemble: Ensemble) -> Table:
    """Each line: quantity, price and cost; rows add up to the total in the run planned on."""
    scenario, (told, kept) = ensemble.scenario, cost_lines(ensemble)
    names, units = scenario.needs.sector_names, [costs.unit(scenario, line) for line in told]
    return [
        texts(line.sector_code for line in told),
        texts(sectors.name_of(line.sector_code, names) for line in told),
        texts(line.item for line in told),
        *(numbers(ensemble.summary.at("cost_quantity", level)[kept]) for level in ("p50", "plan")),
        texts(line.unit for line in told),
        numbers([unit.usd for unit in units]),
        *(numbers(ensemble.summary.at("cost_usd", level)[kept]) for level in RANGE),
        texts(unit.source for unit in units),
        texts(unit.confidence for unit in units),
    ]


def bills(ensemble: Ensemble) -> list[funding.Bill]:
    """What each line costs in the run planned on, its part of transport and support included."""
    scenario, (told, kept) = ensemble.scenario, cost_lines(ensemble)
    quantity, usd = (ensemble.summary.at(name, "plan")[kept].tolist() for name in ("cost_quantity", "cost_usd"))
    rates, support = scenario.costs.transport.a_tonne, 1 + scenario.costs.support
    return [
        funding.Bill(line.sector_code, line.item, line.unit, q, (dollars + q * costs.mass(line) * rates) * support)
        for line, q, dollars in zip(told, quantity, usd, strict=True)
        if line.item not in (costs.TRANSPORT, costs.SUPPORT)
    ]


def funded(ensemble: Ensemble) -> Table:
    """What funding in part pays for, line by line, under each order of priority."""
    told, due = ensemble.scenario.costs.funding, bills(ensemble)
    assert told is not None
    budget, ranks = told.share * sum(bill.usd for bill in due), funding.ranks(told)
    rows = [(order, paid) for order in ORDERS for paid in funding.spend(due, budget, order, ranks)]
    names = ensemble.scenario.needs.sector_names
    return [
        texts(order for order, _ in rows),
        numbers([paid.rank for _, paid in rows]),
        texts(paid.bill.sector_code for _, paid in rows),
        texts(sectors.name_of(paid.bill.sector_code, names) for _, paid in rows),
        texts(paid.bill.item for _, paid in rows),
        numbers([paid.bill.quantity for _, paid in rows]),
        texts(paid.bill.unit for _, paid in rows),
        numbers([paid.bill.usd for _, paid in rows]),
        numbers([paid.usd for _, paid in rows]),
        numbers([paid.uncovered_usd for _, paid in rows]),
        numbers([paid.uncovered_quantity for _, paid in rows]),
        numbers([paid.coverage for _, paid in rows]),
    ]


def asked(scenario: Scenario) -> Table:
    """The appeal, by sector and group."""
    told, rows = appeal.appeal_of(scenario), appeal.sums(scenario)
    names = scenario.needs.sector_names
    return [
        texts(row.sector_code for row in rows),
        texts(_sector(row.sector_code, names) for row in rows),
        texts(told.sectors[row.sector_code].lead if row.sector_code in told.sectors else "" for row in rows),
        texts(row.group for row in rows),
        numbers([row.in_need for row in rows]),
        numbers([row.targeted for row in rows]),
        *(numbers([row[k] for row in rows]) for k in (5, 6, 7)),
        numbers([row.usd / row.people if row.people else np.nan for row in rows]),
    ]


def _sector(code: str, names: sectors.Names) -> str:
    return "Intersectoral" if code == appeal.WHOLE else sectors.name_of(code, names)


def asked_monthly(scenario: Scenario) -> Table:
    """The appeal month by month, item by item and group by group."""
    told, dates = appeal.asks(scenario), appeal.days_of(scenario).dates
    names = scenario.needs.sector_names
    rows = [(ask, k) for ask in told for k in np.flatnonzero(ask.usd > 0).tolist()]
    return [
        texts(dates[k] for _, k in rows),
        texts(ask.sector_code for ask, _ in rows),
        texts(sectors.name_of(ask.sector_code, names) for ask, _ in rows),
        texts(ask.group for ask, _ in rows),
        texts(ask.item for ask, _ in rows),
        numbers([ask.quantity[k] for ask, k in rows]),
        texts(ask.unit for ask, _ in rows),
        numbers([ask.usd[k] for ask, k in rows]),
        texts(ask.confidence for ask, _ in rows),
    ]


def companion(ensemble: Ensemble) -> dict[str, Any]:
    """What must be said beside the costs: the plan's total, what is not costed, banners and the band."""
    scenario, (told, kept) = ensemble.scenario, cost_lines(ensemble)
    dollars = ensemble.summary.at("cost_usd", "plan")[kept]
    found: dict[str, Any] = {
        "plan_total_usd": round(float(dollars.sum()), 2),
        "low_confidence_share": round(costs.low_share(scenario, told, dollars), 4),
        "not_costed": costs.without_price(scenario, gaps.layout(scenario)),
        "banner": banner(scenario, costs.low_share(scenario, told, dollars), "cost"),
    }
    if scenario.appeal is not None:
        found["appeal"] = of_appeal(scenario)
    return found


def of_appeal(scenario: Scenario) -> dict[str, Any]:
    """The same of the appeal, with its sectors beside those of a published plan."""
    told, rows = appeal.appeal_of(scenario), appeal.sums(scenario)
    total, share = rows[-1], appeal.low_share(scenario)
    return {
        "requirement_usd": round(total.usd, 2),
        "titles": {group: called(told, group) for group in told.groups},
        "rates": rates(scenario),
        "groups": {group: round(appeal.people_of(told, group), 3) for group in told.groups},
        "low_confidence_share": round(share, 4),
        "not_costed": appeal.not_costed(scenario),
        "banner": banner(scenario, share, "appeal"),
        "band": band(scenario, total.usd, total.people),
        "sector_shares": sector_shares(rows),
    }


def called(told: Appeal, group: str) -> str:
    """What a group is called."""
    return told.groups[group].title or group.replace("_", " ")


def rates(scenario: Scenario) -> str:
    """What of an appeal is no count of needs but a rate a person, as told; empty where nothing is."""
    programmes = {name for sector in appeal.appeal_of(scenario).sectors.values() for name in sector.programmes}
    usd = sum(float(ask.usd.sum()) for ask in appeal.asks(scenario) if ask.item in programmes)
    names = ", ".join(name.replace("_", " ") for name in sorted(programmes))
    return f"USD {usd:,.0f} of it at told rates a person, not counted from planning figures: {names}" if usd else ""


def banner(scenario: Scenario, share: float, of: str) -> str:
    """The line that must stand beside a total built on prices of low confidence; empty where it is not."""
    if share <= scenario.costs.banner_above:
        return ""
    return f"Prices of low confidence carry {100 * share:.0f} % of the {of}: an order of magnitude"


def band(scenario: Scenario, usd: float, people: float) -> str:
    """A cost per person beside that of a published plan, only where that is for the same groups and time."""
    told = appeal.appeal_of(scenario)
    months = told.period / HOURS["month"]
    groups = ", ".join(called(told, group) for group in told.groups)
    mine = f"USD {usd / people:,.0f} a person over {groups}, {months:g} months"
    plan = plans.like(told.groups, months)
    if plan is None:
        return f"{mine}; no published plan for these groups and this time to compare it with"
    ratio = usd / people / plan.per_person
    return f"{mine}; USD {plan.per_person:,.0f} in the {plan.title} ({ratio:.2f} times that)"


def sector_shares(rows: list[appeal.Sum]) -> dict[str, dict[str, float | None]]:
    """Each sector's share of the appeal beside its share of the plan whose sectors are known."""
    plan, total = plans.with_sectors(), rows[-1].usd
    mine: dict[str, float] = {}
    for row in rows[:-1]:
        if row.group == appeal.EVERY:
            code = plans.in_plan(row.sector_code)
            mine[code] = mine.get(code, 0.0) + row.usd
    whole = sum(plan.sectors.values())
    codes = dict.fromkeys([*plan.sectors, *mine])
    return {
        code: {
            "appeal": round(mine[code] / total, 4) if code in mine and total > 0 else None,
            plan.name: round(plan.sectors[code] / whole, 4) if code in plan.sectors else None,
        }
        for code in codes
    }


def notes(ensemble: Ensemble) -> list[str]:
    """What the run says of its costs in words."""
    told = companion(ensemble)
    mine = [told["banner"]]
    if "appeal" in told:
        mine += [
            told["appeal"]["banner"],
            told["appeal"]["band"],
            told["appeal"]["rates"],
            _shares(told["appeal"]["sector_shares"]),
        ]
    return [text for text in mine if text]


def _shares(told: dict[str, dict[str, float | None]]) -> str:
    plan = plans.with_sectors()

    def percent(value: float | None) -> str:
        return "none" if value is None else f"{100 * value:.0f} %"

    parts = [f"{code} {percent(of['appeal'])} ({percent(of[plan.name])})" for code, of in told.items()]
    return f"Share of the appeal by sector, in brackets that in the {plan.title}: {', '.join(parts)}"
