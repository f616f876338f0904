"""What the store keeps beside the ledger: the originals of papers. It goes into no workbook, for it is no cell."""

from __future__ import annotations

from datetime import date

from haicang_desk.model.fields import Link, Prose, Record, field


class Original(Record, table="original", label="原件", key=("digest",)):
    """That a file's bytes are kept in this store; they stand under the digest in a table of their own. R33 R34.

    条文：C101
    """

    digest: str = field("文件校验码", required=True, default="", longest=64, fixed=True)  # SHA-256, hexadecimal
    size: int = field("文件大小", required=True, default=0, unit="字节", fixed=True)


class Issue(Record, table="issue", label="印发"):
    """One signed-off paper as it left the office; its bytes are the original of that digest, and never change.

    ``number`` counts how often the document was issued of its subject: a correction is the next. One number may be
    issued on several papers (A4 and A3). Whether what it shows has changed since is worked out from the journal
    (documents/editions.py). ``facts`` and ``says`` hold what earlier versions of the program compared; nothing reads
    them, and they are left empty.

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
