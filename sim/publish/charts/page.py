"""The page every chart stands on: finding above, source below, the same letters and colours."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from html import escape
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from sim.publish.charts.words import amount

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.publish.charts.folder import Results

NEED = "#144372"
COVERED = "#A9CBEB"
BAND = "#D4E5F7"
BAND_INNER = "#9CC3E8"
GAP = "#D0271D"
GAP_TINT = "#F6C9C5"
INK = "#262626"
QUIET = "#595959"
GRID = "#DDDDDD"
PAPER = "#FFFFFF"
SIZE = (10.0, 5.625)  # inches, 16:9
DPI = 150
LEFT, TOP, BOTTOM = 0.035, 0.965, 0.14
FINDING_LINE, ABOUT_LINE, HEADING, TICK_LINE = 0.043, 0.030, 0.052, 0.028  # of the height
WIDEST_FINDING, WIDEST_ABOUT, WIDEST_TITLE = 82, 132, 76  # letters
STYLE: dict[Any, Any] = {
    "font.family": ["DejaVu Sans"],
    "font.size": 9,
    "svg.fonttype": "none",
    "svg.hashsalt": "needsim",
    "axes.edgecolor": QUIET,
    "axes.labelcolor": QUIET,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "text.color": INK,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "hatch.linewidth": 0.8,
}


@contextmanager
def style() -> Iterator[None]:
    """The look of the charts, for as long as they are drawn."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(STYLE)
        yield


def page(results: Results, finding: str, about: str) -> Figure:
    """An empty page with its finding, what it shows, and where it comes from."""
    figure = Figure(figsize=SIZE, dpi=DPI, facecolor=PAPER)
    FigureCanvasAgg(figure)
    lines = textwrap.wrap(finding, WIDEST_FINDING)
    told = [part for line in about.split("\n") for part in textwrap.wrap(line, WIDEST_ABOUT)]
    below = TOP - FINDING_LINE * len(lines) - 0.01
    figure.text(LEFT, TOP, "\n".join(lines), size=14, weight="bold", va="top", gid="finding")
    figure.text(LEFT, below, "\n".join(told), size=9.5, color=QUIET, va="top", gid="about")
    figure.text(LEFT, 0.015, footer(results), size=7.5, color=QUIET, va="bottom", gid="footer", linespacing=1.3)
    figure.subplots_adjust(top=below - ABOUT_LINE * len(told) - 0.025)
    figure.set_label(f"{finding}. {' '.join(told)}")
    return figure


def footer(results: Results) -> str:
    """Scenario and label, and below them who may see it and the run, as they stand in `run.json`."""
    told = results.manifest
    runs = int(told.get("replications", 0))
    fit = "a fit: some inputs were set to the counts" if told.get("fit") else ""
    scenario = [textwrap.shorten(results.title, WIDEST_TITLE, placeholder=" ..."), str(told.get("label", "")), fit]
    sharing = str(told.get("sharing", "internal"))
    run = [
        sharing,
        f"{runs:,} {'run' if runs == 1 else 'runs'}, seed {told.get('seed', '?')}",
        _hash(told),
        _as_of(told),
    ]
    return "\n".join("  ·  ".join(filter(None, line)) for line in (scenario, run))


def panels(
    figure: Figure,
    count: int,
    columns: int = 1,
    *,
    left: float = 0.085,
    right: float = 0.97,
    headings: bool = True,
    tick_lines: int = 1,
) -> list[Axes]:
    """Equal panels in rows, between what the page says above and its footer.

    There is room for a heading over each, and below it for as many lines as its ticks have.
    """
    rows = -(-count // columns)
    top = figure.subplotpars.top - (HEADING if headings else 0)
    apart = HEADING + 0.06 + TICK_LINE * (tick_lines - 1) if headings else 0.04
    height = (top - BOTTOM - (rows - 1) * apart) / rows
    place = {"left": left, "right": right, "top": top, "bottom": BOTTOM}
    grid = figure.add_gridspec(rows, columns, **place, hspace=apart / height, wspace=0.095 * columns)
    return [figure.add_subplot(grid[index // columns, index % columns]) for index in range(count)]


def columns_for(count: int) -> int:
    """Columns that leave the fewest places empty: at most three."""
    return 2 if count == 4 else min(count, 3)


def heading(axes: Axes, name: str, detail: str = "") -> None:
    """What a panel shows, and its unit, over its left edge."""
    _over(axes, name, 15 if detail else 5, size=9.5, weight="bold")
    if detail:
        _over(axes, detail, 4, size=7.5, color=QUIET)


def counts(axes: Axes) -> None:
    """Write the upright axis with thousands separators, from zero."""
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: amount(value)))


def beside(axes: Axes, at: tuple[float, float], text: str, colour: str = INK) -> None:
    """Write a label directly to the right of what it names."""
    place: dict[str, Any] = {"xytext": (5, 0), "textcoords": "offset points", "annotation_clip": False}
    axes.annotate(text, at, color=colour, size=8.5, va="center", **place)


def spread(heights: Sequence[float], apart: float, most: float = float("inf")) -> list[float]:
    """Heights of labels moved as little as it takes to stand apart in their own order, none above the most."""
    order = sorted(range(len(heights)), key=lambda index: heights[index])
    placed = list(heights)
    for below, here in pairwise(order):
        placed[here] = max(placed[here], placed[below] + apart)
    for here in reversed(order):
        placed[here] = min(placed[here], most)
        most = placed[here] - apart
    return placed


def save(figure: Figure, path: Path) -> list[Path]:
    """Write a page as SVG and PNG, the same bytes each time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    label = str(figure.get_label())
    drawn = BytesIO()
    figure.savefig(drawn, format="svg", metadata={"Title": label, "Date": None, "Creator": None})
    named = f'<svg role="img" aria-label="{escape(label)}" '
    svg, png = path.with_suffix(".svg"), path.with_suffix(".png")
    svg.write_bytes(drawn.getvalue().replace(b"<svg ", named.encode(), 1))
    figure.savefig(png, format="png", dpi=DPI, metadata={"Software": None, "Title": label})
    return [svg, png]


def _hash(told: dict[str, Any]) -> str:
    """The beginning of the hash of the scenario that was run."""
    known = str(told.get("scenario_sha256", ""))[:8]
    return f"scenario {known}" if known else ""


def _as_of(told: dict[str, Any]) -> str:
    """The date after which nothing was known that entered."""
    if not told.get("as_of"):
        return ""
    time = datetime.fromisoformat(str(told["as_of"]))
    hour = f" {time:%H:%M}" if time.hour or time.minute else ""
    return f"as of {time.day} {time:%b %Y}{hour}"


def _over(axes: Axes, text: str, rise: float, **look: Any) -> None:
    place: dict[str, Any] = {"xycoords": "axes fraction", "xytext": (0, rise), "textcoords": "offset points"}
    axes.annotate(text, (0, 1), va="bottom", **place, **look)
