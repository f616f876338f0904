"""What a finding is: how grave, whether it stops a step, and how its clause is cited."""

from __future__ import annotations

from dataclasses import replace

import pytest

from haicang_desk.model.findings import Clause, Finding, Severity

CLAUSE = Clause("厦海政办〔2018〕63号", "三(一)¶9")
FOUND = Finding(rule="R02", severity=Severity.BLOCK, message="超出 0.01 元，应减少", clause=CLAUSE)


@pytest.mark.parametrize(
    ("severity", "code", "mark", "rank", "stops", "excused"),
    [
        (Severity.BLOCK, "block", "硬", 0, True, True),
        (Severity.EXCEPTION, "exception", "例外", 1, True, False),
        (Severity.WARN, "warn", "提", 2, False, False),
        (Severity.INFO, "info", "报", 3, False, False),
    ],
)
def test_the_four_levels(severity, code, mark, rank, stops, excused):
    """硬 stops a step whatever was granted; 例外 until leave is recorded; 提 and 报 never (rules §0, contract §4)."""
    assert (severity.value, severity.label, severity.rank) == (code, mark, rank)
    assert replace(FOUND, severity=severity).stops is stops
    assert replace(FOUND, severity=severity, excused_by="会议纪要 3 号").stops is excused


def test_a_clause_is_cited_as_an_official_cites_it():
    assert str(CLAUSE) == "厦海政办〔2018〕63号三（一）第9段"
    assert str(Clause("厦海政办〔2018〕63号", "二")) == "厦海政办〔2018〕63号二"


def test_two_findings_that_say_the_same_are_equal():
    """Wherever the project is kept: its id is for finding it again, no part of what is said."""
    assert replace(FOUND, project_id="甲") == replace(FOUND, project_id="乙")
    assert replace(FOUND, subject="甲") != replace(FOUND, subject="乙")
