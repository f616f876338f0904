"""Putting a rule set of the office into force: its file, and a journalled record of who set which figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from haicang_desk.model.policy import (
    Policy,
    RuleSetDraft,
    files_now,
    policy_for,
    put_back_rule_set,
    rule_set_file,
    rule_set_of_draft,
    typed_text,
    write_rule_set,
)
from haicang_desk.model.records import Prose, Regulation
from haicang_desk.model.services.policy_records import policy_file_of
from haicang_desk.model.services.workspace import Workspace
from haicang_desk.model.values import DeskError


def enact_rule_set(ws: Workspace, draft: RuleSetDraft, *, model: Policy, person: str, at: datetime) -> Regulation:
    """Write the office's rule set and enter its document among 制度文件 with the figures that differ from ``model``.

    Raises FaultyRuleSet with each fault by its parameter, NotWritten, or what saving raises; then the file of before
    is back in its place.
    """
    text = rule_set_of_draft(draft, model)
    path = rule_set_file(draft.from_year)
    aside = write_rule_set(text, path, at=at)
    try:
        policy = policy_for(draft.from_year)
        return _registered(ws, policy, draft, model, person)
    except DeskError:
        put_back_rule_set(path, aside)
        raise


def _registered(ws: Workspace, policy: Policy, draft: RuleSetDraft, model: Policy, person: str) -> Regulation:
    known = next((each for each in ws.all(Regulation) if each.number == draft.number.strip()), Regulation())
    record = replace(
        known,
        title=draft.title.strip()[:100],
        number=draft.number.strip()[:60],
        issuer=draft.issuer.strip()[:60],
        issued_on=draft.issued,
        gist=Prose(_gist(policy, model)[:2000]),
    )
    action = f"设定政策参数：自 {draft.from_year} 年度起"
    text = next(each for each in files_now() if each.path == rule_set_file(draft.from_year))
    with ws.change(action, actor=person) as change:
        change.save(policy_file_of(text, action))
        return change.save(record, expected=known if known.id else None)


def _gist(policy: Policy, model: Policy) -> str:
    """The figures that differ, each before and after."""
    differing = [
        f"{each.label}：{typed_text(model.parameters[name])} → {typed_text(each)}"
        for name, each in policy.parameters.items()
        if name in model.parameters and each.value != model.parameters[name].value
    ]
    return f"自 {policy.from_year} 年度起用。" + ("改动：" + "；".join(differing) if differing else "各项参数不变")
