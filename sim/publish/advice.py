"""Tables of advice: what each lever closes alone, the order to buy in, and packages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from math import nan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sim
from sim.publish import cells
from sim.publish.cells import numbers, texts
from sim.publish.export import in_place
from sim.publish.manifest import INTERNAL, WHAT_IF
from sim.results import planning_columns as columns

if TYPE_CHECKING:
    from sim.studies.advise import Advice, Left
    from sim.studies.buying import Alone, Gain
    from sim.studies.trials import Aim

Table = list[list[str]]
FOLDER = "-advice"
"""How the folder of a scenario's advice is called, after its stem."""
NOTHING, BUY, LEAN, SINGLE, TRIED = "nothing", "package", "lean package", "best single lever", "tried"
SEARCH, ANEW = "search", "anew"


def write(found: Advice, folder: Path, label: str = WHAT_IF) -> None:
    """The tables, what was run and the charts into a folder; what was there stays until the new ones are whole."""
    from sim.publish.charts import advice as charts

    with in_place(folder) as new:
        cells.write(new, "advice", [advice(found)], names=columns.header("advice"))
        cells.write(new, "order", [order(found)], names=columns.header("order"))
        names = columns.with_levers(lever.path for lever in found.levers)
        cells.write(new, "packages", [packages(found)], names=names)
        document = json.dumps(manifest(found, label), indent=1, ensure_ascii=False, allow_nan=False)
        (new / "run.json").write_text(document + "\n", encoding="utf-8", newline="\n")
        charts.draw_all(new, folder.name)


def manifest(found: Advice, label: str) -> dict[str, Any]:
    """What was run; nothing in it names a person, a machine or a folder."""
    scenario = found.scenario
    return {
        "title": scenario.title,
        "label": label,
        "sharing": INTERNAL,
        "as_of": None if scenario.as_of is None else scenario.as_of.isoformat(),
        "versions": {"needsim": sim.__version__},
        "seed": found.seed,
        "replications": found.replications,
        "resolution": scenario.run.resolution,
        "budget_usd": found.budget,
        "on": [found.aim.indicator, *(aim.indicator for aim in found.others)],
        "runs": found.made,
        "packages_tried": found.tried,
        "all_packages_tried": found.complete,
        "failed": found.failures,
    }


def advice(found: Advice) -> Table:
    """A row for each lever, number of steps and indicator; rank and package are those of the first indicator."""
    rows = [(found.aim, one) for one in found.alone]
    rows += [(aim, one) for aim in found.others for one in found.besides[aim.indicator]]
    ranks = {told.alone.lever: (place, told.apart) for place, told in enumerate(found.ranking, 1)}
    first = [ranks.get(one.lever) if aim == found.aim and one.steps == 1 else None for aim, one in rows]
    levers = [found.levers[one.lever] for _, one in rows]
    steps = found.package.package if found.package is not None else None
    return [
        texts(lever.path for lever in levers),
        texts(lever.unit for lever in levers),
        numbers([lever.values[0] for lever in levers]),
        numbers([one.steps for _, one in rows]),
        numbers([lever.values[one.steps] for lever, (_, one) in zip(levers, rows, strict=True)]),
        numbers([one.cost for _, one in rows]),
        *_indicators([aim for aim, _ in rows]),
        *_closed([one.gain for _, one in rows]),
        *_for_money([one for _, one in rows]),
        numbers([nan if told is None else told[0] for told in first]),
        texts("" if told is None or told[1] is None else _yes(told[1]) for told in first),
        numbers([nan if steps is None else steps[one.lever] for _, one in rows]),
    ]


def _indicators(aims: Sequence[Aim]) -> Table:
    return [texts(aim.indicator for aim in aims), texts(aim.unit for aim in aims)]


def _closed(gains: Sequence[Gain]) -> Table:
    """Cells of what is closed; positive is better, whichever way the indicator runs."""
    return [
        *(numbers([getattr(gain.band, name) for gain in gains]) for name in ("p05", "p50", "p95", "mean")),
        *(numbers([getattr(gain, name) for gain in gains]) for name in ("low", "high", "worst")),
        texts(_yes(gain.within_noise) for gain in gains),
    ]


def _for_money(rows: Sequence[Alone]) -> Table:
    return [numbers([one.per_thousand[at] for one in rows]) for at in range(3)]


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"


def order(found: Advice) -> Table:
    """What to buy one after another."""
    picks, levers = found.order, [found.levers[pick.lever] for pick in found.order]
    values = [(lever.values[pick.before[pick.lever]], lever.values[pick.after[pick.lever]])
              for lever, pick in zip(levers, picks, strict=True)]  # fmt: skip
    return [
        numbers(list(range(1, len(picks) + 1))),
        texts(lever.path for lever in levers),
        texts(lever.unit for lever in levers),
        *(numbers([pair[at] for pair in values]) for at in (0, 1)),
        numbers([pick.cost for pick in picks]),
        numbers([pick.spent for pick in picks]),
        *_indicators([found.aim] * len(picks)),
        *_closed([pick.gain for pick in picks]),
        numbers([pick.gain.band.mean / pick.cost * 1000 if pick.cost > 0 else nan for pick in picks]),
    ]


def packages(found: Advice) -> Table:
    """Packages that none beats in cost and worst tenth; then those measured anew."""
    rows = [(SEARCH, one) for one in _named(found)] + [(ANEW, one) for one in found.anew.values()]
    sign = 1.0 if found.aim.less else -1.0
    return [
        texts(_name(found, one) for _, one in rows),
        texts(how for how, _ in rows),
        numbers([one.cost for _, one in rows]),
        *_indicators([found.aim] * len(rows)),
        numbers([sign * one.mean for _, one in rows]),
        numbers([sign * one.worst for _, one in rows]),
        *_closed([one.gain for _, one in rows]),
        *(numbers([lever.values[one.package[number]] for _, one in rows]) for number, lever in enumerate(found.levers)),
    ]


def _named(found: Advice) -> list[Left]:
    """The frontier, and beside it what has a name, by cost."""
    told = {
        one.package: one for one in (found.nothing, found.package, found.lean, found.best_single) if one is not None
    }
    told |= {one.package: one for one in found.frontier}
    return sorted(told.values(), key=lambda one: (one.cost, one.package))


def _name(found: Advice, one: Left) -> str:
    """What a package is called; the package to buy goes before what else it may be."""
    for name, told in ((BUY, found.package), (LEAN, found.lean), (NOTHING, found.nothing), (SINGLE, found.best_single)):
        if told is not None and told.package == one.package:
            return name
    return TRIED
