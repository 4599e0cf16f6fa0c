"""Nobody is named: texts tell roles, tables hold counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario import observed
from sim.scenario.faults import ScenarioError
from sim.scenario.loader import load
from sim.scenario.personal import in_column, in_text
from sim.scenario.standards import figures

HERE = Path(__file__).parent
ROAD = HERE.parent.parent / "scenarios" / "example_bare_road.yaml"
NAMED = (
    "Mr Ferryman said so", "according to Dr. Ferryman", "Col. Ferryman", "Anna Ferryman, by phone",
    "informant: Anna Ferryman", "bridge shut; name: Anna Ferryman", "Mrs Ćosić",
)  # fmt: skip
CALLED = (
    "ring +374 00 000 000", "0037400000000", "(010) 00 00 00, mornings", "tel. 00000000", "phone 091 000 000",
    "WhatsApp: 91000000",
)  # fmt: skip
WRITTEN_TO = ("ferry@valley.example", "mailto:ferry.desk@post.valley.example, mornings")
ROLES = (
    "ferry operator, by phone", "ferry operator, by phone 2023-09-24", "Red Cross, by phone",
    "informant: Ministry of Health", "contact: police", "place name: Lachin Bridge", "Dr. of the clinic",
)  # fmt: skip
COUNTS = (
    "2023-09-24 15:30 +04:00", "24-09-2023", "04/10/2023", "1 000 000 people", "+1,150 t", "2023-24, p. 012",
    "https://valley.example/0123456789/@39.6,46.5", "doi 10.1000/0012-3456", "00:00 to 06:00", "28,120 by 26 September",
)  # fmt: skip


@pytest.mark.parametrize("text", NAMED)
def test_a_name_with_a_title_or_where_only_a_person_can_stand_is_refused(text: str) -> None:
    assert in_text(text).startswith("holds what looks like a person's name")


@pytest.mark.parametrize("text", CALLED)
def test_a_telephone_number_is_refused(text: str) -> None:
    assert in_text(text).startswith("holds a telephone number")


@pytest.mark.parametrize("text", WRITTEN_TO)
def test_an_address_for_letters_is_refused(text: str) -> None:
    assert in_text(text).startswith("holds an e-mail address")


@pytest.mark.parametrize("text", [*ROLES, *COUNTS])
def test_roles_organisations_places_times_and_counts_may_stand(text: str) -> None:
    assert in_text(text) == ""


@pytest.mark.parametrize(
    "header",
    ["name", "Full Name", "surname", "phone", "e-mail", "passport_no", "registration_number", "regNo", "plate",
     "national id", "household_id", "id"],
)  # fmt: skip
def test_a_column_that_would_hold_persons_is_refused(header: str) -> None:
    assert header in in_column(header)
    assert "leave the column out" in in_column(header)


@pytest.mark.parametrize(
    "header", [*observed.COLUMNS, "place_name", "item name", "registration", "people", "item_code"]
)
def test_columns_of_counts_may_stand(header: str) -> None:
    assert in_column(header) == ""


def test_a_person_in_the_source_of_a_count_is_placed_at_its_cell(tmp_path: Path) -> None:
    table = tmp_path / "counts.csv"
    table.write_text("time,value,kind,source,confidence\n2023-09-24T18:00,30,stated,Mr Ferryman,low\n")
    with pytest.raises(ScenarioError, match=r"counts.csv:2:28: holds what looks like a person's name; write the role"):
        observed.read(table)


def test_a_person_on_the_command_line_is_refused_there() -> None:
    with pytest.raises(ScenarioError, match=r"^--set: title: holds an e-mail address; write the role"):
        load(ROAD, {"title": "ask ferry@valley.example"})


def test_a_place_is_not_called_after_a_telephone_number(tmp_path: Path) -> None:
    file = tmp_path / "valley.yaml"
    file.write_text('population:\n  total: 9 people\n  settlements:\n    "+374 00 000 000": { people: 100 % }\n')
    with pytest.raises(ScenarioError, match=r"valley.yaml:4:\d+: population.*: its name holds a telephone number"):
        load(file)


def test_the_library_itself_names_nobody() -> None:
    told = [(figure.name, in_text(f"{figure.edition}; {figure.source}")) for figure in figures()]
    assert [name for name, fault in told if fault] == []
    assert told
