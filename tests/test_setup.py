"""What the commands of the Makefile prepare, and what they say where they can't. Nothing is installed here."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from scripts.bundle_contents import EXCLUDED_MODULES

ROOT = Path(__file__).parent.parent
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([A-Za-z0-9.+]+)$")


def needs_bash(test):
    without = sys.platform != "linux" or not shutil.which("bash")
    reason = "the set-up scripts are for Linux; Windows uses py -m venv"
    return pytest.mark.posix("a shell, permission bits")(pytest.mark.skipif(without, reason=reason)(test))


def pins() -> dict[str, str]:
    lines = (ROOT / "requirements" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return dict(matched.groups() for line in lines if (matched := PIN.match(line)))


def asked_for() -> list[str]:
    said = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = said["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    return [*said["build-system"]["requires"], *project["dependencies"], *extras]


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_dependency_is_pinned_alike_in_both_places():
    held = {plain(name): version for name, version in pins().items()}
    for requirement in asked_for():
        matched = PIN.match(requirement)
        assert matched, f"{requirement} is not pinned exactly"
        name, version = matched.groups()
        assert held[plain(name)] == version


def test_the_licence_texts_of_program_and_faces_go_into_the_package():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["license"] == "GPL-3.0-or-later AND GPL-3.0-only WITH Font-exception-2.0 AND OFL-1.1"
    carried = {path for pattern in project["license-files"] for path in ROOT.glob(pattern)}
    texts = {path for path in (ROOT / "resources").rglob("*.txt") if re.search(r"OFL|GPL", path.name)}
    assert texts | {ROOT / "LICENSE"} <= carried
    heading = " ".join((ROOT / "LICENSE").read_text(encoding="utf-8").split()[:6])
    assert heading == "GNU GENERAL PUBLIC LICENSE Version 3,"


def test_pins_keep_out_what_is_known_to_harm():
    held = {plain(name): version for name, version in pins().items()}
    assert held["pyside6-essentials"] != "6.12.0", "it gives None away and aborts"
    assert "lxml" not in held, "openpyxl would parse foreign workbooks with a second parser"
    assert tuple(map(int, held["reportlab"].split("."))) >= (5, 0, 1), "older ones run code from colour names"
    assert "defusedxml" in held


def test_the_packed_program_leaves_out_nothing_that_is_imported():
    said = EXCLUDED_MODULES
    assert "PySide6.QtSql" in said
    used = set()
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                used |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                used |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    assert {name for name in said if any(one == name or one.startswith(f"{name}.") for one in used)} == set()


@pytest.fixture
def desk(tmp_path):
    """A copy of the set-up, under a path with spaces and Chinese, with a stand-in for Python and for the installers."""
    place = tmp_path / "海沧 街道"
    for name in ("scripts/setup.sh", "scripts/run.sh", "requirements/constraints.txt", "pyproject.toml"):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, place / name)
    tools = place / "tools"
    tools.mkdir()
    for tool in ("bash", "cat", "dirname", "flock", "grep", "mkdir", "mv", "rm", "sed", "sha256sum", "tail", "uname"):
        (tools / tool).symlink_to(shutil.which(tool))
    return place


def tool(desk: Path, name: str, script: str) -> None:
    path = desk / "tools" / name
    path.unlink(missing_ok=True)
    path.write_text(f"#!/bin/bash\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def python_that_finds(desk: Path, missing: str) -> None:
    """Stands for python3: answers the questions of setup.sh, and notes what it is asked to install."""
    (desk / "asked").touch()
    tool(
        desk,
        "python3",
        f"""case "$*" in
        *version_info*) exit 0 ;;
        "- "*) cat >/dev/null; echo "{missing}" ;;
        *sys.version*) echo "3.11 here" ;;
        *"venv --clear"*) mkdir -p "$4/bin"; cp tools/python3 "$4/bin/python"; echo venv >>asked ;;
        *"pip --version"*) ;;
        *"pip install"*)
            echo "$*" >>asked
            [ ! -e offline ] || exit 1
            mkdir -p "${{0%/bin/*}}/lib/python3.11/site-packages"
            echo "$PWD/src" >"${{0%/bin/*}}/lib/python3.11/site-packages/_haicang_desk.pth" ;;
        *quicken.py*) echo quickened >quickened ;;
        *) exit 3 ;;
        esac""",
    )
    (desk / "tools" / "cp").symlink_to(shutil.which("cp"))


def run(desk: Path, script: str = "setup.sh", *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": str(desk / "tools"), "HOME": str(desk), **variables}
    return subprocess.run(
        [shutil.which("bash") or "bash", str(desk / "scripts" / script), *words],
        env=environment, capture_output=True, encoding="utf-8", stdin=subprocess.DEVNULL, timeout=30, check=False,
    )  # fmt: skip


def asked(desk: Path) -> list[str]:
    return (desk / "asked").read_text(encoding="utf-8").splitlines()


@needs_bash
def test_it_sets_up_once_and_again_only_when_a_pin_changes(desk):
    python_that_finds(desk, missing="")
    tool(desk, "id", "echo 1000")
    assert run(desk).returncode == 0
    assert [line.split()[0] for line in asked(desk)] == ["venv", "-m"]
    assert "-e .[dev]" in asked(desk)[1]
    assert (desk / "quickened").exists()

    again = run(desk)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert len(asked(desk)) == 2

    with (desk / "requirements" / "constraints.txt").open("a", encoding="utf-8") as file:
        file.write("another==1.0\n")
    assert run(desk).returncode == 0
    assert len(asked(desk)) == 3, "installed into the environment that is there"


@needs_bash
def test_the_way_to_the_source_is_plain_ascii(desk):
    """Python reads it in the locale's encoding, before any UTF-8 mode can help."""
    python_that_finds(desk, missing="")
    tool(desk, "id", "echo 1000")
    assert run(desk).returncode == 0
    link = desk / ".venv" / "lib" / "python3.11" / "site-packages" / "_haicang_desk.pth"
    assert (link.parent / link.read_text(encoding="ascii").strip()).resolve() == (desk / "src").resolve()


