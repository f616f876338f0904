"""The pages of 申报表 and 审批表 as they are signed: two of them whatever the data, room for seals, type to read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from itertools import pairwise
from typing import Any

import pdfplumber
import pytest

from haicang_desk.model.blocks import PaperSize
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents import DOCUMENTS
from haicang_desk.model.documents.context import project_context
from haicang_desk.model.documents.form_parts import paper_of
from haicang_desk.model.records import (
    BudgetLine,
    Consulted,
    Link,
    Participation,
    Project,
    Prose,
    Source,
    TakingPart,
    Village,
)
from haicang_desk.model.typesetting.layout.pages import paginate
from haicang_desk.model.typesetting.pdf.font_set import bundled_fonts
from haicang_desk.model.typesetting.pdf.writer import lay_out_pages, write_pdf
from haicang_desk.model.values import Money
from tests.documents.asking import AS_OF, GYM, LAMPS, case_of
from tests.documents.reference import filled_year
from tests.typesetting.pdf_reading import MM

SAID = "楼道照明设施年久失修，夜间出行存在安全隐患，居民在议事会、走访和问卷中多次反映，要求尽快更换。"
FORMS = ("application-form", "approval-form")


def usual(case: Casefile) -> Casefile:
    return case


def heavy(case: Casefile) -> Casefile:
    """18 budget lines, 30 social forces, nine digits, long names and texts."""
    of = Link(case.project.id)
    lines = tuple(
        BudgetLine(
            project=of,
            content=f"第{n}号楼消防通道清理及楼道照明线路改造分项",
            subject="设备购置",
            measure="项",
            quantity=Decimal("1234.5"),
            price=Money(987_654_321),
            amount=Money(12_345_678_900 + n),
            source=Source.SELF_RAISED,
            is_overhead=n == 3,
            note="与办公经费无关" if n % 4 == 0 else "",
        )
        for n in range(1, 19)
    )
    parts = tuple(
        Participation(
            project=of,
            party=f"厦门新阳第{n}机械制造股份有限公司霞阳分公司",
            kind="企业",
            manner=TakingPart.DONATE,
            took_on=date(2018, 8, 3),
            amount=Money(1_234_500 + n),
            basis="捐赠协议",
        )
        for n in range(1, 31)
    )
    project = replace(
        case.project,
        title="霞阳社区东路二里一至十八号楼老旧楼道照明更换及消防通道整治暨小区环境综合提升二期工程项目",
        need=Prose(SAID * 6),
        works=Prose(SAID * 12),
        effect=Prose(SAID * 3),
        special=Money(12_345_678_901),
        place="霞阳东路二里1至18号楼、三里2号楼、霞光路沿线及社区活动中心前广场周边各公共区域",
        duty_note="经核对，楼栋无物业服务企业。" * 10,
        split_note="与本村居其他项目地点相近，内容不同。" * 8,
        keeping_duty=Prose("每月巡查一次，发现损坏三日内修复并登记。" * 20),
        advance_paid=True,
    )
    opinions = tuple(replace(each, gist=Prose(SAID)) for each in case.opinions)
    village = replace(case.village, name="海沧区新阳街道霞阳社区第一第二联合居民小组")
    return replace(case, project=project, village=village, budget_lines=lines, participations=parts, opinions=opinions)


def empty(case: Casefile) -> Casefile:
    """A project of which nothing is known but its year."""
    lists = ("budget_lines", "participations", "opinions", "notices", "approvals", "suggestions", "filings")
    nothing: dict[str, Any] = dict.fromkeys(lists, ())
    project = Project(fund_year=2018, village=case.project.village)
    return replace(case, project=replace(project, id=case.project.id), village=Village(), **nothing)


CASES = {"usual": (usual, LAMPS), "heavy": (heavy, LAMPS), "empty": (empty, GYM)}


@pytest.fixture(scope="module")
def printed() -> Iterator[dict[tuple[str, str], Any]]:
    """Each form of each case as paper and as an open file."""
    made = {}
    with filled_year() as ws:
        for kind, (change, code) in CASES.items():
            for name in FORMS:
                if (name, kind) == ("approval-form", "empty"):
                    continue
                document = DOCUMENTS[name]
                context = project_context(ws, case_of(ws, code), AS_OF, with_findings=document.with_findings)
                paper = paper_of(document, replace(context, case=change(context.case)), PaperSize.A4)
                made[name, kind] = paper, pdfplumber.open(BytesIO(write_pdf(paper)))
    yield made
    for _, pdf in made.values():
        pdf.close()


def said(page: Any) -> str:
    return "".join(char["text"] for char in page.chars if char["size"] > 9.5)


def level(page: Any, x: float) -> list[float]:
    """The heights in points of the level rules that a place across the page meets."""
    rules = (each for each in page.lines if abs(each["top"] - each["bottom"]) < 0.1)
    return sorted({round(each["top"], 1) for each in rules if each["x0"] - 0.5 <= x <= each["x1"] + 0.5})


def place(page: Any, text: str) -> Any:
    """Where a text stands on a page: its first character."""
    chars = [char for char in page.chars if char["text"].strip()]
    whole = "".join(char["text"] for char in chars)
    assert text in whole, text
    return chars[whole.index(text)]


@pytest.mark.parametrize(("name", "kind"), [(n, k) for n in FORMS for k in CASES if (n, k) != (FORMS[1], "empty")])
def test_a_form_is_two_pages_and_what_has_no_room_is_on_a_sheet(printed, name, kind):
    """With the usual data the two pages are all; what the sheet has begins with its own title and number."""
    _, pdf = printed[name, kind]
    assert ("续页）" in said(pdf.pages[2])) if kind == "heavy" else (len(pdf.pages) == 2)
    for page in pdf.pages[:2]:
        assert "（续页）" not in said(page)
    for page in pdf.pages[2:3]:
        assert LAMPS in said(page)


@pytest.mark.parametrize("kind", CASES)
def test_an_application_keeps_its_shape(printed, kind):
    """The first page says what is asked for, the second who agrees; nothing is set closer for it."""
    paper, pdf = printed["application-form", kind]
    first, second = (said(page) for page in pdf.pages[:2])
    for text in ("项目名称", "必要性", "总资金大写", "资金来源", "主体类型"):
        assert text in first
    for text in ("征求对象", "本村居承诺", "核定专项资金", "备案号：", "审核人："):
        assert text in second
    pages, context = lay_out_pages(paper, bundled_fonts())
    assert context.style.cell.leading == 13.6
    bottoms = [max(offset + item.height for item, offset in page if not item.space) for page in pages[:2]]
    assert bottoms == pytest.approx([context.style.height] * 2, abs=1)  # both pages are used to their foot


@pytest.mark.parametrize("name", FORMS)
def test_type_is_at_least_ten_and_a_half_points(printed, name):
    for (form, _), (_, pdf) in printed.items():
        small = [c for page in pdf.pages for c in page.chars if c["size"] < 10.49 and form == name]
        assert {round(c["size"], 1) for c in small} <= {9.0}  # the footer
        assert all(c["top"] > (297 - 16) * MM for c in small)


@pytest.mark.parametrize("kind", CASES)
def test_every_seal_has_its_square_on_the_application(printed, kind):
    """45 × 45 mm around （盖章） hold nothing but the office and the date on which the seal is pressed."""
    page = printed["application-form", kind][1].pages[1]
    chars = [char for char in page.chars if char["text"].strip()]
    whole = "".join(char["text"] for char in chars)
    marks = [at for at in range(len(whole)) if whole.startswith("（盖章）", at)]
    assert len(marks) == 4
    upright = sorted({round(each["x0"], 1) for each in page.lines if abs(each["x0"] - each["x1"]) < 0.1})
    for at in marks:
        x, y = chars[at]["x0"], chars[at]["top"]
        right = min(each for each in upright if each > x and tall(page, each, y))
        upper = max(each for each in level(page, right - 2) if each < y)
        lower = min(each for each in level(page, right - 2) if each > y)
        assert lower - upper >= 45 * MM - 0.2
        square = [
            c for c in chars if c["x1"] > right - 45 * MM + 1 and c["x0"] < right and lower - 45 * MM < c["top"] < lower
        ]
        inside = "".join(c["text"] for c in square)
        assert inside.count("（盖章）") == 1
        assert not any(text in inside for text in ("签字", "经办", "承诺", "备案号", "同意"))


def tall(page: Any, x: float, y: float) -> bool:
    """Whether an upright rule stands beside a place."""
    return any(abs(each["x0"] - x) < 0.2 and each["top"] <= y <= each["bottom"] for each in page.lines)


@pytest.mark.parametrize("kind", CASES)
def test_rows_to_sign_are_ten_millimetres_and_rules_thirty(printed, kind):
    page = printed["application-form", kind][1].pages[1]
    column = place(page, "签名")
    heights = [low - high for high, low in pairwise(level(page, column["x0"]))]
    top = [high for high in level(page, column["x0"]) if high > column["top"]]
    assert all(low - high >= 10 * MM - 0.2 for high, low in pairwise(top[:6]))
    assert len(heights) > 6
    written = [each for each in page.lines if 30 * MM <= each["x1"] - each["x0"] < 31 * MM]
    assert len(written) == 5  # village, party, handler, deputy head, head


def test_the_sheet_has_whole_tables_with_head_and_sum(printed):
    _, pdf = printed["application-form", "heavy"]
    sheet = "".join(said(page) for page in pdf.pages[2:])
    assert all(f"第{n}号楼消防通道" in sheet.replace("\n", "") or f"第{n}号楼" in sheet for n in range(1, 19))
    assert all(f"厦门新阳第{n}机械" in sheet for n in range(1, 31))
    assert "明细见续页" in said(pdf.pages[0])
    total = str(sum((Money(12_345_678_900 + n) for n in range(1, 19)), Money(0)))
    assert total in said(pdf.pages[0])
    assert total in sheet
    for page in pdf.pages[3:]:
        if "号楼消防" in said(page):
            assert "资金来源" in said(page)
    for page in pdf.pages:
        if "合计" in said(page):
            assert any(text in said(page) for text in ("机械", "设备购置"))


@pytest.mark.parametrize(("name", "kind"), [(n, k) for n in FORMS for k in ("usual", "heavy")])
def test_no_number_and_no_date_is_parted(printed, name, kind):
    """Every sum and date of the page stands on one line."""
    _, pdf = printed[name, kind]
    for page in pdf.pages:
        rows: dict[float, str] = {}
        for char in page.chars:
            rows[round(char["bottom"], 1)] = rows.get(round(char["bottom"], 1), "") + char["text"]
        for row in rows.values():
            assert not re.search(r"\d,$|[0-9](年|月)$", row.strip())
            assert not re.match(r",\d", row.strip())


def test_a_text_that_is_cut_stands_whole_on_the_sheet(printed):
    _, pdf = printed["application-form", "heavy"]
    form, sheet = ("".join(said(page) for page in part) for part in (pdf.pages[:2], pdf.pages[2:]))
    assert form.count("……（全文见续页）") >= 4
    assert sheet.count(SAID) >= 6 + 12 + len(Consulted)


def test_the_pages_are_laid_out_without_being_set_tighter(printed):
    paper, _ = printed["application-form", "usual"]
    pages, context = lay_out_pages(paper, bundled_fonts())
    assert len(paginate(paper.blocks, context)) == len(pages) == 2
