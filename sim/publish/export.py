"""Results as files, written whole or not at all."""

from __future__ import annotations

import glob
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.publish import blockade_table, cells, gap_tables, money_tables, supply_tables, tables
from sim.publish.manifest import Told, manifest
from sim.publish.resolved import COUNTS, resolved
from sim.scenario import observed as counts
from sim.scenario.faults import Fault, ScenarioError

if TYPE_CHECKING:
    from sim.scenario.observed import Count
    from sim.scenario.schema import Scenario
    from sim.studies.ensemble import Ensemble

ASIDE = ".before-"
"""How the earlier results are called while the new ones move into their place."""
TRIES = 5
COLD = 60.0
"""Seconds after which a folder that nobody writes to any more is a leftover of a run that was ended."""


def write(ensemble: Ensemble, folder: Path, told: Told | None = None, workers: int = 1) -> None:
    """All files of a run and its charts into a folder; what was there stays until the new ones are whole."""
    told = told or Told()
    with in_place(folder) as new:
        write_tables(ensemble, new, told)
        (new / "scenario.yaml").write_text(resolved(ensemble.scenario), encoding="utf-8", newline="\n")
        document = json.dumps(manifest(ensemble, told), indent=1, ensure_ascii=False, allow_nan=False)
        (new / "run.json").write_text(document + "\n", encoding="utf-8", newline="\n")
        if told.home is not None:
            copy_counts(ensemble.scenario, told.home, new)
        from sim.publish import charts

        charts.draw_all(new, folder.name, workers)


def copy_counts(scenario: Scenario, home: Path, folder: Path) -> None:
    """The observed counts beside the resolved scenario, so that the folder can be run again by itself."""
    for name in scenario.observed.values():
        target = folder / COUNTS / Path(name).name
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(home / name, target)


def write_tables(ensemble: Ensemble, folder: Path, told: Told) -> None:
    """Every CSV file of a run."""
    for name, make in makers(ensemble, told).items():
        cells.write(folder, name, make(), told.hxl)
    names, table = tables.replications(ensemble)
    cells.write(folder, "replications", [table], names=names)


def makers(ensemble: Ensemble, told: Told) -> dict[str, Callable[[], cells.Parts]]:
    """How to make each table that a run has, by its name."""
    always = {**tables.ALWAYS, "gaps": gap_tables.daily, "gaps_hourly": gap_tables.hourly}
    always |= {"dispatch": supply_tables.dispatch, "deliveries": supply_tables.deliveries}
    found = {name: at_once(make, ensemble) for name, make in always.items()}
    found["sources"] = at_once(tables.sources, ensemble.scenario)
    found["places"] = at_once(tables.places, ensemble.scenario)
    found["costs"] = at_once(money_tables.priced, ensemble)
    if ensemble.scenario.costs.funding is not None:
        found["funding"] = at_once(money_tables.funded, ensemble)
    if ensemble.scenario.appeal is not None:
        found["appeal"] = at_once(money_tables.asked, ensemble.scenario)
        found["appeal_monthly"] = at_once(money_tables.asked_monthly, ensemble.scenario)
    if ensemble.scenario.needs.period:
        found["gaps_monthly"] = at_once(gap_tables.monthly, ensemble)
    if ensemble.scenario.blockade is not None:
        found["blockade"] = at_once(blockade_table.daily, ensemble)
    if ensemble.scenario.medical.hospitals or ensemble.scenario.medical.posts:
        found["care"] = at_once(tables.care, ensemble)
    if told.observed:
        found["observed"] = at_once(tables.observed, ensemble.scenario, told.observed)
        found["scores"] = at_once(tables.scored, ensemble, told.observed)
    if ensemble.has_journals:
        found["journal"] = partial(tables.journal, ensemble)
    return found


def at_once(make: Callable[..., tables.Table], *given: Any) -> Callable[[], cells.Parts]:
    """How to make a table that is made in one part."""
    return lambda: [make(*given)]


def observed(scenario: Scenario, folder: Path) -> dict[str, list[Count]]:
    """The counts a scenario names, read beside its file."""
    return {
        series: counts.read(folder / name, series in counts.CUMULATIVE) for series, name in scenario.observed.items()
    }


