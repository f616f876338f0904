"""What is posted: a document of the public is composed from a view of the records that has nothing else in it.

``@document(shows=…)`` lists the text fields that a notice may show. ``public_view`` makes the context that it is
composed from: every other text field of every record is empty there, and what is listed is masked already. So a
field that is not on the list cannot get onto a notice, whatever the function that composes it does.

Masked are numbers that identify a person, the names of all persons whom the ledger knows, and the parties that are
persons. What only may be a number or a name is masked too, and is a ``Question`` until somebody has said whether it may
be printed (``Disclosure``). The street's own contact for objections stands as it is, because a notice has to say whom
to write to (三(二)¶2); donors who agreed are named.

条文：C068
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date
from functools import cache, cached_property
from hashlib import sha256
from typing import Any, TypeVar

from haicang_desk.model.casefile import CHILDREN, Casefile
from haicang_desk.model.policy import ReferenceTables
from haicang_desk.model.records import (
    Appointment,
    Disbursement,
    Disclosure,
    Link,
    Participation,
    Project,
    Prose,
    Record,
    Street,
    Survey,
    TakingPart,
)
from haicang_desk.model.values import (
    MASK,
    is_organisation,
    is_unclear_party,
    known_names,
    mask_name,
    mask_numbers,
    personal_names,
    personal_numbers,
    public_party,
)

Whitelist = Mapping[type[Record], tuple[str, ...]]  # the text fields that a document shows

C = TypeVar("C")
OFFICE = (Street, ("contact", "phone", "watch_phone"))  # a public role: whom to tell of an objection or a breach
_PARTIES: Mapping[tuple[type[Record], str], Any] = {  # fields that hold a party, with its kind as far as that is known
    (Participation, "party"): lambda part: part.kind,
    (Appointment, "implementer"): lambda appointed: appointed.kind.label,
    (Disbursement, "payee"): lambda _: "",
    (Survey, "assessor"): lambda _: "机构",
    (Project, "keeper"): lambda _: "",
}
NAME = "姓名"
RESIDENTS, VOLUNTEERS = "居民", "志愿者"  # whose labour is told without names
ORGANISED = re.compile("公司|商会|协会|学会|中心|学校|银行|集团|工作室|合作社|企业|厂$|店$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A passage of a document to be posted that may name or number a person; nobody has decided about it yet."""

    project: str  # id
    place: str  # the field, as 建设服务内容
    text: str  # of the whole field
    found: str
    kind: str  # 手机号码, 姓名 …: what it may be
    masked: str  # as it is printed if it is masked

    @property
    def sentence(self) -> str:
        """What is asked, in one sentence."""
        return f"“{self.place}”里可能有个人信息：“{_short(self.found)}”（{self.kind}）"

    def answered(self, *, printed: bool, reason: str = "") -> Disclosure:
        """The decision, not yet saved: printed as it is, for a reason, or masked."""
        return Disclosure(
            project=Link(self.project),
            place=self.place,
            digest=digest_of(self.text),
            passage=Prose(self.found),
            printed=printed,
            reason=Prose(reason.strip()),
        )


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"


def digest_of(text: str) -> str:
    """What a decision is bound to: the text of the whole field. Another text is asked about again."""
    return sha256(text.encode()).hexdigest()


def public_view(context: C, shows: Whitelist) -> C:
    """The context with nothing but what a document with this whitelist may show, masked."""
    view: C = _view_of(context, shows).context
    return view


def open_questions(context: object, shows: Whitelist) -> tuple[Question, ...]:
    """The passages that may be personal and that nobody has decided about, each once."""
    view = _view_of(context, shows)
    assert view.context is not None
    return tuple(dict.fromkeys(view.questions))


