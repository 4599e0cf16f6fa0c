"""What the README says works, word for word."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).parent.parent
README = (HOME / "README.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL) for line in block.splitlines()]
SCRIPTS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
CHECKS = "python3 needsim.py test"
"""It runs these very tests."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a user has it: the scenarios, and nothing else."""
    made = tmp_path_factory.mktemp("readme")
    (made / "scenarios").symlink_to(HOME / "scenarios", target_is_directory=True)
    (made / "outputs").mkdir()
    return made


def test_every_command_is_there_to_be_run() -> None:
    assert CHECKS in COMMANDS
    assert any(" new " in line for line in COMMANDS)
    assert any(" run " in line for line in COMMANDS)


def test_every_command_runs_in_the_order_in_which_it_stands(folder: Path) -> None:
    for line in (line for line in COMMANDS if line != CHECKS):
        words = shlex.split(line)
        assert words[:2] == ["python3", "needsim.py"]
        done = here(folder, "-m", "sim", *words[2:])
        assert done.returncode == 0, f"{line}\n{done.stderr}"
    assert (folder / "outputs" / "lachin_2023" / "arrivals.csv").is_file()
    assert (folder / "outputs" / "summary.csv").is_file()


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_runs(script: str, folder: Path) -> None:
    done = here(folder, "-c", script)
    assert done.returncode == 0, done.stderr
    assert "vehicles stalled" in done.stdout


def test_every_picture_and_page_it_names_is_there() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert [link for link in links if not (HOME / link).exists()] == []


def here(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {"PYTHONPATH": str(HOME), "PATH": "/usr/bin:/bin"}
    return subprocess.run(
        [sys.executable, *words], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
