"""The money of one project by source, as asked (申报), approved (核定) or settled (决算); rules §0: G, S, T."""

from __future__ import annotations

from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Self

from haicang_desk.model.records import Approval, Project, Settlement, Source
from haicang_desk.model.values import Money, cached_field

NONE = Money(0)


@dataclass(frozen=True, kw_only=True)
class Funding:
    """The seven sources, in fen. Fiscal G = G1+G2+G3, social S = S1+S2+S3+V, total T = G+S."""

    special: Money = NONE
    matching: Money = NONE
    other_fiscal: Money = NONE
    donated_cash: Money = NONE
    donated_goods: Money = NONE
    labour: Money = NONE
    self_raised: Money = NONE

    @classmethod
    def of(cls, record: Project | Settlement) -> Self:
        """The sources that a project or a settlement names. It skips ``__init__`` for speed."""
        funding = object.__new__(cls)
        funding.__dict__.update(zip(_NAMES, _amounts(record), strict=True))
        return funding

    @classmethod
    def approved(cls, project: Project, approval: Approval) -> Self:
        """The sums approved: what the decision leaves blank is as asked, and the village bears the rest (三(三)¶2).

        ``self_raised`` is negative where the total is cut below the other sources; R01 refuses such a decision.
        """
        asked = cls.of(project)
        if approval.special is None and approval.matching is None and approval.total is None:
            return asked
        special = asked.special if approval.special is None else approval.special
        matching = asked.matching if approval.matching is None else approval.matching
        total = asked.total if approval.total is None else approval.total
        others = asked.total - asked.scheme - asked.self_raised
        funding = cls.of(project)
        funding.__dict__.update(special=special, matching=matching, self_raised=total - special - matching - others)
        return funding

    def source(self, source: Source) -> Money:
        """The sum of one source."""
        return getattr(self, source.code)  # type: ignore[no-any-return]

    @cached_field
    def scheme(self) -> Money:
        """G1+G2, the money of this scheme, which caps and quotas count (五(一))."""
        return self.special + self.matching

    @cached_field
    def fiscal(self) -> Money:
        """G: all public money."""
        return self.special + self.matching + self.other_fiscal

    @cached_field
    def social(self) -> Money:
        """S: all money and work that is not public."""
        return self.donated_cash + self.donated_goods + self.labour + self.self_raised

    @cached_field
    def total(self) -> Money:
        """T = G + S."""
        return self.fiscal + self.social


_NAMES = tuple(each.name for each in fields(Funding))
_amounts = attrgetter(*_NAMES)
