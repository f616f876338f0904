"""Writing an office's rule set: what was typed is read and checked, then the file is replaced whole.

The file of a year is written as an office would write it by hand, so that either can go on with the other's. The one
that it replaces stays beside it under a name that is not read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from haicang_desk.model.policy.parameters import CHOICE, Parameter, Policy
from haicang_desk.model.policy.rule_sets import forget_rule_sets, shipped_rule_sets, text_faults
from haicang_desk.model.values import Money, Refused, parse_day
from haicang_desk.paths import policy_folder
from haicang_desk.platform import remove_file, write_atomically

YES, NO = "是", "否"
_HOW = {
    "money": "应填金额，如 200000 或 20万",
    "share": "应填占比，如 40% 或 2/5",
    "ratio": "应填比例，如 1:1",
    "count": "应填不小于 0 的整数",
    "day": "应填日期，如 2027-08-31",
    "flag": "应填 是 或 否",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSetDraft:
    """A rule set as typed: the head of its document, and the text of each parameter by its name."""

    number: str
    title: str
    from_year: int
    issuer: str = ""
    issued: date | None = None
    values: Mapping[str, str] = field(default_factory=dict)


class FaultyRuleSet(Refused):
    """What was typed cannot be a rule set. ``faults``: what is wrong, by the name of the parameter or of the head."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__(f"有 {len(faults)} 处不对，没有保存：{'；'.join(faults.values())}")


def typed_text(parameter: Parameter) -> str:
    """A value as a person would type it: 200,000.00, 40%, 1:1, 是."""
    if parameter.kind == "money":
        return str(Money.parse(parameter.value))
    if parameter.kind == "ratio":
        ratio = Fraction(parameter.value)
        return f"{ratio.numerator}:{ratio.denominator}"
    return parameter.text


def read_typed(parameter: Parameter, typed: str) -> Any:
    """The value that a rule-set file writes for what was typed. Raises ValueError, in Chinese."""
    clean = typed.strip().replace("：", ":").replace("∶", ":").replace("％", "%")
    try:
        value = _read(parameter, clean)
    except (ValueError, ZeroDivisionError):
        raise ValueError(_expected(parameter)) from None
    if not parameter.accepts(value):
        raise ValueError(_expected(parameter))
    return value


def _expected(parameter: Parameter) -> str:
    return f"应选 {' 或 '.join(parameter.choices.values())}" if parameter.kind == CHOICE else _HOW[parameter.kind]


def _read(parameter: Parameter, clean: str) -> Any:
    kind = parameter.kind
    if kind == CHOICE:
        return next((code for code, name in parameter.choices.items() if clean in (code, name)), None)
    if kind == "money":
        return f"{Money.parse(clean).yuan:.2f}"
    if kind == "share":
        return str(Fraction(clean.removesuffix("%")) / 100 if clean.endswith("%") else Fraction(clean))
    if kind == "ratio":
        ratio = Fraction(clean.replace(":", "/"))
        return f"{ratio.numerator}/{ratio.denominator}"
    if kind == "count":
        return int(clean)
    if kind == "day":
        return parse_day(clean).isoformat()
    return {YES: True, NO: False}.get(clean)


def rule_set_of_draft(draft: RuleSetDraft, model: Policy) -> str:
    """The text of the file. ``model`` is the rule set whose clauses and labels it keeps. Raises FaultyRuleSet."""
    faults = _head_faults(draft)
    values: dict[str, Any] = {}
    for name, typed in draft.values.items():
        try:
            values[name] = read_typed(model.parameters[name], typed)
        except ValueError as wrong:
            faults[name] = f"{model.parameters[name].label}：{wrong}"
    if faults:
        raise FaultyRuleSet(faults)
    return _written(draft, values, model)


def _head_faults(draft: RuleSetDraft) -> dict[str, str]:
    faults = {}
    if not draft.number.strip():
        faults["number"] = "文号：必填，如 厦海政办〔2027〕5号"
    if not draft.title.strip():
        faults["title"] = "标题：必填"
    first = shipped_rule_sets()[0].from_year
    taken = [each.from_year for each in shipped_rule_sets()]
    if not first < draft.from_year <= 2100:
        faults["from_year"] = f"起用年度：应在 {first + 1} 至 2100 之间"
    elif draft.from_year in taken:
        faults["from_year"] = f"起用年度：{draft.from_year} 年度的参数由程序提供，不能改动"
    return faults


def _written(draft: RuleSetDraft, values: Mapping[str, Any], model: Policy) -> str:
    heads: dict[str, Any] = {
        "number": draft.number.strip(),
        "title": draft.title.strip(),
        "from_year": draft.from_year,
        "issuer": draft.issuer.strip(),
    }
    if draft.issued is not None:
        heads["issued"] = draft.issued.isoformat()
    lines = [f"# 自 {draft.from_year} 年度起用的参数。没有写的，沿用随程序提供的数值。"]
    lines += [f"{name} = {_toml(value)}" for name, value in heads.items() if value != ""]
    for name, value in values.items():
        parameter = model.parameters[name]
        lines += ["", f"[{name}]", f"label = {_toml(parameter.label)}", f"value = {_toml(value)}"]
        lines += [f"place = {_toml(parameter.place)}"]
        if parameter.origin != "方案":
            lines += [f"origin = {_toml(parameter.origin)}"]
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    """A text, number or flag as TOML writes it; JSON's quoting of texts is TOML's."""
    return json.dumps(value, ensure_ascii=False)


def rule_set_file(from_year: int) -> Path:
    """The file of the office for the rule set from this year on: the one that is there, else its new name."""
    folder = policy_folder()
    found = sorted(folder.glob(f"{from_year}*.toml")) if folder.is_dir() else []
    return found[0] if found else folder / f"{from_year}.toml"


def write_rule_set(text: str, path: Path, *, at: datetime) -> Path | None:
    """Replace a rule-set file whole; gives where the former one stays. Raises Refused, NotWritten."""
    if faults := text_faults(text):
        raise Refused(f"没有保存：{'；'.join(faults)}")
    former = path.read_bytes() if path.is_file() else None
    aside = None
    if former is not None:
        aside = path.with_name(f"原{path.stem} {at:%Y-%m-%d %H%M%S}.toml")
        write_atomically(aside, former)
    write_atomically(path, text.encode())
    forget_rule_sets()
    return aside


def put_back_rule_set(path: Path, aside: Path | None) -> None:
    """Take back ``write_rule_set``: the former file in its place, or none."""
    if aside is None:
        remove_file(path)
    else:
        write_atomically(path, aside.read_bytes())
    forget_rule_sets()
