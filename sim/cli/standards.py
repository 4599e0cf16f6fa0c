"""`standards`: the planning figures with their sources."""

from __future__ import annotations

import click


@click.command()
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
