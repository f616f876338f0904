"""Numbers that identify a person, found in any text however they are written: telephones, identity numbers, accounts.

Each character is folded to what it stands for: digits of any script and width, Chinese digits (一三八〇), circled ones,
HTML entities; what is invisible or a tag is skipped. In the folded text, digits with up to four signs between them are
one run, cut into groups by these signs. A telephone or an identity number is looked for from one boundary of a group to
another. What is plainly something else (a day, a sum, a count with its unit, 文号, a code) is then taken out, and what
is left of long numbers is an account, or is unclear.

What is right on its face is ``certain``. Other numbers of seven digits or more may be anything, so a person is asked.

条文：C068
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from haicang_desk.model.values.text import compiled

MASK = "＊＊＊"
_LEAST = 4  # digits: a text with fewer holds no number of a person, letters that stand for digits aside
_CHINESE = dict(zip("零一二三四五六七八九〇壹贰叁肆伍陆柒捌玖○幺◯貳參陸", "01234567890123456789010236", strict=True))
_DASHES = "‐‑‒–—―−－﹘﹣⸺⸻ー─━~～〜∼"
_TOKEN = r"(?is:&#\d{1,7};?|&#x[0-9a-f]{1,6};?|&[a-z]{2,8};|<[/!a-z][^<>]{0,80}>|.)"
_RUN = r"\d(?:[\W_]{0,4}\d)*"
_GROUP = r"\d+"
_Span = tuple[int, int, str, bool]  # start, end, kind, certain
_GAP = "国"  # stands for what was taken out: not a digit, not a sign


@dataclass(frozen=True, slots=True, order=True)
class PersonalNumber:
    """A number at ``text[start:end]`` that identifies a person, or, where not ``certain``, may do so."""

    start: int
    end: int
    kind: str  # 手机号码, 固定电话, 身份证号, 账号 … as told to a person
    certain: bool = True


def personal_numbers(text: str) -> list[PersonalNumber]:
    """The numbers of persons in a text, in order, none overlapping another."""
    if len(text) > _SHORT:
        return list(_found(text)) if _may_hold(text) else []
    return list(_found_in_short(text))


_SHORT = 200  # characters: what is found in longer texts is not kept


@lru_cache(4_096)  # one text is judged, asked about and printed in a row, and many stand in several records
def _found_in_short(text: str) -> tuple[PersonalNumber, ...]:
    return tuple(_found(text)) if _may_hold(text) else ()


def mask_numbers(text: str, keep: Collection[str] = (), mask: Callable[[str], str] = lambda _: MASK) -> str:
    """The text with each number of a person masked, but those that ``keep`` holds as they are written."""
    out, at = [], 0
    for each in personal_numbers(text):
        if (found := text[each.start : each.end]) not in keep:
            out += [text[at : each.start], mask(found)]
            at = each.end
    return "".join([*out, text[at:]])


def partly_masked(number: str) -> str:
    """A number as screens show it: 138****8000, ****1234. No more than the first three and the last four digits."""
    plain = "".join(char for char, _, _ in _folded(number) if char.isascii() and char.isalnum())
    if len(plain) < 8:
        return "****" if plain else number.strip() and "****"
    return f"{plain[:3] if len(plain) == 11 and plain[0] == '1' else ''}****{plain[-4:]}"


# ---- folding


def _may_hold(text: str) -> bool:
    if (
        "@" in text
        or "＠" in text
        or "信" in text
        or "护照" in text
        or "车牌" in text
        or compiled(_PLATE_HEAD).search(text)
    ):
        return True
    count = 0
    for char in text:
        if char.isdigit() or char in _CHINESE:
            count += 1
            if count >= _LEAST:
                return True
    return "&#" in text or any(char in text.lower() for char in ("wx", "vx", "wechat", "(at)", "[at]"))


def _folded(text: str) -> list[tuple[str, int, int]]:
    """Each character that is seen, as one character in lower case, with the place in the text that it stands at."""
    out = []
    for token in compiled(_TOKEN).finditer(text):
        written = token.group()
        if len(written) > 1:
            if written[0] == "<":
                continue
            written = html.unescape(written)
        for char in written:
            if folded := _fold(char):
                out.append((folded, token.start(), token.end()))
    return out


@lru_cache(maxsize=4096)
def _fold(char: str) -> str:
    if "0" <= char <= "9":
        return char
    if char in _CHINESE:
        return _CHINESE[char]
    if (digit := unicodedata.digit(char, None)) is not None:
        return str(digit)
    if unicodedata.category(char) in ("Cf", "Mn", "Me"):
        return ""  # zero width, combining: not seen between digits
    if char in _DASHES:
        return "-"
    if char.isspace():
        return " "
    plain = unicodedata.normalize("NFKC", char)
    return plain.lower() if len(plain) == 1 and len(plain.lower()) == 1 else char


# ---- what a number is, by its digits

_PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
    ]
)  # GB/T 2260
_MOBILE = r"(?:\+|00)?(?:86|852|853|886)?0?(1[3-9]\d{9})"
_AREA = r"0(?:10|2[0-57-9]|[3-9]\d\d)"  # 长途区号, by which landlines begin
_LANDLINE = rf"(?:{_AREA}|(?:00)?86(?:10|2[0-57-9]|[3-9]\d\d))[1-9]\d{{6,7}}"
_USUAL = {  # digits a group, as mobile numbers are spoken
    (3, 4, 4), (3, 8), (4, 4, 3), (3, 3, 5), (7, 4), (4, 7), (5, 6), (6, 5), (4, 3, 4), (3, 4, 2, 2), (8, 3),
    (3, 2, 2, 2, 2), (2, 2, 2, 2, 2, 1), (1, 2, 2, 2, 2, 2), (3, 5, 3), (10, 1), (1, 10), (2, 9), (9, 2), (5, 3, 3),
}  # fmt: skip
_TO_CALL = (
    r"(?:电话|手机|座机|热线|联系方式|号码|致电|拨打|来电|传真|短信|固话|phone|tel|mobile|fax|cell|call|☎|📞|📱|☏)"
)
_CALLED = rf"{_TO_CALL}\W{{0,3}}(?:号码|是|为|号)?[\s\W]{{0,4}}$"
_PAID_INTO = r"(?:账号|帐号|账户|帐户|卡号|银行卡|户号|存折|账\s*号)\W{0,3}(?:号码|是|为)?[\s\W]{0,4}$"
_IDENTITY = r"(?:身份证|证件|公民身份)\w{0,4}\W{0,4}$"
_COUNTED = r"\s?(?:万?元(?![旦宵])|圆|亿)"


def _is_day(year: int, month: int, day: int) -> bool:
    return 1900 <= year <= 2100 and 1 <= month <= 12 and 1 <= day <= 31


def _is_identity(digits: str) -> bool:
    """Whether it is built like 公民身份号码 (GB 11643): region, day of birth. The check digit may be mistyped."""
    if digits[:2] not in _PROVINCES or len(digits) not in (15, 18):
        return False
    if len(digits) == 18:
        return _is_day(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    return _is_day(1900 + int(digits[6:8]), int(digits[8:10]), int(digits[10:12]))


def _is_credit_code(code: str) -> bool:
    """Whether the check character of a 统一社会信用代码 (GB 32100) is right."""
    letters = "0123456789abcdefghjklmnpqrtuwxy"
    if len(code) != 18 or any(char not in letters for char in code):
        return False
    total = sum(letters.index(char) * pow(3, place, 31) for place, char in enumerate(code[:17]))
    return letters.index(code[17]) == (31 - total % 31) % 31


def _is_card(digits: str) -> bool:
    """Whether the check digit of a bank card (ISO/IEC 7812) is right."""
    doubled = [int(char) * (1 + place % 2) for place, char in enumerate(reversed(digits))]
    return digits[0] in "3456" and sum(each - 9 * (each > 9) for each in doubled) % 10 == 0


# ---- what is plainly something else

_YEAR = r"(?:19|20)\d\d"
_UNITS = (
    "亿|万|千|百|元|圆|块|角|分(?!机)|人|户|平|方|㎡|m2|米|厘|毫|公|个|盏|株|本(?!人)|份|次|年|月|日|天|%|‰|℃|只|套|台|件|张"
    "|辆|条|间|栋|幢|层|楼|座|处|段|克|吨|斤|kg|km|mm|cm|kw|小时|秒|岁|名|位|票|期|届|度|亩|项|笔|组|批|支|把|箱|袋|瓶|桶"
    "|根|片|棵|页|字|倍|折|路|环|场|节|课|堂|轮|颗|扇|樘|面|副|对|双|樽|盆|丛|延|立|升|盒|册|幅|辆|字节|像素"
)
_CODED = (
    "编号|编码|凭证|发票|合同|单号|票据|收据|流水|备案|许可证|证书|序号|批号|货号|型号|代码|登记证?|文号|版本|招标|订单"
    "|项目号|批文|批准|执照|存证码|条码|邮编|邮政编码|工单|案号|标准|图号|图集|地块|产权证|不动产|校验码|记-|no\\.?|№|isbn"
)
_DIGEST = r"(?<![a-z0-9])(?=(?:\d*[a-f]){6})(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})(?![a-z0-9])"
_OTHERS = (
    r"(?<![a-z0-9])(?=(?:\d*[a-f]){3})[0-9a-f]{16}(?![a-z0-9])",  # 存证码 as they are printed
    rf"(?<!\d){_YEAR}([-./ ])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])(?!\d)",
    rf"{_YEAR} ?年 ?(?:0?[1-9]|1[0-2]) ?月(?: ?(?:0?[1-9]|[12]\d|3[01]) ?日?)?",
    rf"(?<!\d){_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?)?(?!\d)",
    rf"[〔\[(【（]{_YEAR}[〕\])】）] ?第? ?\d{{1,6}} ?号?",
    rf"(?<![\d-]){_YEAR}[-/]{_YEAR}(?![\d-])",
    rf"(?<![\d-]){_YEAR}-\d{{1,5}}(?![\d-])",
    r"(?<![\d:])\d{1,2}:[0-5]\d(?::[0-5]\d)?(?!\d)",
    r"(?<!\d)(?:12345|110|119|120|122|123\d\d|95\d{3}|96\d{3})(?!\d)",
    r"(?<!\d)[48]00[- ]?\d{3,4}[- ]?\d{3,4}(?!\d)",
    r"(?<![\d,])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)",
    r"[¥￥$] ?\d+(?:\.\d+)?",
    r"(?<![\d.])\d{1,9}\.\d{1,2}(?![\d.])",
    r"(?<![\d.])\d{1,3}\.\d{3,8}(?![\d.])",
    r"(?<![\d.])[1-9]\d{0,2}(?:\.\d{1,3}){2,3}(?![\d.])",
    rf"(?<!\d)\d{{1,10}} ?(?:{_UNITS}|多|余|来|左右)",
    r"(?<!\d)\d{11,13} ?(?:万|亿)?元",
    r"第 ?\d{1,12} ?号(?!码)",
    r"\d+ ?号? ?(?:发票|凭证|合同|票据|收据|单据)",
    r"\d+(?:\.\d+)?(?: ?[+×] ?\d+(?:\.\d+)?)+(?: ?= ?\d+)?",
    rf"(?<!\d)9[123](?:{'|'.join(sorted(_PROVINCES))})\d{{14}}(?!\d)",
    r"(?<![a-z0-9])(?:gb|gbz|db\d*|jgj|cjj|iso|iec|en|jb|qb|ts|cj|jg|ga|ys|sb|ly|yy|din|astm)"
    r"(?:[/ -]?[tz])? ?\d+(?:\.\d+)*"
    r"(?:[-:]\d{2,4})?",
    rf"(?:{_CODED})(?:号码?|是|为|第)?[^\w]{{0,3}}[a-z0-9](?:[-_/ \[\]()〔〕]?[a-z0-9])*",
    r"(?<![a-z0-9])(?!tel|phone|fax|mob|cell|qq|wx|vx|id|call|sj|dh)[a-z]{1,10}(?:[-_/][a-z]{1,10})*"
    r"(?:[-_/]\d{1,8}){1,4}(?!\d)",
    r"[1-9]\d{0,3} ?[x×*] ?[1-9]\d{0,3}(?: ?[x×*] ?\d{1,4})?",
)
_AFTER_CODED = rf"(?:{_CODED})(?:号码?|是|为|第)?[^\w]{{0,3}}$"


# ---- finding


@dataclass(frozen=True, slots=True)
class _Run:
    """Groups of digits with signs between them, as spans of the folded text.

    A group also ends where Chinese digits follow others, without a sign: 王五138….
    """

    text: str
    groups: Sequence[tuple[int, int]]

    def digits(self, first: int, last: int) -> str:
        return "".join(self.text[start:end] for start, end in self.groups[first : last + 1])

    def signs(self, first: int, last: int) -> list[str]:
        """What stands between its groups, but where there is nothing."""
        between = (self.text[self.groups[n][1] : self.groups[n + 1][0]] for n in range(first, last))
        return [sign for sign in between if sign]

    def sizes(self, first: int, last: int) -> tuple[int, ...]:
        """The digits between one sign and the next."""
        sizes, past = [0], self.groups[first][0]
        for start, end in self.groups[first : last + 1]:
            if start > past:
                sizes.append(0)
            sizes[-1] += end - start
            past = end
        return tuple(sizes)

    def usual(self, first: int, last: int) -> bool:
        """Whether groups are written as those of one number are, and not as several numbers in a row."""
        sizes, signs = self.sizes(first, last), {sign.strip() for sign in self.signs(first, last)}
        plain = signs <= {"", ",", "、", ";"}
        one_by_one = len(sizes) >= 6 and max(sizes) <= 2
        if signs & {"+", "="} and sizes[0] != 3:
            return False  # a sum: 180000+50000
        return len(sizes) == 1 or sizes in _USUAL or (len(signs) == 1 and (one_by_one or not plain))


def _runs(folded: str, chinese: Sequence[bool]) -> Iterator[_Run]:
    """The runs; ``chinese``: of each character, whether a Chinese digit was written."""
    for run in compiled(_RUN).finditer(folded):
        groups: list[tuple[int, int]] = []
        for group in compiled(_GROUP).finditer(run.group()):
            start, end = run.start() + group.start(), run.start() + group.end()
            cuts = [start, *(at for at in range(start + 1, end) if chinese[at] is not chinese[at - 1]), end]
            groups += list(pairwise(cuts))
        yield _Run(folded, groups)


def _spans_of_runs(
    folded: str, chinese: Sequence[bool], most: int, span_at: Callable[[_Run, int, int], _Span | None]
) -> Iterator[_Span]:
    """What ``span_at`` sees in groups ``first`` to ``last`` of a run, the longest first; ``most`` groups at once."""
    for run in _runs(folded, chinese):
        first = 0
        while first < len(run.groups):
            for last in range(min(len(run.groups), first + most) - 1, first - 1, -1):
                if span := span_at(run, first, last):
                    yield span
                    first = last
                    break
            first += 1


def _found(text: str) -> Iterator[PersonalNumber]:
    chars = _folded(text)
    chinese = [text[start] in _CHINESE for _, start, _ in chars]
    folded = "".join(char for char, _, _ in chars)
    folded = compiled(_DIGEST).sub(lambda each: _GAP * len(each.group()), folded)
    found: list[_Span] = []
    for finder in (_named_ones, _people_of_runs, _looking_alike, _plain_landlines, _of_remaining, _scattered):
        if finder is _of_remaining:
            for other in _OTHERS:
                folded = compiled(other).sub(lambda each: _GAP * len(each.group()), folded)
        for span in finder(folded, chinese):
            start, end = span[:2]
            if not any(start < other[1] and other[0] < end for other in found):
                found.append(span)
        for start, end, _, _ in found:
            folded = folded[:start] + _GAP * (end - start) + folded[end:]
    yield from sorted(PersonalNumber(chars[s][1], chars[e - 1][2], kind, certain) for s, e, kind, certain in found)


_HEADS = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领"
_PLATE_HEAD = f"[{_HEADS}][A-Za-zＡ-Ｚａ-ｚ]"
_NAMED = (
        (r"[a-z0-9](?:[a-z0-9._%+-]{0,60}[a-z0-9])? ?(?:@|\(at\)|\[at\]) ?[a-z0-9-]{1,40}"
         r"(?: ?[.。·] ?[a-z0-9-]{2,20})+", "电子邮箱"),
        (r"(?:微信|weixin|wechat|(?<![a-z])[wv]x)(?:号码?|账号|id)?[^\w]{0,4}(?:是|为)?[^\w]{0,3}"
         r"((?![wv]?x?号)[a-z][a-z0-9_-]{4,19}|\d[\d -]{4,20}\d)", "微信号"),
        (r"(?:qq|企鹅|扣扣)(?:群?号码?|群)?[^\w]{0,4}(?:是|为)?[^\w]{0,3}([1-9](?:[ -]?\d){4,11})(?!\d)", "QQ 号"),
        (r"(?:护照|通行证|台胞证|回乡证|军官证|港澳证)[^\W\da-z]{0,4}[^\w]{0,4}(?:是|为)?[^\w]{0,3}"
         r"([a-z]{0,2} ?\d(?:[ -]?\d){5,9})", "证件号"),
        (rf"[{_HEADS}][a-z][·. -]?(?=[a-z0-9]{{0,5}}\d)[a-z0-9]{{5,6}}(?![a-z0-9])", "车牌号"),
)  # fmt: skip


def _named_ones(folded: str, _: Sequence[bool]) -> Iterator[_Span]:
    """What is known by the word before it or by its own signs."""
    for pattern, kind in _NAMED:
        for each in compiled(pattern).finditer(folded):
            start, end = each.span(each.lastindex or 0)
            yield start, end, kind, True


def _people_of_runs(folded: str, chinese: Sequence[bool]) -> Iterator[_Span]:
    """Identity numbers and mobile numbers, from one boundary of a group of digits to another."""
    return _spans_of_runs(folded, chinese, 24, _person_at)


def _person_at(run: _Run, first: int, last: int) -> _Span | None:
    digits, start, end = run.digits(first, last), run.groups[first][0], run.groups[last][1]
    if not 11 <= len(digits) <= 18:
        return None
    if len(digits) == 17 and (x := re.match(r"[\W_]?[x*](?![a-z0-9])", run.text[end:])) and _is_identity(digits + "0"):
        return start, end + x.end(), "身份证号", True
    coded = not run.signs(first, last) and _coded(run.text, start, digits)
    if _is_identity(digits) and not coded and (len(digits) == 18 or run.usual(first, last)):
        return start, end, "身份证号", True
    if compiled(_MOBILE).fullmatch(digits) and not compiled(_COUNTED).match(run.text, end):
        called = compiled(_CALLED).search(run.text[max(0, start - 14) : start])
        if called or run.usual(first, last) or _prefixed(run, first, last):
            plus = start - 1 if start and run.text[start - 1] == "+" else start
            return plus, end, "手机号码", True
    return None


def _coded(text: str, start: int, digits: str) -> bool:
    """Whether an organisation's code, or one said to be a code, only looks like an identity number."""
    if compiled(_IDENTITY).search(text[max(0, start - 12) : start]):
        return False
    return "代码" in text[max(0, start - 8) : start] or (_is_credit_code(digits) and not _checks(digits))


