"""`advise`: what each lever buys."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from sim.cli.options import RUNS_FAILED, changes, folder, loaded, making_runs


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--budget", type=float, metavar="USD", help="Money there is; without it no package is looked for.")
@click.option("--on", "indicators", multiple=True, metavar="INDICATOR", help="The gap to close; again: told beside it.")
@click.option(
    "--lever", "levers", multiple=True, metavar="PATH", help="Only these levers; all that are told otherwise."
)
@making_runs("Runs of each package.", least=2, usual=20)
@click.option(
    "--runs", type=click.IntRange(1), help="Most runs in all; 20 packages and 5 for each lever when left out."
)
@click.option("--set", "told", multiple=True, metavar="PATH=VALUE", help="Change an input.")
@click.option("--out", callback=folder, metavar="DIR", default="outputs", show_default=True)
def advise(file: Path, told: tuple[str, ...], out: Path, **options: Any) -> None:
    """What each lever buys: the gap it closes by step and dollar, the order to buy in, the best package in a budget.

    The gap is waiting.person_hours unless --on names another indicator: person-hours until people are registered,
    which what moves people and what takes them in can shorten. For supplies choose their gap, such as gap.water.total.
    """
    from sim.publish import advice, export
    from sim.results.waiting import WAITING
    from sim.studies.advice_lines import lines
    from sim.studies.advise import advise as study
    from sim.studies.workers import available

    scenario = loaded(file, changes(told), {**options, "plan_on": None, "now": None})
    target = out / f"{file.stem}{advice.FOLDER}"
    export.ready(out, [target.with_suffix(".yaml")])
    found = study(
        scenario,
        options["budget"],
        options["indicators"] or (WAITING,),
        options["replications"],
        options["seed"],
        options["workers"] or available(),
        options["runs"],
        options["levers"],
        _progress(file.stem),
    )
    advice.write(found, target)
    for line in lines(found):
        click.echo(line)
    if found.failures:
        sys.exit(RUNS_FAILED)


def _progress(stem: str) -> Any:
    """A line on standard error whenever another twentieth of the runs is made."""

    def show(done: int, count: int) -> None:
        if done * 20 // count > (done - 1) * 20 // count:
            click.echo(f"{stem}: {done} of at most {count} runs", err=True)

    return show
