"""The tables of a run as analysts use them: the cells that would be written, as a pandas frame."""

from __future__ import annotations

from collections.abc import Iterable
from io import StringIO
from typing import TYPE_CHECKING

import pandas as pd

from sim.publish import cells, tables
from sim.publish.export import makers
from sim.publish.manifest import Told

if TYPE_CHECKING:
    from sim.scenario.observed import Count
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
