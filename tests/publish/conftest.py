"""An invented results folder: 20,000 people cross in three days, as `run` would write it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.results.queues import STRETCHES

START = "2023-09-24T00:00:00+04:00"
PEOPLE = 20_000
HOURS = 120
MANIFEST = {
    "title": "Valley road, invented",
    "scenario": "valley",
    "label": "what-if scenario, not a forecast",
    "scenario_sha256": "a1b2c3d4e5f60718",
    "as_of": "2023-09-25T21:00:00+04:00",
    "start": START,
    "seed": 7,
    "replications": 40,
    "posts": {"bridge": 20.0},
    "road_km": 25.0,
    "depots": {"depot": {"opens": 0.0, "explosions": []}},
    "count_at": "bridge",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The whole invented folder."""
    return write_run(tmp_path / "valley")


def write_run(folder: Path, **changes: object) -> Path:
    """Write the invented tables and manifest into a folder."""
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps(MANIFEST | changes))
    tables = {
        "arrivals": arrivals(), "ledger": ledger(), "constraints": constraints(), "queue": queue(), "gaps": gaps(),
        "blockade": blockade(), "stocks": stocks(), "indicators": indicators(), "observed": observed(),
    }  # fmt: skip
    for name, rows in tables.items():
        rows.to_csv(folder / f"{name}.csv", index=False)
    return folder


def stamp(hour: float) -> str:
    return (datetime.fromisoformat(START) + timedelta(hours=float(hour))).isoformat()


def crossed(hour: np.ndarray, late: float = 0.0) -> np.ndarray:
    """Half have crossed at hour 60, 95 % at about hour 83."""
    return PEOPLE / (1 + np.exp(-(hour - 60 - late) / 8)) * (hour > 0)


def arrivals() -> pd.DataFrame:
    hour = np.arange(HOURS + 1.0)
    late = {"departed": -12.0, "arrived": 0.0, "registered": 14.0, "accommodated": 24.0}
    share = {"departed": 1.0, "arrived": 1.0, "registered": 0.9, "accommodated": 0.4}
    shift = {"p05": 5, "p25": 2, "p50": 0, "p75": -2, "p95": -5, "mean": 0.1}
    parts = []
    for series, hours in late.items():
        columns = {q: share[series] * crossed(hour, hours + more) for q, more in shift.items()}
        parts.append(pd.DataFrame({"time": [stamp(h) for h in hour], "hour": hour, "series": series} | columns))
    return pd.concat(parts)


def ledger() -> pd.DataFrame:
    hour = np.arange(HOURS + 1.0)
    left, over, booked, housed = (crossed(hour, late) for late in (-12, 0, 14, 24))
    states = {
        "home": PEOPLE - left, "road": left - over, "reception": over - 0.9 * booked,
        "registered": 0.9 * booked - 0.4 * housed, "accommodated": 0.4 * housed,
    }  # fmt: skip
    parts = [
        pd.DataFrame(
            {"time": [stamp(h) for h in hour], "hour": hour, "state": state, "p05": n, "p50": n, "p95": n, "mean": n}
        )
        for state, n in states.items()
    ]
    stranded = pd.DataFrame({"time": stamp(0), "hour": hour, "state": "stranded", "mean": 0.0})
    return pd.concat([*parts, stranded])


def constraints() -> pd.DataFrame:
    rows = [
        {"time": stamp(h), "hour": h, "constraint": name, "share": share}
        for h in range(HOURS)
        for name, share in _held(h).items()
    ]
    return pd.DataFrame(rows)


def _held(hour: int) -> dict[str, float]:
    if hour < 16:
        return {"permission": 1.0}
    if hour > 90:
        return {"nobody_left": min(1.0, (hour - 90) / 10), "checkpoint": max(0.0, 1 - (hour - 90) / 10)}
    return {"checkpoint": 0.9, "incident": 0.1} if hour % 9 else {"checkpoint": 0.4, "road": 0.6}


def queue() -> pd.DataFrame:
    km, hour = np.meshgrid(np.linspace(0.0, 25.0, STRETCHES + 1)[:-1], np.arange(0.0, HOURS))
    back = 20 - 18 * np.exp(-(((hour - 60) / 15) ** 2))
    jam = np.where((km < 20) & (km >= back), 110.0, 6.0 * np.exp(-(((hour - 60) / 25) ** 2)))
    rows = pd.DataFrame({"hour": hour.ravel(), "km": km.ravel(), "vehicles_per_km": jam.ravel()})
    rows.insert(0, "time", [stamp(h) for h in rows["hour"]])
    rows["jammed"] = (rows["vehicles_per_km"] > 50).astype(float)
    return rows[rows["vehicles_per_km"] > 0.1]


