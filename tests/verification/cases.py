"""How a case of the theory is run: a scenario file, the command `run`, and the tables that it wrote."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import patch

import pandas as pd
import yaml

from sim.cli import cli
from sim.publish import charts

SPEED, WAVE, JAM = 50.0, 18.0, 400 / 3
"""The road of the theory: km/h at free flow and of a wave, vehicles on a standing kilometre."""
CAPACITY = 30_000 / 17
"""Vehicles an hour at the apex of its triangle: 1,764.7."""


class Plain(yaml.SafeDumper):
    """Writes equal parts out in full: scenario files have no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def ran(folder: Path, told: dict[str, Any], *options: str) -> Path:
    """Write a scenario file, let the command run it (charts apart, which have tests of their own), give its results."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "case.yaml"
    file.write_text(yaml.dump(told, Dumper=Plain, sort_keys=False), encoding="utf-8")
    return ran_file(file, folder / "out", *options)


def ran_file(file: Path, out: Path, *options: str) -> Path:
    """Let the command run a scenario file and give its results."""
    once = ("--replications", "1", "--seed", "1", "--workers", "1")
    with patch.object(charts, "draw_all"):
        cli.main(["run", str(file), *once, "--out", str(out), *options], standalone_mode=False)
    return out / file.stem


def stretch(origin: str, to: str, km: float, **more: Any) -> dict[str, Any]:
    """A stretch of the road of the theory."""
    told = {"from": origin, "to": to, "length": f"{km} km", "speed": f"{SPEED} km/h"}
    return {**told, "jam_density": f"{JAM} vehicles/km", "wave_speed": f"{WAVE} km/h", **more}


def stretches(*ends: float, **more: Any) -> dict[str, Any]:
    """The road of the theory from km 0 on, cut at those kilometres; its nodes are km0, km5 and so on."""
    return {
        f"to_{end:g}": stretch(f"km{begin:g}", f"km{end:g}", end - begin, **more)
        for begin, end in zip((0.0, *ends), ends, strict=False)
    }


def single_file(vehicles: int, segments: dict[str, Any], horizon: float, **corridor: Any) -> dict[str, Any]:
    """One person a vehicle, all ready at hour 0, along one road; every passage is written down."""
    return {
        "horizon": f"{horizon} h",
        "population": {"total": f"{vehicles} people", "household_size": "1 people/household"},
        "vehicles": {"per_household": "1 vehicle/household"},
        "corridor": {"segments": segments, **corridor},
        "run": {"journal": True},
    }


def post(node: str, rate: float, **more: Any) -> dict[str, Any]:
    """A post with one booth of a fixed rate; at the first node it is a gate that lets the n-th go at n / rate."""
    return {"at": node, "booth_rate": f"{rate} vehicles/h", **more}


def shut(segment: str, km: float, begins: float, until: float) -> dict[str, Any]:
    """A closure."""
    return {"segment": segment, "km": f"{km} km", "from": f"{begins} h", "until": f"{until} h"}


def table(folder: Path, name: str) -> pd.DataFrame:
    """A written table."""
    return pd.read_csv(folder / f"{name}.csv")


def indicator(folder: Path, name: str, level: str = "p50") -> float:
    """One indicator."""
    return float(table(folder, "indicators").set_index("indicator")[level][name])


def hourly(folder: Path, name: str, of: str, value: str = "p50") -> pd.Series[float]:
    """One curve of arrivals.csv, ledger.csv, presence.csv or stocks.csv by the hour."""
    rows = table(folder, name)
    key = {"arrivals": "series", "ledger": "state", "presence": "place", "stocks": "place"}[name]
    return rows[rows[key] == of].set_index("hour")[value]


def entries(folder: Path, entry: str, place: str | None = None) -> pd.DataFrame:
    """What the journal has of one kind, at one place, in order of time: hour, party, people, quantity."""
    rows = table(folder, "journal")
    rows = rows[rows["entry"] == entry]
    return rows if place is None else rows[rows["node_or_place"] == place]
