"""Attachments (材料): files kept for a project, added with their bytes in one change. 三(五)¶2, R33.

条文：C101
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path, PurePath

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.records import ACCEPTANCE_PHOTOGRAPHS, PUBLIC_PHOTOGRAPHS, Attachment, Link, Phase, Stage
from haicang_desk.model.rules import missing_papers, required_papers
from haicang_desk.model.scans import Scan, read_scans
from haicang_desk.model.services.evaluation import rule_context_of
from haicang_desk.model.services.workspace import Workspace
from haicang_desk.model.store import save_blob
from haicang_desk.model.values import Refused

_PHASES = {  # stage -> the phase whose papers are usually attached then; at other stages CARRYING
    Stage.DRAFT: Phase.CALLING,
    Stage.SENT_BACK: Phase.CHOOSING,
    Stage.SUBMITTED: Phase.CHOOSING,
    Stage.APPROVED: Phase.CHOOSING,
    Stage.CLOSED: Phase.JUDGING,
}

_NAMED = 3  # papers named in the journal's account of one change
PHASE_OF_ITEM = {  # of the names that are proposed for attachments
    **dict.fromkeys(("征集公告", "协商签到表", "公示照片"), Phase.CALLING),
    **dict.fromkeys(("自筹承诺书", "价格确认单"), Phase.CHOOSING),
    **dict.fromkeys(("合同", ACCEPTANCE_PHOTOGRAPHS, PUBLIC_PHOTOGRAPHS, "管养责任书", "拨付凭证"), Phase.CARRYING),
    "第三方委托书": Phase.JUDGING,
}


def attach(
    ws: Workspace,
    project_id: str,
    files: Sequence[Path | Scan],
    *,
    phase: Phase,
    item: str,
    on: date,
    person: str,
) -> list[Attachment]:
    """Attach files to a project, all or none; undo removes them.

    An attachment that has only a name gets the bytes; any other file whose name is taken gets a number.
    Raises Refused for a file that can't be read or is attached already.
    """
    case, item = ws.casefile(project_id), item.strip()
    scans = read_files(files)
    return _attach(ws, case, [(scan, phase, item) for scan in scans], on, person, called=item)


def attach_as_named(
    ws: Workspace, project_id: str, files: Sequence[Path], *, item: str, on: date, person: str
) -> list[Attachment]:
    """Attach files to a project as ``item``, or each as what its own name says, in the phase of such papers.

    All or none; raises as ``attach`` does.
    """
    case, longest = ws.casefile(project_id), Attachment.fields["item"].longest
    named = [(scan, item.strip() or PurePath(scan.name).stem.strip()[:longest]) for scan in read_files(files)]
    placed = [(scan, attachment_phase(ws, case, name, on), name) for scan, name in named]
    names = list(dict.fromkeys(name for _, name in named))
    called = "、".join(names[:_NAMED]) + ("等" if len(names) > _NAMED else "")
    return _attach(ws, case, placed, on, person, called=called)


def _attach(
    ws: Workspace,
    case: Casefile,
    placed: Sequence[tuple[Scan, Phase, str]],
    on: date,
    person: str,
    *,
    called: str,
) -> list[Attachment]:
    """Attach scans, each with its phase and the name of what it is, in one change that ``called`` describes."""
    longest = Attachment.fields["item"].longest
    if not placed:
        raise Refused("没有选文件。请选要添加的文件")
    if not all(0 < len(item) <= longest for _, _, item in placed):
        raise Refused(f"请写明是什么材料，不超过 {longest} 字，如“{Attachment.fields['item'].suggests[0]}”")
    existing: dict[tuple[Phase, str], dict[str, Attachment]] = {}
    for each in case.attachments:
        existing.setdefault((each.phase, each.item), {})[each.name] = each
    with ws.change(f"添加材料：{called}（{len(placed)} 个文件）", actor=person) as change:
        added = []
        for scan, phase, item in placed:
            beside = existing.setdefault((phase, item), {})
            blank = Attachment(project=Link(case.project.id), phase=phase, item=item)
            attachment = _without_bytes(ws, beside, scan) or replace(blank, name=_free_name(scan.name, beside))
            digest = save_blob(change, scan.data)
            saved = change.save(replace(attachment, digest=digest, size=len(scan.data), added_on=on))
            beside[saved.name] = saved
            added.append(saved)
    return added


def read_files(files: Sequence[Path | Scan]) -> list[Scan]:
    """The files in the same order, those that are given by path read. Raises Refused."""
    paths = [file for file in files if isinstance(file, Path)]
    read = dict(zip(paths, read_scans(paths), strict=True))
    return [read[file] if isinstance(file, Path) else file for file in files]


def _without_bytes(ws: Workspace, existing: Mapping[str, Attachment], scan: Scan) -> Attachment | None:
    """The attachment that these bytes belong to and that lacks them. Raises Refused where it has them already."""
    digest = sha256(scan.data).hexdigest()
    same = next((each for each in existing.values() if each.digest == digest), None)
    if same is not None and ws.is_intact(digest):
        raise Refused(f"“{scan.name}”已经在“{same.item}”里了（{same.name}），不必重复添加；没有添加任何文件")
    named = existing.get(scan.name)
    return same or (named if named is not None and not named.digest else None)


def _free_name(name: str, existing: Mapping[str, Attachment]) -> str:
    path, count, free = PurePath(name), 1, name
    while free in existing:
        count += 1
        free = f"{path.stem}（{count}）{path.suffix}"
    return free


def missing_papers_of(ws: Workspace, case: Casefile, on: date) -> dict[Phase, list[str]]:
    """What R33 finds neither as a record nor as an attachment, for each phase that a project has behind it."""
    return missing_papers(rule_context_of(ws, case, on))


def attachment_phase(ws: Workspace, case: Casefile, item: str, on: date) -> Phase:
    """The phase that an attachment of this name belongs to: that of the papers required (R33), else that of such
    attachments here or of their name, else the phase of the project's stage."""
    known = {name: phase for phase, names in required_papers(rule_context_of(ws, case, on)).items() for name in names}
    known = {**PHASE_OF_ITEM, **{each.item: each.phase for each in case.attachments}, **known}
    return known.get(item, _PHASES.get(case.stage, Phase.CARRYING))


def suggested_attachment(missing: dict[Phase, list[str]], stage: Stage) -> tuple[Phase, str]:
    """The phase and item to propose for the next attachment: the first missing paper, else the phase of the stage."""
    for phase, items in missing.items():
        return phase, items[0]
    return _PHASES.get(stage, Phase.CARRYING), ""
