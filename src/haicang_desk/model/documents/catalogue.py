"""The catalogue: every document, in the order of a project's life.

A module in ``forms``, ``notices`` or ``letters`` is found by being there: what it declares with ``@document`` is in the
catalogue, and takes its place by ``after=``. In a bundle PyInstaller collects all submodules, and its importer lists
them as a folder would. ``reports`` holds figures and a workbook and declares nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

from haicang_desk.model.documents import dossier, forms, letters, notices  # noqa: F401  dossier declares itself
from haicang_desk.model.documents.registry import DECLARED, DocumentType, catalogue_order

for package in (forms, notices, letters):
    for module in iter_modules(package.__path__, f"{package.__name__}."):
        import_module(module.name)

DOCUMENTS: Mapping[str, DocumentType] = catalogue_order(DECLARED)
