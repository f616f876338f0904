"""Records of evidence: attachments, inspections, publicity, and the originals and issued papers kept in the store."""

from __future__ import annotations

from datetime import date

from haicang_desk.model.records.enums import InspectionKind, Medium, Phase
from haicang_desk.model.records.fields import Link, Prose, Record, field
from haicang_desk.model.values import half_year_of

ACCEPTANCE_PHOTOGRAPHS = "验收照片"  # printed with the acceptance form
HALF_YEARS = tuple(f"{year}{half}" for year in range(2018, 2101) for half in "上下")
PUBLIC_PHOTOGRAPHS = "效果照片"  # printed in the completion notice; only these were chosen to be public


class Attachment(Record, table="attachment", label="材料", key=("project", "phase", "item", "name")):
    """A document or photograph kept for one of the four phases. 三(五)¶2, R33. 条文：C101"""

    project: Link = field("项目编号", required=True, default=Link(""), refers="project")
    phase: Phase = field("环节", required=True, default=Phase.CALLING)
    item: str = field(
        "材料",
        required=True,
        default="",
        longest=40,
        suggests=(
            "征集公告",
            "协商签到表",
            "公示照片",
            "自筹承诺书",
            "价格确认单",
            "合同",
            ACCEPTANCE_PHOTOGRAPHS,
            PUBLIC_PHOTOGRAPHS,
            "管养责任书",
            "拨付凭证",
            "第三方委托书",
        ),
    )
    name: str = field("文件名", required=True, default="", longest=200)
    digest: str = field("文件校验码", default="", longest=64, fixed=True)
    size: int | None = field("文件大小", default=None, unit="字节", fixed=True)
    added_on: date | None = field("日期", default=None)
    note: str = field("备注", default="", longest=200)


class Inspection(Record, table="inspection", label="督查", key=("kind", "inspected_on", "project")):
    """A half-yearly self-check of the street, or a spot check of the district. 三(五)¶2, R22 R23.

    条文：C099 C100 C103
    """

    kind: InspectionKind = field("类型", required=True, default=InspectionKind.SELF)
    inspected_on: date | None = field("日期", required=True, default=None)
    project: Link = field("项目编号", default=Link(""), refers="project")
    calling: Prose = field("征集", default=Prose(""), longest=1000)
    choosing: Prose = field("确定", default=Prose(""), longest=1000)
    carrying: Prose = field("实施", default=Prose(""), longest=1000)
    judging: Prose = field("评议", default=Prose(""), longest=1000)
    problem: Prose = field("问题", default=Prose(""), longest=2000)
    remedy: Prose = field("整改措施", default=Prose(""), longest=2000)
    responsible: str = field("责任人", default="", longest=20, names=True)
    due_on: date | None = field("整改期限", default=None)
    done_on: date | None = field("完成日期", default=None)
    reported_on: date | None = field("上报日期", default=None)
    half: str = field("所属半年", default="", longest=5, among=HALF_YEARS, hint="如 2026上；不填为日期所在的半年")
    late_reason: Prose = field("迟报原因", default=Prose(""), longest=500, hint="过了半年才补做的须写明")

    @property
    def half_year(self) -> tuple[int, int] | None:
        """The year and half that it is for: as written, else that of its day; None where neither is given."""
        if self.half in HALF_YEARS:
            return int(self.half[:-1]), 1 if self.half.endswith("上") else 2
        return half_year_of(self.inspected_on) if self.inspected_on else None


class Original(Record, table="original", label="原件", key=("digest",)):
    """A file kept with the store, under its digest in the store's folder of files. R33 R34.

    条文：C101
    """

    digest: str = field("文件校验码", required=True, default="", longest=64, fixed=True)  # SHA-256, hexadecimal
    size: int = field("文件大小", required=True, default=0, unit="字节", fixed=True)


