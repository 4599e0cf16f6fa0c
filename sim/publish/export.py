"""Results as files: tables, the resolved scenario and a manifest, written whole or not at all."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import yaml

import sim
from sim.model.journal import STATES
from sim.model.record import Array
from sim.results import gaps, presence
from sim.results.outcome import CURVES, first_midnight
from sim.studies.ensemble import Ensemble, ranges

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

BAND = ("p05", "p25", "p50", "p75", "p95", "mean")
SHORT_BAND = ("p05", "p50", "p95", "mean")
NOT_A_FORECAST = "what-if scenario, not a forecast"
LOOK_BACK = "look back"


def write(ensemble: Ensemble, folder: Path, wall_time: float = 0.0) -> None:
    """All files of a run; a run that is cut off leaves the earlier folder as it was."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".writing-") as made:
        new = Path(made) / "new"
        new.mkdir()
        for name, rows in tables(ensemble).items():
            save(new / f"{name}.csv", rows)
        (new / "scenario.yaml").write_text(resolved(ensemble.scenario), encoding="utf-8")
        (new / "run.json").write_text(json.dumps(manifest(ensemble, wall_time), indent=1) + "\n", encoding="utf-8")
        from sim.publish.pictures import draw_all

        draw_all(ensemble, new / "charts")
        if folder.exists():
            folder.replace(Path(made) / "old")
        new.replace(folder)
    shutil.rmtree(made, ignore_errors=True)


def label(scenario: Scenario) -> str:
    """Which of the labels a run carries."""
    return LOOK_BACK if scenario.observed and scenario.base is None else NOT_A_FORECAST


def tables(ensemble: Ensemble) -> dict[str, Iterable[list[Any]]]:
    """Every table by the name of its file."""
    scenario = ensemble.scenario
    return {
        "arrivals": curve_rows(ensemble),
        "ledger": ledger_rows(ensemble),
        "presence": presence_rows(ensemble),
        "gaps": gap_rows(ensemble),
        "indicators": indicator_rows(ensemble),
        "replications": replication_rows(ensemble),
        "sources": source_rows(scenario),
    }


