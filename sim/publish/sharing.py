"""What may be shared of a run: places in groups, no small cells, nothing of what is still to come by hour or place.

OCHA Data Responsibility Guidelines (2021): what tells of single people, of stocks, or of moves to come stays internal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.publish.cells import numbers

if TYPE_CHECKING:
    from sim.publish.charts.folder import Results
    from sim.scenario.schema import Scenario

SMALLEST = 10
"""Cells below it are not shown (OCHA and IASC practice), and people are rounded to it so that no difference tells."""
SMALL = f"<{SMALLEST}"
ALL = "all"
ADDITIVE = ("need_plan", "gap_plan")
"""Of one run, so they may be summed over places; quantiles may not."""
OF_SUPPLY = ("supply", "gap", "coverage", "people_short")
"""How columns begin that tell of stocks or deliveries."""


def group_of(place: str, scenario: Scenario) -> str:
    """The group that a place is shown in: settlements, road, reception, onward, or care; `all` stays."""
    if place in (ALL, "onward", "care"):
        return place
    if place in (scenario.reception.places or ("reception",)) or place in outside(scenario):
        return "reception"
    inside = (*scenario.population.settlements, *(scenario.fuel.depots if scenario.fuel else ()), "home", "fuel_queue")
    return "settlements" if place in inside or place in scenario.medical.hospitals else "road"


def outside(scenario: Scenario) -> set[str]:
    """Hospitals to which patients are taken or referred."""
    homes = scenario.population.settlements
    return {name for name, hospital in scenario.medical.hospitals.items() if hospital.at not in homes}


def last_known_hour(results: Results) -> float:
    """Hours since the start up to which everything is past: now, else as_of, else the last published count."""
    told, counted = results.manifest, results.observed
    now = told.get("now")
    if isinstance(now, (int, float)):
        return float(now)
    known = now or told.get("as_of")
    if known and results.clock.start is not None:
        return results.clock.hour(str(known))
    return float(counted["hour"].max()) if len(counted) else 0.0


def by_day_after(rows: pd.DataFrame, hour: float) -> pd.DataFrame:
    """Rows by the hour up to an hour, and after it only those at midnight: no hour of a move to come."""
    at_midnight = rows["time"].astype(str).str.contains(r"(?:T00:00:00| 00:00)", regex=True)
    return rows[(rows["hour"] <= hour) | at_midnight]


def grouped(rows: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """Gap rows by group of places: what can be summed is summed, ranges stay with `all` alone."""
    named = rows.assign(place=[group_of(place, scenario) for place in rows["place"]])
    whole, parts = named[named["place"] == ALL], named[named["place"] != ALL]
    keys = ["date", "day", "place", "sector_code", "sector_name", "item", "unit", "level"]
    summed = parts.groupby(keys, dropna=False, sort=False, as_index=False)[list(ADDITIVE)].agg(_sum)
    return pd.concat([whole, summed])[list(rows.columns)]


def _sum(values: pd.Series) -> float:
    """The sum; unknown where a part is unknown."""
    return float(values.sum(skipna=False))


def without_supply(rows: pd.DataFrame, future: pd.Series) -> pd.DataFrame:
    """Gap rows that tell of supply only at reception and only of the past: else stocks inside could be worked out."""
    hidden = (rows["place"] != "reception") | future
    result = rows.astype({"supply_status": object})
    result.loc[hidden, [name for name in rows.columns if name.startswith(OF_SUPPLY)]] = np.nan
    return result


def rounded(values: pd.Series) -> list[str]:
    """Counts to the nearest ten as they are shown; `<10` for those below ten, nothing for what is not known."""
    return small(values, (values.astype(float) / SMALLEST).round() * SMALLEST)


def small(values: pd.Series, shown: pd.Series | None = None) -> list[str]:
    """Counts as they are, or as they are to be shown, but `<10` for those above 0 and below ten."""
    known = values.astype(float)
    cells = numbers(known if shown is None else shown)
    return [SMALL if 0 < value < SMALLEST else cell for value, cell in zip(known, cells, strict=True)]