@needs_bash
def test_an_environment_that_was_moved_is_made_anew(desk):
    python_that_finds(desk, missing="")
    tool(desk, "id", "echo 1000")
    run(desk)
    moved = desk.rename(desk.parent / "搬家")
    assert run(moved).returncode == 0
    assert [line.split()[0] for line in asked(moved)] == ["venv", "-m", "venv", "-m"]


@needs_bash
def test_what_was_cut_short_is_done_again(desk):
    python_that_finds(desk, missing="")
    tool(desk, "id", "echo 1000")
    (desk / "offline").touch()
    failed = run(desk)
    assert failed.returncode == 1
    assert "请检查网络" in failed.stderr
    (desk / "offline").unlink()
    assert run(desk).returncode == 0
    assert len(asked(desk)) == 3


@needs_bash
def test_who_may_not_install_is_told_the_one_line(desk):
    python_that_finds(desk, missing="python3-venv libgl1")
    tool(desk, "id", "echo 1000")
    tool(desk, "apt-get", "echo apt-get >>asked")
    refused = run(desk)
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert len(refused.stderr.splitlines()) == 1
    line = "sudo sh -c 'apt-get update && apt-get install -y --no-install-recommends python3-venv libgl1'"
    assert refused.stderr.rstrip().endswith(line)
    assert asked(desk) == []
    assert not (desk / ".venv").exists()


@needs_bash
def test_root_has_it_installed(desk):
    python_that_finds(desk, missing="libgl1")
    tool(desk, "id", "echo 0")
    tool(desk, "apt-get", 'echo "apt-get $*" >>asked')
    assert run(desk).returncode == 0
    assert asked(desk)[-3] in ("apt-get update", "apt-get install -y --no-install-recommends libgl1")
    assert "apt-get install -y --no-install-recommends libgl1" in asked(desk)


