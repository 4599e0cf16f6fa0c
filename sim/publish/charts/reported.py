"""What was reported of the time before the road opened, set beside what the run has on that day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.publish.charts.words import amount, percent, some

if TYPE_CHECKING:
    from sim.publish.charts.folder import Results

STOCK = "stock_percent_of_usual"
RATION = "ration_"
BREAD = "bread_g_per_person_day"
YIELD = "bread_kg_per_kg"
AGREES = 0.1
"""Share by which the run may differ from a report that is itself rounded, and still be said to agree."""


@dataclass(frozen=True)
class Report:
    """A row of the observed series `blockade`; its kind reads `item.measure`."""

    hour: float
    measure: str
    value: float
    bread: float | None = None
    """Kilograms of bread that a kilogram of the item gives, where that was told."""

    @property
    def of_stock(self) -> bool:
        """Whether it is a share of the usual stock."""
        return self.measure == STOCK

    @property
    def of_bread(self) -> bool:
        """Whether it is bread, which can be set beside its flour."""
        return self.measure == BREAD and self.bread is not None

    @property
    def of_ration(self) -> bool:
        """Whether it is an amount a person and day that can be set beside the run's."""
        return self.measure.startswith(RATION) or self.of_bread

    @property
    def of_an_end(self) -> bool:
        """Whether it says that something stopped."""
        return not self.of_stock and not self.of_ration and self.value == 0

    @property
    def drawn_at(self) -> float:
        """Where it stands on the upright axis, in the item's unit."""
        if self.of_bread and self.bread is not None:
            return self.value / 1000 / self.bread
        return self.value / 100 if self.of_stock else self.value

    def beside(self, model: float, unit: str) -> str:
        """What was reported, what the run has on that day, and whether they agree."""
        if self.of_stock:
            told, has = f"{percent(self.drawn_at)} of the usual stock", percent(model)
        else:
            told, has = some(self.drawn_at, unit), some(model, unit)
        if self.of_bread:
            told = f"{amount(self.value)} g of bread, about {told} of flour"
        return f"reported {told}; the median run has {has}: {agreement(self.drawn_at, model)}"

    @property
    def words(self) -> str:
        """What stopped, in words: `no filling stations open`."""
        return f"no {self.measure.removesuffix('_percent_of_usual').replace('_', ' ')}"


def agreement(reported: float, model: float) -> str:
    """Whether the run has what was reported, or how far it is off."""
    if abs(model - reported) <= AGREES * max(reported, 1e-12):
        return "they agree"
    way = "more" if model > reported else "less"
    if reported > 0 and reported / 2 <= model < 2 * reported:
        return f"{percent(abs(model / reported - 1))} {way}"
    return f"far {way}"


def reports(results: Results, item: str) -> list[Report]:
    """What was reported of one item, in order of time."""
    rows = results.counted("blockade")
    if rows.empty:
        return []
    split = rows["kind"].str.partition(".")
    mine = rows.assign(measure=split[2])[split[0] == item]
    gives = mine["value"][mine["measure"] == YIELD]
    bread = float(gives.iloc[0]) if len(gives) and gives.iloc[0] > 0 else None
    told = mine[mine["measure"] != YIELD]
    columns = (told["hour"], told["measure"], told["value"])
    return [
        Report(float(hour), str(measure), float(value), bread) for hour, measure, value in zip(*columns, strict=True)
    ]
