"""`schema` and `new`: what scenario files may hold, and how one begins."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
def schema(file: Path | None) -> None:
    """The JSON Schema of scenario files."""
    from sim.publish import drafts

    if file is None:
        click.echo(drafts.schema(), nl=False)
    else:
        drafts.write_schema(file)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--from", "base", required=True, type=click.Path(path_type=Path, exists=True), help="The scenario to extend."
)
def new(file: Path, base: Path) -> None:
    """Begin a what-if of a few lines on another scenario."""
    from sim.publish import drafts

    drafts.begin(file, base)
    click.echo(f"wrote {file}")
