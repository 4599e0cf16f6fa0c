"""What people type: each fault is placed at the option it stands in, and being stopped leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from sim.cli import cli
from sim.publish import export
from sim.scenario.faults import ScenarioError
from sim.scenario.loader import load

HERE = Path(__file__).resolve().parent.parent
ROAD = HERE / "scenarios" / "example_bare_road.yaml"
FEW = ("--set", "population.total=300 people", "--replications", "1")


def needsim(*told: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sim", *map(str, told)]
    return subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)


def test_the_time_it_is_run_at_is_kept(tmp_path: Path) -> None:
    done = needsim("run", ROAD, *FEW, "--now", "day 1 06:00", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / ROAD.stem / "run.json").read_text())["now"] == 30
    assert load(tmp_path / ROAD.stem / "scenario.yaml").run.now == 30


def test_a_fault_of_an_option_is_placed_at_the_option(tmp_path: Path) -> None:
    done = needsim("run", ROAD, "--now", "noon", "--out", tmp_path)
    assert (done.returncode, done.stderr.startswith("--now: run.now: 'noon' is not a time")) == (2, True)


def test_an_out_that_says_nothing_is_refused() -> None:
    done = needsim("run", ROAD, "--out", "")
    assert done.returncode == 2
    assert "name a folder" in done.stderr


@pytest.mark.parametrize("name", ["run", "compare", "binds", "sweep", "sensitivity", "prepare", "advise"])
def test_commands_that_make_runs_take_the_same_options_and_say_so(name: str) -> None:
    command = cli.commands[name]
    usual = command.make_context(name, ["x.yaml"]).params
    for option in ("replications", "seed", "workers", *(("resolution",) if name != "sweep" else ())):
        assert usual[option] == (20 if (name, option) == ("advise", "replications") else None)
        assert command.make_context(name, ["x.yaml", f"--{option}", "3"]).params[option] == 3
        with pytest.raises(click.BadParameter, match="-1 is not in the range"):
            command.make_context(name, ["x.yaml", f"--{option}", "-1"])
    told = [getattr(option, "help", None) for option in command.params if option.name in ("replications", "seed")]
    assert all(told)


def test_where_results_cannot_go_is_said_before_anything_is_run(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "road").write_text("")
    for out in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(ScenarioError, match=r"--out: .*file is a file; must be a folder"):
            export.ready(out, [Path("road.yaml")])
    with pytest.raises(ScenarioError, match=r"--out: .*road is a file; the results need a folder"):
        export.ready(tmp_path / "out", [Path("road.yaml")])
    assert (tmp_path / "out" / "road").is_file()


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"a/road\.yaml and b/road\.yaml would both be written to"):
        export.ready(tmp_path, [Path("a/road.yaml"), Path("b/road.yaml"), Path("c.yaml")])


def test_what_runs_that_were_ended_left_is_cleared_and_what_is_being_written_is_not(tmp_path: Path) -> None:
    old, new, other = (tmp_path / name for name in (".road.writing-a", ".road.writing-b", ".street.writing-c"))
    for folder in (old, new, other):
        folder.mkdir()
    for folder in (old, other):
        os.utime(folder, (time.time() - 1000, time.time() - 1000))
    export.ready(tmp_path, [Path("road.yaml")])
    assert (old.exists(), new.exists(), other.exists()) == (False, True, True)


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ("corridor.segments.rod.length=5 km", r"--set: corridor\.segments\.rod: .* did you mean 'road'\?"),
        ("corridor.segments.road.lenth=5 km", r"--set: corridor\.segments\.road\.lenth: .* did you mean 'length'\?"),
        ("horizon=1e9 h", r"--set: horizon: .* at most 26,280 h"),
        ("corridor.segments.road.length=1e300 km", r"--set: .*length: 1e\+300 km is too large"),
    ],
)
def test_a_fault_of_a_change_is_placed_at_the_change(told: str, message: str) -> None:
    path, value = told.split("=")
    with pytest.raises(ScenarioError, match=rf"^{message}"):
        load(ROAD, {path: value})


def test_a_change_may_bring_up_a_name(tmp_path: Path) -> None:
    changes = {"segment": "road", "from": "3 h", "until": "4 h"}
    scenario = load(ROAD, {f"corridor.closures.flood.{key}": value for key, value in changes.items()})
    assert scenario.corridor is not None
    assert scenario.corridor.closures["flood"].until == 4


@pytest.mark.skipif(os.name == "nt", reason="there is no such signal there")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.Signals(9)])
def test_workers_end_with_the_process_that_started_them(how: signal.Signals, tmp_path: Path) -> None:
    script = tmp_path / "slow.py"
    script.write_text(
        "import os, sys, time\n"
        "from pathlib import Path\n"
        "from sim.cli import stopped\n"
        "from sim.studies.workers import processes\n"
        "import signal\n"
        "def slow(number):\n"
        f"    Path({str(tmp_path)!r}, f'{{os.getpid()}}.pid').touch()\n"
        "    time.sleep(60)\n"
        "if __name__ == '__main__':\n"
        "    signal.signal(signal.SIGTERM, stopped)\n"
        "    with processes(2) as mapper:\n"
        "        list(mapper(slow, range(4)))\n"
    )
    parent = subprocess.Popen([sys.executable, str(script)], cwd=HERE, env={**os.environ, "PYTHONPATH": str(HERE)},
                              stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        assert _soon(lambda: len(list(tmp_path.glob("*.pid"))) == 2)
        workers = [int(file.stem) for file in tmp_path.glob("*.pid")]
        parent.send_signal(how)
        parent.wait(10)
        assert _soon(lambda: not any(_alive(worker) for worker in workers))
    finally:
        parent.kill()


def _soon(holds: object, seconds: float = 10.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():  # type: ignore[operator]
            return True
        time.sleep(0.05)
    return False


def _alive(process: int) -> bool:
    stat = Path(f"/proc/{process}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"
