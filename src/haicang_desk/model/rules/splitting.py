"""R30: one category for a project, and no project cut in pieces to stay under a cap. 三(一)¶2, 三(三)¶2."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from fractions import Fraction

from haicang_desk.model.casefile import Scene
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.funding import NONE
from haicang_desk.model.money import Money
from haicang_desk.model.records.choices import Category
from haicang_desk.model.rules import Outline, VillageScene, rule


@rule("R30", "项目类别")
def category_is_the_largest_share(scene: Scene) -> Iterator[Finding]:
    """By the budget lines that say which category they are of."""
    shares: dict[Category, Money] = defaultdict(lambda: NONE)
    for line in scene.case.budget_lines:
        if line.category is not None:
            shares[line.category] += line.amount
    total, chosen = sum(shares.values(), NONE), scene.case.project.category
    if not total:
        return
    told = "、".join(f"{category.label} {amount} 元" for category, amount in shares.items())
    largest = max(shares, key=lambda category: shares[category])
    least = scene.policy.share("category_share_warning")
    large = [c for c, amount in shares.items() if amount * least.denominator >= total * least.numerator]
    if shares[largest] > shares[chosen]:
        cure = f"按最大的一类应为{largest.label}，请核对项目类别"
    elif len(large) > 1:
        cure = f"{'和'.join(c.label for c in large)}都占四成以上，请核对项目类别或分开申报"
    else:
        return
    yield Finding(
        rule="R30",
        severity=Severity.WARN,
        clause=scene.policy.clause("category_share_warning"),
        measured=f"{shares[chosen].fen}/{total.fen}",
        limit=f"{least.numerator}/{least.denominator}",
        field="category",
        message=f"预算中{told}，项目类别为{chosen.label}，{cure}",
    )


@rule("R30", "疑似拆分", scope="village")
def no_project_is_cut_in_pieces(scene: VillageScene) -> Iterator[Finding]:
    """Same category, like names or the same spot, and together over the cap: told, for a person to look at."""
    least = scene.policy.share("split_similarity")
    for category in Category:
        of_kind = [p for p in scene.projects if p.category is category and p.special > NONE]
        cap = scene.policy.money(f"cap_{category.code}")
        for group in alike(of_kind, least, scene.village.name):
            total = sum((project.special for project in group), NONE)
            if total > cap:
                titles = "、".join(f"“{project.title}”" for project in group[:4]) + ("等" if len(group) > 4 else "")
                yield Finding(
                    rule="R30",
                    severity=Severity.WARN,
                    clause=scene.policy.clause(f"cap_{category.code}"),
                    measured=total.fen,
                    limit=cap.fen,
                    shortfall=total - cap,
                    message=f"{titles}共 {len(group)} 项名称或地点相近，专项资金合计 {total} 元，"
                    f"{category.label}单项上限 {cap} 元，超出 {total - cap} 元，疑似拆分，请核对",
                )


def is_like(one: Outline, other: Outline, least: Fraction, village: str) -> bool:
    """Whether two names are alike, or two places the same and no whole village."""
    place = one.place.strip()
    if place and place == other.place.strip() and place != village:
        return True
    matcher = SequenceMatcher(None, other.title, one.title, autojunk=False)
    return _at_least(matcher, float(least))


def _at_least(matcher: SequenceMatcher[str], least: float) -> bool:
    """The cheap upper bounds first: most names share next to nothing."""
    return matcher.real_quick_ratio() >= least and matcher.quick_ratio() >= least and matcher.ratio() >= least


def alike(outlines: Iterable[Outline], least: Fraction, village: str) -> list[list[Outline]]:
    """Groups of two and more that are like their first one in name, or on the same spot."""
    groups: list[list[Outline]] = []
    by_place: dict[str, list[Outline]] = {}
    by_letter: dict[str, list[list[Outline]]] = defaultdict(list)
    for outline in outlines:
        place = outline.place.strip() if outline.place.strip() != village else ""
        home = by_place.get(place) if place else None
        home = home or _like_named(outline, by_letter, float(least))
        if home is None:
            home = []
            groups.append(home)
            for letter in set(outline.title):
                by_letter[letter].append(home)
        home.append(outline)
        if place:
            by_place.setdefault(place, home)
    return [group for group in groups if len(group) > 1]


def _like_named(outline: Outline, by_letter: dict[str, list[list[Outline]]], least: float) -> list[Outline] | None:
    """The first group whose founder's name is alike; those that share the most letters are tried first."""
    shared: Counter[int] = Counter()
    groups: dict[int, list[Outline]] = {}
    for letter in set(outline.title):
        for group in by_letter[letter]:
            shared[id(group)] += 1
            groups[id(group)] = group
    matcher = SequenceMatcher(None, "", outline.title, autojunk=False)
    for key, _ in shared.most_common():
        matcher.set_seq1(groups[key][0].title)
        if _at_least(matcher, least):
            return groups[key]
    return None