@needs_bash
def test_an_old_python_is_refused_in_one_line(desk):
    tool(desk, "python3", "exit 1")
    tool(desk, "id", "echo 1000")
    refused = run(desk)
    assert refused.returncode == 1
    assert refused.stderr.startswith("需要 Python 3.11")
    assert len(refused.stderr.splitlines()) == 1


@needs_bash
def test_two_at_once_set_up_once(desk):
    import fcntl  # not on Windows

    python_that_finds(desk, missing="")
    tool(desk, "id", "echo 1000")
    held = os.open(desk, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    command = [shutil.which("bash") or "bash", str(desk / "scripts" / "setup.sh")]
    two = [subprocess.Popen(command, env={"PATH": str(desk / "tools"), "HOME": str(desk)}) for _ in range(2)]
    with pytest.raises(subprocess.TimeoutExpired):
        two[0].wait(timeout=0.3)
    os.close(held)
    assert [process.wait(timeout=30) for process in two] == [0, 0]
    assert len(asked(desk)) == 2


@needs_bash
def test_another_python_has_an_environment_of_its_own(desk):
    python_that_finds(desk, missing="")
    tool(desk, "id", "echo 1000")
    shutil.copy(desk / "tools" / "python3", desk / "tools" / "python9")
    said = run(desk, PYTHON="python9", VENV=".venv-9")
    assert said.returncode == 0 and ".venv-9" in said.stderr
    assert (desk / ".venv-9" / "set-up.dev").exists() and not (desk / ".venv").exists()
    link = desk / ".venv-9" / "lib" / "python3.11" / "site-packages" / "_haicang_desk.pth"
    assert link.read_text(encoding="utf-8") == "../../../../src\n"
    assert run(desk, PYTHON="python9", VENV=".venv-9").stderr == ""

    absent = run(desk, PYTHON="python8", VENV=".venv-")
    assert absent.returncode == 1 and "PYTHON=python8" in absent.stderr


@needs_bash
@pytest.mark.skipif(not shutil.which("make"), reason="no make")
def test_make_names_the_environment_after_the_version():
    def shown(*words: str) -> str:
        command = ["make", "-n", "-C", str(ROOT), "test", *words]
        return subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout

    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert " .venv/bin/python -m pytest" in shown("PYTHON=")
    assert f" .venv-{version}/bin/python -m pytest" in shown(f"PYTHON={sys.executable}")


@needs_bash
def test_the_first_time_it_says_what_it_does_and_how_long_it_takes(desk):
    python_that_finds(desk, missing="")
    tool(desk, "id", "echo 1000")
    first = run(desk)
    assert first.stdout == ""
    assert "准备运行环境" in first.stderr and "分钟" in first.stderr and "需要联网" in first.stderr
    assert first.stderr.splitlines()[-1].startswith("运行环境已备好，用时 ")
    assert len(first.stderr.splitlines()) == 3

    with (desk / "requirements" / "constraints.txt").open("a", encoding="utf-8") as file:
        file.write("another==1.0\n")
    assert run(desk).stderr.startswith("依赖有变动，正在更新运行环境")


@needs_bash
def test_without_a_display_pictures_are_made(desk):
    (desk / ".venv" / "bin").mkdir(parents=True)
    tool(desk, "python3", "")
    python = desk / ".venv" / "bin" / "python"
    python.write_text('#!/bin/bash\necho "$QT_QPA_PLATFORM $*" >>asked\n', encoding="utf-8")
    python.chmod(0o755)
    assert run(desk, "run.sh").returncode == 0
    assert asked(desk) == ["offscreen scripts/offscreen_demo.py"]
    (desk / "asked").unlink()
    run(desk, "run.sh", DISPLAY=":0")
    assert [line.strip() for line in asked(desk)] == ["-m haicang_desk"]
