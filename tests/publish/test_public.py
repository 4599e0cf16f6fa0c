"""What leaves the team: stamped internal, nothing of who ran it and where, and a shareable set that tells less."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from sim.publish import public, sharing
from sim.publish.charts.folder import Results
from sim.publish.charts.page import footer
from sim.scenario.faults import ScenarioError
from sim.scenario.loader import load

HERE = Path(__file__).resolve().parent.parent.parent
VALLEYS = HERE / "scenarios" / "two_valleys.yaml"
NOW = 60
WHO, MACHINE, WHERE = "ferrywoman-anna", "landing-stage-7", "house-of-the-ferry"
PLACES = ("mill_valley", "east_valley", "market_town", "river_village", "camp", "gorge", "plain", "mill_road",
          "east_road", "district_town")  # fmt: skip
STOCKED = ("rice_in_the_district", "tanks_at_the_camp", "from_the_neighbours", "springs_at_home")


def needsim(*told: object, home: Path) -> subprocess.CompletedProcess[str]:
    known = {
        "USER": WHO,
        "LOGNAME": WHO,
        "USERNAME": WHO,
        "HOSTNAME": MACHINE,
        "HOME": str(home),
        "MPLCONFIGDIR": str(home),
    }
    command = [sys.executable, "-m", "sim", *map(str, told)]
    return subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False, env={**os.environ, **known})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of a copy in somebody's folder, at noon of day 2, with counts named by their whole path."""
    home = tmp_path_factory.mktemp(WHERE)
    file, table = home / "valleys.yaml", home / "counts.csv"
    shutil.copyfile(VALLEYS, file)
    counts = "2024-05-01T18:00:00,7,stated,town,high\n2024-05-02T18:00:00,800,stated,town,high\n"
    table.write_text(f"time,value,kind,source,confidence\n{counts}")
    sets = ("--set", "start=2024-05-01 00:00", "--set", f"observed.arrivals={table}")
    luck = ("--replications", 2, "--workers", 1, "--now", "2024-05-03 12:00")
    done = needsim("run", file, *sets, *luck, "--out", home / "out", home=home)
    assert done.returncode == 0, done.stderr
    made = home / "out" / "valleys"
    told = needsim("report", made, "--public", home=home)
    assert told.returncode == 0, told.stderr
    return made


def table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / "public" / f"{name}.csv", keep_default_na=False)


def shown(folder: Path) -> dict[str, str]:
    """Every text of the shareable set, by its file."""
    files = [file for file in (folder / "public").rglob("*") if file.suffix in (".csv", ".json", ".svg")]
    return {file.name: file.read_text(encoding="utf-8") for file in files}


def test_no_file_of_a_run_names_who_ran_it_the_machine_or_a_folder(folder: Path) -> None:
    files = [file for file in folder.rglob("*") if file.is_file()]
    hidden = [WHO, MACHINE, WHERE, str(HERE), str(folder.parent)]
    hidden += [name for name in (socket.gethostname(),) if len(name) > 5]
    found = [(file.name, text) for file in files for text in hidden if text.encode() in file.read_bytes()]
    assert found == []
    assert {".csv", ".json", ".svg", ".png", ".yaml"} <= {file.suffix for file in files}


def test_a_picture_says_of_itself_only_what_it_shows(folder: Path) -> None:
    pictures = list(folder.rglob("*.png"))
    assert pictures
    for picture in pictures:
        with Image.open(picture) as image:
            assert set(image.info) <= {"Title", "dpi"}
    for drawing in folder.rglob("*.svg"):
        assert "dc:creator" not in drawing.read_text(encoding="utf-8")


def test_results_are_internal_and_say_so_and_the_shareable_set_says_public(folder: Path) -> None:
    assert json.loads((folder / "run.json").read_text())["sharing"] == "internal"
    assert json.loads((folder / "public" / "run.json").read_text())["sharing"] == "public"
    assert "internal  ·  2 runs" in footer(Results(folder))
    assert "internal  ·  2 runs" in (folder / "charts" / "arrivals.svg").read_text(encoding="utf-8")
    assert "public  ·  2 runs" in (folder / "public" / "charts" / "arrivals.svg").read_text(encoding="utf-8")


def test_the_shareable_set_names_no_place_and_no_stock(folder: Path) -> None:
    texts = shown(folder)
    assert {"gaps.csv", "arrivals.csv", "ledger.csv", "run.json"} <= set(texts)
    cells = {name: set(text.replace("\n", ",").split(",")) for name, text in texts.items()}
    assert [(name, place) for name, told in cells.items() for place in PLACES if place in told] == []
    assert [(name, store) for name, text in texts.items() for store in STOCKED if store in text] == []
    assert set(table(folder, "gaps")["place"]) == {"all", "settlements", "road", "reception"}
    assert not {"stocks.csv", "blockade.csv", "dispatch.csv", "deliveries.csv", "costs.csv", "queue.csv",
                "gaps_hourly.csv", "replications.csv", "scenario.yaml", "presence.csv"} & set(texts)  # fmt: skip
    assert not table(folder, "indicators")["indicator"].str.startswith(("stock.", "gap.")).any()


