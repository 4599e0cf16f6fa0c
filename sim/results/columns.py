"""Columns of every table, declared once: headers, tag rows, axis labels and the data dictionary are read from here."""

from __future__ import annotations

from typing import NamedTuple


class Column(NamedTuple):
    """A column: its name, unit, what it says, and its HXL tag where there is one."""

    name: str
    unit: str
    description: str
    hxl: str = ""


def _of(*names: str, unit: str, what: str, tag: str) -> tuple[Column, ...]:
    """Columns of ranges, named by what they give of the runs."""
    return tuple(Column(name, unit, f"{what}, {_level(name)}", f"{tag}+{name.rpartition('_')[2]}") for name in names)


def _level(name: str) -> str:
    level = name.rpartition("_")[2]
    if level == "plan":
        return "in the run planned on"
    return "mean of the runs" if level == "mean" else f"{int(level[1:])} of 100 runs lie at or below"


TIME = Column("time", "", "ISO 8601 with offset, or `day 3 04:00` without a start", "#date")
HOUR = Column("hour", "h", "hours since the start", "#indicator+hour+num")
REPLICATION = Column("replication", "", "number of the run", "#meta+id")
ITEM = (Column("item", "", "the item", "#item+name"), Column("unit", "", "its unit", "#indicator+unit"))
SECTOR = Column("sector_code", "", "sector, by the code of the global coordination groups", "#sector+cluster+code")
PLACE = Column("place", "", "the place; `all` is all places together", "#loc+name")
CONFIDENCE = Column("confidence", "", "high, medium or low", "#meta+certainty")
HELD = "; of what is held and not used up (shelter), that in the hour of the day in which all places together need most"
GAP = (
    *_of("need_p50", "need_plan", unit="unit", what=f"need{HELD}", tag="#indicator+required+num"),
    *_of("supply_p50", unit="unit", what="supply; empty where not provided", tag="#indicator+available+num"),
    Column("supply_status", "", "provided, partly_provided or not_provided; what is not provided is not zero"),
    *_of("gap_p05", "gap_p50", "gap_p95", "gap_plan", unit="unit", what="need less supply", tag="#indicator+gap+num"),
    *_of("gap_in_place_p50", unit="unit", what="gap with what is in place only", tag="#indicator+gap+num"),
    *_of("gap_on_the_way_p50", unit="unit", what="gap with what is on the way as well", tag="#indicator+gap+num"),
    *_of("gap_pledged_p50", unit="unit", what="gap with what is pledged as well", tag="#indicator+gap+num"),
    *_of("coverage_p50", unit="1", what="share of the need met", tag="#indicator+coverage+num"),
    *_of(
        "people_short_p50",
        unit="people",
        what="people whose need is not met; never summed over sectors",
        tag="#inneed+ind",
    ),
)