def public_partner(part: Participation) -> str:
    """A donor by name where they agreed (同意公示姓名), else as 爱心企业, 爱心单位 or 爱心人士 (R21).

    Who works on their own place is no donor: 居民 or 志愿者.
    """
    if part.manner is TakingPart.LABOUR and not part.named and _works_themselves(part):
        return VOLUNTEERS if part.kind == VOLUNTEERS else RESIDENTS
    if part.named is None and not part.amount:
        return public_party(part.party, part.kind)
    if part.named:
        return mask_numbers(part.party) if is_organisation(part.party, part.kind) else "、".join(_agreed(part))
    if not is_organisation(part.party, part.kind):
        return "爱心人士"
    return "爱心企业" if part.kind == "企业" or "公司" in part.party else "爱心单位"


def _works_themselves(part: Participation) -> bool:
    """Whether labour is that of people and not of a body that sent them."""
    people = part.kind in ("", RESIDENTS, VOLUNTEERS) and not ORGANISED.search(part.party)
    return people or not is_organisation(part.party, part.kind)


def _agreed(part: Participation) -> list[str]:
    """The names of donors who agreed to be named, without what was noted beside them."""
    return sorted(known_names([part.party]), key=part.party.find) or [public_party(part.party, part.kind)]


def records_in(thing: object) -> Iterator[Record]:
    """Every record in a context, at any depth."""
    if isinstance(thing, Record):
        yield thing
    elif isinstance(thing, tuple):
        for part in thing:
            yield from records_in(part)
    else:
        cls: Any = type(thing)
        for name in _parts_of(cls):
            if (part := getattr(thing, name)) and type(part) not in _PLAIN:
                yield from records_in(part)


_PLAIN = frozenset((str, int, float, bool, date, bytes, frozenset, dict))  # hold no record


@cache
def _parts_of(cls: Any) -> tuple[str, ...]:
    """The fields of a dataclass; of another type none."""
    return tuple(each.name for each in fields(cls)) if is_dataclass(cls) else ()


def names_of(records: Iterable[Record]) -> Iterator[str]:
    """What stands in the fields for persons: who said, manages, handled, gave."""
    for record in records:
        cls: Any = type(record)
        for name in _names_on(cls):
            if text := getattr(record, name):
                yield text
        if isinstance(record, Participation) and not is_organisation(record.party, record.kind):
            yield record.party


@cache
def _names_on(cls: Any) -> tuple[str, ...]:
    """The fields of a record that hold names of persons."""
    return tuple(name for name, declared in cls.fields.items() if declared.is_name)


@cache
def _texts_on(cls: Any) -> tuple[str, ...]:
    """The fields of a record that hold a text."""
    return tuple(name for name, declared in cls.fields.items() if declared.kind in (str, Prose))


