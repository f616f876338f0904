"""The catalogue: every document of the contract, under its name and title."""

from __future__ import annotations

import pytest

from haicang_desk.model.blocks import Kind
from haicang_desk.model.documents import DOCUMENTS
from haicang_desk.model.documents.registry import ENTERED, document
from haicang_desk.model.workflow import STEPS

CONTRACT = {
    "application-form": ("项目申报表", "project"),
    "workflow-chart": ("工作流程图", "street"),
    "suggestion-register": ("意见征集登记表", "village"),
    "project-list": ("村居项目清单", "village"),
    "project-notice": ("项目公示", "village"),
    "opinion-form": ("征求意见表", "project"),
    "approval-form": ("街道审批表", "project"),
    "filing-form": ("区备案表", "project"),
    "filing-register": ("备案汇总表", "street"),
    "filing-letter": ("备案报送函", "street"),
    "implementer-form": ("实施主体确定表", "project"),
    "disbursement-form": ("资金拨付申请表", "project"),
    "acceptance-form": ("项目验收表", "project"),
    "maintenance-form": ("后续管理养护责任书", "project"),
    "completion-notice": ("资金使用情况和实施效果公示", "project"),
    "survey-form": ("满意度测评表", "project"),
    "survey-notice": ("满意度测评结果公示", "project"),
    "matching-form": ("以奖代补申请表", "project"),
    "inspection-report": ("半年自查报告", "street"),
    "quarterly-report": ("季度进展情况报告", "street"),
    "award-form": ("年度优秀项目推荐表", "project"),
    "award-notice": ("年度评优结果公示", "street"),
    "village-ledger": ("村居资金台账", "village"),
    "dossier": ("项目档案", "project"),
}


def test_every_document_of_the_contract_is_there_in_its_order():
    assert {name: (each.title, each.scope) for name, each in DOCUMENTS.items()} == CONTRACT
    assert list(DOCUMENTS) == list(CONTRACT)
    assert set(ENTERED) == set(DOCUMENTS)


def test_letters_and_notices_are_what_they_are():
    letters = {name for name, each in DOCUMENTS.items() if each.kind is Kind.LETTER}
    assert letters == {"filing-letter", "inspection-report", "quarterly-report"}
    notices = {name for name, each in DOCUMENTS.items() if each.kind is Kind.NOTICE}
    assert notices == {name for name in CONTRACT if name.endswith("-notice")}
    assert {each.takes_a3 for name, each in DOCUMENTS.items() if name in notices} == {True}


def test_steps_issue_documents_that_there_are():
    assert {step.document for step in STEPS.values() if step.document} <= set(DOCUMENTS)


def test_a_name_is_entered_once():
    with pytest.raises(ValueError, match="twice"):
        document("dossier", "又一个")(lambda scene: iter(()))
    with pytest.raises(ValueError, match="no scene"):
        document("new", "新", scope="planet")(lambda scene: iter(()))
