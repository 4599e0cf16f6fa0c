"""The figures of the reference event, from the tables of a run, as the table that the README shows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

BEGIN, END = "<!-- measured -->", "<!-- /measured -->"
BACKLOG_AT = 130
"""29 September 10:00, in hours since the start."""
DAYS = {"26 September": (48, 72), "28 September": (96, 120)}


def update(readme: Path, folder: Path, runs: int) -> None:
    """Put the table between its marks."""
    text = readme.read_text(encoding="utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    readme.write_text(f"{before}{BEGIN}\n{table(folder, runs)}\n{END}{after}", encoding="utf-8", newline="\n")


def table(folder: Path, runs: int) -> str:
    """What was asked of the look back beside what the runs say, as Markdown."""
    head = [f"Median of {runs} runs, one set of inputs; the ruler is three straight lines through the counts.", ""]
    rows = [*_scores(folder), *_days(folder), *_vehicles(folder), *_transit(folder), *_backlog(folder)]
    lines = ["| figure | wanted | measured | ruler |", "|---|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows)]
    return "\n".join([*head, *lines])


def _scores(folder: Path) -> list[list[str]]:
    scores = pd.read_csv(folder / "scores.csv")
    arrivals = scores[scores.series == "arrivals"].set_index("score")

    def row(what: str, wanted: str, name: str, form: str) -> list[str]:
        value, ruler = arrivals.value[name], arrivals.baseline_value[name]
        return [what, wanted, form.format(value), form.format(ruler)]

    return [
        row("arrivals: mean error at 26 counts, people", "1,500 at most", "mae", "{:,.0f}"),
        row("arrivals: worst error, people", "3,500 at most", "max_error", "{:,.0f}"),
        row("95 % of all who were counted have crossed: hours late", "within 3", "timing95", "{:+.1f}"),
        row("counts inside the 90 % range", "80 to 100 %", "inside90", "{:.0%}"),
        row("mean width of the 90 % range, people", "10,000 at most", "width90", "{:,.0f}"),
        row("interval score, people", "", "interval_score", "{:,.0f}"),
        row("continuous ranked probability score, people", "", "crps", "{:,.0f}"),
    ]


def _days(folder: Path) -> list[list[str]]:
    counts, median = _counted(folder, "arrivals"), _series(folder, "arrived")
    early = counts[(counts.scored == "yes") & (counts.hour <= 48)]
    worst = np.abs(np.interp(early.hour, median.hour, median.p50) - early.value).max()
    return [["arrivals on 24 and 25 September: worst error, people", "1,000 at most", f"{worst:,.0f}", ""]]


def _vehicles(folder: Path) -> list[list[str]]:
    counts, median = _counted(folder, "vehicles"), _series(folder, "vehicles_arrived")
    share = np.interp(counts.hour, median.hour, median.p50) / counts.value - 1
    told = f"{share.min():+.1%} to {share.max():+.1%}"
    return [[f"vehicles at {len(counts)} counts", "within 4 %", told, ""]]


def _transit(folder: Path) -> list[list[str]]:
    rows = pd.read_csv(folder / "transit.csv")
    rows = rows[rows.by == "arrival"]
    wanted = {"26 September": "12 to 24", "28 September": "30 to 40"}
    return [
        [f"hours on the way of those who came on {day}", wanted[day], f"{_range(rows, *hours)}", ""]
        for day, hours in DAYS.items()
    ]


def _range(rows: pd.DataFrame, first: int, last: int) -> str:
    medians = rows[(rows.hour >= first) & (rows.hour < last)].p50
    return f"{medians.min():.0f} to {medians.max():.0f}"


def _backlog(folder: Path) -> list[list[str]]:
    crossed, registered = _series(folder, "arrived"), _series(folder, "registered")
    left = float(
        crossed.p50[crossed.hour == BACKLOG_AT].iloc[0] - registered.p50[registered.hour == BACKLOG_AT].iloc[0]
    )
    return [["crossed, not yet registered, 29 September 10:00", "21,000 to 29,000", f"{left:,.0f}", ""]]


def _series(folder: Path, name: str) -> pd.DataFrame:
    rows = pd.read_csv(folder / "arrivals.csv")
    return rows[rows.series == name]


def _counted(folder: Path, name: str) -> pd.DataFrame:
    rows = pd.read_csv(folder / "observed.csv")
    return rows[rows.series == name]
