"""The figures of the reference event, from the tables of a run, as the table that the README shows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

BEGIN, END = "<!-- measured -->", "<!-- /measured -->"
BACKLOG_AT = 130
"""29 September 10:00, in hours since the start."""
DAYS = {"26 September": (48, 72), "28 September": (96, 120)}
WANTED = {"26 September": (12, 24), "28 September": (30, 40)}
"""Hours on the way that were reported."""

KNOWN_FROM, FEW = 68, 700
"""26 September 20:00, in hours since the start; people by which an earlier count may be missed."""
FITTED = {"registration": ("registered", 0.10), "accommodation": ("accommodated", 0.25)}
"""Counts to which inputs were fitted: their curve, and the share by which one may be missed."""


def update(readme: Path, folder: Path, runs: int) -> None:
    """Put the table between its marks."""
    text = readme.read_text(encoding="utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    readme.write_text(f"{before}{BEGIN}\n{table(folder, runs)}\n{END}{after}", encoding="utf-8", newline="\n")


def table(folder: Path, runs: int) -> str:
    """What was asked of the look back beside what the runs say, as Markdown."""
    head = [f"Median of {runs} runs, one set of inputs; the ruler is three straight lines through the counts.", ""]
    rows = [*_scores(folder), *_days(folder), *_vehicles(folder), *_transit(folder), *_backlog(folder)]
    rows += [row for series, (name, share) in FITTED.items() for row in _fitted(folder, series, name, share)]
    lines = ["| figure | wanted | measured | ruler |", "|---|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows)]
    return "\n".join([*head, *lines])


def _scores(folder: Path) -> list[list[str]]:
    scores = pd.read_csv(folder / "scores.csv")
    arrivals = scores[scores.series == "arrivals"].set_index("score")

    def row(what: str, wanted: str, name: str, form: str, least: float = -np.inf, most: float = np.inf) -> list[str]:
        value, ruler = arrivals.value[name], arrivals.baseline_value[name]
        return [what, wanted, _said(form.format(value), (value, value), (least, most)), form.format(ruler)]

    return [
        row("arrivals: mean error at 26 counts, people", "1,500 at most", "mae", "{:,.0f}", most=1500),
        row("arrivals: worst error, people", "3,500 at most", "max_error", "{:,.0f}", most=3500),
        row("95 % of all who were counted have crossed: hours late", "within 3", "timing95", "{:+.1f}", -3, 3),
        row("counts inside the 90 % range", "80 to 100 %", "inside90", "{:.0%}", least=0.8),
        row("mean width of the 90 % range, people", "10,000 at most", "width90", "{:,.0f}", most=10_000),
        row("interval score, people", "", "interval_score", "{:,.0f}"),
        row("continuous ranked probability score, people", "", "crps", "{:,.0f}"),
    ]


def _said(text: str, found: tuple[float, float], wanted: tuple[float, float]) -> str:
    """What was measured, and whether its lowest or highest value lies beyond what was wanted."""
    return text if wanted[0] <= found[0] and found[1] <= wanted[1] else f"{text}: **misses**"


def _days(folder: Path) -> list[list[str]]:
    counts, median = _counted(folder, "arrivals"), _series(folder, "arrived")
    early = counts[(counts.scored == "yes") & (counts.hour <= 48)]
    worst = np.abs(np.interp(early.hour, median.hour, median.p50) - early.value).max()
    said = _said(f"{worst:,.0f}", (worst, worst), (0, 1000))
    return [["arrivals on 24 and 25 September: worst error, people", "1,000 at most", said, ""]]


def _vehicles(folder: Path) -> list[list[str]]:
    counts, median = _counted(folder, "vehicles"), _series(folder, "vehicles_arrived")
    share = np.interp(counts.hour, median.hour, median.p50) / counts.value - 1
    told = _said(f"{share.min():+.1%} to {share.max():+.1%}", (share.min(), share.max()), (-0.04, 0.04))
    return [[f"vehicles at {len(counts)} counts", "within 4 %", told, ""]]


def _transit(folder: Path) -> list[list[str]]:
    rows = pd.read_csv(folder / "transit.csv")
    rows = rows[rows.by == "arrival"]
    result = []
    for day, (first, last) in DAYS.items():
        medians, wanted = rows[(rows.hour >= first) & (rows.hour < last)].p50, WANTED[day]
        low, high = float(medians.min()), float(medians.max())
        said = _said(f"{low:.0f} to {high:.0f}", (low, high), wanted)
        result.append([f"hours on the way (a fit) of those who came on {day}", f"{wanted[0]} to {wanted[1]}", said, ""])
    return result


def _backlog(folder: Path) -> list[list[str]]:
    crossed, registered = _series(folder, "arrived"), _series(folder, "registered")
    left = float(
        crossed.p50[crossed.hour == BACKLOG_AT].iloc[0] - registered.p50[registered.hour == BACKLOG_AT].iloc[0]
    )
    said = _said(f"{left:,.0f}", (left, left), (21_000, 29_000))
    return [["crossed, not yet registered, 29 September 10:00", "21,000 to 29,000", said, ""]]


def _fitted(folder: Path, series: str, name: str, share: float) -> list[list[str]]:
    counts, median = _counted(folder, series), _series(folder, name)
    counts = counts[(counts.scored == "yes") & (counts.hour <= median.hour.max())]
    found = np.interp(counts.hour, median.hour, median.p50)
    late = counts.hour >= KNOWN_FROM
    off, people = (found / counts.value - 1)[late], (found - counts.value)[~late]
    what = f"{name} (a fit)"
    said = _said(f"{off.min():+.0%} to {off.max():+.0%}", (off.min(), off.max()), (-share, share))
    rows = [[f"{what} from 26 September 20:00 on", f"within {share:.0%}", said, ""]]
    if len(people):
        before = _said(f"{people.min():+,.0f} to {people.max():+,.0f}", (people.min(), people.max()), (-FEW, FEW))
        rows.append([f"{what} before, people", f"within {FEW}", before, ""])
    return rows


def _series(folder: Path, name: str) -> pd.DataFrame:
    rows = pd.read_csv(folder / "arrivals.csv")
    return rows[rows.series == name]


def _counted(folder: Path, name: str) -> pd.DataFrame:
    rows = pd.read_csv(folder / "observed.csv")
    return rows[rows.series == name]
