"""The command line: every command is a thin door to one study."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario
    from sim.studies.ensemble import Ensemble

PLANS = ("planning-figure", "p80", "p50")
ASKED = {"--resolution": "run.resolution", "--plan-on": "needs.plan_on", "--now": "run.now"}
"""Options that stand for an input."""
DONE, WRONG_INPUT, RUNS_FAILED, STOPPED = 0, 2, 3, 130


@click.group()
def cli() -> None:
    """Who moves along a road out of a blockade, when they arrive, and what they lack."""


def main() -> None:
    """Run a command; nothing that a user types ends in a traceback."""
    import signal

    from sim.scenario.faults import ScenarioError

    signal.signal(signal.SIGTERM, stopped)
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


def stopped(*_: object) -> None:
    """Being ended from outside is as being stopped at the keyboard: what was begun is cleared away."""
    raise KeyboardInterrupt


def folder(_context: click.Context, _option: click.Parameter, told: str) -> Path:
    """The folder that --out names."""
    if not told.strip():
        raise click.BadParameter("is empty; name a folder, such as outputs")
    return Path(told)


def loaded(file: Path, given: dict[str, str], options: dict[str, Any]) -> Scenario:
    """A scenario with what the command line changes; a fault of an option is placed at that option."""
    from sim.scenario.faults import ScenarioError
    from sim.scenario.loader import load

    chosen = {path: options[_name(option)] for option, path in ASKED.items() if options[_name(option)] is not None}
    at = {path: option for option, path in ASKED.items() if path in chosen}
    try:
        return load(file, {**given, **chosen})
    except ScenarioError as error:
        raise ScenarioError(f._replace(place=at.get(f.path, f.place)) for f in error.faults) from None


def _name(option: str) -> str:
    return option.strip("-").replace("-", "_")


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
    from sim.scenario.differences import differences
    from sim.scenario.loader import resolve, told_with
    from sim.studies.check import explain

    given = changes(told)
    for file in files:
        document = told_with(file, given)
        differs = differences(file, document, bool(given))
        click.echo("\n".join(explain(resolve(document, file), file, differs)))


@cli.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--replications", type=click.IntRange(1), help="Runs over which ranges are taken.")
@click.option("--seed", type=click.IntRange(0), help="The seed from which all luck follows.")
@click.option("--workers", type=click.IntRange(1), help="Processes; all processors when left out.")
@click.option("--set", "told", multiple=True, metavar="PATH=VALUE", help="Change an input.")
@click.option("--resolution", type=click.IntRange(1), help="Vehicles that move together; 1 is exact.")
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
        export.write(ensemble, options["out"] / file.stem, told)
        ensemble.said = notes(ensemble)
        ensemble.let_go()
        tell(ensemble)
        click.echo("".join(f"{note}\n" for note in ensemble.said), err=True, nl=False)
    for line in doubles(scenario):
        click.echo(f"{file.stem}: {line}", err=True)
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


@cli.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--public", is_flag=True, help="Make the shareable set, in DIR/public.")
def report(directory: Path, public: bool) -> None:
    """Draw the charts of stored results anew, or make the set that may be shared."""
    from sim.publish import charts
    from sim.publish import public as shareable

    shareable.stored(directory)
    if public:
        click.echo(f"wrote {shareable.make(directory)}")
    else:
        charts.draw_all(directory)
        click.echo(f"drew {directory / 'charts'}; brief, report and workbook are not made yet")


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
    from sim.publish import drafts

    if file is None:
        click.echo(drafts.schema(), nl=False)
    else:
        drafts.write_schema(file)


@cli.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--from", "base", required=True, type=click.Path(path_type=Path, exists=True), help="The scenario to extend."
)
def new(file: Path, base: Path) -> None:
    """Begin a what-if of a few lines on another scenario."""
    from sim.publish import drafts

    drafts.begin(file, base)
    click.echo(f"wrote {file}")
