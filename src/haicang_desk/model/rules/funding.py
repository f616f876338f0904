"""Rules on how much may be asked for, and from whom the rest must come: R01, R02. 三(一)¶9, 三(三)¶2, 五(一)¶2."""

from __future__ import annotations

from collections.abc import Iterator

from haicang_desk.model.casefile import Scene
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.records.choices import Category
from haicang_desk.model.rules import rule


@rule("R01", "单项上限", before=("submit", "approve"))
def within_cap(scene: Scene) -> Iterator[Finding]:
    """G1+G2 may reach the cap (含本数) and not pass it; a larger total is borne by the village."""
    funding, category = scene.case.funding, scene.case.project.category
    name = f"cap_{category.code}"
    cap, clause = scene.policy.money(name), scene.policy.clause(name)
    if funding.scheme > cap:
        over = funding.scheme - cap
        yield Finding(
            rule="R01",
            severity=Severity.BLOCK,
            clause=clause,
            measured=funding.scheme.fen,
            limit=cap.fen,
            shortfall=over,
            field="special",
            message=f"专项资金与以奖代补资金合计 {funding.scheme} 元，{category.label}单项上限 {cap} 元，"
            f"超出 {over} 元，应改由村居自筹解决",
        )
    elif funding.total > cap:
        over = funding.total - cap
        yield Finding(
            rule="R01",
            severity=Severity.WARN,
            clause=clause,
            measured=funding.total.fen,
            limit=cap.fen,
            shortfall=over,
            field="self_raised",
            message=f"总资金 {funding.total} 元，{category.label}单项上限 {cap} 元，"
            f"超出 {over} 元部分由村居自筹，社会资源资金已列 {funding.social} 元，请附自筹承诺",
        )


@rule("R02", "工程、货物类财政占比", before=("submit", "approve", "close"))
def fiscal_share(scene: Scene) -> Iterator[Finding]:
    """Compared in fen by cross-multiplication, never on a rounded percentage; the gap is told with T held."""
    funding, share = scene.case.funding, scene.policy.share("works_goods_fiscal_max")
    if scene.case.project.category is Category.SERVICE or scene.policy.choice("works_ratio_scope") != "project":
        return
    if funding.fiscal * share.denominator <= funding.total * share.numerator:
        return
    most = funding.total.part(share)
    over = funding.fiscal - most
    yield Finding(
        rule="R02",
        severity=Severity.BLOCK,
        clause=scene.policy.clause("works_goods_fiscal_max"),
        measured=f"{funding.fiscal.fen}/{funding.total.fen}",
        limit=f"{share.numerator}/{share.denominator}",
        shortfall=over,
        field="special",
        message=f"财政资金 {funding.fiscal} 元，总资金 {funding.total} 元，财政资金最多 {most} 元，"
        f"超出 {over} 元，应改由社会捐赠、投工投劳或村居自筹承担",
    )
