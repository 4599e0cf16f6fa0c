"""Inputs, boxes and questions as tables and charts."""

from __future__ import annotations

import json
from math import nan

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import sim
from sim.cli import cli
from sim.publish import answers
from sim.publish.charts import asked as chart_of_questions
from sim.publish.charts import inputs as chart_of_inputs
from sim.results.columns import header
from sim.scenario.faults import ScenarioError
from sim.studies.asking import Asked, Question
from sim.studies.sensitivity import Effect
from tests.studies.stores import made, saltelli, uniform

RATE, BUSES = "corridor.checkpoints.bridge.booth_rate", "transport.buses.town.buses"
ENDS = {RATE: (100.0, 300.0), BUSES: (0.0, 100.0)}
UNITS = {RATE: "vehicles/h", "answer": "h"}


def gap(x, _luck):
    return 900.0 - x[RATE] if x[RATE] < 190 and x[BUSES] < 40 else 100.0


@pytest.fixture
def swept(tmp_path):
    return made(tmp_path / "post-sweep", saltelli(64, ENDS), gap, kind="sobol", units=UNITS)


def invoke(*words):
    return CliRunner().invoke(cli, [str(word) for word in words], standalone_mode=False)


def test_sensitivity_writes_its_table_and_picture_into_the_folder_of_the_sweep(swept):
    done = invoke("sensitivity", swept, "--json")
    assert done.exit_code == 0
    table = pd.read_csv(swept / "sensitivity.csv")
    assert list(table.columns) == header("sensitivity")
    assert table.input.tolist() == sorted([RATE, BUSES], key=lambda path: -table.set_index("input").total[path])
    told = json.loads(done.stdout)
    assert [row["first"] for row in told["sensitivity"]] == pytest.approx(table["first"].tolist())
    assert (swept / "charts" / "sensitivity_answer.svg").is_file()
    assert (swept / "charts" / "sensitivity_answer.png").is_file()


def test_find_writes_its_table_and_picture_and_says_it_in_words(swept):
    done = invoke("find", swept, "--when", "answer > 10 days")
    assert done.exit_code == 0
    table = pd.read_csv(swept / "boxes.csv")
    assert list(table.columns) == header("boxes")
    assert set(table.input) == {RATE, BUSES}
    assert (table.quasi_p > 0).all()
    assert "a booth of checkpoint bridge passes fewer than" in done.stderr
    picture = (swept / "charts" / "boxes.svg").read_text(encoding="utf-8")
    assert "Bad when" in picture
    assert "what-if scenario, not a forecast" in picture


def test_the_same_runs_give_the_same_bytes(swept):
    def once():
        invoke("sensitivity", swept)
        invoke("find", swept, "--when", "answer > 10 days")
        return [path.read_bytes() for path in sorted(swept.rglob("*.*")) if path.suffix in (".csv", ".svg", ".png")]

    assert once() == once()


def test_python_gives_the_same_as_frames(swept):
    table = sim.sensitivity(swept)
    assert list(table.columns) == header("sensitivity")
    found = sim.find(swept, "answer > 10 days")
    assert list(found.columns) == header("boxes")
    assert set(found.input) == {RATE, BUSES}
    assert isinstance(found.attrs["notes"], list)


def test_a_folder_without_runs_says_how_to_make_them(tmp_path):
    with pytest.raises(ScenarioError, match="make one with `sweep`"):
        sim.sensitivity(tmp_path)
    with pytest.raises(ScenarioError, match="make one with `sweep`"):
        sim.find(tmp_path, "answer > 1 h")


@pytest.mark.parametrize("share", ["0 %", "120 %", "5 km"])
def test_a_share_that_luck_may_add_is_a_share(swept, share):
    done = invoke("sensitivity", swept, "--luck-adds", share)
    assert "--luck-adds" in str(done.exception.format_message())


def test_a_file_asks_for_its_answer(tmp_path):
    file = tmp_path / "a.yaml"
    file.write_text("population: { total: 100 people }", encoding="utf-8")
    done = invoke("sensitivity", file)
    assert "--of" in str(done.exception.format_message())


POST = """
title: A post
horizon: 200 h
population: { total: 200 people, household_size: 4 people/household }
vehicles: { per_household: 1 vehicles/household, classes: { car: { share: 100 %, seats: 12 } } }
corridor:
  segments: { road: { from: town, to: bridge, length: 5 km, class: two_lane } }
  checkpoints: { bridge: { at: bridge, booth_rate: 10 vehicles/h } }
uncertainty:
  corridor.checkpoints.bridge.booth_rate: { distribution: uniform, low: 5 vehicles/h, high: 15 vehicles/h }
"""