def save(path: Path, rows: Iterable[list[Any]]) -> None:
    """A table as CSV, numbers always in the same form."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([[_cell(value) for value in row] for row in rows])


def _cell(value: Any) -> Any:
    if isinstance(value, (float, np.floating)):
        return "" if np.isnan(value) else f"{value:.10g}"
    return value


def stamp(scenario: Scenario, hour: float) -> str:
    """An hour as calendar time, or as day and time when there is no start."""
    when = scenario.when(hour)
    return when.isoformat() if when is not None else f"day {int(hour // 24)} {int(hour % 24):02d}:00"


def curve_rows(ensemble: Ensemble) -> Iterable[list[Any]]:
    """arrivals.csv."""
    yield ["time", "hour", "series", *BAND]
    found = ranges(ensemble.stack("arrivals"))
    for number, series in enumerate(CURVES):
        for hour in range(found["p50"].shape[1]):
            yield [stamp(ensemble.scenario, hour), hour, series, *(float(found[q][number, hour]) for q in BAND)]


def ledger_rows(ensemble: Ensemble) -> Iterable[list[Any]]:
    """ledger.csv."""
    yield ["time", "hour", "state", *SHORT_BAND]
    found = ranges(ensemble.stack("ledger"))
    for number, state in enumerate(STATES):
        for hour in range(found["p50"].shape[1]):
            yield [stamp(ensemble.scenario, hour), hour, state, *(float(found[q][number, hour]) for q in SHORT_BAND)]


def presence_rows(ensemble: Ensemble) -> Iterable[list[Any]]:
    """presence.csv; people overnight are those there at the next 02:00."""
    bands = ("p05", "p50", "p80", "p95")
    yield ["time", "hour", "place", *(f"people_{q}" for q in bands), "overnight_p50", "overnight_p80", "capacity"]
    scenario, found = ensemble.scenario, ranges(ensemble.stack("presence"))
    last = found["p50"].shape[1] - 1
    offset = (first_midnight(scenario) + 2) % 24
    for number, place in enumerate(presence.places(scenario)):
        told = scenario.reception.places.get(place)
        capacity = "" if told is None or told.capacity is None else told.capacity
        for hour in range(last + 1):
            night = min(hour + (offset - hour) % 24, last)
            people = [float(found[q][number, hour]) for q in bands]
            nights = [float(found[q][number, night]) for q in ("p50", "p80")]
            yield [stamp(scenario, hour), hour, place, *people, *nights, capacity]


def planned(ensemble: Ensemble, level: float = 0.8) -> int:
    """The run whose people present over the whole time lie nearest the level planned on; ties by number."""
    totals = ensemble.stack("presence").sum(axis=(1, 2))
    return int(np.argmin(np.abs(totals - np.quantile(totals, level))))


GAP_COLUMNS = [
    "date",
    "day",
    "place",
    "sector_code",
    "sector_name",
    "item",
    "unit",
    "level",
    "need_p50",
    "need_plan",
    "supply_p50",
    "supply_status",
    "gap_p05",
    "gap_p50",
    "gap_p95",
    "gap_plan",
    "coverage_p50",
    "people_short_p50",
]


def gap_rows(ensemble: Ensemble) -> Iterable[list[Any]]:
    """gaps.csv: per day, place, item and level."""
    yield GAP_COLUMNS
    scenario, rows = ensemble.scenario, gaps.layout(ensemble.scenario)
    need, supply = ensemble.stack("need"), ensemble.stack("supply")
    short = np.stack([gaps.gap(n, s, rows) for n, s in zip(need, supply, strict=True)])
    plan, needs, supplies, gap = planned(ensemble), ranges(need), ranges(supply), ranges(short)
    with np.errstate(invalid="ignore", divide="ignore"):
        covered = ranges(np.where(need > 0, 1 - short / need, np.nan))["p50"]
    for number, row in enumerate(rows):
        for day in range(need.shape[2]):
            if not need[:, number, day].any():
                continue
            figure = row.figure
            cells = [needs["p50"], need[plan], supplies["p50"]]
            short_cells = [gap["p05"], gap["p50"], gap["p95"], short[plan], covered]
            supplied = [float(c[number, day]) for c in cells]
            if row.status == "not_provided":
                supplied[2] = np.nan
            people = float(gap["p50"][number, day]) / figure.value
            head = [
                _date(scenario, day),
                day,
                row.place,
                figure.sector_code,
                figure.sector_name,
                figure.item,
                figure.unit,
                figure.level,
            ]
            yield [*head, *supplied, row.status, *(float(c[number, day]) for c in short_cells), people]


def _date(scenario: Scenario, day: int) -> str:
    first = first_midnight(scenario)
    when = scenario.when(0.0 if day == 0 else first + 24.0 * (day - 1))
    return when.date().isoformat() if when is not None else f"day {day}"


UNITS = {
    "arrived": "people",
    "clearance": "h",
    "transit": "h",
    "queue": "vehicles",
    "road": "person-hours",
    "stalled": "vehicles",
    "left_behind": "people",
    "registration": "people",
    "care": "people",
    "stock": "h",
}


def unit_of(indicator: str) -> str:
    """The unit of an indicator."""
    first, *_, last = indicator.split(".")
    if first == "gap":
        return "h" if last == "first_hour" else {"water": "L", "food": "person-day"}.get(indicator.split(".")[1], "")
    return UNITS.get(first, "")


def indicator_rows(ensemble: Ensemble) -> Iterable[list[Any]]:
    """indicators.csv."""
    yield ["indicator", "unit", *SHORT_BAND]
    for name in ensemble.indicators():
        found: dict[str, Array] = ranges(ensemble.indicator(name))
        yield [name, unit_of(name), *(float(found[q]) for q in SHORT_BAND)]


def replication_rows(ensemble: Ensemble) -> Iterable[list[Any]]:
    """replications.csv: a row a run."""
    runs, names = ensemble.replications(), ensemble.indicators()
    drawn = sorted({path for run in runs for path in run.drawn})
    yield ["replication", "seed", *drawn, *names]
    for run in runs:
        cells = [float(run.drawn.get(path, np.nan)) for path in drawn]
        yield [run.replication, ensemble.seed, *cells, *(float(run.indicators.get(name, np.nan)) for name in names)]


def source_rows(scenario: Scenario) -> Iterable[list[Any]]:
    """sources.csv: every input that was given, with where it comes from."""
    from sim.scenario.provenance import origins

    yield ["path", "value", "unit", "default", "origin", "source", "date", "confidence"]
    for row in origins(scenario):
        yield list(row)


def resolved(scenario: Scenario) -> str:
    """The scenario as it was run, bases and changes included."""
    data = json.loads(scenario.model_dump_json(by_alias=True, exclude_unset=True, fallback=str))
    return str(yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=120))


def manifest(ensemble: Ensemble, wall_time: float) -> dict[str, Any]:
    """run.json: what was run, with which luck, and what was varied."""
    scenario = ensemble.scenario
    return {
        "title": scenario.title,
        "label": label(scenario),
        "version": sim.__version__,
        "scenario_hash": hashlib.sha256(resolved(scenario).encode()).hexdigest()[:16],
        "seed": ensemble.seed,
        "replications": len(ensemble),
        "failed": ensemble.failures,
        "varied": sorted(scenario.uncertainty),
        "wall_time_s": round(wall_time, 3),
    }