@contextmanager
def in_place(folder: Path) -> Iterator[Path]:
    """A new folder to write into, which takes the place of the old one when everything in it is written."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    restore(folder)
    sweep(folder)
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}.writing-", dir=folder.parent))
    try:
        made.chmod(0o755)
        yield made
        settle(made, folder)
    except OSError as fault:
        what = f"{fault.strerror or fault}: the new results could not be written"
        raise OSError(fault.errno, what, fault.filename or str(folder)) from fault
    finally:
        shutil.rmtree(made, ignore_errors=True)


def sweep(folder: Path) -> None:
    """Clear away what runs that were ended while writing into this folder have left."""
    for left in folder.parent.glob(f".{glob.escape(folder.name)}.writing-*"):
        times = [path.stat().st_mtime for path in (left, *left.rglob("*")) if path.exists()]
        if time.time() - max(times, default=0.0) > COLD:
            shutil.rmtree(left, ignore_errors=True)


def ready(out: Path, files: Sequence[Path]) -> None:
    """Whether results of these scenario files can be written below a folder; ScenarioError says why not."""
    faults = []
    for stem in {file.stem: None for file in files}:
        same = [str(file) for file in files if file.stem == stem]
        if len(same) > 1:
            both = " and ".join(same)
            told = f"{both} would both be written to {out / stem}; run them one by one with their own --out"
            faults.append(Fault("", told, "--out"))
        if (out / stem).exists() and not (out / stem).is_dir():
            faults.append(Fault("", f"{out / stem} is a file; the results need a folder of that name", "--out"))
    try:
        out.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryDirectory(prefix=".ready-", dir=out).cleanup()
    except OSError as fault:
        is_file = next((path for path in (out, *out.parents) if path.is_file()), None)
        why = f"{is_file} is a file; must be a folder" if is_file else f"{out} cannot be written to: {fault.strerror}"
        faults.append(Fault("", why, "--out"))
    if faults:
        raise ScenarioError(faults)
    for file in files:
        sweep(out / file.stem)


def restore(folder: Path) -> None:
    """Put back the earlier results where a move was cut off between two steps."""
    aside = folder.with_name(f"{ASIDE}{folder.name}")
    if aside.exists() and not folder.exists():
        moved(aside, folder)
    shutil.rmtree(aside, ignore_errors=True)


def settle(made: Path, folder: Path) -> None:
    """Move a finished folder into place; the earlier one comes back when that fails."""
    aside = folder.with_name(f"{ASIDE}{folder.name}")
    if folder.exists():
        moved(folder, aside)
    try:
        moved(made, folder)
    except OSError:
        restore(folder)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def moved(source: Path, target: Path) -> None:
    """Rename a folder; another program may hold a file in it open for a moment."""
    for attempt in range(TRIES):
        try:
            source.replace(target)
            return
        except PermissionError:
            if attempt == TRIES - 1:
                raise
            time.sleep(0.2)


def indicator_rows(ensemble: Ensemble) -> Iterator[list[Any]]:
    """Header and rows of the indicators, as numbers; nan where there is nothing to tell."""
    from sim.results import indicators

    levels = ("p05", "p50", "p95", "mean")
    yield ["indicator", "unit", *levels]
    units = indicators.units(ensemble.scenario)
    for name in ensemble.indicators:
        found = (float(ensemble.summary.at(f"indicator {name}", level)) for level in levels)
        yield [name, indicators.unit(name, units), *(value if value - value == 0 else float("nan") for value in found)]


def write_summary(results: dict[str, Ensemble], out: Path, hxl: bool = False) -> None:
    """summary.csv over several scenarios, by the stems of their files."""
    parts = [(stem, tables.indicator_values(ensemble)) for stem, ensemble in results.items() if len(ensemble)]
    rows = [(stem, *row) for stem, part in parts for row in zip(*part, strict=True)]
    stems = cells.texts(row[0] for row in rows)
    columns = [stems, *([row[k] for row in rows] for k in range(1, 7))]
    with tempfile.TemporaryDirectory(prefix=".summary.writing-", dir=out) as made:
        cells.write(Path(made), "summary", [columns], hxl)
        (Path(made) / "summary.csv").replace(out / "summary.csv")