def test_a_scenario_file_is_asked_by_paired_runs_into_a_folder_of_its_own(tmp_path):
    file = tmp_path / "post.yaml"
    file.write_text(POST, encoding="utf-8")
    words = ("sensitivity", file, "--of", "clearance.p95", "--replications", "20", "--workers", "1")
    done = invoke(*words, "--out", tmp_path / "out", "--json")
    assert done.exit_code == 0
    folder = tmp_path / "out" / "post-sensitivity"
    (row,) = pd.read_csv(folder / "ask_next.csv").to_dict("records")
    assert row["question"] == "How many vehicles an hour does one booth of checkpoint bridge pass?"
    assert row["width_known"] < row["width_now"] / 2  # what is left is the luck of some fifty households
    assert json.loads(done.stdout)["ask_next"][0]["width_now"] == pytest.approx(row["width_now"])
    assert "1. How many vehicles an hour" in done.stderr
    assert {path.name for path in folder.rglob("*.png")} == {"ask_next.png", "tornado_clearance_p95.png"}


def effect(path, first, total, ends=(nan, nan, nan)):
    return Effect(
        "clearance.p95", "h", path, "L", "sobol", first, first - 0.1, first + 0.1, total, total - 0.1, total + 0.1,
        10.0, 30.0, *ends, 100, 90, 1, 2, 3, 1, nan, nan,
    )  # fmt: skip


def asked_of(*narrower):
    return [
        Question(rank, "How many?", "fuel.ration", "L", 1, 2, "clearance.p95", "h", 10.0, 10.0 - by, by, by - 1, by + 1,
                 "no" if by > 1 else "yes", "assumed", "a guess", "paired runs", 90)
        for rank, by in enumerate(narrower, 1)
    ]  # fmt: skip


def test_headlines_say_what_is_drawn():
    assert chart_of_inputs.finding([effect("fuel.ration", 0.4, 0.6)]).startswith(
        "60 % of the variance of clearance.p95 goes with one input: litres"
    )
    assert "No input explains more" in chart_of_inputs.finding([effect("fuel.ration", 0.02, 0.05)])
    assert "would be 40 % narrower" in chart_of_questions.finding(asked_of(4.0, 0.5))
    assert "No single answer" in chart_of_questions.finding(asked_of(0.5))


def test_a_tornado_is_drawn_where_one_input_moved_at_a_time(tmp_path):
    results = answers.Results(tmp_path, told={"title": "a", "replications": 3})
    assert chart_of_inputs.draw_tornado(results, [effect("fuel.ration", nan, nan)]) is None
    figure = chart_of_inputs.draw_tornado(results, [effect("fuel.ration", nan, nan, (5.0, 7.0, 12.0))])
    (axes,) = figure.axes
    bars = sorted((bar.get_x(), bar.get_x() + bar.get_width()) for bar in axes.patches)
    assert [end for bar in bars for end in sorted(bar)] == [5.0, 7.0, 7.0, 12.0]
    assert "from 5 to 12 h" in figure.get_label()


def test_ends_of_a_choice_stand_beside_those_of_a_range(tmp_path):
    found = [effect("fuel.ration", 0.4, 0.6), effect("fuel.without", 0.3, 0.4)._replace(low="leave", high="wait")]
    answers.write(tmp_path, "sensitivity", found)
    table = pd.read_csv(tmp_path / "sensitivity.csv", dtype=str, keep_default_na=False)
    assert table.low.tolist() == ["10", "leave"]
    assert table.at_low.tolist() == ["", ""]


def test_questions_are_written_with_their_widths(tmp_path):
    answers.write_questions(tmp_path, Asked(asked_of(4.0, 0.5)), {"title": "a"})
    table = pd.read_csv(tmp_path / "ask_next.csv")
    assert list(table.columns) == header("ask_next")
    assert (table.width_now - table.width_known).tolist() == table.narrower.tolist() == [4.0, 0.5]
    assert table.within_noise.tolist() == ["no", "yes"]
    assert (tmp_path / "charts" / "ask_next.png").is_file()


def test_a_choice_stands_in_the_table_of_boxes_by_its_values(tmp_path):
    columns = uniform(300, {"x": (0.0, 1.0)})
    columns["fuel.without"] = np.array(["leave", "wait", "walk"])[np.arange(300) % 3]
    folder = made(tmp_path / "c", columns, lambda x, _: float(x["fuel.without"] == "walk"))
    assert sim.find(folder, "answer > 0.5").to_dict("records")[0]["values"] == "walk"
