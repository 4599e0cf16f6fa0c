"""The command line: every command is a thin door to one study."""

from __future__ import annotations

import sys

import click

from sim.cli.advise import advise
from sim.cli.binds import binds
from sim.cli.check import check
from sim.cli.compare import compare
from sim.cli.drafts import new, schema
from sim.cli.find import find
from sim.cli.options import DONE, RUNS_FAILED, STOPPED, WRONG_INPUT
from sim.cli.prepare import prepare
from sim.cli.report import report
from sim.cli.run import run
from sim.cli.sensitivity import sensitivity
from sim.cli.standards import standards
from sim.cli.sweep import sweep

COMMANDS = (check, run, compare, binds, sweep, sensitivity, find, prepare, advise, report, standards, schema, new)
__all__ = ["DONE", "cli", "main", "stopped"]


@click.group()
def cli() -> None:
    """Who moves along a road out of a blockade, when they arrive, and what they lack."""


def main() -> None:
    """Run a command; nothing that a user types ends in a traceback."""
    import signal

    from sim.scenario.faults import ScenarioError

    signal.signal(signal.SIGTERM, stopped)
    try:
        cli(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(STOPPED)
    except KeyboardInterrupt:
        sys.exit(STOPPED)
    except click.ClickException as fault:
        fault.show()
        sys.exit(WRONG_INPUT)
    except ScenarioError as fault:
        click.echo(str(fault), err=True)
        sys.exit(WRONG_INPUT)
    except OSError as fault:  # a full disk, a folder that may not be written
        click.echo(f"{fault.filename}: {fault.strerror}" if fault.filename else str(fault), err=True)
        sys.exit(RUNS_FAILED)


def stopped(*_: object) -> None:
    """Being ended from outside is as being stopped at the keyboard: what was begun is cleared away."""
    raise KeyboardInterrupt


for command in COMMANDS:
    cli.add_command(command)
