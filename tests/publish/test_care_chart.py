"""The chart of patients, from a table as a run writes it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.publish.charts import care
from sim.publish.charts.folder import Results
from sim.publish.charts.page import style
from sim.results import columns
from tests.publish.conftest import HOURS, stamp

TAKEN = 120.0


def table(most: float) -> pd.DataFrame:
    """Patients who wait from hour 0 and are taken out one after another in sixty hours."""
    hours = np.arange(HOURS + 1)
    out = np.minimum(hours / 60, 1) * most
    stages = {"evacuated": out, "waiting_for_transport": TAKEN - out, "past_safe_interval": np.zeros(len(hours))}
    parts = []
    for stage, people in stages.items():
        rows = pd.DataFrame({"time": [stamp(hour) for hour in hours], "hour": hours})
        rows = rows.assign(group="all", stage=stage, place="all")
        parts.append(rows.assign(**dict.fromkeys(("p05", "p25", "p50", "p75", "p95", "mean"), people)))
    found = pd.concat(parts)
    assert list(found.columns) == columns.header("care")
    return found


def drawn(folder: Path, most: float = TAKEN) -> list[str]:
    """All text of the chart; nothing where none is drawn."""
    table(most).to_csv(folder / "care.csv", index=False)
    with style():
        figure = care.draw(Results(folder))
    assert figure is not None
    return [text.get_text() for text in figure.texts] + [a.get_text() for axes in figure.axes for a in axes.texts]


def test_it_says_how_many_were_taken_out_by_when_and_predicts_no_outcome(folder: Path) -> None:
    words = drawn(folder)
    assert words[0] == "About 120 people had been taken to a hospital outside by 26 Sep 12:00"
    assert any("no outcome is predicted" in text for text in words)


def test_where_nobody_is_taken_out_it_says_who_waited(folder: Path) -> None:
    assert drawn(folder, 0.0)[0] == "Nobody was taken to a hospital outside: about 120 people waited for it"


def test_counts_of_a_day_are_no_points_of_the_cumulative_curve(folder: Path) -> None:
    counted = Results(folder).observed.iloc[:2].assign(series="evacuations", value=[90.0, 23.0], hour=[40.0, 24.0])
    counted["kind"] = ["stated", "day_total"]
    counted.to_csv(folder / "observed.csv", index=False)
    table(TAKEN).to_csv(folder / "care.csv", index=False)
    with style():
        figure = care.draw(Results(folder))
    assert figure is not None
    points = [tuple(p) for c in figure.axes[0].collections for p in np.asarray(c.get_offsets()).tolist() if p != [0, 0]]
    assert points == [(40.0, 90.0)]


def test_without_patients_to_move_there_is_no_chart(folder: Path) -> None:
    assert care.draw(Results(folder)) is None


@pytest.mark.parametrize("name", ["evacuated", "waiting_for_transport"])
def test_a_stage_is_read_for_all_groups_and_places(folder: Path, name: str) -> None:
    table(TAKEN).to_csv(folder / "care.csv", index=False)
    assert len(care.stage(Results(folder), name)) == HOURS + 1
