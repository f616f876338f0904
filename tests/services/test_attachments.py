"""Attaching files: recognised by content, stored once, undone, and refused where they can't be shown or printed."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from hashlib import sha256

import pytest

from haicang_desk.model.foreign import MOST_PAGES
from haicang_desk.model.records import Attachment, Link, Phase, Stage
from haicang_desk.model.scans import MOST_BYTES, Scan, ScanKind, kind_of, read_scans, scan_of
from haicang_desk.model.services import attach, missing_papers_of, redo, save, suggested_attachment, undo, void
from haicang_desk.model.store import verify
from haicang_desk.model.values import Refused
from tests.conftest import TODAY
from tests.scanning import pdf, photograph

PHOTO, SCAN = photograph(), pdf((595, 842), (595, 842))


@pytest.fixture
def add(ws, kept):
    project = kept()

    def act(*files, phase=Phase.CARRYING, item="验收照片"):
        wanted = [file if not isinstance(file, tuple) else scan_of(*file) for file in files]
        return attach(ws, project.id, wanted, phase=phase, item=item, on=TODAY, person="陈")

    act.case = lambda: ws.casefile(project.id)
    return act


def held(add):
    return [(each.name, each.size) for each in add.case().attachments]


def test_files_are_kept_with_their_bytes(ws, add, tmp_path):
    (tmp_path / "合同.pdf").write_bytes(SCAN)
    (first,) = add(tmp_path / "合同.pdf", phase=Phase.CARRYING, item="合同")
    (second,) = add(("现场.jpg", PHOTO))
    assert (first.name, first.size, first.digest) == ("合同.pdf", len(SCAN), sha256(SCAN).hexdigest())
    assert [ws.read_blob(each.digest) for each in (first, second)] == [SCAN, PHOTO]
    assert ws.has_blob(first.digest) and not ws.has_blob("")
    assert add.case().attachments == (first, second)
    assert verify(ws.conn) == ()


def test_several_files_are_one_change_that_is_undone_and_redone(ws, add):
    added = add(("前.jpg", PHOTO), ("后.png", photograph("blue", kind="PNG")))
    said = ws.conn.execute("SELECT action, actor, undoable FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
    assert said == ("添加材料：验收照片（2 个文件）", "陈", 1)
    undo(ws, person="陈")
    assert held(add) == []
    redo(ws, person="陈")
    assert add.case().attachments == tuple(added)
    assert ws.read_blob(added[0].digest) == PHOTO and verify(ws.conn) == ()


def test_an_attachment_removed_by_undo_can_be_added_again(ws, add):
    add(("前.jpg", PHOTO))
    undo(ws, person="陈")
    (again,) = add(("前.jpg", PHOTO))
    assert ws.read_blob(again.digest) == PHOTO and verify(ws.conn) == ()


def test_the_same_bytes_are_kept_once(ws, add):
    add(("前.jpg", PHOTO))
    add(("公示.jpg", PHOTO), item="公示照片")
    assert len(add.case().attachments) == 2
    assert ws.conn.execute("SELECT count(*) FROM original_bytes").fetchone() == (1,)


@pytest.mark.parametrize("files", [(("前.jpg", PHOTO),), (("新.png", photograph(kind="PNG")), ("另名.jpg", PHOTO))])
def test_a_file_that_is_there_already_is_refused_and_so_are_those_with_it(add, files):
    add(("前.jpg", PHOTO))
    with pytest.raises(Refused, match=r"已经在“验收照片”里了（前\.jpg）"):
        add(*files)
    assert held(add) == [("前.jpg", len(PHOTO))]


def test_one_file_chosen_twice_is_refused(add):
    with pytest.raises(Refused, match="已经在"):
        add(("前.jpg", PHOTO), ("前.jpg", PHOTO))
    assert held(add) == []


def test_another_file_of_the_same_name_gets_a_number(add):
    for colour in ("red", "blue", "green"):
        add(("现场.jpg", photograph(colour)))
    assert [name for name, _ in held(add)] == ["现场.jpg", "现场（2）.jpg", "现场（3）.jpg"]


def test_a_paper_registered_by_name_gets_its_bytes(ws, add):
    project = add.case().project
    named = Attachment(project=Link(project.id), phase=Phase.CARRYING, item="合同", name="合同.pdf", note="正本")
    (named,) = save(ws, [named], action="登记", person="陈")
    assert not ws.has_blob(named.digest)
    (filled,) = add(("合同.pdf", SCAN), item="合同")
    assert (filled.id, filled.note, ws.read_blob(filled.digest)) == (named.id, "正本", SCAN)


def test_a_paper_that_came_with_its_digest_alone_gets_its_bytes(ws, add):
    project = add.case().project
    came = Attachment(project=Link(project.id), phase=Phase.CARRYING, item="合同", name="合同原件.pdf", size=len(SCAN))
    (came,) = save(ws, [replace(came, digest=sha256(SCAN).hexdigest())], action="导入", person="陈")
    with pytest.raises(Refused, match="不在本台账里"):
        ws.read_blob(came.digest)
    (filled,) = add(("合同.pdf", SCAN), item="合同")
    assert (filled.id, filled.name) == (came.id, "合同原件.pdf")
    assert ws.read_blob(came.digest) == SCAN


def test_a_voided_attachment_leaves_its_bytes_and_a_sound_store(ws, add):
    (added,) = add(("前.jpg", PHOTO))
    void(ws, added, reason="重复", person="陈")
    assert held(add) == [] and verify(ws.conn) == ()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(edge):
    """A picture whose header declares this size and that has almost no data."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", edge, edge, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


