"""Make the pictures of this folder and the README's table: the reference event, and what fuel held would mean."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from docs.measured import update
from sim.publish import export
from sim.publish.charts import draw_fuel_prior
from sim.publish.manifest import Told
from sim.results.curves import CURVES
from sim.scenario.loader import load
from sim.scenario.schema import Scenario
from sim.studies.ensemble import Ensemble
from sim.studies.run import replicate
from sim.studies.workers import available

HERE = Path(__file__).parent
EVENT = HERE.parent / "scenarios" / "lachin_2023.yaml"
RUNS = 100
WIDE = {"distribution": "uniform", "low": 10.0, "high": 130.0}
"""Litres held on leaving, mean: the prior before anything is excluded."""
COUNTED = (200.0, 232.0)
"""Vehicles an hour between the published counts of 27 September 19:30 and 29 September 18:00."""
FROM, TO = 92, 130
"""The hours between which the picture takes the flow: the queue stood at the post all that time."""


def main() -> None:
    """Run the event, draw its charts, and copy those that the README and this folder show."""
    scenario = load(EVENT)
    with TemporaryDirectory() as folder:
        made = Path(folder) / EVENT.stem
        told = Told(observed=export.observed(scenario, EVENT.parent))
        export.write(replicate(scenario, RUNS, workers=available()), made, told, available())
        for chart in sorted((made / "charts").glob("*.png")):
            shutil.copyfile(chart, HERE / chart.name)
        update(HERE.parent / "README.md", made, RUNS)
        prior(scenario, made)


def prior(scenario: Scenario, made: Path) -> None:
    """The fuel picture: a wide prior of what vehicles held, against stalls and the flow at the post."""
    told = {**scenario.uncertainty, "fuel.held.mean": type(scenario.uncertainty["fuel.held.mean"])(**WIDE)}
    ensemble = replicate(scenario.model_copy(update={"uncertainty": told}), RUNS, workers=available())
    rows = np.column_stack([[drawn["fuel.held.mean"] for drawn in ensemble.drawn], *_stalls_and_flow(ensemble)])
    table = made / "fuel_prior.csv"
    head = "litres_held_mean,stalled_share,vehicles_per_hour"
    np.savetxt(table, rows, "%.4f", delimiter=",", header=head, comments="")
    draw_fuel_prior(table, made / "fuel_prior", COUNTED)
    shutil.copyfile(made / "fuel_prior.png", HERE / "fuel_prior.png")


def _stalls_and_flow(ensemble: Ensemble) -> tuple[np.ndarray, np.ndarray]:
    """Share of vehicles that stalled, and vehicles an hour at the post, of each run."""
    crossed = ensemble.row("curves", CURVES.index("vehicles_arrived"))
    stalled = ensemble.indicator("stalled.vehicles")
    return stalled / (stalled + crossed[:, -1]), (crossed[:, TO] - crossed[:, FROM]) / (TO - FROM)


if __name__ == "__main__":
    main()
