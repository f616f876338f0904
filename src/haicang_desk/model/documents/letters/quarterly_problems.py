"""The last two parts of the quarterly report: what is amiss, and what comes next; and the list annexed. 四(二)¶2."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby

from haicang_desk.model.blocks import Block, Grid, GridRow, Para, centred, label, row, value
from haicang_desk.model.documents.letters.letter_wording import flat, points, project_names, quoted, said_and_to_do
from haicang_desk.model.documents.letters.quarterly_progress import wan_text
from haicang_desk.model.documents.reports.quarterly_figures import ProjectLine, QuarterlyFigures
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.records import Stage
from haicang_desk.model.services import amiss
from haicang_desk.model.values import Money, full_date

_TOLD_APART = ("R05", "R08", "R12")  # told under 分类情况, 社会参与情况 and 项目进度
_OF_STREET = ("R08", "R11")  # the other rules of the street are about its own records, such as this report
_MOST_TOLD = 6  # told one by one in the body; all are in the list annexed
_MOST_NAMED = 3  # projects named in a sentence about many


def problems_of(report: QuarterlyFigures) -> list[Finding]:
    """What is amiss and not excused: first what stops a step, then what is pointed out; by rule, then by project."""
    open_ = [
        f
        for f in report.findings
        if f.severity is not Severity.INFO and not f.excused_by and (f.scope != "street" or f.rule in _OF_STREET)
    ]
    return sorted(open_, key=lambda f: (f.severity.rank >= Severity.WARN.rank, f.rule, f.check, f.subject))


def problems(report: QuarterlyFigures, *, listed_in: int) -> list[Para]:
    """存在问题: pace, what must be put right, what needs attention, leave; ``listed_in``: the number of an annex."""
    found = [f for f in problems_of(report) if f.rule not in _TOLD_APART]
    firm = [f for f in found if f.severity is not Severity.WARN]
    mild = [f for f in found if f.severity is Severity.WARN]
    told = points(
        (
            ("项目进度", _late(report)),
            ("须纠正的问题", _firm(report, firm)),
            ("须注意的问题", _noticed(report, mild)),
            ("例外批准", _excused(report)),
        )
    )
    if listed_in:
        told.append(Para(f"各项问题的具体情况和整改要求见附件{listed_in}。"))
    return told


def _whose(report: QuarterlyFigures, found: Finding) -> str:
    """The project with its village, or the village or street, that a finding is about."""
    if found.scope != "project":
        return found.title
    return quoted(found.title, report.places.get(found.project_id, found.subject))


def _lines(report: QuarterlyFigures) -> tuple[ProjectLine, ...]:
    return (*report.projects, *report.carried)


def _late(report: QuarterlyFigures) -> str:
    late = report.overdue
    if not late:
        return "在办项目均按序时推进，没有慢于序时的项目。"
    carried = sum(line in report.carried for line in late)
    of_them = f"（含{report.carried_title}{carried}个）" if carried else ""
    told = "；".join(_late_one(line) for line in late[:_MOST_TOLD])
    more = f"；其余{len(late) - _MOST_TOLD}个见汇总表“慢序时”栏" if len(late) > _MOST_TOLD else ""
    return f"慢于序时的项目{len(late)}个{of_them}：{told}{more}。"


def _late_one(line: ProjectLine) -> str:
    """A late project: by when it should have done what, how far it is, and the reason where one is recorded."""
    pace, case = line.pace, line.case
    assert pace.due_on is not None
    text = f"{quoted(case.project.title, case.village.name)}应于{full_date(pace.due_on)}前{pace.what}"
    if pace.done_on:
        text += f"，实际为{full_date(pace.done_on)}，逾期{(pace.done_on - pace.due_on).days}天"
    else:
        text += f"，逾期{(line.upto - pace.due_on).days}天"
        text += f"，目前进度{line.percent}%" if line.percent else "，尚未开始" if not case.progress else ""
    reason = next((step.late_reason for step in reversed(case.progress) if step.late_reason.strip()), "")
    return text + (f"，原因是{flat(reason)}" if reason else "")


def _firm(report: QuarterlyFigures, found: list[Finding]) -> str:
    """What must be put right, one by one: what was found and what must be done about it."""
    of: dict[str, list[str]] = {}
    for each in found[:_MOST_TOLD]:
        said, to_do = said_and_to_do(each.message)
        duty = "，".join(part for part in to_do.split("，") if part.startswith("应"))
        of.setdefault(_whose(report, each), []).append(said + (f"，{duty}" if duty else ""))
    more = f"另有{len(found) - _MOST_TOLD}项见附件。" if len(found) > _MOST_TOLD else ""
    return "".join(f"{whose}{'；'.join(said)}。" for whose, said in of.items()) + more


def _noticed(report: QuarterlyFigures, found: list[Finding]) -> str:
    """What needs attention, by kind, the largest sums first: which projects or villages, and the sum of the gaps."""
    kinds = [(words, list(group)) for words, group in groupby(sorted(found, key=_words), key=_words)]
    kinds.sort(key=lambda kind: (-_sum_of(kind[1]), -len(kind[1]), kind[0]))
    told = []
    shown = kinds if len(kinds) <= _MOST_TOLD + 1 else kinds[:_MOST_TOLD]
    for words, each in shown:
        names = list(dict.fromkeys(_whose(report, f) for f in each))
        unit = "个项目" if each[0].scope == "project" else "个村居"
        who = "、".join(names[:_MOST_NAMED]) + (f"等{len(names)}{unit}" if len(names) > _MOST_NAMED else "")
        told.append(f"{who}{_with_sum(words, each)}")
    more = f"另有{len(kinds) - len(shown)}类问题列入附件。" if shown is not kinds else ""
    return "；".join(told) + "。" + more if told else ""


def _sum_of(found: Iterable[Finding]) -> Money:
    return sum((f.shortfall for f in found if f.shortfall), Money(0))


_VERBS = ("差", "缺", "超出", "还差", "涉及", "相差")  # that a sum follows


def _with_sum(words: str, found: list[Finding]) -> str:
    """The words with the sum of the gaps, or without the verb that would lead to it."""
    several = sum(bool(f.shortfall) for f in found) > 1
    head, _, verb = words.rpartition("，")
    if not head or verb not in _VERBS:
        head, verb = words, "涉及"
    money = _sum_of(found)
    return f"{head}，{f'合计{verb}' if several else verb}{wan_text(money)}" if money else head


def _excused(report: QuarterlyFigures) -> str:
    excused = [f for f in report.findings if f.excused_by]
    told = [f"{_whose(report, f)}{_with_sum(_words(f), [])}，已获批准（{f.excused_by}）" for f in excused[:_MOST_TOLD]]
    more = f"等{len(excused)}项" if len(excused) > _MOST_TOLD else ""
    return f"{'；'.join(told)}{more}。" if told else ""


# What is amiss and what is asked for, by rule and check. What is not listed is said as on the first screen.
_FORMAL: Mapping[tuple[str, str], tuple[str, str]] = {
    ("R01", "单项上限"): ("总资金超出单项上限，超出部分由村居自筹", "村居落实自筹资金"),
    ("R05", "服务类项目数占比"): ("服务类项目数占比未达到要求", "增加服务类项目"),
    ("R06", "服务类项目资金占比"): ("服务类项目资金占比未达到要求，差", "增加服务类项目资金"),
    ("R10", "村居年度参考额度"): ("专项资金超出年度参考额度", "由街道综合平衡"),
    ("R12", "尚未开展"): ("逾期尚未开展", "说明逾期原因，限期开展"),
    ("R12", "尚未完工"): ("逾期尚未完工", "说明逾期原因，限期完工"),
    ("R12", "尚未完成"): ("逾期尚未完成", "说明逾期原因，限期完成"),
    ("R13", "不得申报的范围"): ("属原则上不得申报的范围", "按例外程序报批或撤回申报"),
    ("R16", "征求五类意见"): ("征求五类意见尚不齐全", "补充征求意见，没有老人协会的予以注明"),
    ("R19", "不在办的项目不占用资金"): ("不再实施，拨款尚未退回，涉及", "退回拨款"),
    ("R21", "完工公示"): ("完工公示尚不齐全", "公示资金使用情况和实施效果"),
    ("R24", "满意度测评"): ("尚未开展满意度测评", "委托第三方评估机构测评"),
    ("R33", "四个环节的资料留存"): ("资料留存不齐全", "补齐资料并归档"),
}


def _words(found: Finding) -> str:
    """What is wrong, without figures."""
    return _FORMAL.get((found.rule, found.check), (amiss(found), ""))[0]


# ---- what comes next


def next_steps(report: QuarterlyFigures) -> list[Para]:
    """下一步安排: late projects, those due in the next quarter by day, payments, and what is to be put right."""
    waiting = any(line.case.undisbursed > 0 for line in _lines(report))
    told = points(
        (
            (
                "加快慢序时项目",
                "逐个核实原因，督促限期开展、完工，进展情况在下季度报告中说明。" if report.overdue else "",
            ),
            ("跟进下季度到期的项目", _due(report)),
            ("推进在办项目", _under_way(report)),
            ("做好资金拨付", "按合同约定和项目进度及时拨付其余资金。" if waiting else ""),
            ("落实问题整改", "对存在的问题逐项督促整改，整改结果在下季度报告中说明。" if problems_of(report) else ""),
        )
    )
    return told or [Para("按计划推进在办项目，持续征集群众意见，做好下一批项目的申报准备。")]


_UNDER_WAY = (Stage.APPROVED, Stage.LODGED, Stage.APPOINTED, Stage.UNDERWAY)


def _under_way(report: QuarterlyFigures) -> str:
    """The projects that are approved and not finished, besides those that are late or due in the next quarter."""
    told = [*report.overdue, *report.due_next]
    cases = [line.case for line in _lines(report) if line.case.stage in _UNDER_WAY and line not in told]
    return f"按计划推进{project_names(cases, _MOST_NAMED)}的实施。" if cases else ""


def _due(report: QuarterlyFigures) -> str:
    """The projects due in the next quarter, by day and by what is due."""

    def when(line: ProjectLine) -> tuple[date, str]:
        return line.pace.open_on or date.max, line.pace.what

    told = []
    for (day, what), group in groupby(sorted(report.due_next, key=when), key=when):
        told.append(f"{full_date(day)}前{project_names([line.case for line in group], _MOST_NAMED)}{what}")
    return "；".join(told) + "。" if told else ""


# ---- the list annexed


def problem_table(report: QuarterlyFigures) -> Iterator[Block]:
    """存在问题清单: what is not excused, a row for each project, village or the street, with what is asked for."""
    rows: list[GridRow] = [row(*map(label, ("序号", "项目或村居", "存在问题", "整改要求")))]
    of: dict[str, list[Finding]] = {}
    for found in problems_of(report):
        of.setdefault(_whose(report, found), []).append(found)
    for count, (whose, group) in enumerate(of.items(), 1):
        said = [said_and_to_do(each.message)[0] for each in group]
        asked = list(dict.fromkeys(map(_asked, group)))
        rows.append(row(centred(str(count)), value(whose), value(_numbered(said)), value(_numbered(asked)), whole=True))
    yield Grid(tuple(rows), (0, 2, 4, 3), heading=1, size=10.5, by_content=True)


def _asked(found: Finding) -> str:
    """What is asked for."""
    to_do = said_and_to_do(found.message)[1].removeprefix("请")
    return _FORMAL.get((found.rule, found.check), ("", to_do or "按规定说明情况"))[1]


def _numbered(texts: list[str]) -> str:
    """One text as it is; several on a line each, with their numbers."""
    return texts[0] if len(texts) == 1 else "\n".join(f"{count}.{text}" for count, text in enumerate(texts, 1))
