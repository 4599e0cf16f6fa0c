"""`binds`: what limits arrivals and supply hour by hour, and what a tenth more of each constraint would gain."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from sim.cli.options import RUNS_FAILED, changes, folder, loaded, making_runs
from sim.cli.run import progress


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@making_runs("Runs of each; ranges are taken over them.")
@click.option("--set", "told", multiple=True, metavar="PATH=VALUE", help="Change an input.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--out", callback=folder, metavar="DIR", default="outputs", show_default=True)
def binds(file: Path, told: tuple[str, ...], as_json: bool, out: Path, **options: Any) -> None:
    """Say what limits arrivals and each sector's supply, hour by hour, and what 10 % more of each would gain."""
    import json

    from sim.publish.binding import lines, write_binding
    from sim.publish.export import ready
    from sim.studies.binds import binds as study
    from sim.studies.workers import available

    scenario = loaded(file, changes(told), {**options, "plan_on": None, "now": None})
    name = f"{file.stem}-binds"
    ready(out, [Path(name)])
    shown = progress(file.stem)
    found = study(scenario, options["replications"], options["seed"], options["workers"] or available(), shown)
    if found.pairs:
        write_binding(found, out / name)
        click.echo("\n".join(lines(found)), err=True)
    for (side, number), error in sorted(found.found.failures.items()):
        click.echo(f"{file.stem}: run {number} of {side} failed: {error}", err=True)
    if as_json:
        click.echo(json.dumps(document(found), indent=1))
    if found.found.failures:
        sys.exit(RUNS_FAILED)


def document(found: Any) -> dict[str, Any]:
    """Hours in which each constraint limits, and the gains, for scripts."""
    known = {"arrivals": found.arrivals(), **found.supply()} if found.pairs else {}
    return {
        "replications": found.pairs,
        "hours": {of: {name: float(share.sum()) for name, share in told.items()} for of, told in known.items()},
        "gains": [
            {
                **{key: getattr(gain, key) for key in ("of", "constraint", "indicator", "unit")},
                **{key: _number(getattr(gain.band, key)) for key in ("p05", "p50", "p95", "mean")},
                "within_noise": gain.band.within_noise,
            }
            for gain in (found.gains() if found.pairs else [])
        ],
    }


def _number(value: float) -> float | None:
    return value if value - value == 0 else None
