"""Columns of what many runs answer: which inputs matter, which conditions break a plan, what to ask next."""

from __future__ import annotations

from sim.results.column import Column

ANSWERS: dict[str, tuple[Column, ...]] = {
    "sensitivity": (
        Column("indicator", "", "the answer", "#indicator+name"),
        Column("unit", "", "its unit", "#indicator+unit"),
        Column("input", "", "dotted path of the input"),
        Column("input_unit", "", "its unit; 1 for a share or a factor"),
        Column("method", "", "sobol, grid, runs as they are, one at a time: how the indices were found"),
        Column("first", "1", "share of the variance that the input explains alone (first Sobol index)"),
        *(Column(f"first_{end}", "1", f"{end} of its band, runs drawn anew") for end in ("p05", "p95")),
        Column("total", "1", "share with all it acts together with (total index); empty without a design for it"),
        *(Column(f"total_{end}", "1", f"{end} of its band, runs drawn anew") for end in ("p05", "p95")),
        Column("low", "input_unit", "low end of the input in these runs"),
        Column("high", "input_unit", "high end of the input in these runs"),
        *(
            Column(f"at_{at}", "unit", f"the answer with the input at its {at}, all others as they are; mean over luck")
            for at in ("low", "centre", "high")
        ),
        Column("runs", "", "cases that were run"),
        Column("used", "", "rows of a sobol design, or runs, that the indices rest on"),
        Column("failed", "", "cases that failed, left out"),
        Column("never", "", "cases in which it never happens, left out"),
        Column("undefined", "", "cases that have no such answer, left out"),
        Column("replications", "", "replications of a case; indices are those of their mean over luck"),
        Column("luck_share", "1", "share of the variance of single runs that is luck; empty for one replication"),
        Column(
            "replications_needed", "", "from which on luck adds less than the share asked for; empty: none would do"
        ),
    ),
    "boxes": (
        Column("box", "", "its number, in the order in which they were found"),
        Column("condition", "", "what makes a run bad"),
        Column("words", "", "when it is bad, in words, rounded"),
        Column("density", "1", "share of the runs in the box that are bad"),
        Column("coverage", "1", "share of all bad runs that lie in the box"),
        Column("mass", "1", "share of all runs that lie in the box"),
        Column("runs", "", "runs in the box"),
        Column("bad_runs", "", "bad runs in the box"),
        Column("new_bad_runs", "", "bad runs in the box and in none before it"),
        Column("input", "", "dotted path of the input that is limited"),
        Column("input_unit", "", "its unit"),
        Column("low", "input_unit", "the box lies above; half way to the first run outside"),
        Column("high", "input_unit", "the box lies below"),
        Column("values", "", "the box holds these choices"),
        Column(
            "quasi_p",
            "1",
            "chance of as many bad runs if the limit were let go (one-sided binomial), among runs in no box before",
        ),
        Column("within_noise", "", "yes: the limit may be chance and is no part of the box"),
    ),
    "ask_next": (
        Column("rank", "", "1 narrows the answer most"),
        Column("question", "", "what to ask on the telephone"),
        Column("input", "", "dotted path of the input"),
        Column("input_unit", "", "its unit; 1 for a share or a factor"),
        Column("low", "input_unit", "1 run in 20 draws less"),
        Column("high", "input_unit", "1 run in 20 draws more"),
        Column("indicator", "", "the answer", "#indicator+name"),
        Column("unit", "", "its unit", "#indicator+unit"),
        Column("width_now", "unit", "width of the range that holds 90 of 100 runs"),
        Column("width_known", "unit", "its expected width if the input were known"),
        Column("narrower", "unit", "how much narrower that is"),
        *(Column(f"narrower_{end}", "unit", f"{end} of its band, runs drawn anew") for end in ("p05", "p95")),
        Column("within_noise", "", "yes: it may narrow nothing"),
        Column("origin", "", "assumed or unknown"),
        Column("source", "", "where the guess comes from", "#meta+source"),
        Column("method", "", "paired runs (same luck, the input frozen) or stored runs (as they are)"),
        Column("runs", "", "runs it rests on"),
    ),
}
