"""The launcher: sets up once, by hash, without a network when it must, and passes commands on."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).resolve().parent.parent
PRODUCT = """
import pathlib, sys, time
import loaf
if sys.argv[1:] == ["wait"]:
    pathlib.Path("waiting").touch()
    try:
        time.sleep(60)
    except KeyboardInterrupt:
        pathlib.Path("tidied").touch()
        sys.exit(130)
print(loaf.GRAMS, sys.argv[1:])
sys.exit(7 if "seven" in sys.argv else 0)
"""


def launcher(folder: Path) -> ModuleType:
    """The launcher as it would be in another folder."""
    shutil.copy(HERE / "needsim.py", folder)
    spec = importlib.util.spec_from_file_location("launcher_elsewhere", folder / "needsim.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def wheel(folder: Path) -> str:
    """A package of one line, as a wheel; its hash."""
    folder.mkdir(exist_ok=True)
    path = folder / "loaf-1.0-py3-none-any.whl"
    about = "loaf-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("loaf.py", "GRAMS = 200\n")
        archive.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: loaf\nVersion: 1.0\n")
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def checkout(folder: Path) -> Path:
    """A small product with its launcher, its lock file and its wheels."""
    shutil.copy(HERE / "needsim.py", folder)
    (folder / "sim").mkdir()
    (folder / "sim" / "__main__.py").write_text(PRODUCT)
    (folder / "requirements.lock").write_text(f"loaf==1.0 --hash=sha256:{wheel(folder / 'wheels')}\n")
    return folder


def start(folder: Path, *words: str, away: Path | None = None) -> subprocess.Popen[str]:
    """The launcher's command, under way."""
    command = [sys.executable, str(folder / "needsim.py"), *words]
    return subprocess.Popen(command, cwd=away, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_two_first_commands_at_once_set_up_once_without_a_network_and_both_run(tmp_path: Path) -> None:
    folder, away = checkout(tmp_path), tmp_path / "away"
    away.mkdir()
    both = [start(folder, "run", "a file.yaml", away=away), start(folder, "seven", away=away)]
    (out, err), (_, other) = (process.communicate(timeout=120) for process in both)
    assert [process.returncode for process in both] == [0, 7], err + other
    assert out == "200 ['run', 'a file.yaml']\n"
    assert (err + other).count("setting up") == 1
    assert not list(away.iterdir())
    again = start(folder, "check")
    assert again.communicate(timeout=60) == ("200 ['check']\n", "")


def test_a_package_that_is_not_the_one_in_the_lock_file_is_refused(tmp_path: Path) -> None:
    folder = checkout(tmp_path)
    (folder / "requirements.lock").write_text(f"loaf==1.0 --hash=sha256:{'0' * 64}\n")
    process = start(folder, "run")
    _, err = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "could not be installed" in err
    assert not launcher(folder).is_ready()


def ready(folder: Path) -> ModuleType:
    """A launcher whose .venv is this very Python's."""
    module = launcher(folder)
    module.LOCK.write_text("loaf==1.0\n")
    module.HOME.mkdir()
    module.python = lambda: Path(sys.executable)
    module.STAMP.write_text(module.wanted())
    return module


def test_a_set_up_without_its_mark_or_with_another_lock_file_is_made_again(tmp_path: Path) -> None:
    module = ready(tmp_path)
    assert module.is_ready()
    module.LOCK.write_text("loaf==2.0\n")
    assert not module.is_ready()
    module.STAMP.unlink()
    module.LOCK.write_text("loaf==1.0\n")
    assert not module.is_ready()


def test_a_set_up_whose_python_is_gone_is_made_again(tmp_path: Path) -> None:
    module = ready(tmp_path)
    module.python = lambda: tmp_path / "gone"
    assert not module.is_ready()


def test_a_set_up_cut_off_leaves_the_turn_to_the_next(tmp_path: Path) -> None:
    module = launcher(tmp_path)
    holds = "import needsim\nwith needsim.turn():\n    print('mine', flush=True)\n    input()\n"
    other = subprocess.Popen(
        [sys.executable, "-c", holds], cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == "mine\n"
        other.kill()
    with module.turn():
        assert module.TURN.exists()


def test_a_python_without_venv_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = launcher(tmp_path)
    monkeypatch.setattr(module.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match=r"no module venv, ensurepip(.|\n)*apt install python3-venv"):
        module.set_up()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = launcher(tmp_path)
    monkeypatch.setattr(module.os, "access", lambda path, mode: False)
    with pytest.raises(SystemExit, match="cannot write into"):
        module.set_up()


def test_an_old_python_is_told_plainly_which_one_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = launcher(tmp_path)
    monkeypatch.setattr(module, "OLDEST", (4, 0))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SystemExit, match=r"needs Python 4\.0 or newer; this is Python 3\.\d+\.$"):
        module.main(["--help"])


def test_an_old_python_can_read_the_launcher_at_all() -> None:
    assert ast.parse((HERE / "needsim.py").read_text(encoding="utf-8"), feature_version=(3, 8)).body


def test_every_check_is_run_and_the_failed_ones_are_named(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    module = ready(tmp_path)
    fail, touch = "raise SystemExit(1)", "open('last', 'w').close()"
    module.CHECKS = {"one": ("-c", fail), "two": ("-c", "pass"), "three": ("-c", fail), "pytest": ("-c", touch)}
    assert module.main(["test"]) == 1
    assert "failed: one, three\n" in capfd.readouterr().err
    assert (tmp_path / "last").exists()


def test_checks_that_all_pass_end_with_0(tmp_path: Path) -> None:
    module = ready(tmp_path)
    module.CHECKS = {"one": ("-c", "pass")}
    assert module.main(["test"]) == 0


def test_a_download_that_fails_leaves_the_wheels_there_were(tmp_path: Path) -> None:
    module = ready(tmp_path)
    wheel(module.WHEELS)
    module.pip = lambda *words: 1
    assert module.main(["wheels"]) == 1
    assert [path.name for path in module.WHEELS.iterdir()] == ["loaf-1.0-py3-none-any.whl"]


def test_a_download_replaces_the_wheels_there_were(tmp_path: Path) -> None:
    module = ready(tmp_path)
    wheel(module.WHEELS)

    def download(*words: object) -> int:
        wheel(tmp_path / ".wheels-new")
        (tmp_path / ".wheels-new" / "new").touch()
        return 0

    module.pip = download
    assert module.main(["wheels"]) == 0
    assert (module.WHEELS / "new").exists()
    assert module.offline() == ["--no-index", "--find-links", module.WHEELS]


def test_a_command_that_is_killed_ends_with_the_code_a_shell_would_give(tmp_path: Path) -> None:
    module = launcher(tmp_path)
    code = "import signal; signal.raise_signal(signal.SIGTERM)"
    assert module.call([sys.executable, "-c", code]) == (1 if os.name == "nt" else 128 + signal.SIGTERM)


@pytest.mark.skipif(os.name == "nt", reason="no signal can be sent to one process there")
def test_a_stopped_command_tidies_up_and_ends_with_130(tmp_path: Path) -> None:
    (tmp_path / "sim").mkdir()
    (tmp_path / "sim" / "__main__.py").write_text(PRODUCT.replace("import loaf", ""))
    ready(tmp_path)
    code = (
        "import sys, pathlib, needsim; needsim.GRACE = 0.3; needsim.is_ready = lambda: True;"
        "needsim.python = lambda: pathlib.Path(sys.executable); sys.exit(needsim.main(['wait']))"
    )
    process = subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path)
    while not (tmp_path / "waiting").exists():
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 130
    assert (tmp_path / "tidied").exists()