def test_after_now_nothing_is_told_by_the_hour(folder: Path) -> None:
    for name in ("arrivals", "ledger"):
        rows, stored = table(folder, name), pd.read_csv(folder / f"{name}.csv")
        assert set(rows[rows["hour"] <= NOW]["hour"]) == set(stored[stored["hour"] <= NOW]["hour"])
        assert set(rows[rows["hour"] > NOW]["hour"]) == {72, 96, 120}


def test_the_shareable_set_says_until_when_it_tells_by_the_hour(folder: Path) -> None:
    assert json.loads((folder / "public" / "run.json").read_text())["known_until"] == "2024-05-03T12:00:00"


def test_supply_is_told_of_reception_alone_and_of_days_that_are_over(folder: Path) -> None:
    rows = table(folder, "gaps")
    told = rows[rows["gap_plan"] != ""]
    assert set(told["place"]) == {"reception"}
    assert told["day"].max() <= NOW // 24 - 1
    assert set(rows["supply_p50"]) == {""}


def test_no_cell_is_under_ten(folder: Path) -> None:
    for name, columns in {"ledger": ["p05", "p50", "p95", "mean"], "gaps": ["need_p50", "need_plan"]}.items():
        cells = table(folder, name)[columns].astype(str).to_numpy().ravel()
        counts = [float(cell) for cell in cells if cell not in ("", "<10")]
        assert len(counts) > 100
        assert all(count == 0 or (count >= 10 and count % 10 == 0) for count in counts)
        assert "<10" in cells


def test_what_is_summed_over_places_is_the_plan_which_is_one_world(folder: Path) -> None:
    stored, rows = pd.read_csv(folder / "gaps.csv"), table(folder, "gaps")
    key = ["date", "item", "level"]
    inside = stored[stored["place"].isin(["mill_valley", "east_valley", "market_town", "river_village", "fuel_queue"])]
    summed = inside.fillna({"level": ""}).groupby(key)["need_plan"].sum()
    group = rows[rows["place"] == "settlements"].set_index(key)["need_plan"]
    large = group[group != "<10"].astype(float)
    assert len(large) > 10
    assert (large - summed[large.index]).abs().max() <= 5
    assert set(rows[rows["place"] != "all"]["need_p50"]) == {""}


def test_published_counts_keep_their_dates(folder: Path) -> None:
    rows = table(folder, "observed")
    assert list(rows["time"]) == ["2024-05-01T18:00:00", "2024-05-02T18:00:00"]
    assert list(rows["value"]) == ["<10", "800"]


def test_a_movement_still_to_come_has_no_dates(folder: Path, tmp_path: Path) -> None:
    early = tmp_path / "early"
    shutil.copytree(folder, early, ignore=shutil.ignore_patterns("public"))
    told = json.loads((early / "run.json").read_text())
    (early / "run.json").write_text(json.dumps({**told, "now": "2024-04-29T00:00:00"}))
    public.make(early)
    assert {"arrivals.csv", "ledger.csv", "gaps.csv"}.isdisjoint(shown(early))
    assert "indicators.csv" in shown(early)
    manifest = json.loads((early / "public" / "run.json").read_text())
    assert ("start" in manifest, manifest["known_until"]) == (False, None)


@pytest.mark.parametrize(
    ("place", "group"),
    [("mill_valley", "settlements"), ("gorge", "road"), ("road", "road"), ("fuel_queue", "settlements"),
     ("between_places", "road"), ("camp", "reception"), ("onward", "onward"), ("all", "all")],
)  # fmt: skip
def test_a_place_is_shown_in_its_group(place: str, group: str) -> None:
    assert sharing.group_of(place, load(VALLEYS)) == group


def test_report_draws_stored_results_anew_and_says_what_it_does_not_make(folder: Path) -> None:
    before = (folder / "charts" / "arrivals.svg").read_bytes()
    (folder / "charts" / "arrivals.svg").unlink()
    done = needsim("report", folder, home=folder.parent)
    assert (done.returncode, "brief, report and workbook are not made yet" in done.stdout) == (0, True)
    assert (folder / "charts" / "arrivals.svg").read_bytes() == before


def test_a_folder_without_results_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"holds no run\.json; name a folder that `run` has written"):
        public.stored(tmp_path)
    assert needsim("report", tmp_path, "--public", home=tmp_path).returncode == 2
