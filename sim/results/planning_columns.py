"""Columns of the tables that planning gives: what to lay in, triggers, and what levers buy."""

from __future__ import annotations

from collections.abc import Iterable

from sim.results.column import Column
from sim.results.columns import ITEM, PLACE, SECTOR

LEVER = (Column("lever", "", "its dotted path"), Column("unit", "", "unit of its values"))
CLOSED = (
    *(
        Column(f"closed_p{at:02}", "indicator_unit", f"gap closed, {at} of 100 paired runs close as much or less")
        for at in (5, 50, 95)
    ),
    Column("closed_mean", "indicator_unit", "mean gap closed"),
    Column("closed_low", "indicator_unit", "low end of the 90 % interval of that mean (Student's t)"),
    Column("closed_high", "indicator_unit", "high end of it"),
    Column("worst_tenth_closed", "indicator_unit", "by how much the mean of the worst tenth of the runs falls"),
    Column("within_noise", "", "yes where the mean cannot be told from nothing"),
)
LEAVES = (
    Column("mean", "indicator_unit", "the indicator, mean of the runs of the search"),
    Column("worst_tenth", "indicator_unit", "mean of the worst tenth of these runs"),
)
INDICATOR = (Column("indicator", "", "the gap that is closed"), Column("indicator_unit", "", "its unit"))

TABLES: dict[str, tuple[Column, ...]] = {
    "advice": (
        *LEVER,
        Column("value_now", "unit", "value now"),
        Column("steps", "", "steps of this lever alone"),
        Column("value", "unit", "value after these steps"),
        Column("cost_usd", "USD", "what they cost; empty where no cost is told"),
        *INDICATOR,
        *CLOSED,
        Column("per_1000_usd", "indicator_unit", "mean gap closed for a thousand dollars"),
        Column("per_1000_usd_low", "indicator_unit", "low end of its 90 % interval"),
        Column("per_1000_usd_high", "indicator_unit", "high end of it"),
        Column("rank", "", "place of the lever by what its first step closes for a dollar"),
        Column("apart_from_next", "", "no where it cannot be told from the next in rank, run by run"),
        Column("bought", "", "steps of it in the package; empty without a budget"),
    ),
    "order": (
        Column("place", "", "place in the order to buy in"),
        *LEVER,
        Column("value_before", "unit", "value before"),
        Column("value", "unit", "value when bought"),
        Column("cost_usd", "USD", "what this costs"),
        Column("spent_usd", "USD", "with all that was bought before"),
        *INDICATOR,
        *CLOSED,
        Column("per_1000_usd", "indicator_unit", "mean gap closed for a thousand dollars, given what is bought"),
    ),
    "packages": (
        Column(
            "package",
            "",
            "nothing, package (to buy), lean package (without what adds only noise), best single lever, or tried",
        ),
        Column("measured", "", "over the luck of the search, or anew over luck that was not searched over"),
        Column("cost_usd", "USD", "what it costs"),
        *INDICATOR,
        *LEAVES,
        *CLOSED,
    ),
    "preposition": (
        *ITEM,
        SECTOR,
        PLACE,
        Column("no_regret", "unit", "what every scenario needs to lie there", "#output+required+num"),
        Column("quantity", "unit", "what is enough in each scenario, at the level planned on", "#output+required+num"),
        Column("most", "", "the scenario that needs most", "#meta+scenario"),
        Column("status", "", "lay in; or does not keep: it spoils before the time to be bridged is over", "#status"),
        Column("lies_there", "unit", "what stands there at the start and is fit: counted before", "#indicator+num"),
        Column("goods", "", "the goods it is met with", "#item+name"),
        Column("goods_units", "unit of the goods", "whole units of these goods", "#output+num"),
        Column("mass_t", "t", "mass of the quantity", "#indicator+mass+num"),
        Column("volume_m3", "m3", "its volume as it travels", "#indicator+volume+num"),
        Column("store_m2", "m2", "floor of a store for it, stacked, with aisles", "#capacity+num"),
        Column("shelf_days", "day", "days it keeps; empty where it keeps for years", "#indicator+num"),
        Column("lay_in_from", "", "laid in before then, it would spoil before the need is over", "#date"),
        Column("unit_cost_usd", "USD", "price of a unit of the goods", "#value+usd"),
        Column("cost_usd", "USD", "cost of the quantity", "#value+usd"),
        Column("cost_low_usd", "USD", "the same at the low end of the price", "#value+usd"),
        Column("cost_high_usd", "USD", "the same at the high end of the price", "#value+usd"),
        Column("transport_usd", "USD", "what it costs to bring it there", "#value+usd"),
        Column("no_regret_usd", "USD", "cost of what every scenario needs, brought there", "#value+usd"),
        Column("need_begins", "", "when its need begins, in the earliest scenario", "#date+needed"),
        Column("next_source", "", "the next source that does not run out; empty where none reaches the place"),
        Column("lead_h", "h", "hours from the call until people have its first truckload", "#indicator+hour+num"),
        Column("decide_by", "", "when laying it in from there must be decided, the last time", "#date+decide"),
        Column("in_time", "", "in time, too late (before now), or before the start", "#status+time"),
    ),
    "triggers": (
        Column("trigger", "", "its name", "#meta+id"),
        Column("scenario", "", "stem of the scenario's file", "#meta+scenario"),
        Column("signal", "", "what is watched"),
        Column("action", "", "what is done when it is seen"),
        Column("item", "", "the item whose need it is for; empty for people themselves", "#item+name"),
        Column("place", "", "where; empty for wherever people are received", "#loc+name"),
        Column("seen_at", "", "when the signal is seen, as told", "#date"),
        Column("ends_at", "", "when the action has ended, at the level planned on", "#date"),
        Column("need_begins", "", "when the need begins, at the level planned on; empty for never", "#date+needed"),
        *(
            Column(f"slack_p{at:02}", "h", f"hours to spare, {at} of 100 runs have as few or fewer")
            for at in (5, 50, 95)
        ),
        Column("latest_signal", "", "when the signal must be seen at the latest", "#date+decide"),
        Column("in_time_share", "1", "share of the runs with a need in which the action ends before", "#indicator+num"),
        Column("status", "", "in time or too late at the level planned on; or no need", "#status+time"),
    ),
}


def header(table: str) -> list[str]:
    """Names of a table's columns, in order."""
    return [column.name for column in TABLES[table]]


def by_scenario(table: str, stems: Iterable[str], after: str = "place") -> list[str]:
    """Names of a table's columns with one more for each scenario behind a column: its quantity there."""
    names = header(table)
    at = names.index(after) + 1
    return [*names[:at], *(f"quantity_{stem}" for stem in stems), *names[at:]]


def with_levers(paths: Iterable[str]) -> list[str]:
    """Columns of packages, with the value of each lever."""
    return [*header("packages"), *paths]
