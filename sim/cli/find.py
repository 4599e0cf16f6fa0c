"""`find`: which conditions break the plan."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--when", required=True, metavar="CONDITION", help="What is bad: 'gap.water.peak_day > 600 m3'.")
@click.option("--boxes", "most", type=click.IntRange(1), default=3, show_default=True, help="Boxes looked for at most.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def find(directory: Path, when: str, most: int, as_json: bool) -> None:
    """Find the conditions under which the stored runs of a sweep, or of a run, are bad."""
    from sim.cli.sensitivity import print_json, say
    from sim.publish import answers
    from sim.studies import discovery
    from sim.studies.replicated import runs_in

    stored = runs_in(directory)
    found = discovery.find(stored, when, most)
    written = answers.write_boxes(directory, found, answers.told_of(stored))
    say([*discovery.lines(found), f"wrote {written[0]}"])
    if as_json:
        print_json("boxes", discovery.rows(found), found.notes)
