"""Columns of every table, declared once: headers, tag rows, axis labels and the data dictionary are read from here."""

from __future__ import annotations

from sim.results.answers import ANSWERS
from sim.results.column import Column

__all__ = ["TABLES", "Column", "axis_label", "dictionary", "header", "tags"]


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
HELD = (
    "; of what stands at a place (shelter, latrines, staff, kits), that in the hour of the day in which most people "
    "are received; of what is given once, what is handed out in the day and owed at its end"
)
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

CHAINS = "enough for 80 of 100 chains drawn from there on (with `--plan-on p50`: 50)"
"""What a time to act by says, for the level planned on."""

OF_GAPS = (
    PLACE,
    SECTOR,
    Column("sector_name", "", "sector", "#sector+cluster+name"),
    *ITEM,
    Column("level", "", "survival_minimum, emergency_minimum, standard or post_emergency"),
    *GAP,
)
"""Columns of need, supply and gap beside those of the time."""

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
        *OF_GAPS,
    ),
    "gaps_monthly": (
        Column("date", "", "first day of the month; the first month counts from the horizon on", "#date"),
        Column("day", "", "days since the start from which on the month counts", "#indicator+day+num"),
        *OF_GAPS,
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
    "costs": (
        SECTOR,
        Column("sector_name", "", "sector", "#sector+cluster+name"),
        Column("item", "", "the need that is met, staff, transport or support", "#item+name"),
        *_of(
            "quantity_p50",
            "quantity_plan",
            unit="unit",
            what="what is still to be provided: need less supply, of all days and months",
            tag="#indicator+num",
        ),
        Column("unit", "", "unit of the goods it is met with", "#indicator+unit"),
        Column("unit_cost_usd", "USD", "US dollars a unit", "#value+unit_cost+usd"),
        *_of("cost_usd_p05", "cost_usd_p50", "cost_usd_p95", unit="USD", what="cost", tag="#value+usd"),
        Column("source", "", "where the price comes from", "#meta+source"),
        CONFIDENCE,
    ),
    "funding": (
        Column("order", "", "order of priority: equal, by_sector or least_cost_first"),
        Column("rank", "", "place in the order, 1 is paid first"),
        SECTOR,
        Column("sector_name", "", "sector", "#sector+cluster+name"),
        Column("item", "", "the line of the costs", "#item+name"),
        Column("quantity_plan", "unit", "to be provided, in the run planned on", "#indicator+num"),
        Column("unit", "", "its unit", "#indicator+unit"),
        Column("cost_usd_plan", "USD", "its cost with its part of transport and support", "#value+usd"),
        Column("funded_usd", "USD", "what is paid", "#value+funding+usd"),
        Column("uncovered_usd", "USD", "what is lacking", "#value+usd+gap"),
        Column("uncovered_quantity", "unit", "units that stay unpaid", "#indicator+gap+num"),
        Column("coverage", "1", "share that is paid", "#indicator+coverage+num"),
    ),
    "appeal": (
        SECTOR,
        Column("sector_name", "", "sector; Intersectoral is all together", "#sector+cluster+name"),
        Column("lead", "", "who leads it", "#org+lead"),
        Column("group", "", "the people it is for, by whom the cost per person divides; `all` is all groups"),
        Column(
            "in_need",
            "people",
            "people in need; never summed over sectors, the largest sector's for all",
            "#inneed+ind",
        ),
        Column("targeted", "people", "people targeted, counted likewise", "#targeted+ind"),
        Column("requirement_usd", "USD", "requirement, transport and support included", "#value+requirement+usd"),
        Column("requirement_low_usd", "USD", "the same at the low end of every price", "#value+requirement+low+usd"),
        Column("requirement_high_usd", "USD", "the same at the high end of every price", "#value+requirement+high+usd"),
        Column("usd_per_person", "USD/person", "requirement by people of the group, targeted or not", "#value+usd"),
    ),
    "appeal_monthly": (
        Column("date", "", "first day of the month; the first month counts from the end of the movement on", "#date"),
        SECTOR,
        Column("sector_name", "", "sector", "#sector+cluster+name"),
        Column("group", "", "the people it is for"),
        Column("item", "", "the need that is met", "#item+name"),
        Column("quantity", "unit", "units of goods in the month", "#indicator+num"),
        Column("unit", "", "unit of the goods", "#indicator+unit"),
        Column("requirement_usd", "USD", "requirement of the month, transport and support included", "#value+usd"),
        CONFIDENCE,
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
            "past_safe_interval: past the shortest of their group and not yet in care; at health posts "
            "waiting_to_be_seen, seen (cumulative) and hours_to_be_seen_p05, _p50, _p95: hours waited by those who "
            "came in that hour; without_water_, without_food_ and a limit: people on the way past it",
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
    "places": (
        Column("place", "", "the place, by its name in the scenario", "#loc+name"),
        Column("kind", "", "settlement, reception or hospital", "#loc+type"),
        Column("also_known_as", "", "another name or spelling of it; empty where none is told", "#loc+name+alt"),
        Column("language", "", "the language of that name"),
        Column("source", "", "where the name comes from", "#meta+source"),
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
    "deliveries": (
        Column("store", "", "the supply, by its name in the scenario", "#loc+name+store"),
        Column("delivery", "", "the delivery by its name, `stock` at the start, or `orders` of the store together"),
        Column("organisation", "", "who provides or sends it", "#org+name"),
        PLACE,
        *ITEM,
        Column("status", "", "in place, on the way, funded, pledged or requested, as told", "#status"),
        Column("due", "", "when it was told to come; empty for orders", "#date+due"),
        Column("quantity", "unit", "how much was told; empty for orders and what a blockade leaves", "#output+num"),
        *_of("on_site_hour_p50", unit="h", what="hour it came; empty: never", tag="#indicator+hour+num"),
        *_of("came_p50", unit="unit", what="what came; pledges never count within 72 h", tag="#output+num"),
        *_of(
            "too_late_p50",
            "too_late_p95",
            unit="unit",
            what="what came after the need it was for",
            tag="#indicator+num",
        ),
        *_of("hours_short_p50", unit="h", what="hours people had lacked it when it came", tag="#indicator+hour+num"),
        Column("possible_double", "", "a row of like item, place, date and quantity: perhaps the same goods"),
    ),
    "dispatch": (
        *ITEM,
        PLACE,
        Column("needed_by", "", "when it begins to be missing on that day", "#date+needed"),
        Column(
            "quantity_plan",
            "unit",
            "what is missing on that day in the run planned on, in whole packages; what is over serves the days after",
            "#output+required+num",
        ),
        Column("source", "", "where it comes from, of `supply.sources`; empty where none reaches the place"),
        Column("decide_by", "", f"when it has to be decided at the latest: {CHAINS}", "#date+decide"),
        Column("leave_by", "", f"when the trucks have to leave at the latest, loaded: {CHAINS}", "#date+leave"),
        Column("on_site", "", f"when it has to be unloaded at the latest, to be handed out: {CHAINS}", "#date+onsite"),
        Column("mass_t", "t", "its mass; empty where the goods are not known", "#indicator+mass+num"),
        Column("volume_m3", "m3", "its volume", "#indicator+volume+num"),
        Column("trucks", "truckloads", "whole truckloads, by mass or by volume, whichever is more", "#indicator+num"),
        Column("in_time", "", "in time, too late (to be decided before now), or before the start", "#status+time"),
        Column("status", "", "requested, or not_provided where no supply was told and it is the whole need", "#status"),
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
    **ANSWERS,
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
