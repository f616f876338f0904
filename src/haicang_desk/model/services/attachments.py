"""Attaching (添加材料): files that are kept for a project, their bytes with them, in one change. 三(五)¶2, R33.

条文：C101
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path, PurePath

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.records import Attachment, Link, Phase, Stage
from haicang_desk.model.rules import missing_papers
from haicang_desk.model.scans import Scan, read_scans
from haicang_desk.model.services.evaluation import rule_context_of
from haicang_desk.model.services.workspace import Workspace
from haicang_desk.model.store import save_blob
from haicang_desk.model.values import Refused

_PHASES = {  # of what is at hand while a project stands there
    Stage.DRAFT: Phase.CALLING,
    Stage.SENT_BACK: Phase.CHOOSING,
    Stage.SUBMITTED: Phase.CHOOSING,
    Stage.APPROVED: Phase.CHOOSING,
    Stage.CLOSED: Phase.JUDGING,
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
    """Keep these files for a project, all or none; undo takes them back.

    A paper that was only registered by its name gets its bytes; another file of a name already held gets a number.
    Raises Refused for a file that cannot be taken, or is attached already.
    """
    case, item = ws.casefile(project_id), item.strip()
    longest = Attachment.fields["item"].longest
    if not 0 < len(item) <= longest:
        raise Refused(f"请写明是什么材料，不超过 {longest} 字，如“{Attachment.fields['item'].suggests[0]}”")
    if not files:
        raise Refused("没有选文件。请选要添加的文件")
    shelf = {each.name: each for each in case.attachments if (each.phase, each.item) == (phase, item)}
    blank = Attachment(project=Link(project_id), phase=phase, item=item)
    scans = read_files(files)
    with ws.change(f"添加材料：{item}（{len(scans)} 个文件）", actor=person) as change:
        added = []
        for scan in scans:
            held = _waiting(ws, shelf, scan) or replace(blank, name=_free(scan.name, shelf))
            digest = save_blob(change, scan.data)
            put = change.save(replace(held, digest=digest, size=len(scan.data), added_on=on))
            shelf[put.name] = put
            added.append(put)
    return added


def read_files(files: Sequence[Path | Scan]) -> list[Scan]:
    """The files, those given by path read. Raises Refused."""
    paths = [file for file in files if isinstance(file, Path)]
    read = dict(zip(paths, read_scans(paths), strict=True))
    return [read[file] if isinstance(file, Path) else file for file in files]


def _waiting(ws: Workspace, shelf: Mapping[str, Attachment], scan: Scan) -> Attachment | None:
    """The paper that waits for these bytes. Raises Refused where it has them already."""
    digest = sha256(scan.data).hexdigest()
    same = next((each for each in shelf.values() if each.digest == digest), None)
    if same is not None and ws.has_blob(digest):
        raise Refused(f"“{scan.name}”已经在“{same.item}”里了（{same.name}），不必重复添加；没有添加任何文件")
    named = shelf.get(scan.name)
    return same or (named if named is not None and not named.digest else None)


def _free(name: str, shelf: Mapping[str, Attachment]) -> str:
    path, count, free = PurePath(name), 1, name
    while free in shelf:
        count += 1
        free = f"{path.stem}（{count}）{path.suffix}"
    return free


def missing_papers_of(ws: Workspace, case: Casefile, on: date) -> dict[Phase, list[str]]:
    """Of the phases behind a project, what R33 finds neither as a record nor among the papers."""
    return missing_papers(rule_context_of(ws, case, on))


def suggested_attachment(missing: dict[Phase, list[str]], stage: Stage) -> tuple[Phase, str]:
    """What is likeliest to be attached next: the first paper that is missing, else any of the phase at hand."""
    for phase, items in missing.items():
        return phase, items[0]
    return _PHASES.get(stage, Phase.CARRYING), ""
