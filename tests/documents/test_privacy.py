"""What is posted shows nothing but the fields on its list, masked; what may be personal is asked about first."""

from __future__ import annotations

from dataclasses import fields as parts_of
from dataclasses import is_dataclass, replace

import pytest

from haicang_desk.model.blocks import PaperKind, PaperSize, texts_in
from haicang_desk.model.casefile import CHILDREN, Casefile
from haicang_desk.model.documents import DOCUMENTS, DocumentFormat, Issuer, preview_documents, print_to, privacy
from haicang_desk.model.documents.context import (
    known_people,
    project_context,
    street_context,
    village_context,
    with_people,
)
from haicang_desk.model.documents.form_parts import papers_of
from haicang_desk.model.documents.issuing import prepare
from haicang_desk.model.documents.privacy import public_partner, public_view
from haicang_desk.model.documents.registry import document
from haicang_desk.model.records import (
    Attachment,
    Award,
    AwardResult,
    Disclosure,
    Expert,
    Issue,
    Participation,
    Project,
    Prose,
    Record,
)
from haicang_desk.model.values import Money
from tests.documents.asking import AS_OF, LAMPS, blocks_of, case_of, everything

POSTED = [each for each in DOCUMENTS.values() if each.kind is PaperKind.NOTICE]
WHO = {"person": "反映人", "phone": "电话"}


# ---- the list of fields


def canary(record: Record, name: str) -> str:
    """A text that no mask knows and that says where it came from."""
    return f"鸟{record.table}笼{name}"


def planted(thing):
    """The same context with a canary in every text field of every record, but where a fixed word is looked for."""
    if isinstance(thing, Record):
        texts = [name for name, field in thing.fields.items() if field.kind in (str, Prose)]
        kept = {"item"} if isinstance(thing, Attachment) else set()
        return replace(thing, **{name: canary(thing, name) for name in texts if name not in kept})
    if isinstance(thing, Casefile):
        own = {name: tuple(planted(each) for each in getattr(thing, name)) for name in CHILDREN}
        return Casefile.of(planted(thing.project), planted(thing.village), own)
    if isinstance(thing, tuple):
        return tuple(planted(each) for each in thing)
    if is_dataclass(thing) and type(thing).__name__.endswith("Context"):
        return replace(thing, **{part.name: planted(getattr(thing, part.name)) for part in parts_of(thing)})
    return thing


def every_kind(case: Casefile) -> Casefile:
    """The case with at least one record of every class."""
    missing = {name: (cls(id=f"x{name}"),) for name, cls in CHILDREN.items() if not getattr(case, name)}
    return replace(case, **missing) if missing else case


def context_of(year, document):
    case = every_kind(case_of(year, LAMPS))
    case = replace(case, awards=(Award(id="a", result=AwardResult.EXCELLENT, fund_year=2018),))
    if document.scope == "project":
        return replace(project_context(year, case, AS_OF), case=case)
    if document.scope == "village":
        return replace(village_context(year, case.village, 2018, AS_OF), cases=(case,))
    return replace(street_context(year, 2018, AS_OF), cases=(case,))


@pytest.mark.parametrize("posted", POSTED, ids=lambda each: each.name)
def test_a_field_that_is_not_listed_cannot_get_onto_a_notice(year, posted):
    context = planted(context_of(year, posted))
    shown = "".join(
        "".join(texts_in((paper.blocks, paper.setup))) for paper in papers_of(posted, context, PaperSize.A4)
    )
    allowed = {f"鸟{cls.table}笼{name}" for cls, names in posted.shows.items() for name in names}
    classes = (*CHILDREN.values(), *posted.shows)
    planted_in = {f"鸟{cls.table}笼{name}" for cls in classes for name in cls.fields}
    strangers = {each for each in planted_in - allowed if each in shown and not any(each in more for more in allowed)}
    assert strangers == set()
    assert any(each in shown for each in allowed)  # the walk sees what is there


