"""`sensitivity`: which inputs matter, and which of them to ask about next."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.options import RUNS_FAILED, changes, folder, loaded, making_runs

if TYPE_CHECKING:
    from sim.studies.asking import Asked, Question
    from sim.studies.sensitivity import Effect, Sensitivity

TOLD = 5
"""Inputs that are told of an indicator."""


@click.command()
@click.argument("target", metavar="DIR|FILE", type=click.Path(path_type=Path))
@click.option("--of", "wanted", multiple=True, metavar="INDICATOR", help="The answer asked for: clearance.p95.")
@click.option("--luck-adds", metavar="SHARE", default="5 %", show_default=True, help="What luck may add to indices.")
@making_runs("Runs over which ranges are taken.", only="Of a scenario file")
@click.option("--set", "told", multiple=True, metavar="PATH=VALUE", help="Of a scenario file: change an input.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--out", callback=folder, metavar="DIR", default="outputs", show_default=True)
def sensitivity(target: Path, wanted: tuple[str, ...], as_json: bool, **options: Any) -> None:
    """Tell which inputs matter, from the folder of a sweep or of a run, or by paired runs of a scenario FILE.

    Of a run or a FILE, --of also tells what to ask next.
    """
    from sim.studies import replicated

    if target.is_file():
        asked_of_file(target, wanted, as_json, options)
    elif replicated.holds(target):
        asked_of_runs(target, wanted, as_json, options)
    else:
        of_sweep(target, wanted, as_json, options)


def of_sweep(directory: Path, wanted: Sequence[str], as_json: bool, options: dict[str, Any]) -> None:
    """The runs of a sweep."""
    from sim.publish import answers
    from sim.studies.sensitivity import sensitivity as by_runs
    from sim.studies.stored import read

    stored = read(directory)
    found = by_runs(stored, wanted, share(options["luck_adds"]))
    written = answers.write_sensitivity(directory, found, wanted, answers.told_of(stored))
    say([*lines(found, wanted or answers.shown(found.indicators)), f"wrote {written[0]}"])
    if as_json:
        print_json("sensitivity", found.rows, found.notes)


def asked_of_runs(directory: Path, wanted: Sequence[str], as_json: bool, options: dict[str, Any]) -> None:
    """The runs of one scenario, as they are; what to ask next of the first answer asked for."""
    from sim.publish import answers
    from sim.studies import replicated
    from sim.studies.sensitivity import sensitivity as by_runs

    stored, scenario = replicated.read(directory)
    found = by_runs(stored, wanted, share(options["luck_adds"]))
    written = answers.write_sensitivity(directory, found, wanted, None)
    say([*lines(found, wanted or answers.shown(found.indicators)), f"wrote {written[0]}"])
    asked = replicated.ask_next(stored, scenario, wanted[0]) if wanted else None
    if asked is not None:
        say([*questions(asked), f"wrote {answers.write_questions(directory, asked, None)[0]}"])
    if as_json:
        print_json("sensitivity", found.rows, found.notes, asked)


def asked_of_file(file: Path, wanted: Sequence[str], as_json: bool, options: dict[str, Any]) -> None:
    """A scenario, by paired runs: one input frozen at a time under the same luck."""
    from sim.cli.run import progress
    from sim.publish import answers, export
    from sim.studies.asking import ask_next
    from sim.studies.sensitivity import Sensitivity
    from sim.studies.workers import available

    if len(wanted) != 1:
        raise click.UsageError(f"--of: name one answer of {file}, such as --of clearance.p95")
    scenario = loaded(file, changes(options["told"]), {**options, "plan_on": None, "now": None})
    target = options["out"] / f"{file.stem}-sensitivity"
    export.ready(options["out"], [Path(target.name)])
    workers = options["workers"] or available()
    asked = ask_next(scenario, wanted[0], options["replications"], options["seed"], workers, progress(file.stem))
    told = answers.told_of_scenario(scenario, options["seed"], asked.runs)
    found = Sensitivity(asked.effects)
    answers.write_sensitivity(target, found, wanted, told)
    written = answers.write_questions(target, asked, told)
    say([*questions(asked), f"wrote {written[0]}"])
    if as_json:
        print_json("sensitivity", found.rows, [], asked)
    if asked.failed:
        sys.exit(RUNS_FAILED)


def share(text: str) -> float:
    """A share told on the command line."""
    from sim.scenario import units

    try:
        value = units.read(text, "1")
    except ValueError as fault:
        raise click.BadParameter(str(fault), param_hint="--luck-adds") from None
    if not 0 < value <= 1:
        raise click.BadParameter(f"{text} is no share; must be more than 0 and at most 100 %", param_hint="--luck-adds")
    return value


def lines(found: Sensitivity, names: Sequence[str]) -> Iterator[str]:
    """What drives each answer, the largest first."""
    for name in names:
        effects = found.of(name)
        yield f"{name}: what drives it"
        yield from (f"  {effect(one)}" for one in effects[:TOLD])
    yield from found.notes


def effect(one: Effect) -> str:
    """An input with its indices, or what it does at its ends."""
    from sim.scenario import saying

    parts = [
        f"{word} {max(value, 0.0):.0%}" + (f" ({low:.0%} to {high:.0%})" if low == low else "")
        for word, value, low, high in (
            ("alone", one.first, one.first_p05, one.first_p95),
            ("in all", one.total, one.total_p05, one.total_p95),
        )
        if value == value
    ]
    if one.at_low == one.at_low:
        low, high = (saying.value(one.input, end) for end in (one.low, one.high))
        parts.append(f"{one.at_low:,.4g} {one.unit} at {low}, {one.at_high:,.4g} {one.unit} at {high}")
    return f"{saying.label(one.input)}: {'; '.join(parts) or 'too few runs to tell'}"


def questions(asked: Asked) -> Iterator[str]:
    """What to ask next."""
    for one in asked.questions:
        yield question(one)
    yield from asked.notes


def question(one: Question) -> str:
    """A question with the width of the answer now, and if it were known."""
    unit = one.indicator_unit
    narrow = f"{one.narrower_p05:,.3g} to {one.narrower_p95:,.3g} {unit} narrower"
    if one.width_known == float("inf"):
        return f"{one.rank}. {one.question}\n   {one.indicator} is never reached at some of its values"
    told = "within noise" if one.within_noise == "yes" else narrow
    return (
        f"{one.rank}. {one.question}\n   {one.indicator}: {one.width_now:,.4g} {unit} wide now, "
        f"{one.width_known:,.4g} {unit} if it were known ({told})"
    )


def say(told: Iterable[str]) -> None:
    """Lines on standard error, so that --json stays alone."""
    for line in told:
        click.echo(line, err=True)


def print_json(table: str, rows: Sequence[Any], notes: list[str], asked: Asked | None = None) -> None:
    """One document: rows as they stand in the table, and notes."""
    import json

    document: dict[str, Any] = {table: [clean(table, row) for row in rows], "notes": notes}
    if asked is not None:
        more = [clean("ask_next", row) for row in asked.questions]
        document |= {"ask_next": more, "notes": [*notes, *asked.notes]}
    click.echo(json.dumps(document, indent=1))


def clean(table: str, row: Any) -> dict[str, Any]:
    """A row by the names of its table's columns, without what is no number."""
    from sim.results.columns import header

    told = [value.item() if hasattr(value, "item") else value for value in row]
    finite = [None if isinstance(value, float) and value - value != 0 else value for value in told]
    return dict(zip(header(table), finite, strict=True))
