"""`sweep`: many runs over a design, stored as they come in."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.options import RUNS_FAILED, changes, folder, making_runs
from sim.cli.run import tell_of_compiling

if TYPE_CHECKING:
    from sim.studies.experiment import Experiment
    from sim.studies.stored import Stored

KINDS = ("latin", "grid", "sobol", "one_at_a_time")
EVERY = 10.0
"""Seconds between lines of progress where there is no terminal."""
SHORT = 90.0
"""Seconds below which time left is told in seconds."""
Show = Callable[[int, int], None]


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--vary", "varied", multiple=True, metavar="PATH=RANGE", help="lo..hi unit, 'a | b', or scenario.")
@click.option("--runs", type=click.IntRange(1), help="Cases, or the most there may be.")
@click.option("--design", type=click.Choice(KINDS), help="How cases are chosen; latin when left out.")
@making_runs("Runs of each case, with the same luck in every case.", resolution=False)
@click.option("--on", metavar="tcp://HOST:PORT", help="A Dask scheduler that exists.")
@click.option("--set", "told", multiple=True, metavar="PATH=VALUE", help="Change an input in every case.")
@click.option("--again", is_flag=True, help="Run cases that failed once more.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--out", callback=folder, metavar="DIR", default="outputs", show_default=True)
def sweep(
    file: Path,
    varied: tuple[str, ...],
    runs: int | None,
    design: str | None,
    replications: int | None,
    seed: int | None,
    workers: int | None,
    on: str | None,
    told: tuple[str, ...],
    again: bool,
    as_json: bool,
    out: Path,
) -> None:
    """Run a scenario over a design of inputs; the same command again goes on where it stopped."""
    from sim.publish.runs import write
    from sim.studies import stored
    from sim.studies.sweep import carry_out, mapped

    if on is not None and workers is not None:
        raise click.UsageError("--workers: a cluster that --on names has workers of its own; leave one of the two out")
    counts = {"runs": runs, "design": design, "replications": replications, "seed": seed}
    vary, given = ranges(varied), changes(told)
    if both := sorted(vary.keys() & given.keys()):
        raise click.UsageError(f"--vary {both[0]}: --set tells it as well; leave one of the two out")
    asked = experiment(file, vary, given, counts)
    target = out / f"{file.stem}-sweep"
    try:
        tell_of_compiling()
        with shown(file.stem) as progress:
            carry_out(asked, target, mapped(workers, on), progress, again)
    except KeyboardInterrupt:
        click.echo(
            f"{file.stem}: stopped; every case that was done is kept: the same command goes on from there", err=True
        )
        raise
    found = stored.read(target)
    write(found)
    tell(found, as_json)
    if found.failures:
        sys.exit(RUNS_FAILED)


def ranges(varied: tuple[str, ...]) -> dict[str, str]:
    """`path=range` pairs."""
    for item in varied:
        if "=" not in item:
            raise click.UsageError(f"--vary {item}: must be path=range, such as fuel.ration='10..30 L'")
    paths = [item.split("=", 1)[0].strip() for item in varied]
    if twice := sorted({path for path in paths if paths.count(path) > 1}):
        raise click.UsageError(f"--vary {twice[0]}: stands twice")
    return {path: item.split("=", 1)[1].strip() for path, item in zip(paths, varied, strict=True)}


def experiment(file: Path, vary: dict[str, str], given: dict[str, str], counts: Mapping[str, Any]) -> Experiment:
    """What is asked: a design in a file, or paths over a scenario."""
    from sim.scenario.loader import load
    from sim.studies.design_file import experiment_in, is_design
    from sim.studies.experiment import experiment as over

    if is_design(file):
        if vary:
            raise click.UsageError(f"--vary: {file} says itself what is varied; change it there")
        return experiment_in(file, given, **counts)
    told = {key: value for key, value in counts.items() if value is not None and key != "design"}
    return over(load(file, given), vary, kind=str(counts["design"] or "latin"), **told)


@contextmanager
def shown(stem: str) -> Iterator[Show]:
    """Progress on standard error, with the rate and the time left: a bar on a terminal, lines elsewhere."""
    pace = Pace()
    if not sys.stderr.isatty():
        yield lines(stem, pace)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[pace]}"))
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(stem, total=None, pace="")
        yield lambda done, count: bar.update(task, completed=done, total=count, pace=pace.told(done, count))


def lines(stem: str, pace: Pace) -> Show:
    """A line at the beginning, at the end and every few seconds between."""
    last = [-EVERY]

    def show(done: int, count: int) -> None:
        told = pace.told(done, count)
        if done == count or time.monotonic() - last[0] >= EVERY:
            last[0] = time.monotonic()
            click.echo(f"{stem}: {done} of {count} cases{told and ', '}{told}", err=True)

    return show


class Pace:
    """How fast cases come in, and how long the rest will take."""

    def __init__(self) -> None:
        self._begun: tuple[float, int] | None = None

    def told(self, done: int, count: int) -> str:
        """Rate since the first result, and the time left; nothing before one is known."""
        now = time.monotonic()
        self._begun = self._begun or (now, done)
        took, since = now - self._begun[0], done - self._begun[1]
        if since <= 0 or took <= 0:
            return ""
        rate = since / took
        return f"{rate:.2f} a second, {spoken((count - done) / rate)} left"


def spoken(seconds: float) -> str:
    """A time as people say it."""
    if seconds < SHORT:
        return f"{seconds:.0f} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min"


def tell(found: Stored, as_json: bool) -> None:
    """Say where the runs are and how many failed."""
    import json

    for case, error in found.failures.items():
        click.echo(f"case {case} failed: {error}", err=True)
    click.echo(f"{len(found.inputs)} cases in {found.directory}, {len(found.failures)} failed", err=True)
    if as_json:
        table = found.table().reset_index()
        click.echo(json.dumps(json.loads(table.to_json(orient="records")), indent=1))
