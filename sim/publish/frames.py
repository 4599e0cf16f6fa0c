"""The tables of a run as analysts use them: the cells that would be written, as a pandas frame."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.publish import cells, tables
from sim.publish.export import makers
from sim.publish.manifest import Told

if TYPE_CHECKING:
    from sim.scenario.observed import Count
    from sim.scenario.schema import Scenario
    from sim.studies.ensemble import Ensemble


def frame(ensemble: Ensemble, table: str, observed: dict[str, list[Count]] | None = None) -> pd.DataFrame:
    """One table by its name, with the columns of its CSV file; KeyError names the tables there are."""
    if table == "replications":
        names, columns = tables.replications(ensemble)
        return _read(cells.lines(table, [columns], names=names))
    found = makers(ensemble, Told(observed=observed or {}))
    if table not in found:
        raise KeyError(f"no table {table!r}; there are {', '.join(sorted([*found, 'replications']))}")
    return _read(cells.lines(table, found[table]()))


def _read(lines: Iterable[str]) -> pd.DataFrame:
    return pd.read_csv(StringIO("".join(lines)), keep_default_na=False, na_values=[""])


def sensitivity(directory: str | Path, of: Sequence[str] = ()) -> pd.DataFrame:
    """Which inputs matter, by the runs in the folder of a sweep or of a run; notes stand in `attrs["notes"]`."""
    from sim.studies.replicated import runs_in
    from sim.studies.sensitivity import sensitivity as by_runs

    found = by_runs(runs_in(Path(directory)), [of] if isinstance(of, str) else of)
    return _noted("sensitivity", found.rows, found.notes)


def find(directory: str | Path, when: str, most: int = 3) -> pd.DataFrame:
    """The conditions under which runs of a folder are bad, a row a limit; notes stand in `attrs["notes"]`."""
    from sim.studies import discovery
    from sim.studies.replicated import runs_in

    found = discovery.find(runs_in(Path(directory)), when, most)
    return _noted("boxes", discovery.rows(found), found.notes)


def ask_next(
    scenario: Scenario, of: str, replications: int | None = None, seed: int | None = None, workers: int = 1
) -> pd.DataFrame:
    """The unknown inputs that widen an answer most, by paired runs; notes stand in `attrs["notes"]`."""
    from sim.studies import asking

    found = asking.ask_next(scenario, of, replications, seed, workers)
    return _noted("ask_next", found.questions, found.notes)


def _noted(table: str, rows: Sequence[tuple[Any, ...]], notes: list[str]) -> pd.DataFrame:
    from sim.publish import answers

    made = answers.frame(table, rows)
    made.attrs["notes"] = notes
    return made
