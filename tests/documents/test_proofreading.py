"""What no document may show is found before printing; the rest of a batch is printed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pypdfium2
import pytest

from haicang_desk.model.blocks import (
    Grid,
    KeepTogether,
    PageSetup,
    Paper,
    PaperKind,
    Para,
    amount,
    centred,
    label,
    row,
    value,
)
from haicang_desk.model.documents import prepare, print_to
from haicang_desk.model.documents.issuing import preview_documents
from haicang_desk.model.documents.proofreading import Unfit, proofread
from haicang_desk.model.records import Approval, Conclusion, Link, Notice, NoticeKind
from haicang_desk.model.typesetting import Unprintable
from haicang_desk.model.values import Money, NotWritten
from tests.documents.asking import AS_OF, CARE, GYM, LAMPS, SCHOOL, case_of
from tests.documents.conftest import read_back


def paper(*blocks, kind=PaperKind.FORM):
    return Paper(PageSetup(kind=kind, title="表"), blocks)


TABLE = (label("资金来源"), label("预算"), label("决算"))


@pytest.mark.parametrize(
    ("block", "where"),
    [
        (
            Grid((row(*TABLE), row(label("合计"), amount("1.00"), amount("-1,234.50"))), (1, 1, 1), heading=1),
            "合计·决算",
        ),
        (Grid((row(label("余额"), value("小写：-5.00 元　　大写：负人民币伍元整")),), (1, 2)), "余额"),
        (Grid((row(label("专项"), centred("-0.05")),), (1, 2)), "专项"),
        (Para("核定总资金100.00元，其中自筹-20,000.00元。"), "其中自筹"),
        (KeepTogether((Para("尚未拨付-0.05万元。"),)), "尚未拨付"),
    ],
)
def test_a_negative_sum_is_refused_with_its_place(block, where):
    with pytest.raises(Unfit, match=rf"“[^”]*{where}”会印出负数.*改正后再印"):
        proofread([paper(block)])


@pytest.mark.parametrize(
    "text",
    ["电话0592-100.00元", "2018-08-01至2018-08-09", "A-12.00元", "零下-5度", "-5", "1.00-2.00元", "超出 5.00 元"],
)
def test_a_dash_that_is_no_minus_is_none(text):
    proofread([paper(Para(text), Grid((row(label("备注"), value(text)),), (1, 2)))])


def test_a_character_that_no_font_has_is_refused():
    with pytest.raises(Unprintable, match="U\\+1F600"):
        proofread([paper(Para("楼道😀照明"))])
    proofread([paper(Para("𬭎戙𠮷㛃䶮 A&B\n第二行"))])


@pytest.mark.parametrize(
    "grid",
    [
        Grid((row(label("实施主体"), value(" ")),), (1, 2)),
        Grid((row(label("项目"), label("实施主体")), row(value("甲"), value(""))), (1, 2)),
    ],
)
def test_a_notice_has_no_empty_implementer(grid):
    with pytest.raises(Unfit, match="“实施主体”还没有登记"):
        proofread([paper(grid, kind=PaperKind.NOTICE)])
    proofread([paper(grid)])  # a form is filled in by hand
    proofread([paper(Grid((row(label("实施主体"), value("甲公司")),), (1, 2)), kind=PaperKind.NOTICE)])


def cut_below_the_other_sources(year, code):
    """A decision whose total leaves no room for what is given, so that the village's own share falls below zero."""
    project = year.project(code)
    with year.change("批准", actor="陈") as change:
        change.save(
            Approval(
                project=Link(project.id),
                conclusion=Conclusion.AGREE,
                decided_on=date(2018, 12, 20),
                special=Money(200),
                total=Money(100),
            )
        )


def test_a_form_that_would_show_a_negative_sum_is_left_out_of_its_batch(year, tmp_path):
    cut_below_the_other_sources(year, LAMPS)
    assert case_of(year, LAMPS).approved.social < 0
    made = print_to(year, "approval-form", tmp_path, as_of=AS_OF)
    (failed,) = [each for each in made if each.failed]
    assert "社会资源资金小计·核定数" in failed.skipped and "负数" in failed.skipped
    assert len(list(tmp_path.glob("*.pdf"))) == len([each for each in made if not each.skipped]) > 0


@pytest.mark.parametrize("name", ["filing-letter", "filing-register"])
def test_a_letter_that_would_show_a_negative_sum_is_refused(year, name):
    cut_below_the_other_sources(year, SCHOOL)
    (made,) = preview_documents(year, name, as_of=AS_OF)
    assert made.failed and "负数" in made.skipped


def test_a_bound_file_has_the_rest(year, tmp_path):
    with year.change("改", actor="陈") as change:
        change.save(replace(year.project(GYM), title="篮球场😀翻新"))
    made = print_to(year, "application-form", tmp_path, as_of=AS_OF, single=True)
    (failed,) = [each for each in made if each.failed]
    assert "😀" in failed.skipped and GYM in failed.skipped
    (bound,) = tmp_path.glob("*合订*.pdf")
    text = read_back(bound.read_bytes())
    first = pypdfium2.PdfDocument(bound.read_bytes())[0].get_textpage().get_text_range()
    assert LAMPS in text and CARE in text and text.count(GYM) == 1
    assert "未印清单" in first and GYM in first and "篮球场〓翻新" in first


def test_what_only_layout_finds_is_left_out_too(year, tmp_path, monkeypatch):
    """A fault that proofreading does not foresee stops neither a batch of files nor a bound one."""
    with year.change("改", actor="陈") as change:
        change.save(replace(year.project(GYM), title="篮球场😀翻新"))
    monkeypatch.setattr("haicang_desk.model.documents.batches.proofread", lambda *_, **__: None)
    for single in (False, True):
        made = print_to(year, "application-form", tmp_path / str(single), as_of=AS_OF, single=single)
        (failed,) = [each for each in made if each.failed]
        assert "😀" in failed.skipped
        assert any(not each.skipped for each in made)


def test_each_notice_of_a_file_is_numbered_by_itself(year):
    """Projects posted on different days are different notices, though one file holds them."""
    village = case_of(year, LAMPS).village
    with year.change("公示", actor="陈") as change:
        for at, code in enumerate((LAMPS, SCHOOL, GYM)):
            day = date(2018, 9, 1 + at)
            change.save(
                Notice(
                    kind=NoticeKind.PROJECT,
                    project=Link(year.project(code).id),
                    village=Link(village.id),
                    posted_on=day,
                    ends_on=date(2018, 9, 20),
                )
            )
    (made,) = preview_documents(year, "project-notice", village=village.name, as_of=AS_OF)
    text = read_back(made.pdf)
    assert text.count("项目公示按照") == 3 and "页共" not in text  # a sheet alone has no number


def test_nothing_is_written_where_one_file_may_not_be_replaced(year, tmp_path):
    (name, *_) = [order.filename for order in prepare(year, "application-form", as_of=AS_OF).orders if not order.fault]
    (tmp_path / name).mkdir()
    with pytest.raises(NotWritten, match="是文件夹"):
        print_to(year, "application-form", tmp_path, as_of=AS_OF)
    assert [path.name for path in tmp_path.iterdir()] == [name]
