"""How the house is kept: what a look at the files can tell."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent.parent
MADE = {".venv", "wheels", ".git", "outputs", "build", "dist"}
LONGEST_FUNCTION, LONGEST_MODULE = 45, 400
HOSTS = ("py" + "pi.", "python" + "hosted.", "npm" + "js.", "conda." + "anaconda", "deb" + "ian.org")
HOMES = re.compile(r"(?<![\w.:/])(?:/(?:home|root|Users|tmp|opt|work|farm|srv|mnt)/\w|[A-Z]:\\\\?Users)")


def kept() -> list[Path]:
    """Files that are kept in version control, or would be."""
    try:
        told = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard"], cwd=HERE, capture_output=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return [path for path in HERE.rglob("*") if path.is_file() and not MADE & set(path.relative_to(HERE).parts)]
    return [path for name in told.stdout.decode().splitlines() if (path := HERE / name).is_file()]


def modules() -> list[Path]:
    """The product's modules."""
    return sorted((HERE / "sim").rglob("*.py"))


def nodes(path: Path) -> Iterator[ast.AST]:
    """Everything a module says."""
    yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def imported(path: Path) -> set[str]:
    """Top names a module imports."""
    names: set[str] = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def texts() -> Iterator[tuple[Path, str]]:
    """Files that hold text."""
    for path in kept():
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def project() -> dict[str, object]:
    """What pyproject.toml says of the project."""
    with (HERE / "pyproject.toml").open("rb") as file:
        told: dict[str, object] = tomllib.load(file)["project"]
    return told


def test_every_module_has_a_name_of_its_own() -> None:
    assert [
        path for path in modules() if path.stem in {"utils", "util", "core", "common", "base", "helpers", "misc"}
    ] == []


def test_no_module_is_longer_than_a_reader_can_hold() -> None:
    lengths = {str(path.relative_to(HERE)): path.read_text(encoding="utf-8").count("\n") for path in modules()}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_MODULE} == {}


def test_no_function_is_longer_than_a_page() -> None:
    long = [
        f"{path.relative_to(HERE)}:{node.lineno} {node.name}"
        for path in [*modules(), HERE / "needsim.py"]
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


def test_no_error_is_caught_without_being_named() -> None:
    bare = [path for path in modules() for node in nodes(path) if isinstance(node, ast.ExceptHandler) and not node.type]
    assert bare == []


def test_charts_are_drawn_without_global_state() -> None:
    assert [path for path in modules() if any("pyplot" in name for name in imported(path))] == []


def test_no_module_draws_luck_that_has_no_stream() -> None:
    drawing = {"random", "numpy.random.seed", "numpy.random.default_rng"}
    assert [path for path in modules() if imported(path) & drawing] == []


def test_the_launcher_needs_only_the_standard_library() -> None:
    assert {name.split(".")[0] for name in imported(HERE / "needsim.py")} <= sys.stdlib_module_names


def test_every_room_is_a_package() -> None:
    rooms = [path for path in (HERE / "sim").rglob("*") if path.is_dir() and list(path.glob("*.py"))]
    assert len(rooms) >= 5
    assert [room for room in rooms if not (room / "__init__.py").is_file()] == []


def test_no_file_names_a_registry_or_a_folder_of_somebodys_machine() -> None:
    found = [
        f"{path.relative_to(HERE)}:{number}: {line.strip()[:80]}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if any(host in line.lower() for host in HOSTS) or HOMES.search(line)
    ]
    assert found == []


def test_a_folder_of_somebodys_machine_would_be_found() -> None:
    assert HOMES.search("written to /" + "home/ana/needsim")
    assert not HOMES.search("outputs/home/ana")


def test_the_lock_file_pins_every_package_by_hash_and_names_no_address() -> None:
    lock = (HERE / "requirements.lock").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", lock.strip())
    assert [entry for entry in entries if not re.match(r"[\w.-]+==\S+( ;.*)? \\\n    --hash=sha256:", entry)] == []
    assert "://" not in lock


def test_the_lock_file_holds_what_the_project_asks_for() -> None:
    about = project()
    extras = about["optional-dependencies"]
    assert isinstance(extras, dict)
    assert isinstance(about["dependencies"], list)
    asked = {re.split(r"[>=<]", name)[0].lower() for name in [*about["dependencies"], *extras["checks"]]}
    locked = set(re.findall(r"^([\w.-]+)==", (HERE / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE))
    assert asked - locked == set()


def test_the_projects_check_is_the_command_the_readme_gives() -> None:
    command = (HERE / ".ci" / "run").read_text(encoding="utf-8").strip().splitlines()[-1].removeprefix("exec ")
    assert command == "python3 needsim.py test"
    assert f"\n{command}\n" in (HERE / "README.md").read_text(encoding="utf-8")


@pytest.mark.skipif(os.name == "nt", reason="files have no such mark there")
def test_the_projects_check_can_be_started() -> None:
    assert os.access(HERE / ".ci" / "run", os.X_OK)


def loaded(*words: str) -> set[str]:
    """What a command loads."""
    command = [sys.executable, "-X", "importtime", "-m", "sim", *words]
    told = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=True)
    return {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in told.stderr.splitlines()}


def test_help_is_shown_without_loading_numbers_tables_or_charts() -> None:
    found = loaded("--help")
    assert "click" in found
    assert not found & {"numpy", "pandas", "scipy", "matplotlib", "pydantic", "pint", "yaml", "numba"}


def test_a_scenario_is_checked_without_a_compiler_tables_or_charts() -> None:
    found = loaded("check", "scenarios/lachin_2023.yaml")
    assert "pydantic" in found
    assert not found & {"numba", "pandas", "scipy", "matplotlib"}
