"""YAML as people mean it, with the place of every key and value."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from sim.scenario.faults import Fault, ScenarioError

LARGEST = 2_000_000
DEEPEST = 12
INTEGER = re.compile(r"[-+]?\d+")
DECIMAL = re.compile(r"[-+]?(\d+\.\d*|\.\d+|\d+)([eE][-+]?\d+)?")
LONGEST_INTEGER = 18
"""Digits of a whole number; longer ones are mistakes and stay text."""
LONGEST_DECIMAL = 40
YES_NO = {"yes": True, "true": True, "no": False, "false": False}
PLAIN = re.compile(r"tag:yaml\.org,2002:(str|int|float|bool|null|timestamp|value|map|seq|merge)")
"""What YAML itself takes a value for; any other tag was written by somebody."""


@dataclass
class Document:
    """Nested mappings as written, where each path stands, and what is wrong with the writing."""

    data: dict[str, Any] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def read(path: Path) -> Document:
    """One scenario file, with its faults; ScenarioError when it is not a YAML mapping."""
    text = _text(path)
    try:
        _no_aliases(text, path)
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        raise ScenarioError([Fault("", f"not YAML: {fault.problem}", place)]) from None
    except yaml.YAMLError as fault:
        told = " ".join(str(fault).split()).partition(' in "<')[0]
        raise ScenarioError([Fault("", f"not YAML: {told}", f"{path}{_place_of(fault, text)}")]) from None
    if not isinstance(root, yaml.MappingNode):
        place = _place(path, root) if root is not None else f"{path}:1:1"
        raise ScenarioError([Fault("", "must be a mapping with sections such as `population:`", place)])
    document = Document()
    document.data = _mapping(root, "", path, document, document.faults)
    return document


def _place_of(fault: yaml.YAMLError, text: str) -> str:
    """Line and column of a character that may not stand in a text."""
    position = getattr(fault, "position", None)
    return "" if position is None else _line_and_column(text[:position])


def _line_and_column(before: str) -> str:
    """Where the text goes on after what stands before."""
    return f":{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


def _no_aliases(text: str, path: Path) -> None:
    """An alias repeats what it names, so a few lines can stand for billions; nothing here needs one."""
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            mark = event.start_mark
            place = f"{path}:{mark.line + 1 if mark else 1}:{mark.column + 1 if mark else 1}"
            raise ScenarioError([Fault("", "anchors and aliases are not used; name a `base:`", place)])


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise ScenarioError([Fault("", f"is larger than {LARGEST:,} bytes; is it a scenario?", str(path))])
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ScenarioError([Fault("", "no such file", str(path))]) from None
    except UnicodeDecodeError as fault:
        place = _line_and_column(fault.object[: fault.start].decode("utf-8"))
        told = "cannot be read as text: is not UTF-8 from here on; save the file as UTF-8"
        raise ScenarioError([Fault("", told, f"{path}{place}")]) from None
    except OSError as fault:
        why = "is a folder; must be a file" if path.is_dir() else f"cannot be read: {fault.strerror or fault}"
        raise ScenarioError([Fault("", why, str(path))]) from None


def _mapping(
    node: yaml.MappingNode, before: str, path: Path, document: Document, faults: list[Fault]
) -> dict[str, Any]:
    result: dict[str, Any] = {}
    if before.count(".") > DEEPEST:
        faults.append(Fault(before, "is nested too deeply", _place(path, node)))
        return result
    for key_node, value_node in node.value:
        place, key = _place(path, key_node), str(getattr(key_node, "value", ""))
        at = f"{before}{key}"
        if not isinstance(key_node, yaml.ScalarNode) or key == "<<":
            faults.append(Fault(at, "keys are plain words; anchors and merges are not used, name a `base:`", place))
        elif key in result:
            faults.append(Fault(at, f"stands twice; first at {document.places[at]}", place))
        elif node.flow_style and _splits_a_number(key, value_node):
            text = f"a comma inside braces split a number before '{key}'; put the quantity in quotes"
            faults.append(Fault(at, text, place))
        else:
            document.places[at] = _place(path, value_node)
            if not PLAIN.fullmatch(str(value_node.tag)):
                faults.append(Fault(at, f"tags such as {value_node.tag} are not used", document.places[at]))
            result[key] = _value(value_node, at, path, document, faults)
    return result


def _splits_a_number(key: str, value_node: yaml.Node) -> bool:
    """Inside braces `1,150 m3` splits at the comma and leaves a key that is a number with a unit."""
    return getattr(value_node, "value", "x") == "" and re.match(r"\d{3}(\D|$)", key) is not None


def _value(node: yaml.Node, at: str, path: Path, document: Document, faults: list[Fault]) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, f"{at}.", path, document, faults)
    if isinstance(node, yaml.SequenceNode):
        faults.append(Fault(at, "is a list; everything in a scenario is a named mapping", _place(path, node)))
        return None
    return scalar(node)


def scalar(node: yaml.Node) -> Any:
    """Plain numbers and yes or no; everything else (NO, 6:30, dates) stays text."""
    text = str(node.value)
    if getattr(node, "style", None) in ("'", '"', "|", ">"):
        return text
    if text in ("", "~", "null"):
        return None
    if INTEGER.fullmatch(text) and len(text) <= LONGEST_INTEGER:
        return int(text)
    if DECIMAL.fullmatch(text) and len(text) <= LONGEST_DECIMAL:
        return float(text)
    return YES_NO.get(text, text)


def _place(path: Path, node: yaml.Node) -> str:
    return f"{path}:{node.start_mark.line + 1}:{node.start_mark.column + 1}"
