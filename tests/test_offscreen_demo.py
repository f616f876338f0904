"""`make run` without a display: made once, quietly, and again only when something that it was made from has changed."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from scripts import offscreen_demo

ROOT = Path(__file__).parent.parent
# Stands for the program: says and writes what `demo` and the screenshots would, and notes that it was asked.
PROGRAM = """
import sys
from pathlib import Path

def write(what, name):
    print(f"{what}  out/{name}".strip(), flush=True)
    Path("out", name).parent.mkdir(parents=True, exist_ok=True)
    Path("out", name).write_text(what, encoding="utf-8")

print(sys.argv[1:], file=Path("asked").open("a"))
print("在标准错误输出上的话", file=sys.stderr)
"""
DEMO = PROGRAM + "write('演示台账', 'demo.db')\nfor n in range(300): write('project-notice', f'项目公示/村_{n}.pdf')\n"
PICTURES = PROGRAM + "print('out/screenshots/home.png')\nPath('out/screenshots').mkdir(exist_ok=True)\n"
PICTURES += "Path('out/screenshots/home.png').write_bytes(b'')\n"
BROKEN = "import sys\nprint('盘满了', file=sys.stderr)\nsys.exit(5)\n"


@pytest.fixture
def desk(tmp_path):
    """A source tree with a program that is quick, under a path with spaces and Chinese."""
    place = tmp_path / "海沧 街道"
    files = {
        "src/haicang_desk/__init__.py": "",
        "src/haicang_desk/__main__.py": DEMO,
        "src/haicang_desk/ui/__init__.py": "",
        "src/haicang_desk/ui/shell/screenshots.py": PICTURES,
        "resources/policy/2018.toml": "year = 2018\n",
        "pyproject.toml": "",
        "requirements/constraints.txt": "a==1\n",
    }
    for name, text in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text, encoding="utf-8")
    (place / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "offscreen_demo.py", place / "scripts")
    return place


def run(desk: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "scripts/offscreen_demo.py"], cwd=desk, capture_output=True, encoding="utf-8", check=False,
        env=os.environ | {"PYTHONPATH": str(desk / "src"), "PYTHONUTF8": "1"}, timeout=60,
    )  # fmt: skip


def times_made(desk: Path) -> int:
    return len((desk / "asked").read_text(encoding="utf-8").splitlines()) // 2


def test_it_says_a_handful_of_lines_and_makes_nothing_twice(desk):
    first = run(desk)
    assert (first.returncode, first.stderr) == (0, "")
    assert len(first.stdout.splitlines()) <= 8
    assert "演示台账和全部文书：301 个文件" in first.stdout and "截图：1 张" in first.stdout

    again = run(desk)
    assert again.returncode == 0
    assert "不再重做" in again.stdout and len(again.stdout.splitlines()) == 2
    assert times_made(desk) == 1


@pytest.mark.parametrize(
    "name",
    ["src/haicang_desk/__init__.py", "resources/policy/2018.toml", "pyproject.toml", "requirements/constraints.txt"],
)
def test_it_makes_all_anew_when_what_it_was_made_from_changes(desk, name):
    run(desk)
    with (desk / name).open("a", encoding="utf-8") as file:
        file.write("# another line\n")
    run(desk)
    assert times_made(desk) == 2
    run(desk)
    assert times_made(desk) == 2


def test_a_new_source_file_counts_and_a_compiled_one_does_not(desk):
    run(desk)
    cache = desk / "src" / "haicang_desk" / "__pycache__"
    cache.mkdir(exist_ok=True)
    (cache / "more.pyc").write_bytes(b"1")
    run(desk)
    assert times_made(desk) == 1
    (desk / "src" / "haicang_desk" / "more.py").write_bytes(b"")
    run(desk)
    assert times_made(desk) == 2


@pytest.mark.parametrize("name", ["demo.db", "项目公示/村_7.pdf", "screenshots/home.png", offscreen_demo.STAMP])
def test_it_makes_all_anew_when_an_output_is_missing(desk, name):
    run(desk)
    (desk / "out" / name).unlink()
    run(desk)
    assert times_made(desk) == 2
    assert (desk / "out" / name).exists()


def test_it_makes_all_anew_when_an_output_was_changed(desk):
    run(desk)
    (desk / "out" / "demo.db").write_bytes(b"other")
    run(desk)
    assert times_made(desk) == 2


def test_files_of_others_in_the_folder_do_not_count(desk):
    (desk / "out").mkdir()
    (desk / "out" / "笔记.txt").write_bytes(b"mine")
    run(desk)
    (desk / "out" / "笔记.txt").write_bytes(b"mine too")
    run(desk)
    assert times_made(desk) == 1


def test_a_failure_is_told_and_not_taken_for_done(desk):
    run(desk)
    pictures = desk / "src" / "haicang_desk" / "ui" / "shell" / "screenshots.py"
    pictures.write_text(BROKEN, encoding="utf-8")
    failed = run(desk)
    assert failed.returncode == 5
    assert failed.stderr.startswith("没有做成各主要界面的截图") and "盘满了" in failed.stderr
    assert run(desk).returncode == 5, "the stamp of the run before is gone"


def test_on_a_terminal_one_line_rewrites_itself(desk, monkeypatch):
    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(offscreen_demo, "ROOT", desk)
    monkeypatch.setenv("PYTHONPATH", str(desk / "src"))
    screen = Screen()
    code, made = offscreen_demo.run_stage("文书", "个文件", ("haicang_desk",), screen)
    assert (code, len(made)) == (0, 301)
    shown = screen.getvalue()
    assert shown.count("\n") == 1 and shown.count("\r") == 302
    assert all(len(line.encode("gbk", "replace")) <= 90 for line in shown.split("\r"))
    assert shown.splitlines()[-1].split("\033[K")[-1].startswith("文书：301 个文件，用时 ")
