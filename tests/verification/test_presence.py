"""Clocks of people: how long patients go without treatment, how long people stay."""

from __future__ import annotations

from math import sqrt
from pathlib import Path

import pytest

from tests.scenarios.shelf import SCENARIOS
from tests.verification.cases import hourly, indicator, ran, stretches

COUNTS = SCENARIOS / "observed" / "lachin_2023_arrivals.csv"


def test_patients_are_past_their_safe_interval_by_the_clock_alone(tmp_path: Path) -> None:
    """V15: dialysed 0 to 7/3 days ago, a day on the way: of 1,000, 142.86 +- 11.07 are past 3 days, none past 4."""
    told = {
        "horizon": "30 h",
        "population": {
            "total": "4000 people",
            "modes": {"foot": "100 %"},
            "walking_speed": "4 km/h",
            "walking_day": "24 h",
            "patients": {
                "dialysis": {
                    "people": "1000 people",
                    "since": {"distribution": "uniform", "low": "0 h", "high": "56 h"},
                    "interval": "56 h",
                    "safe_intervals": {"three_days": "72 h", "four_days": "96 h"},
                }
            },
        },
        "corridor": {"segments": stretches(96)},
    }
    folder = ran(tmp_path, told)
    past, share = 1000 * (24 - (72 - 56)) / 56, 8 / 56
    assert indicator(folder, "transit.p50") == indicator(folder, "transit.p95") == 24
    assert past == pytest.approx(142.86, abs=0.01)
    assert sqrt(1000 * share * (1 - share)) == pytest.approx(11.07, abs=0.01)
    assert indicator(folder, "care.dialysis.three_days") == pytest.approx(past, abs=3 * 11.07)
    assert indicator(folder, "care.dialysis.four_days") == 0


def test_with_a_stay_of_12_hours_those_present_are_those_who_came_in_the_last_12(tmp_path: Path) -> None:
    """N(t) - N(t - 12 h) of the counts of September 2023: 47,115 - 31,800 = 15,315 on 27 September at noon."""
    folder = tmp_path / "scenarios"
    folder.mkdir()
    (folder / "counts.csv").write_bytes(COUNTS.read_bytes())
    told = {
        "start": "2023-09-24 00:00 +04:00",
        "horizon": "240 h",
        "population": {"total": "120000 people", "present": "100670 people", "household_size": "1 people/household"},
        "vehicles": {"per_household": "1 vehicle/household"},
        "arrivals": {"file": "counts.csv"},
        "reception": {"places": {"town": {"arrive": "100 %", "stay": "12 h"}}},
    }
    results = ran(folder, told)
    there, came = hourly(results, "presence", "town", "people_p50"), hourly(results, "arrivals", "arrived")
    noon = 3 * 24 + 12
    assert came[noon] == pytest.approx(47_115, abs=1)
    assert came[noon - 12] == pytest.approx(31_800, abs=1)
    assert there[noon] == pytest.approx(15_315, abs=2)
    before = came.shift(12, fill_value=0)
    assert (there - (came - before)).abs().max() <= 1