@pytest.mark.parametrize("posted", POSTED, ids=lambda each: each.name)
def test_what_composes_a_notice_sees_nothing_else(year, posted):
    """Not even a field that it does not show: it cannot forget to mask what it never had."""
    view = posted.view(planted(context_of(year, posted)))
    allowed = {(cls, name) for cls, names in posted.shows.items() for name in names}

    def walk(thing):
        if isinstance(thing, Record):
            for name, field in thing.fields.items():
                if field.kind in (str, Prose) and (type(thing), name) not in allowed:
                    assert not getattr(thing, name) or getattr(thing, name) == "效果照片"
        elif isinstance(thing, tuple):
            for each in thing:
                walk(each)
        elif is_dataclass(thing):
            for part in parts_of(thing):
                walk(getattr(thing, part.name))

    walk(view)


def test_a_notice_without_a_list_of_fields_cannot_be_declared():
    with pytest.raises(ValueError, match="what is posted"):
        document("bare-notice", "无名公示", after="project-list", kind=PaperKind.NOTICE)(lambda _: iter(()))
    with pytest.raises(ValueError, match="what is posted"):
        document("listed-form", "表", after="project-list", shows={Award: ("number",)})(lambda _: iter(()))


# ---- masking


def changed(year, record, **values):
    with year.change("改", actor="陈") as change:
        return change.save(replace(record, **values))


def test_a_person_whom_any_record_knows_is_masked_in_every_text(year):
    """Who told a suggestion, the contact of a village, an expert, a donor who did not agree."""
    with year.change("登记", actor="陈") as change:
        change.save(Expert(name="司徒明远", unit="厦门大学"))
    told = "张晓明、杨志强、司徒明远和李建国都来看过，欧阳建设也在"
    changed(year, case_of(year, LAMPS).project, works=Prose(told))
    context = with_people(project_context(year, case_of(year, LAMPS), AS_OF), known_people(year))
    shown = everything(DOCUMENTS["completion-notice"].compose(context))
    assert "张*、杨*、司徒*和李*都来看过，欧阳建设也在" in shown  # 欧阳建设: 同意公示姓名


@pytest.mark.parametrize(
    ("part", "shown"),
    [
        (Participation(party="欧阳建设（13800008000）", kind="新乡贤", amount=Money(1), named=True), "欧阳建设"),
        (Participation(party="欧阳建设", kind="新乡贤", amount=Money(1), named=False), "爱心人士"),
        (Participation(party="欧阳建设", kind="新乡贤", amount=Money(1)), "爱心人士"),
        (Participation(party="欧阳建设", kind="新乡贤"), "欧阳*"),
        (Participation(party="王小明女士", kind="居民", named=False), "爱心人士"),
        (Participation(party="大兴有限公司 13800008000", kind="企业", named=True), "大兴有限公司 ＊＊＊"),
        (Participation(party="大兴有限公司", kind="企业", named=False), "爱心企业"),
    ],
)
def test_a_donor_is_named_who_agreed(part, shown):
    assert public_partner(part) == shown


def test_the_streets_own_contact_stands_for_objections(year):
    shown = everything(blocks_of(year, "completion-notice", LAMPS))
    assert "林晓燕" in shown and "0592-6051234" in shown and "0592-6055678" in shown


def test_metadata_and_file_name_are_masked_too(year):
    changed(year, case_of(year, LAMPS).project, title="张晓明家门口路灯13800008000")
    (made,) = preview_documents(year, "completion-notice", project=LAMPS, as_of=AS_OF)
    assert "张晓明" not in made.filename and "13800008000" not in made.filename + made.title
    assert "张晓明".encode("utf-16-be") not in made.pdf and b"13800008000" not in made.pdf


# ---- asking

UNCLEAR = "由热心居民陈大勇带头，编外号1234567。"


def last_action(ws):
    return ws.conn.execute("SELECT action FROM journal ORDER BY seq DESC").fetchone()[0]


@pytest.fixture
def unclear(year):
    changed(year, case_of(year, LAMPS).project, works=Prose(UNCLEAR))
    return year


