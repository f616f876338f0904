"""Every module that enters documents, and the order in which the catalogue lists them: that of a project's life."""

from __future__ import annotations

from collections.abc import Mapping

from haicang_desk.model.documents import dossier, notices, notices_done, notices_judged  # noqa: F401 - they enter
from haicang_desk.model.documents.catalogue import ENTERED, DocumentType
from haicang_desk.model.documents.forms import (  # noqa: F401
    acceptance,
    application,
    approval,
    calling,
    chart,
    delivery,
    filing,
    judging,
    ledger,
    payment,
)
from haicang_desk.model.documents.reports import letters, quarterly  # noqa: F401

ORDER = (
    "application-form",
    "workflow-chart",
    "suggestion-register",
    "project-list",
    "project-notice",
    "opinion-form",
    "approval-form",
    "filing-form",
    "filing-register",
    "filing-letter",
    "implementer-form",
    "disbursement-form",
    "acceptance-form",
    "maintenance-form",
    "completion-notice",
    "survey-form",
    "survey-notice",
    "matching-form",
    "inspection-report",
    "quarterly-report",
    "award-form",
    "award-notice",
    "village-ledger",
    "dossier",
)

DOCUMENTS: Mapping[str, DocumentType] = {name: ENTERED[name] for name in ORDER}
