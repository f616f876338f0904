"""The records by which a ledger keeps the texts of its policy files, and the texts that it reads from them."""

from __future__ import annotations

from collections.abc import Sequence

from haicang_desk.model.policy import PolicyText
from haicang_desk.model.records import PolicyFile, Prose
from haicang_desk.model.values import StoreUnusable
from haicang_desk.paths import policy_folder, resource


def policy_text_of(record: PolicyFile) -> PolicyText:
    """The text that a ledger keeps."""
    folder = resource("policy") if record.shipped else policy_folder()
    return PolicyText(record.name, record.shipped, record.text, folder)


def policy_file_of(text: PolicyText, reason: str) -> PolicyFile:
    """The record that keeps a text; the same one for every text of a file."""
    return PolicyFile(
        id=text.key,
        name=text.name,
        shipped=text.shipped,
        digest=text.digest,
        text=Prose(text.text),
        reason=Prose(reason.strip()),
    )


def released_texts(texts: Sequence[PolicyText]) -> list[PolicyText]:
    """The texts, if those of the program are what this release ships. Raises StoreUnusable."""
    for text in texts:
        if text.shipped and not text.as_released:
            raise StoreUnusable(f"随程序的政策文件“{text.path}”与本版本发布的不同，台账没有打开。请重新安装程序")
    return [text for text in texts if not text.fault]
