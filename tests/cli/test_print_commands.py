"""The commands ``print`` and ``report``: files, refusals, issued documents and their corrections."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pypdfium2
import pytest

from haicang_desk.__main__ import main
from haicang_desk.model.records import Disclosure, Phase, Prose
from haicang_desk.model.scans import scan_of
from haicang_desk.model.services import Workspace, attach, issues_of
from tests.model.street import built
from tests.scanning import pdf, photograph


@pytest.fixture
def store(tmp_path):
    path = tmp_path / "新阳.db"
    built(path).close()
    return path


def test_a_form_for_one_project_is_one_named_file(store, tmp_path, capsys):
    with Workspace.open(store) as ws:
        code = next(case.project.code for case in ws.casefiles() if case.project.submitted_on)
    out = tmp_path / "表单"
    assert main(["print", str(store), "application-form", "--out", str(out), "--project", code, "--json"]) == 0
    (file,) = json.loads(capsys.readouterr().out)["files"]
    assert file.endswith("_项目申报表.pdf")
    assert next(out.iterdir()).read_bytes().startswith(b"%PDF")


def test_the_same_data_and_day_give_the_same_bytes(store, tmp_path):
    for name in ("一", "二"):
        arguments = ["print", str(store), "application-form", "--out", str(tmp_path / name), "--single"]
        assert main([*arguments, "--as-of", "2026-06-30"]) == 0
    first, second = (next((tmp_path / name).iterdir()) for name in ("一", "二"))
    assert first.name == second.name
    assert first.read_bytes() == second.read_bytes()


def test_a_letter_shows_its_code_of_proof_on_demand_and_is_then_no_issue(store, tmp_path):
    for name, more in (("有", ["--seal-code"]), ("无", [])):
        out = tmp_path / name
        assert main(["print", str(store), "filing-letter", "--out", str(out), *more]) == 0
        text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(next(out.iterdir())))
        assert ("存证码" in text) is bool(more)
        if more:
            with Workspace.open(store) as ws:
                assert not [each for each in issues_of(ws) if each.document == "备案报送函"]


@pytest.mark.parametrize("kind", ["docx", "ofd"])
def test_documents_can_be_written_as_copies_of_other_kinds(store, tmp_path, kind):
    for name, more in (("各", []), ("合", ["--single"])):
        out = tmp_path / name
        assert main(["print", str(store), "project-list", "--out", str(out), f"--{kind}", *more]) == 0
        assert out.exists()
        assert {file.suffix for file in out.iterdir()} == {f".{kind}"}
        assert all(file.read_bytes().startswith(b"PK") for file in out.iterdir())
    assert len(list((tmp_path / "合").iterdir())) == 1


def test_a_dossier_holds_what_was_attached(store, tmp_path):
    with Workspace.open(store) as ws:
        project = next(case.project for case in ws.casefiles() if case.project.submitted_on)
        scans = [scan_of("合同.pdf", pdf((595, 842), (1191, 842))), scan_of("现场.jpg", photograph())]
        attach(ws, project.id, scans, phase=Phase.CARRYING, item="合同", on=date(2026, 6, 1), person="陈")
    out = tmp_path / "档案"
    assert main(["print", str(store), "dossier", "--out", str(out), "--project", project.code]) == 0
    marks = [mark.get_title() for mark in pypdfium2.PdfDocument(next(out.iterdir())).get_toc()]
    assert marks[-1] == "卷内备考表" and {"合同", "合同　现场"} <= set(marks)


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["no-such-form", "--out", "o"], 2, "没有名为"),
        (["application-form"], 2, "缺少参数 --out"),
        (["application-form", "--out", "o", "--project", "无"], 3, "没有编号为"),
        (["application-form", "--out", "o", "--village", "无此村"], 3, "无此村"),
        (["application-form", "--out", "o", "--paper", "B5"], 2, "可选"),
        (["application-form", "--out", "o", "--paper", "2A4"], 3, "只印 A4"),
    ],
)
def test_a_document_that_can_not_be_printed_is_refused(store, arguments, code, told, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["print", str(store), *arguments]) == code
    out, err = capsys.readouterr()
    assert told in err and out == ""
    assert not (tmp_path / "o").exists()


def test_a_folder_that_cannot_be_made_is_code_5(store, tmp_path, capsys):
    (tmp_path / "file").write_text("x")
    assert main(["print", str(store), "application-form", "--out", str(tmp_path / "file" / "o")]) == 5
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("ending", ["pdf", "xlsx"])
def test_the_quarters_report_by_its_ending(store, tmp_path, ending):
    out = tmp_path / f"二季度.{ending}"
    arguments = ["report", str(store), "--year", "2026", "--quarter", "2", "--as-of", "2026-07-03", "--out", str(out)]
    assert main(arguments) == 0
    held = out.read_bytes()
    assert held.startswith(b"%PDF" if ending == "pdf" else b"PK")
    assert main(arguments) == 0
    assert out.read_bytes() == held


def test_a_report_of_another_ending_or_quarter_is_misused(store, tmp_path, capsys):
    for quarter, name in (("5", "a.pdf"), ("2", "a.docx")):
        arguments = ["report", str(store), "--year", "2026", "--quarter", quarter, "--out", str(tmp_path / name)]
        assert main(arguments) == 2
    assert "1 至 4" in (err := capsys.readouterr().err) and ".pdf 或 .xlsx" in err
    assert not list(tmp_path.glob("a.*"))


@pytest.fixture
def printed(store, tmp_path):
    """Print the approval form of the approved project; returns the file."""
    with Workspace.open(store) as ws:
        code = next(case.project.code for case in ws.casefiles() if case.approval)

    def put(folder, *more):
        out = tmp_path / folder
        arguments = ["print", str(store), "approval-form", "--out", str(out), "--project", code]
        assert main([*arguments, *more]) == 0
        (file,) = out.iterdir()
        return file.read_bytes()

    put.code = code
    return put


def change(store, code, **values):
    with Workspace.open(store) as ws, ws.change("更正", actor="陈") as entry:
        entry.save(replace(ws.project(code), **values))


def test_a_signed_off_form_prints_as_it_was_issued(store, printed, capsys):
    first = printed("一", "--as-of", "2026-06-30", "--operator", "陈静")
    assert printed("二", "--as-of", "2026-12-01") == first
    assert "次印发" not in capsys.readouterr().err
    with Workspace.open(store) as ws:
        (held,) = issues_of(ws)
        assert (held.handler, held.issued_on.isoformat()) == ("陈静", "2026-06-30")
        assert ws.read_blob(held.digest) == first
    assert main(["verify", str(store)]) == 0


def test_a_correction_is_said_and_its_code_found(store, printed, capsys):
    first = printed("一", "--as-of", "2026-06-30")
    change(store, printed.code, phone="13900000000")  # no business of this form
    assert printed("二") == first
    change(store, printed.code, title="楼道灯更换")
    capsys.readouterr()
    second = printed("三", "--as-of", "2026-07-01", "--reason", "名称有误")
    told = capsys.readouterr().err
    assert "第2次印发" in told and "在第1次印发（2026-06-30，存证码 " in told and "有变动" in told
    assert second != first and printed("四") == second
    with Workspace.open(store) as ws:
        latest, held = issues_of(ws)
        assert (latest.number, latest.reason, ws.read_blob(held.digest)) == (2, "名称有误", first)
    capsys.readouterr()
    assert main(["verify", str(store), "--code", latest.seal_code, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["action"] == "更正" and len(found["papers"]) == 1 and "第2次印发" in found["papers"][0]
    assert main(["verify", str(store), "--code", latest.seal_code]) == 0
    assert "印有这个存证码的文书 1 份" in capsys.readouterr().out


def test_a_store_that_cannot_be_written_issues_nothing(store, tmp_path, capsys):
    with Workspace.open(store):
        assert main(["print", str(store), "approval-form", "--out", str(tmp_path / "o")]) == 4
    assert "正被另一个窗口或程序使用" in capsys.readouterr().err and not (tmp_path / "o").exists()


def test_issues_are_carried_by_a_backup(store, printed, tmp_path):
    first = printed("一")
    assert main(["backup", str(store), str(tmp_path / "备.db")]) == 0
    assert main(["restore", str(tmp_path / "备.db"), str(tmp_path / "回.db")]) == 0
    with Workspace.open(tmp_path / "回.db") as ws:
        (held,) = issues_of(ws)
        assert ws.read_blob(held.digest) == first


def test_a_batch_names_what_cannot_be_printed_before_and_after_and_prints_the_rest(store, tmp_path, capsys):
    with Workspace.open(store) as ws:
        submitted = [case for case in ws.casefiles() if case.project.submitted_on]
        with ws.change("改", actor="陈") as change:
            change.save(replace(submitted[0].project, title="水渠😀改造"))
    for more in ([], ["--single"]):
        out = tmp_path / f"表单{len(more)}"
        assert main(["print", str(store), "application-form", "--out", str(out), *more]) == 6
        err = capsys.readouterr().err.splitlines()
        assert "有 1 份不能印，能印的照印" in err[0] and "😀" in err[1]
        assert any(line.startswith("未印 ") and "😀" in line for line in err)
        assert len(list(out.iterdir())) == (1 if more else 2)
    assert main(["print", str(store), "application-form", "--out", str(tmp_path / "三"), "--json"]) == 6
    document = json.loads(capsys.readouterr().out)
    assert [each["failed"] for each in document["skipped"] if "😀" in each["reason"]] == [True]
    one = [
        "print",
        str(store),
        "application-form",
        "--out",
        str(tmp_path / "四"),
        "--project",
        submitted[0].project.code,
    ]
    assert main(one) == 3


@pytest.mark.parametrize("target", ["store", "folder", "companion"])
def test_a_report_never_takes_the_place_of_a_store_or_of_no_file(store, tmp_path, capsys, target):
    out = {"store": store, "folder": tmp_path, "companion": store.with_name(store.name + "-wal")}[target]
    before = store.read_bytes()
    assert main(["report", str(store), "--year", "2026", "--quarter", "2", "--out", str(out)]) == 5
    assert "没有写出" in capsys.readouterr().err and store.read_bytes() == before


@pytest.fixture
def unclear(store):
    """A store of which one project's text may name somebody; gives its code."""
    with Workspace.open(store) as ws, ws.change("改", actor="陈") as change:
        project = next(case.project for case in ws.casefiles() if case.project.works)
        change.save(replace(project, works=Prose("由热心居民陈大勇带头，联系13800008000。")))
    return project.code


