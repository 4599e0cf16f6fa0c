"""What may name a person: refused in every text of a scenario and in the columns and cells of its tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sim.scenario.faults import Fault

URL = re.compile(r"\bhttps?://\S+", re.IGNORECASE)
EMAIL = re.compile(r"[\w.%+-]+@[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}")
ABROAD = re.compile(r"(?<![\w.,/])(?:\+|00)[1-9](?:[ ()./-]{0,2}\d){7,14}(?![\d,])")
"""A telephone number with the code of a country; an offset from UTC and a count are shorter."""
AT_HOME = re.compile(r"(?<![\w.,:/+-])(?:0\d{8,10}|\(?0\d{1,4}\)?(?:[ /-]\d{2,4}){2,4})(?![\w:])")
CALLED = re.compile(
    r"\b(?:phone|telephone|tel|mobile|cell|whatsapp|viber|signal|fax)\b[\s.:]*"
    r"(?!\d{4}[-/]\d\d?[-/]|\d\d?[-/]\d\d?[-/]\d{4})[+(]?\d[\d ()/-]{5,}",
    re.IGNORECASE,
)
"""A number after the word for what is rung; not a date of the call."""
DATE = re.compile(r"0?\d[ /-]\d{2}[ /-]\d{4}")

WORD = r"[^\W\d_a-z][^\W\d_]*[^\W\d_A-Z]"
"""A word with a capital, of two letters or more and not all capitals."""
TITLED = re.compile(
    rf"\b(?:(?:Mr|Mrs|Ms|Mx|Miss|Dr|Prof|Professor|Doctor|Mme|Mlle|Herr|Frau)\.?|(?:Capt|Col|Gen|Lt|Maj|Sgt)\.) {WORD}"
)
TWO = rf"({WORD}(?:[ -]{WORD}){{1,2}})"
KEYED = re.compile(
    r"(?:(?:^|[;,.(]\s*)name|\b(?:full name|first name|last name|family name|surname|patronymic|contact|contact person|"
    rf"informant|interviewee|respondent|focal point))\s*[:=]\s*(?-i:{TWO})",
    re.IGNORECASE,
)
SPOKEN = re.compile(rf"{TWO},? (?:by|on the|over the) (?:phone|telephone|radio|e-?mail|message|WhatsApp|Viber)\b")
BODIES = re.compile(
    r"\b(?:administration|agency|army|bank|border|bridge|cent(?:re|er)|church|city|clinic|committee|council|crescent|"
    r"cross|defen[cs]e|department|depot|district|driver|embassy|federation|forces?|foundation|fund|government|guard|"
    r"health|hospital|hotel|house|humanitarian|hub|international|mayor|migration|minister|ministry|mission|monitor|"
    r"municipality|nation(?:al|s)|office|officer|operator|organi[sz]ation|police|programme|province|region|rescue|road|"
    r"school|services?|society|station|team|town|union|university|village|volunteer|world)\b",
    re.IGNORECASE,
)
"""Words of offices, organisations, roles and places: with one of them, capitals name no person."""

NAMES = {"surname", "firstname", "lastname", "forename", "fullname", "patronymic", "nickname"}
CALLS = {"phone", "phones", "telephone", "tel", "mobile", "cellphone", "whatsapp", "viber", "fax", "email", "mail"}
PAPERS = {"passport", "ssn", "plate", "imei", "birthdate", "birthday", "dob", "signature", "fingerprint", "iban"}
KEPT = {"number", "no", "nr", "num", "id", "code", "card"}
"""Words that with one of HELD_BY make the number of a person, a family or a vehicle."""
HELD_BY = {"registration", "reg", "national", "personal", "person", "individual", "household", "family", "case"}
HELD_BY |= {"patient", "identity", "tax", "licence", "license", "vehicle", "security", "refugee", "beneficiary"}
THINGS = {"place", "item", "sector", "file", "series", "settlement", "store", "source", "organisation"}
"""What may have a name in a column."""

ROLE = "write the role instead, such as 'ferry operator, by phone'"
COUNT = "tables hold counts only; leave the column out"


def in_text(text: str) -> str:
    """What in a text is personal and what to write instead; empty where nothing is."""
    if EMAIL.search(text):
        return f"holds an e-mail address; {ROLE}"
    plain = URL.sub(" ", text)
    if is_called(plain):
        return f"holds a telephone number; {ROLE}"
    return f"holds what looks like a person's name; {ROLE}" if names_somebody(plain) else ""


def is_called(text: str) -> bool:
    """Whether a telephone number stands in a text."""
    at_home = (found[0] for found in AT_HOME.finditer(text))
    local = any(sum(map(str.isdigit, found)) >= 9 and not DATE.match(found) for found in at_home)
    return local or ABROAD.search(text) is not None or CALLED.search(text) is not None


def names_somebody(text: str) -> bool:
    """Whether a text has a title before a name, or a name where only a person can stand."""
    found = [match[1] for form in (KEYED, SPOKEN) for match in form.finditer(text)]
    return TITLED.search(text) is not None or any(not BODIES.search(name) for name in found)


def in_column(header: str) -> str:
    """What a column would hold of persons and what to write instead; empty where it may stand."""
    words = re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header.strip()).lower())
    found = set(words)
    if found & NAMES or ("name" in found and not found & THINGS):
        return f"column '{header}' looks like names of persons; {COUNT}, and in `source` {ROLE}"
    if found & CALLS:
        return f"column '{header}' looks like telephone numbers or addresses; {COUNT}"
    numbered = found & KEPT and (found & HELD_BY or "id" in found)
    if found & PAPERS or numbered:
        return f"column '{header}' looks like registration or identity numbers; {COUNT}"
    return ""


def in_table(rows: list[list[str]], place: str) -> list[Fault]:
    """Every column and cell of a table that is personal; cells only where the columns are sound."""
    header = rows[0] if rows else []
    columns = [_fault(in_column(name), f"{place}:1", header, at) for at, name in enumerate(header)]
    cells = [
        _fault(in_text(cell), f"{place}:{line}", row, at)
        for line, row in enumerate(rows[1:], 2)
        for at, cell in enumerate(row)
    ]
    return [fault for fault in columns if fault] or [fault for fault in cells if fault]


def _fault(told: str, line: str, row: list[str], at: int) -> Fault | None:
    return Fault("", told, f"{line}:{sum(len(cell) + 1 for cell in row[:at]) + 1}") if told else None


def in_document(data: Mapping[str, Any], before: str = "") -> Iterator[Fault]:
    """Every text and name of a scenario, at any depth, that is personal."""
    for key, value in data.items():
        path = f"{before}{key}"
        if told := in_text(str(key)):
            yield Fault(path, f"its name {told}")
        if isinstance(value, Mapping):
            yield from in_document(value, f"{path}.")
        elif isinstance(value, str) and (told := in_text(value)):
            yield Fault(path, told)