def gaps() -> pd.DataFrame:
    told = (
        ("WSH", "water", "L", "standard", 15.0, "provided"),
        ("WSH", "water", "L", "survival_minimum", 7.5, "provided"),
        ("FSC", "food", "person-day", "standard", 1.0, "provided"),
        ("HEA", "insulin", "dose", "", 0.01, "not_provided"),
        ("SHL", "shelter", "place", "standard", 1.0, "not_provided"),
    )
    return pd.concat([gap_rows(row, place) for row in told for place in ("all", "goris")])


def gap_rows(told: tuple[str, str, str, str, float, str], place: str) -> pd.DataFrame:
    code, item, unit, level, rate, status = told
    need = rate * PEOPLE * np.array([0.2, 0.7, 1.0, 0.9, 0.5])
    supply = rate * PEOPLE * np.array([0.2, 0.4, 0.5, 0.6, 0.6])
    known = status == "provided"
    head = {"date": [f"2023-09-{day}" for day in range(24, 29)], "day": range(5), "place": place, "sector_code": code}
    head |= {"sector_name": code, "item": item, "unit": unit, "level": level}
    cells = {"need_p50": need, "need_plan": need, "supply_p50": supply if known else np.nan, "supply_status": status}
    gap = np.maximum(need - supply, 0) if known else np.full(5, np.nan)
    gaps = {f"gap_{level}": gap for level in ("p05", "p50", "p95", "plan")}
    return pd.DataFrame(head | cells | gaps | {"people_short_p50": gap / rate})


def blockade() -> pd.DataFrame:
    told = (("food", "kg", 0.5, 60.0), ("petrol", "L", 0.2, 15.0), ("medicines", "patient-day", 0.1, 90.0))
    return pd.concat([blockade_rows(*row) for row in told])


def blockade_rows(item: str, unit: str, rate: float, days: float) -> pd.DataFrame:
    day = np.arange(-280, 0)
    need = np.full(280, rate * PEOPLE)
    stock = days * need * np.exp(-(day + 280) / days)
    supply = need * np.clip(stock / stock[0] + 0.15, 0, 1)
    columns = {"date": [stamp(24 * d)[:10] for d in day], "item": item, "unit": unit, "need_p50": need}
    columns |= {"supply_p50": supply} | {f"gap_{level}": need - supply for level in ("p05", "p50", "p95")}
    columns |= {f"stock_{level}": part * stock for level, part in (("p05", 0.8), ("p50", 1.0), ("p95", 1.2))}
    return pd.DataFrame(columns | {"days_of_supply_p50": stock / need})


def stocks() -> pd.DataFrame:
    hour = np.arange(HOURS + 1.0)
    parts = []
    for place, item, first in (("depot", "fuel", 40_000.0), ("goris", "water", 90_000.0)):
        left = np.maximum(first - first / 70 * hour, 0)
        columns = {"time": [stamp(h) for h in hour], "hour": hour, "store": place, "place": place, "item": item}
        columns |= {"unit": "L"}
        parts.append(pd.DataFrame(columns | {"p05": 0.8 * left, "p50": left, "p95": 1.1 * left}))
    return pd.concat(parts)


def indicators() -> pd.DataFrame:
    found = {"arrived.total": PEOPLE, "clearance.p50": 60.0, "clearance.p95": 83.5, "registration.backlog.peak": 7000.0}
    return pd.DataFrame(
        [{"indicator": k, "unit": "", "p05": v, "p50": v, "p95": v, "mean": v} for k, v in found.items()]
    )


def observed() -> pd.DataFrame:
    rows = [
        ("arrivals", h, float(crossed(np.array(h)) * 1.03), "stated" if h % 24 else "memory", "high")
        for h in range(30, 100, 6)
    ]
    rows += [("registration", h, float(0.85 * crossed(np.array(h), 14)), "stated", "high") for h in range(30, 110, 12)]
    rows += [("accommodation", h, float(0.4 * crossed(np.array(h), 26)), "stated", "high") for h in range(30, 110, 12)]
    rows += [("blockade", -270 * 24, 5, "petrol.stock_percent_of_usual", "medium"),
             ("blockade", -240 * 24, 0.16, "food.ration_kg_per_person_day", "high"),
             ("blockade", -20 * 24, 200, "food.bread_g_per_person_day", "high"),
             ("blockade", -20 * 24, 1.25, "food.bread_kg_per_kg", "low")]  # fmt: skip
    table = pd.DataFrame(rows, columns=["series", "hour", "value", "kind", "confidence"])
    table.insert(1, "time", [stamp(h) for h in table["hour"]])
    return table
