"""The page every chart stands on: finding above, source below, the same letters and colours."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib
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
INK = "#262626"
QUIET = "#595959"
GRID = "#DDDDDD"
PAPER = "#FFFFFF"
SIZE = (10.0, 5.625)  # inches, 16:9
DPI = 150
STYLE = {
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
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(STYLE)
        yield


def page(results: Results, finding: str, about: str) -> Figure:
    """An empty page with its finding, what it shows, and where it comes from."""
    figure = Figure(figsize=SIZE, dpi=DPI, facecolor=PAPER)
    FigureCanvasAgg(figure)
    lines = textwrap.wrap(finding, 80)[:2]
    figure.text(0.035, 0.965, "\n".join(lines), size=14, weight="bold", va="top", gid="finding")
    figure.text(0.035, 0.91 - 0.043 * (len(lines) - 1), about, size=9.5, color=QUIET, va="top", gid="about")
    figure.text(0.035, 0.02, footer(results), size=8, color=QUIET, va="bottom", gid="footer")
    figure.set_label(f"{finding}. {about}")
    return figure


def footer(results: Results) -> str:
    """Scenario, run and label, as they stand in `run.json`."""
    told = results.manifest
    runs = int(told.get("replications", 0))
    run = [f"{runs:,} {'run' if runs == 1 else 'runs'}", f"seed {told.get('seed', '?')}", str(told.get("run", ""))[:8]]
    return "  ·  ".join([results.title, ", ".join(part for part in run if part), str(told.get("label", ""))])


def panels(figure: Figure, count: int, columns: int = 1, *, right: float = 0.97, gap: float = 0.5) -> list[Axes]:
    """Equal panels in rows, between title and footer."""
    rows = -(-count // columns)
    top = 0.85 if "\n" not in _finding(figure) else 0.81
    grid = figure.add_gridspec(
        rows, columns, left=0.085, right=right, top=top - (0.03 if count > 1 else 0), bottom=0.14, hspace=gap, wspace=0.22
    )
    return [figure.add_subplot(grid[index // columns, index % columns]) for index in range(count)]


def counts(axes: Axes) -> None:
    """Write the upright axis with thousands separators, from zero."""
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: amount(value)))


def beside(axes: Axes, at: tuple[float, float], text: str, colour: str = INK, shift: tuple[float, float] = (5, 0)) -> None:
    """Write a label directly beside what it names."""
    axes.annotate(
        text, at, xytext=shift, textcoords="offset points", color=colour, size=8.5, va="center", annotation_clip=False
    )


def spread(heights: Sequence[float], apart: float) -> list[float]:
    """Heights of labels moved up as little as it takes to stand apart, in their own order."""
    order = sorted(range(len(heights)), key=lambda index: heights[index])
    placed = list(heights)
    for below, here in zip(order, order[1:], strict=False):
        placed[here] = max(placed[here], placed[below] + apart)
    return placed


def save(figure: Figure, path: Path) -> list[Path]:
    """Write a page as SVG and PNG, the same bytes each time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    label = figure.get_label()
    drawn = BytesIO()
    figure.savefig(drawn, format="svg", metadata={"Title": label, "Date": None, "Creator": None})
    named = f'<svg role="img" aria-label="{escape(str(label))}" '
    path.with_suffix(".svg").write_bytes(drawn.getvalue().replace(b"<svg ", named.encode(), 1))
    figure.savefig(path.with_suffix(".png"), format="png", dpi=DPI, metadata={"Software": None, "Title": str(label)})
    return [path.with_suffix(".svg"), path.with_suffix(".png")]


def _finding(figure: Figure) -> str:
    return next((text.get_text() for text in figure.texts if text.get_gid() == "finding"), "")
