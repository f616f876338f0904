"""Rule R30: the category of a project, and projects that may have been split to stay under the cap. 三(一)¶2, 三(三)¶2.

条文：C047
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import inf
from operator import itemgetter

from haicang_desk.model.balances import STAGES_NOT_COUNTED
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.funding import NONE
from haicang_desk.model.records import Category, Project
from haicang_desk.model.rules.engine import Collector, RuleContext, VillageRuleContext, rule
from haicang_desk.model.values import Money

REMEMBERED = 2**12  # names and pairs of names compared lately


@rule("R30", "项目类别", parameter="category_share_warning", about=("budget_lines",))
def category_is_the_largest_share(context: RuleContext) -> Iterator[Finding]:
    """The category is the one with the largest share of the budget lines; two of 40% or more are a warning too."""
    shares: dict[Category, Money] = defaultdict(lambda: NONE)
    for line in context.case.budget_lines:
        if line.category is not None:
            shares[line.category] += line.amount
    total, chosen = sum(shares.values(), NONE), context.case.project.category
    if not total:
        return
    listed = "、".join(f"{category.label} {amount} 元" for category, amount in shares.items())
    largest = max(shares, key=lambda category: shares[category])
    least = context.policy.share("category_share_warning")
    large = [c for c, amount in shares.items() if amount * least.denominator >= total * least.numerator]
    if shares[largest] > shares[chosen]:
        cure = f"按最大的一类应为{largest.label}，请核对项目类别"
    elif len(large) > 1:
        cure = f"{'和'.join(c.label for c in large)}都占四成以上，请核对项目类别或分开申报"
    else:
        return
    yield Finding(
        severity=Severity.WARN,
        measured=f"{shares[chosen].fen}/{total.fen}",
        limit=f"{least.numerator}/{least.denominator}",
        field="category",
        message=f"预算中{listed}，项目类别为{chosen.label}，{cure}",
    )


@dataclass(frozen=True, slots=True)
class SplitCandidate:
    """The fields of a project that are compared with those of the other projects of its village."""

    title: str
    place: str
    category: Category
    special: Money
    checked: str = ""  # why it is no part of another project (拆分核对)

    @classmethod
    def of(cls, project: Project) -> SplitCandidate:
        """The candidate that a project is."""
        return cls(project.title, project.place, project.category, project.special, project.split_note.strip())


def candidate_of(case: Casefile) -> SplitCandidate | None:
    """The candidate that a casefile is; None where the project is not counted in the ratios (draft, refused …)."""
    return None if case.stage in STAGES_NOT_COUNTED else SplitCandidate.of(case.project)


CANDIDATES = Collector("split_candidates", of=candidate_of)


@rule("R30", "疑似拆分", parameter="cap_service", collects=(CANDIDATES,), scope="village")
def no_project_is_split(context: VillageRuleContext) -> Iterator[Finding]:
    """Warns of projects of one village and category that are similar and together pass the cap; a person decides."""
    least = context.policy.share("split_similarity")
    for category in Category:
        of_kind = [p for p in context.collected[CANDIDATES] if p.category is category and p.special > NONE]
        cap = context.policy.money(f"cap_{category.code}")
        for group in similar_groups(of_kind, least, context.village.name):
            total = sum((project.special for project in group), NONE)
            if total > cap:
                yield _suspected(context, category, group, total, cap)


def _suspected(
    context: VillageRuleContext, category: Category, group: list[SplitCandidate], total: Money, cap: Money
) -> Finding:
    """A warning; only listed once all projects but one say why they are no parts of one project (拆分核对)."""
    titles = "、".join(f"“{project.title}”" for project in group[:4]) + ("等" if len(group) > 4 else "")
    reasons = [" ".join(project.checked.split()) for project in group if project.checked]
    explained = len(reasons) >= len(group) - 1
    told = (
        f"已核对：{'；'.join(dict.fromkeys(reasons))}"
        if explained
        else "疑似拆分，请核对，不是拆分的在项目的拆分核对写明"
    )
    return Finding(
        severity=Severity.INFO if explained else Severity.WARN,
        clause=context.policy.clause(f"cap_{category.code}"),
        measured=total.fen,
        limit=cap.fen,
        shortfall=total - cap,
        message=f"{titles}共 {len(group)} 项名称或地点相近，专项资金合计 {total} 元，"
        f"{category.label}单项上限 {cap} 元，超出 {total - cap} 元，{told}",
    )


class NameSimilarity:
    """Decides whether two names are similar: 2 × matched letters ÷ all letters of both is at least ``least``.

    Pairs of neighbouring letters tell quickly which names cannot be similar. Of two names of ``length`` letters
    together, at least least/2 are matched in each and 1−least are not. Each unmatched letter separates two runs, and a
    run has one pair less than letters; that gives the least number of shared pairs, and names that share fewer are not
    compared. Names of ``short`` letters or fewer together may be similar without sharing a pair.
    """

    def __init__(self, least: Fraction) -> None:
        self._numerator, self._denominator = least.as_integer_ratio()
        self._pairs, self._letters = (least / 2 - (1 - least)).as_integer_ratio()
        self.short = self._letters / self._pairs if self._pairs > 0 else inf

    def holds(self, one: str, other: str) -> bool:
        """Whether two names are similar."""
        required = self._numerator * (len(one) + len(other))
        most = 2 * self._denominator * min(len(one), len(other))
        return most >= required and 2 * self._denominator * _matched(one, other) >= required

    def may_hold(self, shared: int, length: int, repeated: int) -> bool:
        """Whether names with so many shared pairs can be similar; ``repeated`` pairs may each stand for several."""
        return (shared + 1 + repeated) * self._letters >= self._pairs * length


def matched(one: str, other: str) -> int:
    """How many letters two names share, run by run: the longest run first, then left and right of it.

    After Ratcliff and Obershelp; the same count as difflib.SequenceMatcher, which takes five times as long.
    """
    longest, at, length = "", 0, len(one)
    for start in range(length):
        while start + len(longest) < length and (run := one[start : start + len(longest) + 1]) in other:
            longest, at = run, start
    if not longest:
        return 0
    there, size = other.index(longest), len(longest)
    found = size
    if at and there:
        found += matched(one[:at], other[:there])
    if at + size < length and there + size < len(other):
        found += matched(one[at + size :], other[there + size :])
    return found


# A village's names are compared again after each edit of one of them; 10 µs and 2 µs, against 0.2 µs remembered.
_matched = lru_cache(REMEMBERED)(matched)


@lru_cache(REMEMBERED)
def letter_pairs(title: str) -> frozenset[str]:
    """The pairs of neighbouring letters of a name."""
    return frozenset(title[n : n + 2] for n in range(len(title) - 1))


def _place(candidate: SplitCandidate, village: str) -> str:
    """The place of a project; "" where it is only the name of the village."""
    place = candidate.place.strip()
    return "" if place == village else place


class NameIndex:
    """An index of names by their letter pairs, to find similar ones fast. They are numbered from 0."""

    def __init__(self, least: Fraction) -> None:
        self._similarity = NameSimilarity(least)
        self._names: list[tuple[str, int]] = []  # with how many of its pairs repeat
        self._by_pair: dict[str, list[int]] = defaultdict(list)
        self._short: list[int] = []

    def is_short(self, name: str) -> bool:
        """Whether a name may be similar to another without sharing a pair."""
        return len(name) <= self._similarity.short

    def add(self, name: str) -> None:
        """Add a name under the next number."""
        place, pairs = len(self._names), letter_pairs(name)
        self._names.append((name, len(name) - 1 - len(pairs)))
        for pair in pairs:
            self._by_pair[pair].append(place)
        if self.is_short(name):
            self._short.append(place)

    def like(self, name: str) -> Iterator[int]:
        """The numbers of similar names: those that share the most pairs first, and of equals the earliest."""
        pairs, similarity = letter_pairs(name), self._similarity
        if len(self._names) == 1:  # most villages' first group takes in all that are alike at all
            if similarity.holds(self._names[0][0], name):
                yield 0
            return
        shared = Counter(self._short if self.is_short(name) else ())
        for pair in pairs:
            for place in self._by_pair.get(pair, ()):
                shared[place] += 1
        mine = len(name) - 1 - len(pairs)
        for place in sorted(shared, key=lambda place: (-shared[place], place)):
            other, repeated = self._names[place]
            may = similarity.may_hold(shared[place], len(name) + len(other), max(mine, repeated))
            if may and similarity.holds(other, name):
                yield place


def similar_groups(candidates: Iterable[SplitCandidate], least: Fraction, village: str) -> list[list[SplitCandidate]]:
    """Groups of two or more projects that are similar to the first of the group in name, or in the same place."""
    groups: list[list[SplitCandidate]] = []
    by_place: dict[str, list[SplitCandidate]] = {}
    names = NameIndex(least)
    for candidate in candidates:
        place = _place(candidate, village)
        home = by_place.get(place) if place else None
        if home is None:
            found = next(names.like(candidate.title), None)
            home = groups[found] if found is not None else []
        if not home:
            names.add(candidate.title)
            groups.append(home)
        home.append(candidate)
        if place:
            by_place.setdefault(place, home)
    return [group for group in groups if len(group) > 1]


def similar_to(
    own: SplitCandidate, others: Iterable[SplitCandidate], least: Fraction, village: str
) -> list[SplitCandidate]:
    """Those of the others with a similar name, or in the same place where that is not the whole village."""
    place, title, similarity = _place(own, village), own.title, NameSimilarity(least)
    same_place, similar = [], []
    pairs, short = letter_pairs(title), len(title) <= similarity.short
    for number, other in enumerate(others):
        if place and place == other.place.strip():
            same_place.append(other)
            continue
        others_pairs = letter_pairs(other.title)
        shared = len(pairs & others_pairs) + (short and len(other.title) <= similarity.short)
        repeated = max(len(title) - len(pairs), len(other.title) - len(others_pairs)) - 1
        may = shared and similarity.may_hold(shared, len(title) + len(other.title), repeated)
        if may and similarity.holds(other.title, title):
            similar.append((-shared, number, other))
    return same_place + [other for _, _, other in sorted(similar, key=itemgetter(0, 1))]
