"""What ``--like-windows`` refuses, and that it refuses nothing else.

The cases run in a pytest of their own, where it is on, so that this holds in every run.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CASES = """
import os, shutil, sqlite3
from contextlib import closing
from pathlib import Path
import pytest

@pytest.fixture
def file(tmp_path):
    path = tmp_path / "册.db"
    path.write_bytes(b"old")
    return path

ACTS = {
    "unlink": lambda file: file.unlink(),
    "remove": lambda file: os.remove(file),
    "rename": lambda file: file.rename(file.with_name("新")),
    "replace": lambda file: file.replace(file.with_name("新")),
    "rename over": lambda file: (file.with_name("新").write_bytes(b"n"), file.with_name("新").replace(file)),
    "by another name": lambda file: other_name(file).unlink(),
    "with its folder": lambda file: file.parent.rename(f"{file.parent}新"),
    "moved": lambda file: shutil.move(file, file.with_name("新")),
}
OPEN = {
    "python": lambda file: file.open("rb"),
    "sqlite": lambda file: closing(opened(file)),
    "handle": lambda file: closing_handle(os.open(file, os.O_RDONLY)),
}

def other_name(file):
    name = file.with_name("名")
    if not name.exists():
        name.hardlink_to(file)
    return name

def opened(file):
    file.unlink()
    conn = sqlite3.connect(file)
    conn.execute("CREATE TABLE t (x)")
    return conn

class closing_handle:
    def __init__(self, handle): self.handle = handle
    def __enter__(self): return self.handle
    def __exit__(self, *_): os.close(self.handle)

@pytest.mark.parametrize("how", OPEN)
@pytest.mark.parametrize("act", ACTS)
def test_an_open_file_stays(file, act, how):
    with OPEN[how](file):
        with pytest.raises(PermissionError) as refused:
            ACTS[act](file)
        assert refused.value.winerror == 32 and file.exists()
    ACTS[act](file)

def test_a_folder_is_removed_whole_when_nothing_in_it_is_open(file):
    (file.parent / "a" / "b").mkdir(parents=True)
    (file.parent / "a" / "b" / "c").write_bytes(b"")
    shutil.rmtree(file.parent / "a")
    assert not (file.parent / "a").exists()

def test_only_what_may_be_written_is_synced(file):
    with file.open("rb") as handle, pytest.raises(OSError, match="only read"):
        os.fsync(handle.fileno())
    with file.open("rb+") as handle:
        os.fsync(handle.fileno())

@pytest.mark.parametrize("name", ["a?b", "a:b", "a*b", 'a"b', "a<b", "a|b", "ends.", "ends ", "CON", "nul.txt", "LPT1"])
def test_a_name_that_windows_refuses(tmp_path, name):
    for make in (Path.mkdir, lambda path: path.write_bytes(b""), lambda path: sqlite3.connect(path)):
        with pytest.raises(OSError):
            make(tmp_path / name)
    (tmp_path / "x").write_bytes(b"")
    with pytest.raises(OSError):
        (tmp_path / "x").rename(tmp_path / name)

def test_names_that_differ_by_case_alone(tmp_path):
    (tmp_path / "Book.xlsx").write_bytes(b"")
    with pytest.raises(FileExistsError):
        (tmp_path / "book.XLSX").write_bytes(b"")
    (tmp_path / "Book.xlsx").rename(tmp_path / "book.xlsx")

def test_permission_bits(file):
    file.chmod(0o400)
    assert file.stat().st_mode & 0o777 == 0o444
    file.chmod(0o600)
    assert file.stat().st_mode & 0o777 == 0o666

@pytest.mark.posix("permission bits")
def test_what_is_about_posix_runs_as_this_system_is(file):
    file.chmod(0o600)
    assert file.stat().st_mode & 0o777 == 0o600
    with file.open("rb"):
        file.unlink()

def test_and_afterwards_it_is_as_before(file):
    with file.open("rb"), pytest.raises(PermissionError):
        file.unlink()
"""


@pytest.mark.posix("it is made of /proc")
@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="there is no /proc")
def test_it_refuses_what_windows_refuses(tmp_path):
    (tmp_path / "test_cases.py").write_text(CASES, encoding="utf-8")
    arguments = ["-q", "-p", "no:cacheprovider", "-c", str(ROOT / "pyproject.toml"), f"--basetemp={tmp_path / 'work'}"]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *arguments, "--like-windows", str(tmp_path / "test_cases.py")],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "41 passed" in done.stdout
