"""`check`: validate and explain before running."""

from __future__ import annotations

from pathlib import Path

import click

from sim.cli.options import changes


@click.command()
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
