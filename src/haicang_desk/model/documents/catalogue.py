"""Every module that enters documents, and the order in which the catalogue lists them: that of a project's life."""

from __future__ import annotations

from collections.abc import Mapping

from haicang_desk.model.documents import (  # noqa: F401
    dossier,
)
from haicang_desk.model.documents.forms import (  # noqa: F401
    acceptance_form,
    application_form,
    approval_form,
    closeout_forms,
    disbursement_form,
    filing_forms,
    implementer_form,
    planning_forms,
    village_ledger,
    workflow_chart,
)
from haicang_desk.model.documents.letters import (  # noqa: F401
    filing_letter,
    inspection_report,
)
from haicang_desk.model.documents.notices import (  # noqa: F401
    award_notice,
    completion_notice,
    project_notice,
    survey_notice,
)
from haicang_desk.model.documents.registry import ENTERED, DocumentType
from haicang_desk.model.documents.reports import (  # noqa: F401
    quarterly_report,
)

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