TABLES: dict[str, tuple[Column, ...]] = {
    "arrivals": (
        TIME,
        HOUR,
        Column(
            "series", "", "departed, arrived, registered, accommodated (people) or vehicles_arrived", "#indicator+name"
        ),
        *_of("p05", "p25", "p50", "p75", "p95", "mean", unit="people", what="cumulative count", tag="#affected+ind"),
    ),
    "ledger": (
        TIME,
        HOUR,
        Column("state", "", "where people are; everybody is in one state", "#indicator+name"),
        *_of("p05", "p50", "p95", "mean", unit="people", what="people in the state", tag="#affected+ind"),
    ),
    "presence": (
        TIME,
        HOUR,
        PLACE,
        *_of(
            "people_p05",
            "people_p50",
            "people_p80",
            "people_p95",
            unit="people",
            what="people there",
            tag="#affected+ind",
        ),
        *_of(
            "overnight_p50", "overnight_p80", unit="people", what="people there at the next 02:00", tag="#affected+ind"
        ),
        Column(
            "capacity", "people", "people the place can hold, beds of a hospital; empty where not told", "#capacity+num"
        ),
    ),
    "gaps": (
        Column("date", "", "the day, local", "#date"),
        Column("day", "", "days since the day of the start", "#indicator+day+num"),
        PLACE,
        SECTOR,
        Column("sector_name", "", "sector", "#sector+cluster+name"),
        *ITEM,
        Column("level", "", "survival_minimum, emergency_minimum, standard or post_emergency"),
        *GAP,
    ),
    "gaps_hourly": (
        TIME,
        HOUR,
        PLACE,
        SECTOR,
        *ITEM,
        *_of("need_p50", unit="unit", what="need in the hour, at standard level", tag="#indicator+required+num"),
        *_of("supply_p50", unit="unit", what="supply in the hour", tag="#indicator+available+num"),
        *_of("gap_p05", "gap_p50", "gap_p95", unit="unit", what="need less supply", tag="#indicator+gap+num"),
    ),
    "care": (
        TIME,
        HOUR,
        Column("group", "", "group of patients; `all` is all groups together", "#population+type"),
        Column(
            "stage",
            "",
            "waiting_for_transport, on_the_way, waiting_for_bed, in_bed (outside), discharged: one for each patient "
            "who is transported; back_in_care: those who travelled with their party, cumulative; evacuated: reached a "
            "hospital outside, cumulative; without_bed: at a hospital, inside or outside, in no bed; "
            "past_safe_interval: past the shortest of their group and not yet in care",
            "#indicator+name",
        ),
        Column("place", "", "hospital, settlement, between_places or with_party; `all` is all together", "#loc+name"),
        *_of("p05", "p25", "p50", "p75", "p95", "mean", unit="people", what="people in the stage", tag="#affected+ind"),
    ),
    "blockade": (
        Column("date", "", "the day, before the start", "#date"),
        *ITEM,
        *_of("need_p50", unit="unit", what="need of the day", tag="#indicator+required+num"),
        *_of("supply_p50", unit="unit", what="what was there for it", tag="#indicator+available+num"),
        *_of("gap_p05", "gap_p50", "gap_p95", unit="unit", what="need less supply", tag="#indicator+gap+num"),
        *_of(
            "stock_p05",
            "stock_p50",
            "stock_p95",
            unit="unit",
            what="stock at the end of the day",
            tag="#indicator+stock+num",
        ),
        *_of("days_of_supply_p50", unit="day", what="days of full need in stock", tag="#indicator+days+num"),
    ),
    "constraints": (
        TIME,
        HOUR,
        Column("constraint", "", "what limits arrivals in the hour that begins then", "#indicator+name"),
        Column("share", "1", "share of the runs in which it does", "#indicator+num"),
    ),
    "indicators": (
        Column("indicator", "", "its name", "#indicator+name"),
        Column("unit", "", "its unit", "#indicator+unit"),
        *_of(
            "p05",
            "p50",
            "p95",
            "mean",
            unit="unit",
            what="value; empty where it never happens in that many runs",
            tag="#indicator+num",
        ),
    ),
    "sources": (
        Column("path", "", "dotted path of the input"),
        Column("value", "", "its value"),
        Column("unit", "", "its unit"),
        Column("default", "", "its value when left out"),
        Column("origin", "", "sourced, fitted, assumed or unknown"),
        Column("source", "", "where it comes from", "#meta+source"),
        Column("date", "", "date of the source"),
        CONFIDENCE,
    ),
    "scores": (
        Column("series", "", "arrivals, vehicles, registration, accommodation or evacuations"),
        Column("score", "", "its name"),
        Column("value", "", "of the runs"),
        Column("baseline", "", "what it is compared with"),
        Column("baseline_value", "", "of that"),
    ),
    "transit": (
        TIME,
        HOUR,
        Column("by", "", "whose median transit time: those who left in that hour (departure), or came (arrival)"),
        *_of(
            "p05",
            "p25",
            "p50",
            "p75",
            "p95",
            "mean",
            unit="h",
            what="hours from setting off to crossing",
            tag="#indicator+num",
        ),
    ),
    "queue": (
        TIME,
        HOUR,
        Column("km", "km", "where the stretch of road begins, from the trunk's first node", "#indicator+km+num"),
        Column(
            "vehicles_per_km",
            "vehicles/km",
            "vehicles on a kilometre, in passenger cars, mean of the runs",
            "#indicator+num",
        ),
        Column(
            "jammed",
            "1",
            "share of the runs in which they stand closer there than at full flow (above the critical density)",
            "#indicator+num",
        ),
    ),
    "stocks": (
        TIME,
        HOUR,
        Column("store", "", "the depot or store, by its name in the scenario", "#loc+name+store"),
        PLACE,
        *ITEM,
        *_of("p05", "p50", "p95", "mean", unit="unit", what="in stock at that hour", tag="#indicator+stock+num"),
    ),
    "observed": (
        Column("series", "", "what was counted", "#indicator+name"),
        TIME,
        HOUR,
        Column("value", "", "the count", "#indicator+num"),
        Column("kind", "", "how its time is known"),
        Column("source", "", "who said so", "#meta+source"),
        CONFIDENCE,
        Column("scored", "", "whether the runs are scored on it: yes or no"),
    ),
    "journal": (
        REPLICATION,
        Column("hour", "h", "hours since the start, at full precision", "#indicator+hour+num"),
        Column("entry", "", "what happened"),
        Column("party", "", "party or vehicle it happened to; empty for none"),
        Column("node_or_place", "", "where", "#loc+name"),
        Column("people", "people", "people concerned", "#affected+ind"),
        Column("quantity", "", "ready hour of a passage, litres of fuel, vehicles of a count, kilometre of a stall"),
    ),
    "summary": (
        Column("scenario", "", "stem of the scenario's file", "#meta+scenario"),
        Column("indicator", "", "its name", "#indicator+name"),
        Column("unit", "", "its unit", "#indicator+unit"),
        *_of("p05", "p50", "p95", "mean", unit="unit", what="value", tag="#indicator+num"),
    ),
}


def header(table: str) -> list[str]:
    """Names of a table's columns, in order."""
    return [column.name for column in TABLES[table]]


def tags(table: str) -> list[str]:
    """The HXL row of a table."""
    return [column.hxl for column in TABLES[table]]


def axis_label(table: str, name: str) -> str:
    """What an axis that shows a column says."""
    column = next(column for column in TABLES[table] if column.name == name)
    return f"{column.description} ({column.unit})" if column.unit else column.description


def dictionary() -> list[tuple[str, str, str, str, str]]:
    """The data dictionary: table, column, unit, description, HXL tag."""
    return [(table, *column) for table, columns in TABLES.items() for column in columns]
