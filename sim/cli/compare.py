"""`compare`: scenarios over the same people and luck, and what that changes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.options import RUNS_FAILED, changes, folder, loaded, making_runs
from sim.cli.run import progress

if TYPE_CHECKING:
    from sim.scenario.differences import Differences
    from sim.studies.compare import Comparison
    from sim.studies.paired import Variant

CHANGED = "set"
"""What a scenario with its changes is called beside itself."""


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--set", "told", multiple=True, metavar="PATH=VALUE", help="Change an input; x1.1 is 10 % more of it.")
@making_runs("Runs of each; with --until-precision the most.")
@click.option(
    "--until-precision", "until", multiple=True, metavar="TEXT", help="End when a difference is so well known."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--out", callback=folder, metavar="DIR", default="outputs", show_default=True)
def compare(
    files: tuple[Path, ...], told: tuple[str, ...], until: tuple[str, ...], as_json: bool, out: Path, **options: Any
) -> None:
    """Compare scenario files with the first one, over the same people and luck.

    With one file and --set, the file is compared with itself changed; with several, what --set tells holds in each.
    --until-precision 'arrived.total 500 people' goes on until the mean difference is known to 500 people each way.
    """
    import json

    from sim.publish.comparison import write_comparison
    from sim.studies import precision, verdict
    from sim.studies.compare import compare_all
    from sim.studies.workers import available

    sides, differs = _sides(files, changes(told), options)
    _ready(out, list(sides))
    asked = tuple(precision.read(each, next(iter(sides.values())).scenario) for each in until)
    workers, shown = options["workers"] or available(), progress("compare")
    compared = compare_all(sides, differs, options["replications"], options["seed"], workers, asked, shown)
    for one in compared:
        if one.pairs:
            write_comparison(one, out / f"{one.a}-vs-{one.b}")
        click.echo("\n".join(verdict.lines(one)), err=True)
    if as_json:
        click.echo(json.dumps({f"{one.a}-vs-{one.b}": document(one) for one in compared}, indent=1))
    if compared[0].found.failures:
        sys.exit(RUNS_FAILED)


def _sides(
    files: tuple[Path, ...], given: dict[str, str], options: dict[str, Any]
) -> tuple[dict[str, Variant], dict[str, Differences]]:
    """The scenarios by name, the reference first, and what each tells otherwise than it."""
    from sim.scenario import differences
    from sim.scenario.loader import told_with
    from sim.scenario.multiplied import split
    from sim.studies.paired import Variant

    anew, factors = split(given)
    options = {**options, "plan_on": None, "now": None}
    first = files[0].stem
    if len(files) == 1:
        if not given:
            raise click.UsageError("one file is compared with itself changed: tell what changes with --set path=value")
        told = {first: (files[0], {}, {}), CHANGED: (files[0], anew, factors)}
    else:
        _distinct(files)
        told = {file.stem: (file, anew, factors) for file in files}
    sides = {name: Variant(loaded(file, own, options), {}, by) for name, (file, own, by) in told.items()}
    written = {name: told_with(file, own).data for name, (file, own, _) in told.items()}
    differs = {name: differences.between(written[first], data, first) for name, data in written.items()}
    if len(files) == 1:
        differs[CHANGED].found.extend(differences.multiplied(sides[CHANGED].scenario, factors))
    return sides, differs


def _distinct(files: tuple[Path, ...]) -> None:
    """Refuse files whose results would go to the same folder."""
    stems = [file.stem for file in files]
    twice = sorted({stem for stem in stems if stems.count(stem) > 1})
    if twice:
        raise click.UsageError(f"{', '.join(twice)}: files of one name cannot be told apart; rename one of them")


def _ready(out: Path, names: list[str]) -> None:
    from sim.publish.export import ready

    ready(out, [Path(f"{names[0]}-vs-{name}") for name in names[1:]])


def document(told: Comparison) -> dict[str, Any]:
    """A comparison for scripts."""
    return {
        "replications": told.pairs,
        "differs": [one._asdict() for one in told.differs.found],
        "notes": list(told.notes),
        "first_hour_apart": _number(min(told.parts.tolist(), default=float("inf"))),
        "differences": {
            row.indicator: {"unit": row.unit} | {key: _number(getattr(row, key)) for key in row._fields[2:]}
            for row in told.rows
        },
        "precision": {
            one.indicator: {
                "half_width": _number(one.half_width),
                "replications_for_sign": _number(one.pairs_for_sign),
                "paired_to_unpaired": _number(one.paired_to_unpaired),
            }
            for one in told.sureness
        },
    }


def _number(value: float) -> float | None:
    """A number; None for what has none, or never happens."""
    return value if value - value == 0 else None
