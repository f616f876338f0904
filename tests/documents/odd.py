"""The fixed year with every text replaced: as long as its field allows, rare, and full of what others take for code."""

from __future__ import annotations

import random
from dataclasses import fields, replace

from haicang_desk.model import records
from haicang_desk.model.records import Project, Prose, Record
from haicang_desk.model.services import Workspace
from tests.documents.reference import filled_year
from tests.typesetting.sentences import sentences

RARE = "\U00020000\U0002a6d6\U0002b81d\U0002cea1\U0002cb4e㛃䶮镕喆"
TRAPS = (
    *("<b>粗</b>", "&lt;", "=1+1", "=HYPERLINK(“x”)", "{x}%s\\n", "${jndi}", "'; DROP TABLE", "../..", "“”", "a" * 40),
    *(
        "\n",
        "\n\n",
        "　　",
        "·",
        "——",
        "……",
        "1,234,567,890.12元",
        "http://www.haicang.gov.cn/xxgk/zfxxgk/2018/07/t1.html",
    ),
)
KEPT = {"code", "rule"}  # what other records or rules know a record by
LONG = 10_000


def odd_year(seed: int) -> Workspace:
    """A year of texts that differ with the seed; the project that went the whole way has 10,000 characters to say."""
    ws, rng = filled_year(), random.Random(seed)
    assert Project in kinds()
    with ws.change("改写", actor="陈") as change:
        for kind in kinds():
            for record in list(ws.all(kind)):
                change.save(replace(record, **_texts(record, rng)))
    return ws


def kinds() -> list[type[Record]]:
    return [
        each
        for each in vars(records).values()
        if isinstance(each, type) and issubclass(each, Record) and each is not Record and fields(each)
    ]


def _texts(record: Record, rng: random.Random) -> dict[str, str]:
    made: dict[str, str] = {}
    for name, said in record.fields.items():
        if said.kind is Prose:
            long = LONG if isinstance(record, Project) and name == "works" else rng.choice((0, 30, 400))
            made[name] = Prose(odd(rng, long))
        elif said.kind is str and name not in KEPT:
            made[name] = odd(rng, said.longest)[: said.longest].replace("\n", "")
    return made


def odd(rng: random.Random, length: int) -> str:
    """About so many characters, some of them odd."""
    parts: list[str] = []
    while sum(map(len, parts)) < length:
        parts.append(sentences(rng, rng.randint(1, 20)))
        parts.append(rng.choice(TRAPS) if rng.random() < 0.4 else "".join(rng.choices(RARE, k=rng.randint(1, 4))))
    return "".join(parts)
