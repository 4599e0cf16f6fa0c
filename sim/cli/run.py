"""`run`: scenario files, their results and their indicators."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.options import RUNS_FAILED, changes, folder, loaded, making_runs

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario
    from sim.studies.ensemble import Ensemble

PLANS = ("planning-figure", "p80", "p50")


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@making_runs("Runs over which ranges are taken.")
@click.option("--set", "told", multiple=True, metavar="PATH=VALUE", help="Change an input.")
@click.option("--plan-on", type=click.Choice(PLANS), help="The level that quantities are planned on.")
@click.option("--now", metavar="TIME", help="What lies before is past.")
@click.option("--hxl", is_flag=True, help="Write a row of HXL tags below each header.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--out", callback=folder, metavar="DIR", default="outputs", show_default=True)
def run(files: tuple[Path, ...], told: tuple[str, ...], as_json: bool, out: Path, **options: Any) -> None:
    """Run scenario files and write their results."""
    import json

    from sim.publish.export import ready

    given = changes(told)
    scenarios = {file: loaded(file, given, options) for file in files}
    ready(out, files)
    options |= {"changes": given, "out": out}
    results = {file.stem: run_file(file, scenario, options) for file, scenario in scenarios.items()}
    if len(files) > 1:
        from sim.publish.export import write_summary

        write_summary(results, out, options["hxl"])
    if as_json:
        click.echo(json.dumps({stem: indicators(ensemble) for stem, ensemble in results.items()}, indent=1))
    if any(ensemble.failures for ensemble in results.values()):
        sys.exit(RUNS_FAILED)


def run_file(file: Path, scenario: Scenario, options: dict[str, Any]) -> Ensemble:
    """Run one scenario, write its folder and say what came out."""
    import time

    from sim.publish import export
    from sim.publish.manifest import Told
    from sim.publish.money_tables import notes
    from sim.studies.run import replicate
    from sim.studies.supply_lines import doubles
    from sim.studies.workers import available

    begun = time.perf_counter()
    counts = export.observed(scenario, file.parent)
    workers = options["workers"] or available()
    ensemble = replicate(scenario, options["replications"], options["seed"], workers, progress(file.stem))
    for number, error in ensemble.failures.items():
        click.echo(f"{file.stem}: run {number} failed: {error}", err=True)
    if len(ensemble):
        told = Told(time.perf_counter() - begun, counts, options["changes"], hxl=options["hxl"], home=file.parent)
        export.write(ensemble, options["out"] / file.stem, told, workers)
        ensemble.said = notes(ensemble)
        ensemble.let_go()
        tell(ensemble)
        click.echo("".join(f"{note}\n" for note in ensemble.said), err=True, nl=False)
    for line in doubles(scenario):
        click.echo(f"{file.stem}: {line}", err=True)
    return ensemble


def progress(stem: str) -> Any:
    """A line on standard error whenever another tenth is done."""
    tell_of_compiling()

    def show(done: int, count: int) -> None:
        if done == count or done * 10 // count > (done - 1) * 10 // count:
            click.echo(f"{stem}: {done} of {count} runs", err=True)

    return show


def tell_of_compiling() -> None:
    """Say why the first run of all takes longer."""
    from sim.model.passing.compiled import waits_for_compiler

    if waits_for_compiler():
        click.echo("compiling the road for this machine, once: some 15 seconds", err=True)


def indicators(ensemble: Ensemble) -> dict[str, dict[str, Any]]:
    """Indicators with their ranges."""
    from sim.publish.export import indicator_rows

    header, *rows = indicator_rows(ensemble)
    clean = [[None if isinstance(cell, float) and cell != cell else cell for cell in row] for row in rows]
    found = {str(row[0]): dict(zip(header[1:], row[1:], strict=True)) for row in clean}
    if ensemble.said and "cost.total" in found:
        found["cost.total"]["notes"] = ensemble.said
    return found


def tell(ensemble: Ensemble) -> None:
    """Print the indicators with their ranges, on standard error so that --json stays alone."""
    for name, row in indicators(ensemble).items():
        if row["p50"] is not None:
            low, middle, high = (spoken(row[level]) for level in ("p05", "p50", "p95"))
            click.echo(f"{name:32} {middle:>14}  ({low} to {high}) {row['unit']}", err=True)


def spoken(value: float | None) -> str:
    """A number as people read it; above one that is known, what has no number never happens."""
    return "never" if value is None else f"{value:,.1f}"
