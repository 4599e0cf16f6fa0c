"""`prepare`: contingency over several scenario files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from sim.cli.options import RUNS_FAILED, changes, folder, loaded, making_runs


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--warning", default="0 h", show_default=True, metavar="TIME", help="Notice before the first arrival.")
@making_runs("Runs of each scenario.")
@click.option("--set", "told", multiple=True, metavar="PATH=VALUE", help="Change an input of every scenario.")
@click.option("--plan-on", type=click.Choice(("planning-figure", "p80", "p50")), help="The level planned on.")
@click.option("--now", metavar="TIME", help="What had to be decided before is too late.")
@click.option("--out", callback=folder, metavar="DIR", default="outputs", show_default=True)
def prepare(files: tuple[Path, ...], told: tuple[str, ...], warning: str, out: Path, **options: Any) -> None:
    """What must already lie where before the next source can deliver, over several scenarios.

    Give the scenarios planned for, such as best, likely and worst. Writes preposition.csv and triggers.csv.
    """
    from sim.cli.run import progress
    from sim.publish import contingency, export
    from sim.studies import prepare as study
    from sim.studies.contingency_lines import lines
    from sim.studies.workers import available

    given, notice = changes(told), _hours(warning)
    scenarios = {file.stem: loaded(file, given, options) for file in files}
    export.ready(out, files)
    workers = options["workers"] or available()
    found = study.prepare(
        scenarios, options["replications"], options["seed"], workers, notice, lambda name, *at: progress(name)(*at)
    )
    seed = options["seed"] if options["seed"] is not None else next(iter(scenarios.values())).run.seed
    contingency.write(found, out, seed)
    for line in lines(found):
        click.echo(line)
    for name, errors in found.failures.items():
        click.echo("".join(f"{name}: {error}\n" for error in errors), err=True, nl=False)
    if found.failures:
        sys.exit(RUNS_FAILED)


def _hours(text: str) -> float:
    """A duration as told; ClickException where it is none."""
    from sim.scenario import units

    try:
        return units.read(text, "h")
    except ValueError as fault:
        raise click.UsageError(f"--warning: {fault}") from None
