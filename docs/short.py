"""What the look back says was short for how long, beside what was reported short: `python docs/short.py FOLDER`.

Days short are the shares of each day's need that were not met, summed over the days, in the median run; at places of
reception, of items whose supply was told there. What was reported short but has no supply told cannot be ranked.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd

REPORTED = {
    "bedding": ("sleeping_mat", ""),
    "blankets": ("blanket", ""),
    "warm clothes": ("winter_clothing", ""),
    "hot food": ("arrival_hot_meal", ""),
    "medicines for chronic disease": ("chronic_medicine", ""),
    "beds in Goris": ("shelter", "goris"),
}
"""Reported short by UNHCR, WFP and WHO: item, and the place where one was named."""
RECEPTION = ("kornidzor", "goris", "vayk", "provinces")


class Standing(NamedTuple):
    """Where something reported short stands in the ranking."""

    what: str
    rank: int | None
    """1 for the longest short; None where no supply was told, so that nothing is known of its gap."""
    upper: bool
    """Whether that is in the upper half."""


def ranking(gaps: pd.DataFrame) -> pd.DataFrame:
    """Days short by item and place, longest first; each item at its standard, or the level its package has."""
    rows = gaps[gaps.place.isin(RECEPTION) & (gaps.supply_status == "provided")]
    package = rows["item"].str.startswith(("arrival_", "transit_night_"))
    rows = rows[rows.level.isna() | (rows.level == "standard") | package]
    unmet = rows.assign(days_short=1 - rows.coverage_p50.fillna(1.0))
    days = unmet.groupby(["item", "place"], as_index=False).days_short.sum()
    return days.sort_values(["days_short", "item", "place"], ascending=[False, True, True], ignore_index=True)


def standings(ranked: pd.DataFrame) -> list[Standing]:
    """Where each thing reported short stands, at the place where it was short for longest."""
    half, found = (len(ranked) + 1) // 2, []
    for what, (item, place) in REPORTED.items():
        its = ranked.index[(ranked["item"] == item) & (ranked.place == place if place else True)]
        rank = int(its[0]) + 1 if len(its) else None
        found.append(Standing(what, rank, rank is not None and rank <= half))
    return found


def lines(gaps: pd.DataFrame) -> Iterator[str]:
    """The ranking, then where what was reported short stands in it."""
    ranked = ranking(gaps)
    for number, (item, place, days) in enumerate(ranked.itertuples(index=False), start=1):
        yield f"{number:3}  {days:6.2f} days  {item} in {place}"
    for told in standings(ranked):
        at = "no supply was told: requirement only" if told.rank is None else f"{told.rank} of {len(ranked)}"
        yield f"{told.what}: {at}{'' if told.upper or told.rank is None else ', not in the upper half'}"


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in lines(pd.read_csv(Path(sys.argv[1]) / "gaps.csv")))