def _checks(digits: str) -> bool:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10x98765432"[sum(int(d) * w for d, w in zip(digits, weights, strict=False)) % 11] == digits[17:18]


def _prefixed(run: _Run, first: int, last: int) -> bool:
    """Whether the country code or a 0 stands before a mobile number that is written as one."""
    return last > first and run.digits(first, first) in ("86", "0086", "0", "086") and run.usual(first + 1, last)


_ALIKE = r"(?<![a-z0-9])[1li|!][ -]?[3-9][ -]?(?:[0-9olis|z][ -]?){8}[0-9olis|z](?![a-z0-9])"


def _looking_alike(folded: str, _: Sequence[bool]) -> Iterator[_Span]:
    """Mobile numbers in which letters stand for digits: 138OO138OOO, l38…"""
    for each in compiled(_ALIKE).finditer(folded):
        digits = sum(char.isdigit() for char in each.group())
        if 4 <= digits < 11:
            yield (*each.span(), "手机号码", True)


def _plain_landlines(folded: str, chinese: Sequence[bool]) -> Iterator[_Span]:
    """Landlines that no word after them makes a count: 0592-6051234张三, 电话6051234张三."""
    return _spans_of_runs(folded, chinese, 4, _plain_landline_at)


def _plain_landline_at(run: _Run, first: int, last: int) -> _Span | None:
    digits, start, end = run.digits(first, last), run.groups[first][0], run.groups[last][1]
    before = run.text[max(0, start - 14) : start]
    called = bool(compiled(_CALLED).search(before))
    if compiled(_COUNTED).match(run.text, end) or compiled(_AFTER_CODED).search(before):
        return None
    if not called and compiled(r"[a-z0-9][-_/.]?$").search(before):
        return None  # part of a code
    apart = len(run.sizes(first, last)) > 1 and compiled(_AREA).fullmatch(run.digits(first, first))
    if compiled(_LANDLINE).fullmatch(digits) and (called or apart):
        return start - (start > 0 and run.text[start - 1] in "(+"), end, "固定电话", True
    day = compiled(rf"{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])").fullmatch(digits)
    alone = called and first == last and len(digits) in (7, 8) and not day
    return (start, end, "固定电话", True) if alone else None


