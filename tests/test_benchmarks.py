"""Every benchmark runs, on a few people; what it measures is not tested."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import peer
from benchmarks.all import BEGINS, ENDS, NAMES, replaced, table
from benchmarks.measure import Figure

HOME = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("name", NAMES)
def test_a_benchmark_runs_on_a_few_people(name: str) -> None:
    words = [sys.executable, "-m", f"benchmarks.{name}", "--tiny"]
    done = subprocess.run(words, cwd=HOME, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("[") >= 4


def test_every_benchmark_is_among_those_run_together() -> None:
    scripts = {path.stem for path in (HOME / "benchmarks").glob("*.py")} - {"__init__", "all", "measure"}
    assert scripts == set(NAMES)


def test_the_exact_mean_trip_is_that_of_a_queue_behind_one_rate() -> None:
    """25,400 in 72 h through 215 an hour: half the last one's wait, and 77 km at 40 km/h."""
    demand = peer.Demand(25_400, 72.0)
    assert peer.exact_mean(demand) == pytest.approx(77 / 40 + 25_399 / 2 * (1 / 215 - 72 / 25_400), abs=1e-9)
    assert peer.exact_mean(demand) == pytest.approx(24.994, abs=5e-4)


def test_the_bare_road_of_the_comparison_gives_the_exact_mean_trip() -> None:
    demand = peer.Demand(2_000, 4.0)
    found = peer.mean_trip(peer.our_passages(peer.ours(demand)), demand)
    assert found == pytest.approx(peer.exact_mean(demand), abs=1e-6)


def test_new_figures_take_the_place_of_the_old_ones_and_of_nothing_else() -> None:
    page = f"before\n{BEGINS}\nold\n{ENDS}\nafter\n"
    shown = replaced(page, table([("start", Figure("`--help`", "0.15 s", "0.10 s", True))]))
    assert shown.startswith("before\n")
    assert shown.endswith("\nafter\n")
    assert "old" not in shown
    assert "| `--help` | 0.15 s | 0.10 s | yes | `python -m benchmarks.start` |" in shown
