"""What was reported of the time before the road opened: values to set beside the run's, and words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.publish.charts.words import amount, percent

if TYPE_CHECKING:
    from sim.publish.charts.folder import Results

STOCK = "stock_percent_of_usual"
RATION = "ration_"


@dataclass(frozen=True)
class Report:
    """A row of the observed series `blockade`; its kind reads `item.measure`."""

    hour: float
    measure: str
    value: float

    @property
    def of_stock(self) -> bool:
        """Whether it is a share of the usual stock."""
        return self.measure == STOCK

    @property
    def of_ration(self) -> bool:
        """Whether it is an amount a person and day, in the item's unit."""
        return self.measure.startswith(RATION)

    @property
    def drawn_at(self) -> float:
        """Where it stands on the upright axis."""
        return self.value / 100 if self.of_stock else self.value

    def beside(self, model: float) -> str:
        """What was reported, with what the run has on that day."""
        write = percent if self.of_stock else amount
        return f"reported {write(self.drawn_at)}\nrun {write(model)}"

    @property
    def words(self) -> str:
        """A report that is no value of the panel, in words."""
        text = self.measure.replace("_per_person_day", " per person and day").replace(
            "_percent_of_usual", ", % of usual"
        )
        return f"{text.replace('_', ' ')}: {amount(self.value)}"


def reports(results: Results, item: str) -> list[Report]:
    """What was reported of one item, in order of time."""
    rows = results.counted("blockade")
    if rows.empty:
        return []
    split = rows["kind"].str.partition(".")
    mine = rows.assign(measure=split[2])[split[0] == item]
    columns = (mine["hour"], mine["measure"], mine["value"])
    return [Report(float(hour), str(measure), float(value)) for hour, measure, value in zip(*columns, strict=True)]
