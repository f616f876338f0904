"""The people who work with a ledger (经办人): their names and posts, kept among 机构人员. There is no sign-in."""

from __future__ import annotations

from dataclasses import replace

from haicang_desk.model.records import Member, Tier
from haicang_desk.model.services.editing import save
from haicang_desk.model.services.workspace import Workspace
from haicang_desk.model.values import Refused

OPERATORS = "经办人员"  # the body that they are members of
POSTS = ("经办", "审核", "审批", "财务")
_SYSTEM_NAMES = {"root", "admin", "administrator", "user", "guest", "desktop"}


def operators(ws: Workspace) -> list[Member]:
    """The people who work with this ledger, as they were entered."""
    return ws.all(Member, body=OPERATORS)


def is_person(name: str) -> bool:
    """Whether a name is one of a person: not empty, and no account of the system."""
    return bool(name.strip()) and name.strip().casefold() not in _SYSTEM_NAMES


def save_operator(ws: Workspace, name: str, post: str = "", *, person: str, existing: Member | None = None) -> Member:
    """Enter a person who works with this ledger, or change one. Raises Refused for no name, or one that is there."""
    clean = " ".join(name.split())
    if not is_person(clean):
        raise Refused("请填写经办人的姓名；它会记在每一次办理上")
    taken = [each for each in operators(ws) if each.name == clean and (existing is None or each.id != existing.id)]
    if taken:
        raise Refused(f"“{clean}”已经在经办人里")
    known = existing or Member(tier=Tier.STREET, body=OPERATORS)
    record = replace(known, name=clean, duty=post.strip())
    action = f"{'修改' if existing else '登记'}经办人：{clean}"
    (saved,) = save(ws, [record], action=action, person=person or clean, expected=[existing] if existing else ())
    return saved
