"""One fund year of a street in the store, made once; every test gets a copy of its pages."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pypdfium2
import pytest

from haicang_desk.model.services import Workspace
from tests.conftest import NOW
from tests.documents.year import fill


@pytest.fixture(scope="session")
def filled(template: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    conn = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    template.backup(conn)
    fill(Workspace(conn, now=lambda: NOW))
    yield conn
    conn.close()


@pytest.fixture
def year(filled: sqlite3.Connection) -> Iterator[Workspace]:
    conn = sqlite3.connect(":memory:", isolation_level=None)
    filled.backup(conn)
    conn.execute("PRAGMA foreign_keys = ON")
    yield Workspace(conn, now=lambda: NOW)
    conn.close()


def read_back(pdf: bytes, wanted: slice = slice(None)) -> str:
    """The text of a PDF, or of some pages, as a reader would copy it out, without line ends and spaces."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [document[number].get_textpage() for number in range(len(document))[wanted]]
    return "".join("".join(page.get_text_range().split()) for page in pages)


def page_count(pdf: bytes) -> int:
    return len(pypdfium2.PdfDocument(pdf))
