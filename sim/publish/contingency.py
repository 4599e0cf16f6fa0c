"""Tables of a contingency: what must lie where, and which trigger is in time."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sim
from sim.publish import cells
from sim.publish.cells import numbers, texts
from sim.publish.manifest import INTERNAL, WHAT_IF
from sim.results import planning_columns as columns
from sim.results.dates import stamp
from sim.scenario.standards.goods import unit_of

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario
    from sim.studies.prepare import Contingency, Fired, Lying

TABLES = ("preposition", "triggers")
RECORD = "prepare.json"
"""What was run, beside the tables."""
DAY = 24.0


def write(found: Contingency, folder: Path, seed: int) -> list[Path]:
    """Both tables, what was run and the charts into a folder, each put in place when it is whole."""
    from sim.publish.charts import contingency as charts

    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".prepare.writing-", dir=folder) as made:
        new = Path(made)
        names = columns.by_scenario("preposition", found.called)
        cells.write(new, "preposition", [preposition(found)], names=names)
        cells.write(new, "triggers", [triggers(found)], names=columns.header("triggers"))
        document = json.dumps(manifest(found, seed), indent=1, ensure_ascii=False, allow_nan=False)
        (new / RECORD).write_text(document + "\n", encoding="utf-8", newline="\n")
        charts.draw_all(new)
        return [_placed(path, folder / path.relative_to(new)) for path in sorted(new.rglob("*.*"))]


def _placed(made: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    return made.replace(target)


def manifest(found: Contingency, seed: int) -> dict[str, Any]:
    """What was run; nothing in it names a person, a machine or a folder."""
    return {
        "title": " · ".join(found.scenarios),
        "label": WHAT_IF,
        "sharing": INTERNAL,
        "versions": {"needsim": sim.__version__},
        "scenarios": {name: scenario.title for name, scenario in found.scenarios.items()},
        "seed": seed,
        "replications": min(found.runs.values()),
        "warning_h": found.warning,
        "failed": found.failures,
    }


def preposition(found: Contingency) -> list[list[str]]:
    """What must lie where, the dearest first."""
    rows = sorted(found.lying, key=lambda row: -(row.stored.cost if row.stored.cost == row.stored.cost else 0.0))

    def column(of: Callable[[Lying], float]) -> list[str]:
        return numbers([of(row) for row in rows])

    def at(of: Callable[[Lying], float]) -> list[str]:
        return texts(_time(found.scenarios[row.most], of(row)) for row in rows)

    return [
        texts(row.lay.figure.item for row in rows),
        texts(unit_of(row.lay.figure) for row in rows),
        texts(row.lay.figure.sector_code for row in rows),
        texts(row.lay.place for row in rows),
        *(numbers([row.quantities[name] for row in rows]) for name in found.called),
        column(lambda row: row.no_regret),
        column(lambda row: row.quantity),
        texts(row.most for row in rows),
        texts(row.status for row in rows),
        column(lambda row: row.lies_there),
        texts(row.lay.goods.name for row in rows),
        *(_stored(rows, name) for name in ("units", "tonnes", "m3", "floor")),
        column(lambda row: row.shelf / DAY),
        at(lambda row: row.lay_in_from),
        *(_stored(rows, name) for name in ("unit_cost", "cost", "low", "high", "transport")),
        column(lambda row: row.no_regret_stored.cost + row.no_regret_stored.transport),
        at(lambda row: row.begins),
        texts(row.source for row in rows),
        column(lambda row: row.lead),
        at(lambda row: row.decide_by),
        texts(row.in_time for row in rows),
    ]


def _stored(rows: Iterable[Lying], name: str) -> list[str]:
    return numbers([getattr(row.stored, name) for row in rows])


def triggers(found: Contingency) -> list[list[str]]:
    """Which trigger is in time, by scenario."""
    rows = found.fired
    told = [found.scenarios[row.scenario].triggers[row.name] for row in rows]

    def at(of: Callable[[Fired], float]) -> list[str]:
        return texts(_time(found.scenarios[row.scenario], of(row)) for row in rows)

    return [
        texts(row.name for row in rows),
        texts(row.scenario for row in rows),
        *(texts(getattr(one, name) or "" for one in told) for name in ("signal", "action", "item", "place")),
        texts(_time(found.scenarios[row.scenario], one.at) for row, one in zip(rows, told, strict=True)),
        at(lambda row: row.ends),
        at(lambda row: row.begins),
        *(numbers([row.slack[k] for row in rows]) for k in range(3)),
        at(lambda row: row.latest),
        numbers([row.share for row in rows]),
        texts(row.status for row in rows),
    ]


def _time(scenario: Scenario, hour: float) -> str:
    return "" if hour != hour or hour in (inf, -inf) else stamp(scenario, hour)
