"""What was typed into a batch and not carried out, as it is kept on disk."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress

from haicang_desk.ui.screens.batch_facts import BatchFacts
from haicang_desk.ui.screens.batch_rows import BatchRows


def draft_key(step: str) -> str:
    """The name under which the draft of a step's batch is kept."""
    return f"成批办理/{step}"


def draft_of(rows: BatchRows, facts: BatchFacts, key: str) -> dict[str, str]:
    """The entries as typed, once and by project, and the key under which they would be carried out.

    With the key, going on after a crash in the middle of the commit cannot act twice.
    """
    of_rows = {
        row.case.project.id: {"ticked": row.ticked, "step": row.step, "typed": typed}
        for row, typed in zip(rows.rows, rows.typed, strict=True)
    }
    return {"once": json.dumps(facts.raw()), "rows": json.dumps(of_rows), "key": key}


def projects_of_draft(kept: Mapping[str, str]) -> list[str]:
    """The ids of the projects that a draft is about."""
    with suppress(ValueError, KeyError, TypeError):
        return list(json.loads(kept["rows"]))
    return []


def take_draft(rows: BatchRows, facts: BatchFacts, kept: Mapping[str, str]) -> str:
    """Put a draft over a batch; gives its key, "" where it is about other projects or cannot be read."""
    batch = rows.batch
    with suppress(ValueError, KeyError, TypeError, AttributeError):
        of_rows, once, key = json.loads(kept["rows"]), json.loads(kept["once"]), kept["key"]
        known = [n for n, row in enumerate(rows.rows) if row.case.project.id in of_rows]
        if batch is None or not known:
            return ""
        names = {step.name for step in batch.steps}
        facts.set_raw({str(name): str(text) for name, text in once.items()})
        for number in known:
            of_row = of_rows[rows.rows[number].case.project.id]
            rows.take_draft(number, dict(of_row["typed"]), of_row["step"] if of_row["step"] in names else "")
            rows.set_wanted(number, bool(of_row["ticked"]))
        return str(key)
    return ""
