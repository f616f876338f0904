"""档号: the number of a project's dossier in the archive, by the rule of the office (DA/T 22—2015 §5.4, DA/T 13).

A number is given when the dossier of a project that has ended is first printed, in the order in which dossiers are,
and stays with its project for good. Taking the change back frees it, and the next dossier gets the lowest free one, so
that a series has neither gaps nor doubles.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.records import DOSSIER_RULE, Dossier, Link, Stage, Street, Village
from haicang_desk.model.services.workspace import Workspace
from haicang_desk.model.values import initials

DOSSIER_STAGES = (Stage.CLOSED, Stage.TERMINATED)  # of these the file is complete
RETENTION_CODES = {"永久": "Y", "30年": "D30", "10年": "D10"}  # DA/T 22—2015 §5.4.3
_FONDS, _SERIAL = "全宗号", "案卷号"
_WORDS = re.compile("全宗号|年度|保管期限|村居|项目编号|案卷号")
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class DossierSubject:
    """A project whose dossier is to have a number, and its 保管期限."""

    case: Casefile
    retention: str


def dossiers_of(ws: Workspace) -> dict[str, Dossier]:
    """The dossiers with a number, by the id of their project."""
    return {each.project: each for each in ws.all(Dossier)}


def dossier_of(ws: Workspace, project_id: str) -> Dossier | None:
    """The dossier of a project, None before it has a number."""
    return next(iter(ws.all(Dossier, project=project_id)), None)


def unnumbered_reason(street: Street, case: Casefile) -> str:
    """Why the dossier of a project gets no number, and what to do; "" where it gets one."""
    if case.stage not in DOSSIER_STAGES:
        return "项目办结或终止后，印档案时编档号"
    if _FONDS in rule_of(street) and not street.fonds:
        return "还不能编档号：请先在“设置”的本街道里填写全宗号"
    return ""


def rule_of(street: Street) -> str:
    """The rule of the office, else the usual one; a rule without 案卷号 has it at its end."""
    rule = street.dossier_rule or DOSSIER_RULE
    return rule if _SERIAL in rule else f"{rule}-{_SERIAL}"


def dossier_number(street: Street, subject: DossierSubject, serial: int | None) -> str:
    """The 档号 of a dossier by the rule of the office; the number of its series without a serial."""
    project, village = subject.case.project, subject.case.village
    words = {
        _FONDS: street.fonds,
        "年度": str(project.fund_year),
        "保管期限": RETENTION_CODES.get(subject.retention, subject.retention),
        "村居": village_code(village),
        "项目编号": project.code,
        _SERIAL: "" if serial is None else f"{serial:0{_DIGITS}}",
    }
    return _WORDS.sub(lambda found: words[found[0]], rule_of(street))


def village_code(village: Village) -> str:
    """The short code of a village, else the initials of its name."""
    return village.code or initials(village.name).upper() or "CJ"


def next_dossier_numbers(ws: Workspace, subjects: Sequence[DossierSubject], on: date | None) -> Mapping[str, Dossier]:
    """The dossiers that these projects would get now, in their order, by the id of the project; nothing is saved.

    Those that have a number, and those that can have none yet, are left out.
    """
    given, street = dossiers_of(ws), ws.street
    taken: dict[str, set[int]] = {}
    for each in given.values():
        taken.setdefault(each.series, set()).add(each.serial)
    numbers = {each.number for each in given.values()}
    fresh: dict[str, Dossier] = {}
    for subject in subjects:
        project = subject.case.project
        if project.id in given or project.id in fresh or unnumbered_reason(street, subject.case):
            continue
        series = dossier_number(street, subject, None)
        serial, used = 1, taken.setdefault(series, set())
        while serial in used or dossier_number(street, subject, serial) in numbers:
            serial += 1
        used.add(serial)
        number = dossier_number(street, subject, serial)
        numbers.add(number)
        fresh[project.id] = Dossier(
            project=Link(project.id),
            number=number,
            series=series,
            serial=serial,
            retention=subject.retention,
            given_on=on,
        )
    return fresh


def give_dossier_numbers(
    ws: Workspace, subjects: Sequence[DossierSubject], *, on: date, person: str
) -> Mapping[str, Dossier]:
    """Give numbers to those of these projects that have none and can have one, in one change; all they have then.

    Raises Refused as a change does.
    """
    fresh = next_dossier_numbers(ws, subjects, on)
    if fresh:
        first = next(iter(fresh.values())).number
        action = f"编档号：{first}" + (f"等 {len(fresh)} 卷" if len(fresh) > 1 else "")
        with ws.change(action, actor=person) as change:
            for each in fresh.values():
                change.save(replace(each, handler=change.actor))
    return dossiers_of(ws)
