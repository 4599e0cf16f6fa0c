"""The runs of a sweep as files for others: CSV and Parquet, and what they are."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sim.publish import cells
from sim.publish.manifest import INTERNAL, WHAT_IF

if TYPE_CHECKING:
    import pandas as pd

    from sim.studies.stored import Stored

RUNS, REPLICATIONS, MANIFEST = "runs", "replications", "sweep.json"


def write(stored: Stored) -> list[Path]:
    """runs.csv and runs.parquet beside the store, with those of replications where a case has several."""
    tables = {RUNS: stored.table()}
    if stored.replicates is not None:
        tables[REPLICATIONS] = stored.replicates
    flat = {name: table.reset_index() for name, table in tables.items()}
    made = [whole(stored.directory / f"{name}.csv", partial(csv, table)) for name, table in flat.items()]
    made += [whole(stored.directory / f"{name}.parquet", partial(parquet, table)) for name, table in flat.items()]
    return [*made, whole(stored.directory / MANIFEST, partial(manifest, stored))]


def csv(table: pd.DataFrame, path: Path) -> None:
    """A table as every other CSV file here: empty where there is no value or something never happens."""
    from pandas.api.types import is_numeric_dtype

    columns = [
        cells.numbers(table[name]) if is_numeric_dtype(table[name]) else cells.texts(table[name]) for name in table
    ]
    path.write_text(
        "".join(cells.lines("", [columns], names=cells.texts(table.columns))), encoding="utf-8", newline="\n"
    )


def parquet(table: pd.DataFrame, path: Path) -> None:
    """A table as Parquet: infinite where something never happens."""
    import fastparquet

    fastparquet.write(str(path), table, compression="GZIP", object_encoding="utf8")


def manifest(stored: Stored, path: Path) -> None:
    """What the runs are and how they may be shared; nothing in it names a person, a machine or a folder."""
    about = {key: value for key, value in stored.about.items() if key != "scenario"}
    told = {
        "label": WHAT_IF,
        "sharing": INTERNAL,
        **about,
        "design": {key: value for key, value in stored.design.items() if key != "roles"},
        "failed": {str(case): error for case, error in stored.failures.items()},
        "units": stored.units,
    }
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


def whole(path: Path, write_to: Callable[[Path], None]) -> Path:
    """A file that takes the place of the earlier one when it is written."""
    aside = path.with_name(f".{path.name}.writing")
    try:
        write_to(aside)
        aside.replace(path)
    except OSError as fault:
        what = f"{fault.strerror or fault}: {path.name} could not be written; the stored runs are whole"
        raise OSError(fault.errno, what, str(path)) from fault
    finally:
        aside.unlink(missing_ok=True)
    return path
