"""A digest of what decides how the rules judge, beside the records: this program, its tables and the office's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

import haicang_desk
from haicang_desk.model.services.workspace import Workspace
from haicang_desk.model.values import Refused
from haicang_desk.paths import resource


def program_digest(ws: Workspace) -> str:
    """The digest for an open store. Findings kept under another one were computed by other rules or figures."""
    digest = sha256(_of_program().encode())
    policies = {}
    for year in ws.years():
        with suppress(Refused):
            policy = ws.policy(year)
            policies[policy.from_year] = (policy.number, sorted(policy.parameters.items()))
    digest.update(repr(sorted(policies.items())).encode())
    digest.update("".join(text.digest for text in ws.rule_book.texts).encode())
    return digest.hexdigest()


@cache
def _of_program() -> str:
    """The version and, where they are at hand, the sources below the documents; a packaged program has its version."""
    digest = sha256(haicang_desk.__version__.encode())
    for path in sorted(_files()):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _files() -> Iterator[Path]:
    model = Path(haicang_desk.__file__).parent / "model"
    yield from model.glob("*.py")
    for room in ("policy", "records", "rules", "services", "values"):
        yield from (model / room).glob("*.py")
    for folder in ("calendar", "policy"):
        yield from resource(folder).glob("*.toml")
