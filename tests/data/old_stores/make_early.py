"""A small office by a program before its demonstration year (schema steps 3 and 4). See README.md.

Run in a checkout of such a program, with the office of ``tests/model/street.py`` beside it:
``PYTHONPATH=CHECKOUT/src:HERE python make_early.py OUT.db``.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from office_of_streets import DAY, built  # a copy of tests/model/street.py of commit 457fa9a

from haicang_desk.model.records import Project, Prose, Village
from haicang_desk.model.services import redo, save, take_step, undo, void
from haicang_desk.model.values import Money

ws = built(Path(sys.argv[1]))
lamps, _, park = ws.all(Project)
for days, step, answers in (
    (50, "appoint", {"manner": "公开招募", "implementer": "厦门启闳工程有限公司", "price": Money(9_800_000)}),
    (60, "start", {"percent": 0, "account": Prose("进场")}),
    (70, "disburse", {"amount": Money(3_000_000), "payee": "霞阳社区居民委员会", "voucher": "记-7"}),
    (80, "advance", {"percent": 60, "account": Prose("灯具已到")}),
):
    take_step(ws, lamps.id, step, on=DAY + timedelta(days), person="陈", answers=answers)
edited = replace(ws.all(Village)[0], contact="郭𫖯")
save(ws, [edited], action="改联系人", person="陈")
undo(ws, person="陈")
redo(ws, person="陈")
save(ws, [replace(edited, bank="新阳支行")], action="改开户行", person="陈")
undo(ws, person="陈")
void(ws, park, reason="重复登记", person="陈")
assert len(ws.all(Village)) == 2
ws.close()