def test_what_may_be_personal_is_asked_about_and_bars_the_notice(unclear, tmp_path):
    batch = prepare(unclear, "completion-notice", project=LAMPS, as_of=AS_OF)
    assert [(each.place, each.found, each.kind, each.masked) for each in batch.questions] == [
        ("建设服务内容", "陈大勇", "姓名", "陈*"),
        ("建设服务内容", "1234567", "号码", "＊＊＊"),
    ]
    (made,) = print_to(unclear, "completion-notice", tmp_path, project=LAMPS, as_of=AS_OF)
    assert made.failed and "“建设服务内容”里可能有个人信息：“陈大勇”（姓名），共 2 处，没有印" in made.skipped
    assert list(tmp_path.iterdir()) == [] and unclear.all(Issue) == []


def test_a_preview_shows_it_masked_and_asks_nothing(unclear):
    (made,) = preview_documents(unclear, "completion-notice", project=LAMPS, as_of=AS_OF)
    assert made.pdf and not made.skipped
    shown = everything(blocks_of(unclear, "completion-notice", LAMPS))
    assert "由热心居民陈*带头，编外号＊＊＊。" in shown


def test_the_answer_is_saved_with_the_issue_and_holds_for_that_text_alone(unclear, tmp_path):
    def decide(question):
        kept = question.found == "陈大勇"
        return question.answered(printed=kept, reason="本人书面同意" if kept else "")

    (made,) = print_to(
        unclear, "completion-notice", tmp_path, project=LAMPS, as_of=AS_OF, hand=Issuer(person="陈丽"), decide=decide
    )
    assert not made.skipped and last_action(unclear) == "印发：资金使用情况和实施效果公示"
    saved = {each.passage: each for each in unclear.all(Disclosure)}
    assert {name: each.printed for name, each in saved.items()} == {"陈大勇": True, "1234567": False}
    assert saved["陈大勇"].reason == "本人书面同意" and saved["陈大勇"].handler == "陈丽"
    context = with_people(project_context(unclear, case_of(unclear, LAMPS), AS_OF), known_people(unclear))
    assert "由热心居民陈大勇带头，编外号＊＊＊。" in everything(DOCUMENTS["completion-notice"].compose(context))
    batch = prepare(unclear, "completion-notice", project=LAMPS, as_of=AS_OF)
    assert batch.questions == [] and batch.orders[0].version.data  # the paper that was issued

    changed(unclear, case_of(unclear, LAMPS).project, works=Prose(UNCLEAR + "另聘一人。"))
    again = prepare(unclear, "completion-notice", project=LAMPS, as_of=AS_OF)
    assert [each.found for each in again.questions] == ["陈大勇", "1234567"]


def test_a_copy_that_is_not_issued_saves_the_answer_too(unclear, tmp_path):
    print_to(
        unclear,
        "completion-notice",
        tmp_path,
        project=LAMPS,
        as_of=AS_OF,
        kind=DocumentFormat.DOCX,
        decide=lambda question: question.answered(printed=False),
    )
    assert [each.printed for each in unclear.all(Disclosure)] == [False, False] and unclear.all(Issue) == []
    assert len(list(tmp_path.glob("*.docx"))) == 1


def test_a_paper_that_stays_in_the_office_is_not_asked_about(unclear):
    assert prepare(unclear, "application-form", project=LAMPS, as_of=AS_OF).questions == []
    assert "陈大勇" in everything(blocks_of(unclear, "application-form", LAMPS))


def test_what_a_notice_shows_is_masked_once_for_composing_judging_and_asking(year, monkeypatch):
    made = []
    view = privacy._View
    monkeypatch.setattr(privacy, "_View", lambda context, shows: made.append(1) or view(context, shows))
    preview_documents(year, "completion-notice", project=LAMPS, as_of=AS_OF)
    assert len(made) == 1


def test_a_view_is_that_of_its_own_context_and_list(year):
    context = project_context(year, case_of(year, LAMPS), AS_OF)
    other = replace(context, case=replace(context.case, project=replace(context.case.project, title="别的项目")))
    shows, nothing = {Project: ("title",)}, {Project: ()}
    for _ in range(2):
        assert public_view(context, shows).case.project.title == context.case.project.title
        assert public_view(other, shows).case.project.title == "别的项目"
        assert public_view(other, nothing).case.project.title == ""
