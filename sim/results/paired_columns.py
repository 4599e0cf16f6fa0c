"""Columns of the tables that paired runs give, declared once as those of a run are."""

from __future__ import annotations

from sim.results.column import Column
from sim.results.columns import HOUR, ITEM, REPLICATION, TIME


def _sides(unit: str, what: str) -> tuple[Column, ...]:
    """Medians of both sides, and the range of their difference by replication."""
    sides = [Column(f"{side}_p50", unit, f"{what}, median of the runs of {side}") for side in ("a", "b")]
    of = "of 100 differences by replication lie at or below; empty where one side never"
    return (
        *sides,
        *(Column(f"difference_{at}", unit, f"b less a: {int(at[1:])} {of}") for at in ("p05", "p50", "p95")),
    )


INDICATOR = (Column("indicator", "", "its name"), Column("unit", "", "its unit"))
BAND = tuple(
    Column(f"gain_{at}", "unit", f"{what} of the differences by replication")
    for at, what in (("p05", "5 %"), ("p50", "median"), ("p95", "95 %"), ("mean", "mean"))
)

TABLES: dict[str, tuple[Column, ...]] = {
    "differences": (*INDICATOR, *_sides("unit", "value")),
    "precision": (
        *INDICATOR,
        Column("pairs", "", "replications in which both sides have a value"),
        Column("difference_mean", "unit", "mean difference"),
        Column("standard_error", "unit", "of that mean, from the differences by replication"),
        Column("half_width", "unit", "of its 95 % interval (Student's t)"),
        Column("pairs_for_sign", "", "replications that make its sign sure, if mean and spread stay; empty: none do"),
        Column("paired_to_unpaired", "1", "width of the band of differences, over that with luck not shared"),
    ),
    "curves": (
        TIME,
        HOUR,
        Column(
            "series",
            "",
            "a cumulative count, as in arrivals.csv, or `on_the_road`: people driving, walking or stranded",
        ),
        *_sides("people", "count"),
    ),
    "gaps_compared": (
        Column("date", "", "the day, local"),
        Column("day", "", "days since the day of the start"),
        *ITEM,
        *_sides("unit", "gap at all places together"),
    ),
    "parts": (
        REPLICATION,
        Column("hour", "h", "first hour in which something other happens on the two sides; empty: never"),
        Column("time", "", "the same as a time"),
    ),
    "binding": (
        TIME,
        HOUR,
        Column("of", "", "`arrivals`, or the code of a sector whose supply is looked at"),
        Column("constraint", "", "what limits them in the hour that begins then"),
        Column("share", "1", "share of the runs in which it does"),
    ),
    "gains": (
        Column("of", "", "`arrivals`, or the code of a sector"),
        Column("constraint", "", "the constraint that is relaxed"),
        Column("change", "", "how much: 10 % more of what limits, 10 % less of the time it takes"),
        Column("paths", "", "the inputs that are multiplied, with their factors"),
        *INDICATOR,
        Column("as_told_p50", "unit", "the indicator in the median run as told"),
        *BAND,
        Column("standard_error", "unit", "of the mean"),
        Column("within_noise", "", "yes where the band holds 0, or so few runs leave the sign of the mean open"),
    ),
}


def header(table: str) -> list[str]:
    """Names of a table's columns, in order."""
    return [column.name for column in TABLES[table]]