@dataclass(frozen=True)
class _View:
    """The making of a public view, and the questions met on the way."""

    given: Any
    shows: Whitelist
    questions: list[Question] = field(default_factory=list)

    @cached_property
    def context(self) -> Any:
        """The view."""
        return self._viewed(self.given)

    @cached_property
    def _agreed(self) -> frozenset[str]:
        parts = [each for each in records_in(self.given) if isinstance(each, Participation) and each.named]
        people = [part for part in parts if not is_organisation(part.party, part.kind)]
        return frozenset(name for part in people for name in _agreed(part))

    @cached_property
    def _known(self) -> frozenset[str]:
        people: frozenset[str] = getattr(self.given, "people", frozenset())
        return (people | known_names(names_of(records_in(self.given)))) - self._agreed

    @cached_property
    def _decided(self) -> dict[tuple[str, str], bool]:
        """By digest of the text and passage: whether it is printed. The newest decision counts."""
        made: tuple[Disclosure, ...] = getattr(self.given, "decisions", ())
        return {(each.digest, each.passage): bool(each.printed) for each in made}

    def _viewed(self, thing: Any, project: str = "") -> Any:
        if isinstance(thing, Record):
            return self._record(thing, project)
        if isinstance(thing, Casefile):
            own = thing.project.id
            parts = {name: tuple(self._record(each, own) for each in getattr(thing, name)) for name in CHILDREN}
            return Casefile.of(self._record(thing.project, own), self._record(thing.village, own), parts)
        if isinstance(thing, tuple):
            return tuple(self._viewed(each) for each in thing)
        if is_dataclass(thing) and not isinstance(thing, type):
            return replace(
                thing, **{each.name: self._part(each.name, getattr(thing, each.name)) for each in fields(thing)}
            )
        return thing

    def _part(self, name: str, value: Any) -> Any:
        """A part of the context: records masked; findings and what belongs to other documents left out."""
        if name in ("findings", "decisions"):
            return ()
        if name == "people":
            return frozenset()
        if name == "standing":
            return ReferenceTables()
        if name in ("village_year", "quarterly", "plan"):
            return None
        if isinstance(value, Record | Casefile | tuple):
            return self._viewed(value)
        return value

    def _record(self, record: Record, project: str) -> Any:
        listed = self.shows.get(type(record), ())
        changed: dict[str, Any] = {}
        cls: Any = type(record)
        for name in _texts_on(cls):
            if text := getattr(record, name):
                shown = self._text(record, name, text, project) if name in listed else ""
                if shown != text:
                    changed[name] = shown
        return replace(record, **changed) if changed else record

    def _text(self, record: Record, name: str, text: str, project: str) -> str:
        if isinstance(record, OFFICE[0]) and name in OFFICE[1]:
            return text
        place = (
            record.fields[name].label if isinstance(record, Project) else f"{record.label}·{record.fields[name].label}"
        )
        if kind_of := _PARTIES.get((type(record), name)):
            return self._party(record, text, kind_of(record), place, project)
        return self._prose(text, place, project)

    def _party(self, record: Record, text: str, kind: str, place: str, project: str) -> str:
        if is_organisation(text, kind):
            if isinstance(record, Participation) and not record.named and (shown := public_partner(record)) != text:
                return shown
            return self._prose(text, place, project)
        if isinstance(record, Participation) and (record.named is not None or record.amount):
            return mask_numbers(public_partner(record))
        if self._decided.get((digest_of(text), text)):
            return mask_numbers(text)
        shown = mask_numbers(public_party(text, kind))
        if is_unclear_party(text, kind):
            self._ask(project, place, text, text, NAME, shown)
        return shown

    def _prose(self, text: str, place: str, project: str) -> str:
        out, at = [], 0
        for start, end, kind, certain in self._passages(text):
            found = text[start:end]
            printed = self._decided.get((digest_of(text), found))
            masked = mask_name(found) if kind == NAME else MASK
            if printed is None and not certain:
                self._ask(project, place, text, found, kind, masked)
            out += [text[at:start], found if printed else masked]
            at = end
        return "".join([*out, text[at:]])

    def _passages(self, text: str) -> list[tuple[int, int, str, bool]]:
        numbers = [(each.start, each.end, each.kind, each.certain) for each in personal_numbers(text)]
        names = [
            (each.start, each.end, NAME, each.certain)
            for each in personal_names(text, self._known)
            if text[each.start : each.end] not in self._agreed
        ]
        apart = [one for one in names if not any(one[0] < end and start < one[1] for start, end, _, _ in numbers)]
        return sorted((*numbers, *apart))

    def _ask(self, project: str, place: str, text: str, found: str, kind: str, masked: str) -> None:
        if (digest_of(text), found) not in self._decided:
            self.questions.append(
                Question(project=project, place=place, text=text, found=found, kind=kind, masked=masked)
            )


_last: tuple[object, Whitelist, _View] | None = None  # one document is composed, judged and asked about in a row


def _view_of(context: object, shows: Whitelist) -> _View:
    """The view of a context, which is frozen; the one made last is used again."""
    global _last
    last = _last
    if last is None or last[0] is not context or last[1] is not shows:
        _last = last = (context, shows, _View(context, shows))
    return last[2]
