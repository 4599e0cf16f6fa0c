"""The shareable set of a run, made from its stored results."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from sim.publish import cells, charts, sharing
from sim.publish.charts.folder import Results
from sim.publish.export import in_place
from sim.results.columns import TABLES
from sim.results.dates import DAY, midnight
from sim.scenario.faults import Fault, ScenarioError
from sim.scenario.loader import load
from sim.scenario.schema import Scenario

PUBLIC = "public"
"""The folder inside the results, and the stamp."""
TOLD = ("title", "label", "fit", "as_of", "now", "horizon_h", "versions", "scenario_sha256", "seed", "replications",
        "planned_on")  # fmt: skip
"""What of run.json may be shared."""
SOURCES = ("needs.", "costs.", "appeal.", "population.total", "population.present", "population.household_size")
"""Inputs whose sources may be shared: none of stocks, roads, openings or places."""
INTERNAL_INDICATORS = ("stock.", "gap.", "blockade.")
COUNTED = ("people", "unit")
"""Units of columns that count people or what they need."""
LONGEST_MONTH = 31
DRAWN = {"arrivals", "ledger", "indicators", "observed"}
"""Tables whose charts name no place."""
HEADS = ("people", "vehicles", "patients")
"""Units of indicators that count."""
PEOPLE_COUNTED = ("arrivals", "vehicles", "registration", "accommodation", "evacuations")
"""Observed series that count; that of the blockade tells of stocks and is left out."""
HOW = (
    "Places are grouped (settlements, road, reception, onward, care). Counts of the model are rounded to tens, those "
    "below ten are shown as <10. Published counts keep their dates. After `known_until` there is one row a day. Left "
    "out: stocks and what they cover, dispatch and deliveries, the hours of openings, and every single place."
)


def make(folder: Path) -> Path:
    """Write the shareable set of a results folder into its folder `public`; ScenarioError where there are none."""
    scenario, results = load(stored(folder)), Results(folder)
    known = sharing.last_known_hour(results)
    tables = {
        name: {column: shown(name, column, rows) for column in rows.columns}
        for name, rows in shared(results, scenario, known).items()
    }
    with in_place(folder / PUBLIC) as new:
        document = json.dumps(manifest(results, known), indent=1, ensure_ascii=False)
        (new / "run.json").write_text(document + "\n", encoding="utf-8", newline="\n")
        draw(new, tables)
        for name, table in tables.items():
            cells.write(new, name, [list(table.values())])
    return folder / PUBLIC


def draw(folder: Path, tables: Mapping[str, Mapping[str, list[str]]]) -> None:
    """The charts of people over time, from what the tables show: what is `<10` there is not drawn."""
    for name in DRAWN & set(tables):
        drawn = [["0" if cell == sharing.SMALL else cell for cell in column] for column in tables[name].values()]
        cells.write(folder, name, [drawn])
    charts.draw_all(folder)


def stored(folder: Path) -> Path:
    """The scenario of a results folder."""
    for name in ("run.json", "scenario.yaml"):
        if not (folder / name).is_file():
            told = f"holds no {name}; name a folder that `run` has written, such as outputs/lachin_2023"
            raise ScenarioError([Fault("", told, str(folder))])
    return folder / "scenario.yaml"


def shared(results: Results, scenario: Scenario, known: float) -> dict[str, pd.DataFrame]:
    """The tables that may be shared, by their names; what has a date is left out while the start is still to come."""
    makers = {**ALWAYS, **(DATED if known >= 0 else {})}
    found = {name: make(results.table(name), scenario, known) for name, make in makers.items() if _has(results, name)}
    return {name: rows for name, rows in found.items() if len(rows)}


def _has(results: Results, name: str) -> bool:
    return not results.table(name).empty


def _whole(rows: pd.DataFrame, _scenario: Scenario, _known: float) -> pd.DataFrame:
    return rows


def _by_hour(rows: pd.DataFrame, _scenario: Scenario, known: float) -> pd.DataFrame:
    return sharing.by_day_after(rows, known)


def _care(rows: pd.DataFrame, scenario: Scenario, known: float) -> pd.DataFrame:
    people = ~rows["stage"].str.startswith("hours_")
    return _by_hour(rows[(rows["place"] == sharing.ALL) & people], scenario, known)


def _gaps(rows: pd.DataFrame, scenario: Scenario, known: float, days: int = 1) -> pd.DataFrame:
    found = sharing.grouped(rows, scenario)
    ends = (found["day"].astype(float) + days) * DAY - midnight(scenario)
    return sharing.without_supply(found, ends > known)


def _indicators(rows: pd.DataFrame, _scenario: Scenario, _known: float) -> pd.DataFrame:
    return rows[~rows["indicator"].str.startswith(INTERNAL_INDICATORS)]


def _sources(rows: pd.DataFrame, _scenario: Scenario, _known: float) -> pd.DataFrame:
    return rows[rows["path"].str.startswith(SOURCES)]


def _observed(rows: pd.DataFrame, _scenario: Scenario, _known: float) -> pd.DataFrame:
    return rows[rows["series"].isin([*PEOPLE_COUNTED, "transit"])]


ALWAYS: dict[str, Callable[[pd.DataFrame, Scenario, float], pd.DataFrame]] = {
    "indicators": _indicators,
    "sources": _sources,
    "observed": _observed,
    "scores": _whole,
    "appeal": _whole,
}
DATED: dict[str, Callable[[pd.DataFrame, Scenario, float], pd.DataFrame]] = {
    "arrivals": _by_hour,
    "ledger": _by_hour,
    "care": _care,
    "gaps": _gaps,
    "gaps_monthly": partial(_gaps, days=LONGEST_MONTH),
    "appeal_monthly": _whole,
}


def shown(table: str, column: str, rows: pd.DataFrame) -> list[str]:
    """One column as it is shared."""
    values, unit = rows[column], next(known.unit for known in TABLES[table] if known.name == column)
    if table == "observed" and column == "value":
        return _some(values, rows["series"].isin(PEOPLE_COUNTED), sharing.small)
    if table == "indicators" and unit in COUNTED:
        return _some(values, rows["unit"].isin(HEADS), sharing.rounded)
    if unit in COUNTED and table not in ("scores", "sources"):
        return sharing.rounded(values)
    if pd.api.types.is_numeric_dtype(values):
        return cells.numbers(values)
    return cells.texts("" if value != value else value for value in values)


def _some(values: pd.Series, counts: pd.Series, how: Callable[[pd.Series], list[str]]) -> list[str]:
    """Counts shown in one way, other numbers as they are."""
    plain, counted = cells.numbers(values), how(values)
    return [count if is_count else cell for cell, count, is_count in zip(plain, counted, counts, strict=True)]


def manifest(results: Results, known: float) -> dict[str, Any]:
    """run.json of the shareable set; the start only when it is past."""
    told, start = results.manifest, results.clock.start
    until = None if known < 0 else results.clock.words(known) if start is None else results.clock.at(known).isoformat()
    begun = {"start": told.get("start")} if known >= 0 and start is not None else {}
    return {"sharing": PUBLIC, **{key: told.get(key) for key in TOLD}, **begun, "known_until": until, "how": HOW}
