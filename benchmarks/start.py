"""How soon the command line answers: `--help`, and `check` of the reference event."""

from __future__ import annotations

import subprocess
import sys

from benchmarks.measure import EVENT, HOME, Figure, Spent, asked_for_tiny, middle, show, timed

TIMES = 9
HELP_SECONDS, CHECK_SECONDS = 0.15, 1.0
HEAVY = {"numpy", "pandas", "scipy", "matplotlib", "pydantic", "pint", "yaml"}


def figures(tiny: bool = False) -> list[Figure]:
    """Medians over several starts of a new process each."""
    times = 1 if tiny else TIMES
    told = start(times, "-m", "sim", "--help")
    heavy = loaded("-m", "sim", "--help") & HEAVY
    checked = start(times, "-m", "sim", "check", str(EVENT))
    bare = start(times, "-c", "")
    return [
        Figure("`--help`", "0.15 s", str(told), told.wall < HELP_SECONDS),
        Figure("- loads of numbers, tables, charts", "nothing", ", ".join(sorted(heavy)) or "nothing", not heavy),
        Figure("`check` of the event", "1 s", str(checked), checked.wall < CHECK_SECONDS),
        Figure("Python that does nothing", "", str(bare)),
    ]


def start(times: int, *words: str) -> Spent:
    """Median time of a Python process, the first start not counted."""
    return middle([timed(lambda: python(*words))[0] for _ in range(times + 1)][1:])


def python(*words: str) -> str:
    """Run this Python on some words; what it said on standard error."""
    done = subprocess.run([sys.executable, *words], cwd=HOME, capture_output=True, text=True, check=True)
    return done.stderr


def loaded(*words: str) -> set[str]:
    """Packages that a Python process loads."""
    said = python("-X", "importtime", *words)
    return {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in said.splitlines()}


if __name__ == "__main__":
    show(figures(asked_for_tiny()))
