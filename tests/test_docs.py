"""What README, CONTRIBUTING and docs/ say of the source is true of it: links, files, commands and the drawing."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def contract() -> list[set[str]]:
    """The layers of pyproject.toml, highest first; modules of one layer do not know each other."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = next(each["layers"] for each in settings["contracts"] if each["type"] == "layers")
    return [{name.strip() for name in layer.split("|")} for layer in layers]


def drawing() -> list[set[str]]:
    """The layers that CONTRIBUTING.md draws."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```text\n(haicang_desk\..*?)```", text, re.DOTALL)
    return [set(re.findall(r"haicang_desk(?:\.\w+)+", line)) for line in block.splitlines()]


def test_the_drawing_shows_the_layers_that_are_checked():
    assert drawing() == contract()


def test_the_drawing_leaves_out_no_package():
    drawn = set().union(*drawing())
    graph = grimp.build_graph("haicang_desk", cache_dir=None)
    standing = graph.find_children("haicang_desk") | graph.find_children("haicang_desk.model")
    assert standing - {"haicang_desk.model", "haicang_desk.__main__"} == drawn


def test_every_import_goes_down_the_drawing():
    """By the import graph itself, not by the tool that make check runs."""
    floor = {name: number for number, layer in enumerate(drawing()) for name in layer}
    graph = grimp.build_graph("haicang_desk", cache_dir=None, exclude_type_checking_imports=True)

    def floor_of(module: str) -> tuple[int, str]:
        name = next((name for name in floor if module == name or module.startswith(f"{name}.")), "")
        return floor.get(name, -1), name

    climbing = []
    for module in graph.modules:
        number, name = floor_of(module)
        for imported in graph.find_modules_directly_imported_by(module):
            other, other_name = floor_of(imported)
            if name and other_name and name != other_name and other <= number:
                climbing.append(f"{module} -> {imported}")
    assert climbing == []


@each_page
def test_links_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)
    wrong = [each for each in targets if "://" not in each and not (page.parent / each).exists()]
    assert wrong == []


@each_page
def test_files_that_are_named_exist(page):
    """Paths in backticks that begin like a room of the house, e.g. model/rules/engine.py."""
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"`((?:src|tests|model|ui|cli|demo|resources|scripts|bench|docs)/[\w./-]+)`", text)
    wrong = []
    for each in named:
        inside = each if each.startswith(("src/", "tests/", "resources/", "scripts/", "bench/", "docs/")) else ""
        if not (ROOT / (inside or f"src/haicang_desk/{each}")).exists():
            wrong.append(each)
    assert wrong == []


@each_page
def test_make_targets_that_are_named_exist(page):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r"`make ([a-z-]+)", text)) | set(re.findall(r"^make ([a-z-]+)", text, re.MULTILINE))
    assert named <= targets
