#!/usr/bin/env python3
"""Sets needsim up beside this file, once, then passes any command on; needs Python 3.11 or newer, nothing else."""

import contextlib
import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
HERE = Path(__file__).resolve().parent
HOME = HERE / ".venv"
STAMP = HOME / "set-up.txt"
TURN = HERE / ".venv-turn"
LOCK = HERE / "requirements.lock"
WHEELS = HERE / "wheels"
GRACE = 3.0
"""Seconds a stopped command has to tidy up before it is told again."""

CHECKS = {
    "ruff check": ("-m", "ruff", "check", "."),
    "ruff format": ("-m", "ruff", "format", "--check", "."),
    "mypy": ("-m", "mypy", "--strict", "sim"),
    "lint-imports": ("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"),
    "pytest": ("-m", "pytest", "-n", "2"),
}

TOO_OLD = "needsim needs Python {0}.{1} or newer; this is Python {2}.{3}."
NO_VENV = """needsim: this Python cannot make virtual environments ({}). Install what is missing, then try again:
  Debian, Ubuntu, Mint:  sudo apt install python3-venv
  Windows, macOS:        the installer from www.python.org
  others:                your system's package for Python's venv and ensurepip modules"""
NO_PACKAGES = """needsim: the packages could not be installed; the reason stands above. Without a network: run
`python3 needsim.py wheels` on a machine of the same kind that has one, and copy its folder wheels/ here."""
READ_ONLY = "needsim: cannot write into {}; copy the whole folder to a place of your own."


def python():
    """The interpreter in .venv."""
    return HOME / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def wanted():
    """The mark of a finished set-up: made from this lock file by this kind of Python."""
    return hashlib.sha256(LOCK.read_bytes()).hexdigest() + " " + str(sys.implementation.cache_tag)


def is_ready():
    """Whether .venv is whole and up to date; the mark is written last, so a half-made one has none."""
    return STAMP.is_file() and STAMP.read_text(encoding="utf-8") == wanted() and python().is_file()


def say(words):
    """Tell people; standard output is the command's own."""
    print("needsim: " + words, file=sys.stderr, flush=True)


def call(command, **options):
    """Run a command to its end; when stopped, let it tidy up first. Its exit code, 130 when stopped."""
    process = subprocess.Popen([str(word) for word in command], **options)
    try:
        code = process.wait()
    except KeyboardInterrupt:
        code = 130
        stop(process)
    return 128 - code if code < 0 else code


def stop(process):
    """Ctrl-C in a terminal reaches the command too; a signal to this process alone has to be passed on."""
    for again in (lambda: process.send_signal(signal.SIGINT), process.terminate, process.kill):
        with contextlib.suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
            process.wait(GRACE)
        if process.poll() is not None:
            return
        with contextlib.suppress(ValueError, OSError):  # Windows passes no SIGINT to a single process
            again()
    process.wait()


@contextlib.contextmanager
def turn():
    """One process at a time: an operating system's lock, gone with the process that holds it however it ends."""
    import sqlite3

    gate = sqlite3.connect(str(TURN), timeout=1.0, isolation_level=None)
    waited = False
    while True:
        try:
            gate.execute("BEGIN EXCLUSIVE")
            break
        except sqlite3.OperationalError as fault:
            if "locked" not in str(fault):
                raise
            if not waited:
                say("another set-up is under way; waiting for it ...")
            waited = True
    try:
        yield
    finally:
        gate.close()


def set_up():
    """Make .venv, unless somebody else has done so meanwhile."""
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        sys.exit(NO_VENV.format("no module " + ", ".join(missing)))
    if not os.access(str(HERE), os.W_OK):
        sys.exit(READ_ONLY.format(HERE))
    with turn():
        if not is_ready():
            make()


def make():
    """Make .venv afresh and install what the lock file names, each file by its hash."""
    source = "from wheels/" if offline() else "once; this takes a minute or two"
    say("setting up in .venv, " + source + " ...")
    empty_home()
    code = pip("install", "--require-hashes", *offline(), "-r", LOCK)
    if code:
        sys.exit(code if code == 130 else NO_PACKAGES)
    say("compiling the road, once ...")
    call((python(), "-m", "sim.model.ahead"), cwd=HERE)  # if it fails, the first run will do it, or tell why it cannot
    STAMP.write_text(wanted(), encoding="utf-8")


def empty_home():
    """A new .venv with pip in it."""
    import venv

    try:
        venv.create(HOME, clear=True, with_pip=True, symlinks=os.name != "nt")
    except (OSError, subprocess.CalledProcessError) as fault:
        sys.exit(NO_VENV.format(fault))


def pip(*words):
    """Pip of .venv; what it says goes to standard error."""
    quiet = ("-q", "--disable-pip-version-check", "--no-input")
    return call([python(), "-I", "-m", "pip", *words, *quiet], stdout=sys.stderr)


def offline():
    """Pip's options to take everything from wheels/, when that folder is there."""
    return ["--no-index", "--find-links", WHEELS] if WHEELS.is_dir() else []


def fill_wheels():
    """Fill wheels/ with everything the lock file names, for machines like this one; all or nothing."""
    fresh = HERE / ".wheels-new"
    shutil.rmtree(str(fresh), ignore_errors=True)
    code = pip("download", "--require-hashes", "--only-binary", ":all:", "-d", fresh, "-r", LOCK)
    if code == 0:
        shutil.rmtree(str(WHEELS), ignore_errors=True)
        fresh.rename(WHEELS)
        say("filled wheels/; copy the whole folder to a machine of the same kind and Python version")
    return code


def surroundings():
    """The environment of a command: this folder's packages whatever the working folder, text files as UTF-8."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONHOME"}
    return {**kept, "PYTHONPATH": str(HERE), "PYTHONUTF8": "1"}


def product(words):
    """Pass a command on."""
    return call([python(), "-P", "-m", "sim", *words], env=surroundings())


def test(words):
    """Run every check, whatever the others say; further words go to pytest."""
    failed = []
    for name, check in CHECKS.items():
        print("== " + name, flush=True)
        code = call([python(), *check, *(words if name == "pytest" else ())], cwd=str(HERE), env=surroundings())
        if code == 130:
            return code
        failed += [name] if code else []
    if failed:
        say("failed: " + ", ".join(failed))
    return 1 if failed else 0


def newer():
    """The command of a newer Python on this machine, or nothing."""
    names = (f"python3.{minor}" for minor in range(OLDEST[1] + 8, OLDEST[1] - 1, -1))
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return next((name for name in names if shutil.which(name) and not call([name, "-c", ""], **silent)), None)


def main(words):
    """Set up where needed, then run; the exit code."""
    if sys.version_info < OLDEST:
        found = newer()
        sys.exit(TOO_OLD.format(*OLDEST, *sys.version_info) + (f" Try: {found} needsim.py" if found else ""))
    if not is_ready():
        set_up()
    if words[:1] == ["test"]:
        return test(words[1:])
    return fill_wheels() if words == ["wheels"] else product(words)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
