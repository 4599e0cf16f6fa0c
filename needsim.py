#!/usr/bin/env python3
"""Set needsim up beside this file, once, and pass any command on; needs nothing but Python 3.11 or newer."""

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
HOME = HERE / ".venv"
LOCK = HERE / "requirements.lock"
STAMP = HOME / "needsim-set-up.txt"
WHEELS = HERE / "wheels"
TURN = HERE / ".venv-turn"
CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("importlinter.cli", "lint"),
    ("pytest", "-n", "2"),
)
NO_VENV = """This Python cannot make virtual environments. Install what is missing and try again:
  Debian, Ubuntu:  apt install python3-venv
  others:          Python 3.11 or newer from your system or from python.org"""


def python():
    """The interpreter of the set-up."""
    return HOME / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def wanted():
    """What a finished set-up is stamped with."""
    return hashlib.sha256(LOCK.read_bytes()).hexdigest() + " " + sys.version.split()[0]


def is_ready():
    """Whether the set-up is finished and made from today's lock file."""
    return STAMP.is_file() and STAMP.read_text() == wanted() and python().is_file()


def offline():
    """Options for pip that take everything from wheels/ when that folder is filled."""
    return ["--no-index", "--find-links", str(WHEELS)] if WHEELS.is_dir() and any(WHEELS.iterdir()) else []


def set_up():
    """Make .venv from the lock file, one process at a time."""
    while True:
        try:
            TURN.mkdir()
            break
        except FileExistsError:
            if is_ready():
                return
            if time.time() - TURN.stat().st_mtime > 900:  # left behind by a set-up that was cut off
                TURN.rmdir()
            time.sleep(0.5)
    try:
        make()
    finally:
        TURN.rmdir()


def make():
    """Make .venv and install what the lock file names."""
    print("needsim: setting up (once) ...", file=sys.stderr)
    if subprocess.call([sys.executable, "-m", "venv", "--clear", str(HOME)], stdout=subprocess.DEVNULL):
        sys.exit(NO_VENV)
    pip = [str(python()), "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes", *offline()]
    if subprocess.call([*pip, "-r", str(LOCK)], stdout=sys.stderr):
        sys.exit("needsim: the packages could not be installed; see above. Without a network, fill wheels/ on a "
                 "machine that has one with `python3 needsim.py wheels` and copy the folder here.")
    STAMP.write_text(wanted())


def test():
    """Run every check; the first that fails decides the exit code, all are shown."""
    failed = []
    for check in CHECKS:
        code = "from importlinter.cli import lint_imports_command as c; c()" if check[0].startswith("importlinter") else ""
        command = [str(python()), "-c", code] if code else [str(python()), "-m", *check]
        print(f"== {' '.join(check)}", file=sys.stderr, flush=True)
        if subprocess.call(command, cwd=HERE):
            failed.append(check[0])
    if failed:
        print("failed: " + ", ".join(failed), file=sys.stderr)
    return 1 if failed else 0


def main(words):
    """Set up where needed, then run."""
    if sys.version_info < (3, 11):
        sys.exit(f"needsim needs Python 3.11 or newer; this is {sys.version.split()[0]}")
    if words == ["wheels"]:
        return subprocess.call([sys.executable, "-m", "pip", "download", "-q", "-d", str(WHEELS), "-r", str(LOCK)])
    if not is_ready():
        set_up()
    if words == ["test"]:
        return test()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)}
    return subprocess.call([str(python()), "-m", "sim", *words], env=environment)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