def _of_remaining(folded: str, chinese: Sequence[bool]) -> Iterator[_Span]:
    """Landlines, accounts and other long numbers, where what is plainly something else was taken out."""

    def span_at(run: _Run, first: int, last: int) -> _Span | None:
        """As ``_long_at``; a Chinese digit before others is the end of a word: 王五0592…."""
        start, end = run.groups[first]
        if chinese[start] and end - start <= 2 and last > first and run.groups[first + 1][0] == end:
            return None
        return _long_at(run, first, last)

    return _spans_of_runs(folded, chinese, 12, span_at)


def _long_at(run: _Run, first: int, last: int) -> _Span | None:
    digits, start, end = run.digits(first, last), run.groups[first][0], run.groups[last][1]
    before, count = run.text[max(0, start - 14) : start], len(digits)
    if count < 7:
        return None
    called = bool(compiled(_CALLED).search(before))
    signs = run.signs(first, last)
    close = all(len(sign) == 1 or not sign.strip() for sign in signs)
    if compiled(_LANDLINE).fullmatch(digits) and (called or _like_landline(run, first, last)):
        return start - (start > 0 and run.text[start - 1] in "(+"), end, "固定电话", True
    if called and count in (7, 8, 11, 12) and close:
        return start, end, "固定电话", True
    if compiled(_PAID_INTO).search(before) and 8 <= count <= 30:
        return start, end, "账号", True
    if not signs:
        return start, end, "账号" if count >= 12 else "号码", count >= 12
    sizes = run.sizes(first, last)
    if close and 12 <= count <= 30 and len(set(signs)) == 1 and (max(sizes) >= 5 or set(sizes[:-1]) == {4}):
        spaced = signs[0].strip() in ("", ",", "、") and max(sizes) <= 6  # or several numbers in a row
        if not spaced or (count >= 15 and (digits[:2] == "62" or _is_card(digits))):
            return start, end, "账号", True
        return (start, end, "账号", False) if count >= 15 and max(sizes) == 4 else None
    glued = all(sign in ("-", ".", "_", "/", "·") for sign in signs) and min(sizes) >= 3 and len(set(signs)) == 1
    return (start, end, "号码", False) if glued and count <= 21 else None


def _like_landline(run: _Run, first: int, last: int) -> bool:
    """Whether the area code stands by itself or the number is written in one."""
    digits, head = run.digits(first, last), run.digits(first, first)
    if not run.signs(first, last):
        return digits[0] == "0" or digits.startswith("86")
    if head in ("86", "0086"):
        return True
    return bool(compiled(_AREA).fullmatch(head)) or (bool(compiled(_AREA).match(head)) and len(head) >= 7)


_PIECES = rf"{_TO_CALL}\D{{0,6}}(\d(?:\D{{0,4}}\d){{6,12}})(?!\D{{0,4}}\d)"


def _scattered(folded: str, _: Sequence[bool]) -> Iterator[_Span]:
    """After 电话 and the like: digits with words between them that would make a telephone number."""
    for each in compiled(_PIECES).finditer(folded):
        digits = re.sub(r"\D", "", each.group(1))
        if _GAP not in each.group(1) and (compiled(_MOBILE).fullmatch(digits) or compiled(_LANDLINE).fullmatch(digits)):
            yield (*each.span(1), "手机号码", True)