class Issue(Record, table="issue", label="印发"):
    """One signed-off paper as it left the office. Its bytes are the original of that digest and never change.

    ``number`` counts the issues of a document for one subject; a correction gets the next. One number may be issued on
    several paper sizes (A4 and A3). Whether its content has changed since is found from the journal
    (documents/issued.py). ``facts`` and ``says`` were used by earlier releases; they are left empty.

    条文：C101
    """

    document: str = field("文书", required=True, default="", fixed=True)
    project: Link = field("项目编号", default=Link(""), refers="project", fixed=True)
    village: Link = field("村居", default=Link(""), refers="village", fixed=True)
    fund_year: int = field("资金年度", required=True, default=0, least=2018, most=2100, fixed=True)
    part: str = field("所属期", default="", fixed=True)  # 上半年, 第二季度, 报送日: where a year has several
    paper: str = field("纸张", required=True, default="", fixed=True)
    number: int = field("第几次印发", required=True, default=1, least=1, fixed=True)
    issued_on: date | None = field("印发日期", required=True, default=None, fixed=True)
    handler: str = field("经办人", default="", fixed=True)
    seal_code: str = field("存证码", default="", longest=64, fixed=True)
    name: str = field("文件名", required=True, default="", longest=120, fixed=True)
    digest: str = field("文件校验码", required=True, default="", longest=64, fixed=True)
    facts: str = field("依据校验码", default="", longest=64, fixed=True)
    says: str = field("文字校验码", default="", longest=64, fixed=True)
    reason: Prose = field("更正理由", default=Prose(""), longest=500)


class Dossier(Record, table="dossier", label="案卷"):
    """The 档号 of a project's dossier, given when it is first printed after the project has ended, and kept for good.

    ``serial`` is its 案卷号, counted from 1 without a gap among the numbers of one ``series``, which is the 档号 with
    nothing in the place of the 案卷号. ``retention`` is 保管期限 as of that day. R33.

    条文：C101
    """

    project: Link = field("项目编号", required=True, default=Link(""), refers="project", fixed=True)
    number: str = field("档号", required=True, default="", longest=120, fixed=True)
    series: str = field("档号系列", default="", longest=120, fixed=True)
    serial: int = field("案卷号", required=True, default=0, least=1, fixed=True)
    retention: str = field("保管期限", default="", longest=10, fixed=True)
    given_on: date | None = field("编号日期", default=None, fixed=True)
    handler: str = field("经办人", default="", longest=40, fixed=True)


class Disclosure(Record, table="disclosure", label="个人信息核对"):
    """A decision on a passage of a text that is posted: printed as it is, for a reason, or masked.

    It is bound to the text of the whole field by its SHA-256, so that another text is asked about again.

    条文：C068
    """

    project: Link = field("项目编号", required=True, default=Link(""), refers="project", fixed=True)
    place: str = field("所在栏目", required=True, default="", fixed=True)
    digest: str = field("文字校验码", required=True, default="", longest=64, fixed=True)
    passage: Prose = field("所指文字", required=True, default=Prose(""), longest=4000, fixed=True)
    printed: bool | None = field("照印", default=None, fixed=True)  # otherwise masked
    reason: Prose = field("照印理由", default=Prose(""), longest=500)
    decided_on: date | None = field("核对日期", default=None, fixed=True)
    handler: str = field("经办人", default="", fixed=True)


class Restoration(Record, table="restoration", label="恢复备份"):
    """A store that was put back on purpose to an earlier state, and what was left: entries of the journal by number.

    The entries after ``kept_seq`` up to ``left_seq`` were given up; a backup or paper of that time may name them.
    """

    restored_on: date | None = field("恢复日期", required=True, default=None, fixed=True)
    left_seq: int = field("恢复前的变更数", required=True, default=0, least=0, fixed=True)
    left_head: str = field("恢复前的存证码", default="", longest=64, fixed=True)
    kept_seq: int = field("恢复到第几次变更", required=True, default=0, least=0, fixed=True)
    kept_head: str = field("恢复到的存证码", default="", longest=64, fixed=True)
    backup: str = field("备份", default="", longest=200, fixed=True)
    handler: str = field("经办人", default="", longest=40, fixed=True)
    reason: Prose = field("理由", default=Prose(""), longest=500, fixed=True)


class Publicity(Record, table="publicity", label="宣传", key=("published_on", "medium", "title")):
    """A publication about calls for projects, results or awards. 四(一)¶2, 四(三)¶2. 条文：C117 C127"""

    published_on: date | None = field("日期", required=True, default=None)
    medium: Medium = field("渠道", required=True, default=Medium.SITE)
    title: str = field("标题", required=True, default="", longest=100)
    content: Prose = field("内容", default=Prose(""), longest=2000)
    address: str = field("链接", default="", longest=200)
    project: Link = field("项目编号", default=Link(""), refers="project")
