"""The texts that decide how the rules judge: the rule sets and word lists, as files of the program and of the office.

A ledger keeps the texts that are in force in it (``PolicyFile``); a file that was changed since is told and not used.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from haicang_desk.model.policy.shipped_digests import SHIPPED_DIGESTS
from haicang_desk.model.values import cause
from haicang_desk.paths import policy_folder, resource
from haicang_desk.platform import read_regular_text

WORDS_FILE = "words.toml"
MOST_BYTES = 2**20  # of a file
RULE_SETS = "[0-9]*.toml"  # 2018.toml, 2027.toml …


@dataclass(frozen=True, slots=True)
class PolicyText:
    """The text of one file. ``shipped``: it comes with the program; else the office added it."""

    name: str  # 2027.toml
    shipped: bool
    text: str
    folder: Path
    fault: str = ""  # why the file could not be read, in words that follow its path

    @property
    def path(self) -> Path:
        """Where the file stands, or stood when it came into force."""
        return self.folder / self.name

    @property
    def key(self) -> str:
        """What tells it from all others: an office may have a file of the same name as one of the program's."""
        return self.name if self.shipped else f"街道/{self.name}"

    @property
    def digest(self) -> str:
        """SHA-256 of the text, hexadecimal; line ends do not count."""
        return sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def as_released(self) -> bool:
        """Whether it is the text that this release of the program ships."""
        return self.shipped and SHIPPED_DIGESTS.get(self.name) == self.digest


def files_now() -> tuple[PolicyText, ...]:
    """The texts as they stand on the disk at this moment, those of the program first."""
    shipped, added = resource("policy"), policy_folder()
    own = [*sorted(shipped.glob(RULE_SETS)), shipped / WORDS_FILE]
    office: list[Path] = []
    with suppress(OSError):  # a folder that this user may not look into holds nothing for them
        office += sorted(added.glob(RULE_SETS)) if added.is_dir() else []
        office += [words] if (words := added / WORDS_FILE).is_file() else []
    return (*(_read(path, shipped=True) for path in own), *(_read(path, shipped=False) for path in office))


def _read(path: Path, *, shipped: bool) -> PolicyText:
    text = fault = ""
    try:
        text = read_regular_text(path, MOST_BYTES)
    except OSError as wrong:
        fault = f"读不出来（{cause(wrong)}），请核对权限或移走它"
    except UnicodeDecodeError:
        fault = "不是 UTF-8 编码的文本，请另存为 UTF-8，或移走这个文件"
    return PolicyText(path.name, shipped, text, path.parent, fault)
