"""Run every benchmark, each in a process of its own, and write the figures into README.md."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from pathlib import Path

from benchmarks.measure import Figure, apart, asked_for_tiny, machine, show

NAMES = ("start", "replication", "ensemble", "growth", "peer", "packets", "paired", "sweep")
PAGE = Path(__file__).with_name("README.md")
BEGINS, ENDS = "<!-- figures begin -->", "<!-- figures end -->"
MARKS = {True: "yes", False: "**no**", None: ""}


def main(tiny: bool = False) -> None:
    """Print the figures as they come; only those of a full run are written down."""
    rows: list[tuple[str, Figure]] = []
    for name in NAMES:
        print(f"== python -m benchmarks.{name}", flush=True)
        found = apart(measured, name, tiny)
        show(found)
        rows += [(name, figure) for figure in found]
    if not tiny:
        PAGE.write_text(replaced(PAGE.read_text(encoding="utf-8"), table(rows)), encoding="utf-8", newline="\n")


def measured(name: str, tiny: bool) -> list[Figure]:
    """The figures of one benchmark."""
    found: list[Figure] = import_module(f"benchmarks.{name}").figures(tiny)
    return found


def table(rows: list[tuple[str, Figure]]) -> str:
    """The figures as a page shows them."""
    today = date.today().isoformat()  # noqa: DTZ011 - the day on the clock of whoever measured
    lines = [
        f"Measured on {today}: {machine()}.",
        "",
        "| what | asked for | measured | met | command |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {f.what} | {f.asked} | {f.measured} | {MARKS[f.met]} | `python -m benchmarks.{name}` |" for name, f in rows
    ]
    return "\n".join(lines)


def replaced(page: str, text: str) -> str:
    """The page with new figures between its marks."""
    before, rest = page.split(BEGINS, 1)
    after = rest.split(ENDS, 1)[1]
    return f"{before}{BEGINS}\n{text}\n{ENDS}{after}"


if __name__ == "__main__":
    main(asked_for_tiny())
