"""The page with a recovery code, which is put into an envelope and sealed. It is no document of the catalogue: nothing
of it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from haicang_desk.model.blocks import Align, Block, Face, Note, PageSetup, Paper, PaperKind, Para, Run, Title
from haicang_desk.model.typesetting import write_batch
from haicang_desk.model.values import full_date


def recovery_page(code: str, *, name: str, street: str, on: date) -> bytes:
    """The page as a PDF of one sheet of A4."""
    title = "登录恢复码"
    setup = PageSetup(kind=PaperKind.NOTICE, title=title)
    return write_batch([Paper(setup, tuple(_blocks(code, name, street, on)))], title)


def _blocks(code: str, name: str, street: str, on: date) -> Iterator[Block]:
    yield Title("登录恢复码", f"{street}　“社会+”民生微实事台账")
    yield Para(f"姓名：{name}")
    yield Para("恢复码：")
    yield Para(Run(code, Face.HEI), indent=0, align=Align.CENTRE)
    yield Para(f"打印日期：{full_date(on)}")
    yield Para("忘记密码时，在登录页按“忘记密码”，填入恢复码，即可另设密码。大小写、空格、横线都不影响。")
    yield Para("恢复码用过一次即作废，同时生成新的恢复码；重设密码、更换恢复码后，这一张也作废，请销毁。")
    yield Note("请装入信封，封口签名，交专人保管。恢复码等同于密码，程序里不留底，遗失后只能由管理员重设密码。")
