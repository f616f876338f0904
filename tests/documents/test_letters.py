"""The filing letter, the half-yearly report and the dossier."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pypdfium2
import pytest

from haicang_desk.model.blocks import Addressee, Heading, Masthead, PaperSize, Para, Seal, Title
from haicang_desk.model.documents import DOCUMENTS, DocumentFormat, prepare
from haicang_desk.model.documents.context import street_context
from haicang_desk.model.documents.issuing import preview_documents, print_to
from haicang_desk.model.documents.letters.filing_letter import projects_to_file
from haicang_desk.model.documents.letters.inspection_report import half_of, inspections_of_half
from haicang_desk.model.documents.registry import dossier_order
from haicang_desk.model.records import (
    Filing,
    FilingResult,
    Inspection,
    InspectionKind,
    Link,
    Prose,
    QuarterReport,
    YearPlan,
)
from tests.documents.asking import AS_OF, GYM, LAMPS, SCHOOL, case_of, everything, rows_of, said
from tests.documents.conftest import read_back


@pytest.fixture
def street(year):
    return street_context(year, 2018, AS_OF)


def test_what_is_approved_and_not_yet_sent_is_listed_then_what_was_sent_last(year, street):
    assert [case.project.code for case in projects_to_file(street)] == [SCHOOL]
    with year.change("备案", actor="陈") as change:
        change.save(
            Filing(
                project=Link(case_of(year, SCHOOL).project.id),
                sent_on=date(2018, 10, 16),
                lodged_on=date(2018, 10, 20),
                result=FilingResult.LODGED,
            )
        )
    sent = street_context(year, 2018, AS_OF)
    assert [case.project.code for case in projects_to_file(sent)] == [SCHOOL]  # LAMPS went in August
    assert Seal("新阳街道办事处", date(2018, 10, 16)) in list(DOCUMENTS["filing-letter"].compose(sent))
    with year.change("退补", actor="陈") as change:
        change.save(replace(case_of(year, LAMPS).filings[-1], result=FilingResult.RETURNED))
    assert [case.project.code for case in projects_to_file(street_context(year, 2018, AS_OF))] == [LAMPS]


def test_the_letter_goes_to_the_leading_groups_office(street):
    blocks = list(DOCUMENTS["filing-letter"].compose(street))
    assert Addressee("区“社会+”民生微实事工作领导小组办公室") in blocks
    assert any(isinstance(block, Masthead) and block.letterhead for block in blocks)
    assert Seal("新阳街道办事处", None) in blocks  # not sent yet: the day is left blank, never that of printing
    assert ["合计", "198,000.00", "198,000.00", "0.00"] in list(rows_of(blocks))


def test_a_letter_of_one_project_names_it_and_one_of_several_counts_them(street):
    def body(context):
        return next(block.words for block in DOCUMENTS["filing-letter"].compose(context) if isinstance(block, Para))

    assert "民生微实事项目“‘四点半学堂’儿童课后托管服务”（霞阳社区，服务类）1个，核定总资金198,000.00元" in body(street)
    case = projects_to_file(street)[0]
    other = replace(case, project=replace(case.project, id="x", code="A-2"))
    both = body(replace(street, cases=(*street.cases, other)))
    assert "民生微实事项目2个（均属服务类），涉及1个村居，核定总资金396,000.00元" in both


@pytest.mark.parametrize("name", ["filing-letter", "inspection-report", "quarterly-report"])
def test_no_letter_bears_the_day_of_printing(year, name):
    """Of 报送, 上报 or 定稿, or none yet, which is said."""
    (first,) = prepare(year, name, as_of=AS_OF).orders
    assert [block.on for block in first.papers(PaperSize.A4)[0].blocks if isinstance(block, Seal)] == [None]
    (made,) = preview_documents(year, name, as_of=AS_OF)
    assert "成文日期留空" in made.note
    with year.change("登记", actor="陈") as change:
        for each in year.all(Inspection):
            change.save(replace(each, reported_on=date(2018, 12, 27)))
        change.save(QuarterReport(year=2018, quarter=4, frozen_on=date(2019, 1, 2)))
        for case in year.casefiles(2018):
            if case.approval and not case.filings:
                change.save(Filing(project=Link(case.project.id), sent_on=date(2018, 10, 16)))
    (dated,) = prepare(year, name, as_of=AS_OF).orders
    days = {"filing-letter": (2018, 10, 16), "inspection-report": (2018, 12, 27), "quarterly-report": (2019, 1, 2)}
    seals = [block.on for block in dated.papers(PaperSize.A4)[0].blocks if isinstance(block, Seal)]
    assert seals == [date(*days[name])]
    (made,) = preview_documents(year, name, as_of=AS_OF)
    assert made.note == ""


LETTERS = ("filing-letter", "inspection-report", "quarterly-report", "year-plan-letter")


@pytest.mark.parametrize("name", LETTERS)
def test_the_code_of_proof_stands_on_a_letter_on_demand_alone(year, name):
    """It is in the metadata always. A print that shows it is a copy; a form has it on its sheets."""
    (plain,), (coded,) = (preview_documents(year, name, as_of=AS_OF, seal_code=code) for code in (False, True))
    assert "存证码" not in read_back(plain.pdf)
    assert "存证码：" in read_back(coded.pdf) and coded.issue is None
    for made in (plain, coded):
        assert "存证码：" in pypdfium2.PdfDocument(made.pdf).get_metadata_dict()["Keywords"]
    editable = [
        preview_documents(year, name, as_of=AS_OF, seal_code=code, kind=DocumentFormat.DOCX)[0].copy for code in (0, 1)
    ]
    assert ["存证码" in footers(each) for each in editable] == [False, True]
    (form,) = preview_documents(year, "approval-form", project=LAMPS, as_of=AS_OF)
    assert "存证码：" in read_back(form.pdf)


def footers(docx):
    with ZipFile(BytesIO(docx)) as package:
        return "".join(package.read(name).decode() for name in package.namelist() if "footer" in name)


def test_a_letter_that_replaces_another_says_so_without_its_code(year, tmp_path):
    code = print_to(year, "year-plan-letter", tmp_path, as_of=AS_OF)[0].issue.seal_code
    (plan,) = year.all(YearPlan)
    with year.change("改", actor="陈") as change:
        change.save(replace(plan, duration="2018年7月至12月"))
    (again,) = preview_documents(year, "year-plan-letter", as_of=AS_OF)
    assert "第2次印发代替第1次印发" in (told := read_back(again.pdf)) and code not in told


# ---- 半年自查报告


@pytest.mark.parametrize(("on", "half"), [(date(2018, 9, 1), 1), (date(2018, 12, 30), 1), (date(2018, 12, 31), 2)])
def test_the_newest_ended_half_is_reported(street, on, half):
    assert half_of(replace(street, today=on)) == half


def test_an_inspection_after_the_half_counts_to_the_next(street):
    late = Inspection(id="x", kind=InspectionKind.SELF, inspected_on=date(2018, 7, 2))
    both = replace(street, inspections=(*street.inspections, late))
    assert not inspections_of_half(replace(both, today=date(2018, 9, 1)))
    assert next(iter(inspections_of_half(both))).id == "x"
    spot = Inspection(id="y", kind=InspectionKind.SPOT, inspected_on=date(2018, 7, 2))
    assert "y" not in {each.id for each in inspections_of_half(replace(street, inspections=(spot,)))}


def test_the_four_phases_and_what_was_mended_are_told(street):
    blocks = list(DOCUMENTS["inspection-report"].compose(street))
    told = "".join(said(block.words) for block in blocks if isinstance(block, Para))
    assert "项目征集环节：意见登记齐全。项目确定、项目实施、项目评议环节没有登记检查意见。" in told
    assert "共发现问题1个，正按期限整改。" in told
    assert "抽查项目1个，占本年度申报项目3个的33.33%" in told
    (ledger,) = [row for row in rows_of(blocks) if row[0] == "1"]
    assert ledger[2:] == ["个别票据未及时归档", "专人归档", "陈丽", "2018年12月30日", "正在整改"]


def test_a_half_without_problems_has_no_annex(street):
    (held,) = street.inspections
    clean = replace(street, inspections=(replace(held, problem=Prose("")),))
    assert "自查未发现问题。" in everything(DOCUMENTS["inspection-report"].compose(clean))
    assert not list(rows_of(DOCUMENTS["inspection-report"].compose(clean)))
    assert "没有街道自查记录" in DOCUMENTS["inspection-report"].unavailable_reason(replace(street, inspections=()))


# ---- 项目档案


def test_the_dossier_binds_every_document_there_is(year):
    (issued,) = preview_documents(year, "dossier", project=LAMPS, as_of=AS_OF)
    document = pypdfium2.PdfDocument(issued.pdf)
    marks = [mark.get_title() for mark in document.get_toc()]
    absent = {"matching-form", "maintenance-form"}  # nothing is recorded for them, and no blank form is bound
    bound = [part.title for part, _ in dossier_order(DOCUMENTS) if part.name not in absent]
    front = ["“社会+”民生微实事项目档案：老旧楼道照明更换及消防通道整治", "封面", "卷内目录", "项目概况"]
    assert marks == [*front, *bound, "卷内备考表"]
    keywords = document.get_metadata_dict()["Keywords"]
    assert keywords.startswith(f"{LAMPS}；新街〔2018〕35号") and "存证码" in keywords
    told = read_back(issued.pdf)
    for part, _ in dossier_order(DOCUMENTS):
        assert (part.title in told) == (part.name not in absent)


def test_the_catalogue_dates_each_document_by_its_own_record(year):
    (issued,) = preview_documents(year, "dossier", project=LAMPS, as_of=AS_OF)
    catalogue = pypdfium2.PdfDocument(issued.pdf)[1].get_textpage().get_text_range()
    told = "".join(catalogue.split())
    for title, day in (
        ("意见征集登记表", "20180610"),
        ("项目申报表", "20180809"),
        ("街道审批表", "20180815"),
        ("区备案表", "20180820"),
        ("项目验收表", "20181218"),
        ("满意度测评结果公示", "20181229"),
    ):
        assert f"{title}{day}" in told


def test_a_draft_has_a_dossier_of_what_there_is(year):
    (issued,) = preview_documents(year, "dossier", project=GYM, as_of=AS_OF)
    titles = [mark.get_title() for mark in pypdfium2.PdfDocument(issued.pdf).get_toc()]
    assert "项目概况" in titles and not any("审批表" in title for title in titles)


def test_letters_have_titles_with_the_full_name(street):
    for name in ("filing-letter", "inspection-report"):
        titles = [block.text for block in DOCUMENTS[name].compose(street) if isinstance(block, Title)]
        assert "“社会+”民生微实事" in titles[0]


# ---- 年度工作安排报告


def plan_letter(context):
    return list(DOCUMENTS["year-plan-letter"].compose(context))


def test_the_plan_of_the_year_goes_to_the_leading_group_with_its_four_elements(street):
    blocks = plan_letter(street)
    assert Title("新阳街道办事处关于2018年度“社会+”民生微实事工作安排的报告") in blocks
    assert Addressee("区“社会+”民生微实事工作领导小组") in blocks
    assert Seal("新阳街道办事处", date(2018, 6, 20)) in blocks
    parts = (
        block.words if isinstance(block, Para) else block.text for block in blocks if isinstance(block, Para | Heading)
    )
    text = "".join(map(said, parts))
    assert "二、实施范围霞阳社区、兴旺社区。三、预算资金本年度预算资金80.00万元" in text
    assert "四、实施时长2018年6月至12月。五、可行性评估" in text and "考察学习" not in text


@pytest.mark.parametrize(
    ("lacks", "named"), [({"kinds": Prose("")}, "种类"), ({"budget": None, "duration": " "}, "预算资金、实施时长")]
)
def test_a_plan_without_its_elements_says_which(street, lacks, named):
    reason = DOCUMENTS["year-plan-letter"].unavailable_reason(replace(street, plan=replace(street.plan, **lacks)))
    assert f"缺{named}，请在“登记簿”的年度工作安排里登记" in reason
    assert "还没有登记年度工作安排" in DOCUMENTS["year-plan-letter"].unavailable_reason(replace(street, plan=None))


def test_a_plan_not_yet_reported_has_no_day_and_is_no_issue(street):
    waiting = replace(street, plan=replace(street.plan, reported_on=None))
    assert Seal("新阳街道办事处", None) in plan_letter(waiting)
    document = DOCUMENTS["year-plan-letter"]
    assert not document.signed_off(waiting) and "登记报送日期后再印" in document.undated(waiting)
    assert document.signed_off(street) and document.undated(street) == ""
