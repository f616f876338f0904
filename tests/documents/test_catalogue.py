"""The catalogue: every document of the contract, under its name and title."""

from __future__ import annotations

import pickle
import sys
from os import environ
from pathlib import Path
from shutil import copytree, ignore_patterns
from subprocess import PIPE, run

import pytest

import haicang_desk
from haicang_desk.model.blocks import PaperKind
from haicang_desk.model.documents import DOCUMENTS
from haicang_desk.model.documents.registry import (
    DECLARED,
    YEARS_10,
    DocumentType,
    Filed,
    catalogue_order,
    document,
    dossier_order,
)
from haicang_desk.model.records import Phase
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
    "year-plan-letter": ("年度工作安排报告", "street"),
    "dossier": ("项目档案", "project"),
}


def test_every_document_of_the_contract_is_there_in_its_order():
    assert {name: (each.title, each.scope) for name, each in DOCUMENTS.items()} == CONTRACT
    assert list(DOCUMENTS) == list(CONTRACT)
    assert set(DECLARED) == set(DOCUMENTS)


def test_letters_and_notices_are_what_they_are():
    letters = {name for name, each in DOCUMENTS.items() if each.kind is PaperKind.LETTER}
    assert letters == {"filing-letter", "inspection-report", "quarterly-report", "year-plan-letter"}
    notices = {name for name, each in DOCUMENTS.items() if each.kind is PaperKind.NOTICE}
    assert notices == {name for name in CONTRACT if name.endswith("-notice")}
    assert {each.takes_a3 for name, each in DOCUMENTS.items() if name in notices} == {True}


def test_steps_issue_documents_that_there_are():
    assert {step.document for step in STEPS.values() if step.document} <= set(DOCUMENTS)


def test_a_name_is_declared_once():
    with pytest.raises(ValueError, match="twice"):
        document("dossier", "又一个", after="")(lambda context: iter(()))
    with pytest.raises(ValueError, match="unknown scope"):
        document("new", "新", after="dossier", for_="planet")(lambda context: iter(()))


def declared(name: str, after: str, filed: Filed | None = None) -> DocumentType:
    return DocumentType(name, name, "project", PaperKind.FORM, after, lambda context: iter(()), filed=filed)


def test_a_new_document_stands_right_behind_the_one_it_names():
    new = {"new": declared("new", "survey-notice"), **DOCUMENTS}
    names = list(CONTRACT)
    names.insert(names.index("survey-notice") + 1, "new")
    assert list(catalogue_order(new)) == names


@pytest.mark.parametrize("after", ["no-such-form", "new"])
def test_a_document_behind_none_of_the_others_is_refused(after):
    with pytest.raises(ValueError, match="new"):
        catalogue_order({**DOCUMENTS, "new": declared("new", after)})


DOSSIER = {
    "征集": ["suggestion-register"],
    "确定": ["opinion-form", "project-notice", "application-form", "approval-form", "filing-form"],
    "实施": [
        *("implementer-form", "matching-form", "disbursement-form"),
        *("acceptance-form", "maintenance-form", "completion-notice"),
    ],
    "评议": ["survey-notice", "award-form"],
}


def test_the_dossier_lists_what_is_filed_by_phase_in_the_order_of_the_catalogue():
    order = dossier_order(DOCUMENTS)
    assert {phase: [d.name for d, filed in order if filed.phase.label == phase] for phase in DOSSIER} == DOSSIER
    assert [filed.phase for _, filed in order] == sorted((f.phase for _, f in order), key=list(Phase).index)


def test_a_new_filed_document_takes_its_place_in_the_dossier():
    new = declared("new", "filing-form", Filed(Phase.CHOOSING, YEARS_10))
    names = [each.name for each, _ in dossier_order(catalogue_order({**DOCUMENTS, "new": new}))]
    assert names[names.index("new") - 1] == "filing-form" and names[names.index("new") + 1] == "implementer-form"


def test_a_module_in_a_package_of_documents_is_found_by_being_there(tmp_path):
    """A copy of the source with one more notice, in a process of its own."""
    source = Path(haicang_desk.__file__).parent
    copytree(source, tmp_path / "src/haicang_desk", ignore=ignore_patterns("__pycache__", "ui"))
    (tmp_path / "resources").symlink_to(source.parent.parent / "resources")
    (tmp_path / "src/haicang_desk/model/documents/notices/hall_notice.py").write_text(
        "from haicang_desk.model.documents.registry import document\n"
        'document("hall-notice", "会议公告", after="dossier", for_="village")(lambda context: iter(()))\n'
    )
    listing = "from haicang_desk.model.documents import DOCUMENTS; print(list(DOCUMENTS)[-1])"
    told = run([sys.executable, "-c", listing], env={**environ, "PYTHONPATH": str(tmp_path / "src")}, stdout=PIPE)
    assert told.stdout.decode().strip() == "hall-notice"


def test_the_catalogue_is_there_without_the_workbook_library():
    listing = "import sys; from haicang_desk.model.documents import DOCUMENTS; print('openpyxl' in sys.modules)"
    told = run([sys.executable, "-c", listing], stdout=PIPE)
    assert told.stdout.decode().strip() == "False"  # it takes as long to load as all documents together


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=lambda document: document.name)
def test_a_document_can_be_given_to_another_process(document):
    """The demonstration prints in a process pool, which stands still where something cannot be pickled."""
    assert pickle.loads(pickle.dumps(document)) is document
