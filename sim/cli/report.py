"""`report`: stored results, drawn anew or made fit to share."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
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
