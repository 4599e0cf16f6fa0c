"""What commands have in common: exit codes, and options that stand for inputs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

ASKED = {"--resolution": "run.resolution", "--plan-on": "needs.plan_on", "--now": "run.now"}
"""Options that stand for an input."""
Command = TypeVar("Command", bound=Callable[..., Any])
DONE, WRONG_INPUT, RUNS_FAILED, STOPPED = 0, 2, 3, 130


def making_runs(
    replications: str, *, least: int = 1, usual: int | None = None, only: str = "", resolution: bool = True
) -> Callable[[Command], Command]:
    """The options of a command that makes runs: how many, in its own words, with which luck, on what, and how exact.

    Where they count only for some of its targets, `only` begins what is said of them.
    """
    options = [
        click.option(
            "--replications",
            type=click.IntRange(least),
            help=_said(only, replications),
            default=usual,
            show_default=usual is not None,
        ),
        click.option("--seed", type=click.IntRange(0), help=_said(only, "The seed from which all luck follows.")),
        click.option("--workers", type=click.IntRange(1), help="Processes; all processors when left out."),
    ]
    if resolution:
        exact = _said(only, "Vehicles that move together; 1 is exact.")
        options.append(click.option("--resolution", type=click.IntRange(1), help=exact))

    def declare(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return declare


def _said(only: str, text: str) -> str:
    return f"{only}: {text[0].lower()}{text[1:]}" if only else text


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