REFUSALS = {
    "empty": (b"", "是空文件"),
    "text": (b"hello", "不是 PDF、JPG 或 PNG"),
    "word": (b"PK\x03\x04" + bytes(60), "不是 PDF、JPG 或 PNG"),
    "gif": (b"GIF89a" + bytes(60), "不是 PDF、JPG 或 PNG"),
    "half a photograph": (photograph("red", (900, 900), quality=95)[:3000], "已损坏，读不出图像"),
    "half a png": (photograph("red", (900, 900), kind="PNG")[:300], "已损坏，读不出图像"),
    "a bomb": (bomb(9000), "超过 5000 万像素"),
    "a large bomb": (bomb(60_000), "超过 5000 万像素"),
    "half a pdf": (SCAN[: len(SCAN) // 2], "不完整"),
    "no pdf": (b"%PDF-1.4 nothing of the kind %%EOF", "已损坏，打不开"),
    "a locked pdf": (pdf(password="x"), "加了密码"),
    "too many pages": (pdf(*[(10, 10)] * (MOST_PAGES + 1)), f"有 {MOST_PAGES + 1} 页"),
    "too large": (b"%PDF-" + bytes(MOST_BYTES), "每个文件最多 20 MB"),
}


@pytest.mark.parametrize(("data", "said"), REFUSALS.values(), ids=REFUSALS)
def test_an_unusable_file_is_refused_and_nothing_is_saved(ws, add, tmp_path, data, said):
    (tmp_path / "材料.pdf").write_bytes(data)
    (tmp_path / "好.jpg").write_bytes(PHOTO)
    with pytest.raises(Refused, match=said) as refused:
        add(tmp_path / "材料.pdf", tmp_path / "好.jpg")
    assert str(refused.value).startswith("“材料.pdf”") and "其余 1 个也没有添加" in str(refused.value)
    assert held(add) == [] and ws.conn.execute("SELECT count(*) FROM original_bytes").fetchone() == (0,)


def test_every_file_that_is_refused_is_named(add, tmp_path):
    for name in ("一.pdf", "二.pdf"):
        (tmp_path / name).write_bytes(b"x")
    with pytest.raises(Refused, match=r"“一\.pdf”不是.*“二\.pdf”不是"):
        add(tmp_path / "一.pdf", tmp_path / "二.pdf")


@pytest.mark.parametrize(("name", "said"), [("没有.pdf", "文件或文件夹不存在"), ("夹", "不是文件")])
def test_a_path_that_is_no_file_is_refused(add, tmp_path, name, said):
    (tmp_path / "夹").mkdir()
    with pytest.raises(Refused, match=said):
        add(tmp_path / name)


@pytest.mark.parametrize("item", ["", "  ", "长" * 41])
def test_it_is_said_what_a_paper_is(add, item):
    with pytest.raises(Refused, match="请写明是什么材料"):
        add(("前.jpg", PHOTO), item=item)


def test_attaching_no_files_is_refused(add):
    with pytest.raises(Refused, match="没有选文件"):
        add()


def test_names_are_short_and_visible():
    assert scan_of("a\u202egpj.jpg", PHOTO).name == "a□gpj.jpg"
    with pytest.raises(Refused, match="文件名有 124 字"):
        scan_of("长" * 120 + ".jpg", PHOTO)


def test_content_and_not_the_ending_says_what_a_file_is():
    assert scan_of("合同.jpg", SCAN) == Scan("合同.jpg", SCAN, ScanKind.PDF, 2)
    assert kind_of(b"\n\n" + SCAN) is ScanKind.PDF
    assert kind_of(photograph(kind="PNG")) is ScanKind.PNG and kind_of(b"GIF89a") is None


def test_reading_tells_how_far_it_is_and_can_be_stopped(tmp_path):
    paths = [tmp_path / f"{n}.jpg" for n in range(3)]
    for path in paths:
        path.write_bytes(PHOTO)
    told = []
    assert len(read_scans(paths, lambda done, of: told.append((done, of)))) == 3
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert read_scans(paths, None, lambda: True) == ()


def test_the_first_missing_paper_is_suggested(ws, add):
    assert missing_papers_of(ws, add.case(), TODAY) == {}
    assert suggested_attachment({}, Stage.DRAFT) == (Phase.CALLING, "")
    missing = {Phase.CHOOSING: ["征求意见表", "审批表"], Phase.CARRYING: ["验收记录"]}
    assert suggested_attachment(missing, Stage.COMPLETED) == (Phase.CHOOSING, "征求意见表")
    assert suggested_attachment({}, Stage.COMPLETED) == (Phase.CARRYING, "")


def test_attaching_what_is_missing_satisfies_the_checklist(ws, add):
    with ws.change("申报", actor="陈") as change:
        change.save(replace(add.case().project, submitted_on=TODAY))
    missing = missing_papers_of(ws, add.case(), TODAY)
    phase, item = suggested_attachment(missing, add.case().stage)
    add(("材料.pdf", SCAN), phase=phase, item=item)
    assert item not in missing_papers_of(ws, add.case(), TODAY).get(phase, ())


def test_a_damaged_attachment_is_found_and_named(ws, add):
    add(("前.jpg", PHOTO))
    add(("后.jpg", photograph("blue")))
    ((said,),) = ws.conn.execute("SELECT sql FROM sqlite_schema WHERE name = 'original_bytes_no_update'").fetchall()
    ws.conn.execute("DROP TRIGGER original_bytes_no_update")
    digest = sha256(PHOTO).hexdigest()
    ws.conn.execute("UPDATE original_bytes SET bytes = zeroblob(length(bytes)) WHERE digest = ?", (digest,))
    ws.conn.execute(said)
    (damage,) = verify(ws.conn)
    assert damage.subject == "材料，项目 XYJD-XYSQ-2018-01《楼道照明更换》《前.jpg》"
    assert damage.message == "内容与校验码不符"
