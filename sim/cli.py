"""The command line: every command is a thin door to one study."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario
    from sim.studies.ensemble import Ensemble

ADVICE = ("summary: say in a sentence what is supposed", "# then what differs, such as", "# fuel: {ration: 10 L}")
PLANS = ("planning-figure", "p80", "p50")
DONE, WRONG_INPUT, RUNS_FAILED, STOPPED = 0, 2, 3, 130


@click.group()
def cli() -> None:
    """Who moves along a road out of a blockade, when they arrive, and what they lack."""


def main() -> None:
    """Run a command; nothing that a user types ends in a traceback."""
    from sim.scenario.faults import ScenarioError

    try:
        cli(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(STOPPED)
    except KeyboardInterrupt:
        sys.exit(STOPPED)
    except click.ClickException as fault:
        fault.show()
        sys.exit(WRONG_INPUT)
    except ScenarioError as fault:
        click.echo(str(fault), err=True)
        sys.exit(WRONG_INPUT)
    except OSError as fault:  # a full disk, a folder that may not be written
        click.echo(f"{fault.filename}: {fault.strerror}" if fault.filename else str(fault), err=True)
        sys.exit(RUNS_FAILED)


def changes(told: tuple[str, ...]) -> dict[str, str]:
    """`path=value` pairs."""
    for item in told:
        if "=" not in item:
            raise click.UsageError(f"--set {item}: must be path=value, such as fuel.ration='10 L'")
    return dict(item.split("=", 1) for item in told)


@cli.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--set", "told", multiple=True, metavar="PATH=VALUE", help="Change an input.")
def check(files: tuple[Path, ...], told: tuple[str, ...]) -> None:
    """Validate and explain before running."""
    from sim.scenario.loader import load
    from sim.studies.check import explain

    for file in files:
        click.echo("\n".join(explain(load(file, changes(told)), file)))


@cli.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--replications", type=click.IntRange(1), help="Runs over which ranges are taken.")
@click.option("--seed", type=click.IntRange(0), help="The seed from which all luck follows.")
@click.option("--workers", type=click.IntRange(1), help="Processes; all processors when left out.")
@click.option("--set", "told", multiple=True, metavar="PATH=VALUE", help="Change an input.")
@click.option("--resolution", type=click.IntRange(1), help="Vehicles that move together; 1 is exact.")
@click.option("--plan-on", type=click.Choice(PLANS), help="The level that quantities are planned on.")
@click.option("--hxl", is_flag=True, help="Write a row of HXL tags below each header.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("outputs"), show_default=True)
def run(files: tuple[Path, ...], told: tuple[str, ...], as_json: bool, out: Path, **options: Any) -> None:
    """Run scenario files and write their results."""
    import json

    from sim.scenario.loader import load

    given = changes(told)
    asked = {"run.resolution": options["resolution"], "needs.plan_on": options["plan_on"]}
    chosen = {path: value for path, value in asked.items() if value is not None}
    scenarios = {file: load(file, {**given, **chosen}) for file in files}
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
    from sim.studies.run import replicate
    from sim.studies.workers import available

    begun = time.perf_counter()
    counts = export.observed(scenario, file.parent)
    workers = options["workers"] or available()
    ensemble = replicate(scenario, options["replications"], options["seed"], workers, progress(file.stem))
    for number, error in ensemble.failures.items():
        click.echo(f"{file.stem}: run {number} failed: {error}", err=True)
    if len(ensemble):
        told = Told(time.perf_counter() - begun, counts, options["changes"], hxl=options["hxl"], home=file.parent)
        export.write(ensemble, options["out"] / file.stem, told)
        ensemble.let_go()
        tell(ensemble)
    return ensemble


def progress(stem: str) -> Any:
    """A line on standard error whenever another tenth is done."""

    def show(done: int, count: int) -> None:
        if done == count or done * 10 // count > (done - 1) * 10 // count:
            click.echo(f"{stem}: {done} of {count} runs", err=True)

    return show


def indicators(ensemble: Ensemble) -> dict[str, dict[str, Any]]:
    """Indicators with their ranges."""
    from sim.publish.export import indicator_rows

    header, *rows = indicator_rows(ensemble)
    clean = [[None if isinstance(cell, float) and cell != cell else cell for cell in row] for row in rows]
    return {str(row[0]): dict(zip(header[1:], row[1:], strict=True)) for row in clean}


def tell(ensemble: Ensemble) -> None:
    """Print the indicators with their ranges, on standard error so that --json stays alone."""
    for name, row in indicators(ensemble).items():
        if row["p50"] is not None:
            low, middle, high = (spoken(row[level]) for level in ("p05", "p50", "p95"))
            click.echo(f"{name:32} {middle:>14}  ({low} to {high}) {row['unit']}", err=True)


def spoken(value: float | None) -> str:
    """A number as people read it; above one that is known, what has no number never happens."""
    return "never" if value is None else f"{value:,.1f}"


@cli.command()
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document: a list of figures.")
def standards(name: str | None, as_json: bool) -> None:
    """List the planning figures with their sources, or explain one.

    NAME is a figure (sphere.water.total), the beginning of names (sphere.water), an item (latrine) or the code of a
    sector (WSH). A name may stand in a scenario file where a number could.
    """
    import json

    from sim.scenario.standards import explain, figures

    found = figures() if name is None else explain.matching(name)
    if as_json:
        click.echo(json.dumps(explain.as_rows(found), indent=1, ensure_ascii=False))
    else:
        click.echo("\n".join(explain.as_text(found[0]) if len(found) == 1 else explain.as_list(found)))


@cli.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
def schema(file: Path | None) -> None:
    """The JSON Schema of scenario files."""
    import json

    from sim.scenario.schema import Scenario

    text = json.dumps(Scenario.model_json_schema(by_alias=True), indent=1) + "\n"
    if file is None:
        click.echo(text, nl=False)
    else:
        file.write_text(text, encoding="utf-8")


@cli.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--from", "base", required=True, type=click.Path(path_type=Path, exists=True), help="The scenario to extend."
)
def new(file: Path, base: Path) -> None:
    """Begin a what-if of a few lines on another scenario."""
    import os

    if file.exists():
        raise click.UsageError(f"{file} exists already")
    there = Path(os.path.relpath(base, file.parent)).as_posix()
    name = file.stem.replace("_", " ")
    lines = [f"base: {there}", f"title: {name}", *ADVICE, ""]
    file.write_text("\n".join(lines), encoding="utf-8")
    click.echo(f"wrote {file}")