def test_a_notice_that_may_name_somebody_is_refused_until_it_is_decided(store, unclear, tmp_path, capsys):
    arguments = ["print", str(store), "project-notice", "--out", str(tmp_path / "公示"), "--project", unclear]
    assert main(arguments) == 3
    told = capsys.readouterr().err
    assert "“建设服务内容”里可能有个人信息：“陈大勇”（姓名），没有印。请改写这段文字，或决定遮去、照印" in told
    assert not (tmp_path / "公示").exists()
    assert main([*arguments, "--mask-text"]) == 0
    assert "“建设服务内容”里可能有个人信息：“陈大勇”（姓名），印作“陈*”" in capsys.readouterr().err
    (file,) = (tmp_path / "公示").iterdir()
    text = pypdfium2.PdfDocument(file)[0].get_textpage().get_text_range()
    assert "陈*带头" in text and "13800008000" not in text and "陈大勇" not in text
    assert main(arguments) == 0  # not asked again


def test_a_notice_is_printed_as_it_is_for_a_reason(store, unclear, tmp_path):
    arguments = ["print", str(store), "project-notice", "--out", str(tmp_path), "--project", unclear]
    assert main([*arguments, "--keep-text", "本人书面同意"]) == 0
    (file,) = tmp_path.glob("*公示.pdf")
    text = pypdfium2.PdfDocument(file)[0].get_textpage().get_text_range()
    assert "陈大勇带头" in text and "13800008000" not in text
    with Workspace.open(store) as ws:
        assert [(each.printed, each.reason) for each in ws.all(Disclosure)] == [(True, "本人书面同意")]


def test_of_a_batch_the_rest_is_printed(store, unclear, tmp_path, capsys):
    """The village of the project has one notice for all; the other villages have theirs."""
    assert main(["print", str(store), "project-notice", "--out", str(tmp_path / "全")]) == 6
    assert "陈大勇" in capsys.readouterr().err
    assert list((tmp_path / "全").iterdir())
