"""What notices may show: names masked, numbers that identify a person removed.

Notices show only fields declared ``public``; every text of a resident passes :func:`mask_numbers`. Companies,
organisations and offices stand under their own names.
"""

from __future__ import annotations

import re

from haicang_desk.model.records import Participation, Record

COMPOUND = frozenset(
    [
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "司徒",
        "夏侯",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "长孙",
        "宇文",
        "令狐",
        "轩辕",
        "端木",
        "百里",
        "南宫",
        "呼延",
        "澹台",
        "公冶",
        "宗政",
        "濮阳",
        "淳于",
        "单于",
        "太叔",
        "申屠",
        "仲孙",
        "钟离",
        "鲜于",
        "闾丘",
        "独孤",
        "赫连",
        "拓跋",
        "万俟",
        "闻人",
        "西门",
        "东郭",
    ]
)
_BODY = re.compile(
    "公司|集团|企业|中心|协会|基金会|商会|学会|联合会|委员会|合作社|办事处|社区|大队|小组|工会|总站|全体"
    "|大学|学校|小学|中学|幼儿园|医院|银行|工作室|事务所|研究院|研究所|服务队|服务社|服务站|促进会|党支部|党委"
    "|(?:居民|村民|群众|志愿者|业主|党员|代表|[厂店社院馆所局处部队厅办会团村居])$"
)
_PEOPLE = frozenset(("新乡贤", "社会能人", "企业家", "志愿者", "党代表", "人大代表", "政协委员", "居民"))
_ROLE = re.compile("(居民|村民|群众|志愿者|义工|业主|党员|党代表|人大代表|政协委员|新乡贤|企业家|社会能人)(.{2,4})")
_SEVERAL = re.compile("[、，,；;和与]")
_BESIDES = re.compile(r"[\d\s（(:：/].*", re.DOTALL)
_CHINESE = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]+")
_DAY = r"\d{4}([-./])\d{1,2}\1\d{1,2}(?!\d)"
_NUMBER = re.compile(
    rf"(?<![\dA-Za-z.,])(?!{_DAY})\d(?:[ -]?\d){{6,22}}[Xx]?(?!\s*[\dA-Za-z,.万元人户平方米㎡个盏株本份次年])"
)


def mask_name(name: str) -> str:
    """张三 → 张*, 欧阳明 → 欧阳*."""
    name = name.strip()
    return (name[:2] if len(name) > 2 and name[:2] in COMPOUND else name[:1]) + "*" if name else ""


def public_party(party: str, kind: str = "") -> str:
    """The public name of a donor, payee or implementer: organisations in full, each of several persons masked."""
    if is_organisation(party, kind):
        return mask_numbers(party)
    return "、".join(_masked(one) for one in _SEVERAL.split(party) if one.strip())


def is_organisation(name: str, kind: str = "") -> bool:
    """Whether a party is an organisation, by its kind or else its name. In doubt it is treated as a person."""
    if _ROLE.fullmatch(core := _BESIDES.sub("", name.strip())):
        return False
    if kind and kind not in _PEOPLE:
        return True
    if _BODY.search(core):
        return True
    return not kind and len(core) > 4 and bool(_CHINESE.fullmatch(core)) and not _SEVERAL.search(core)


def _masked(name: str) -> str:
    core = _BESIDES.sub("", name.strip())
    if role := _ROLE.fullmatch(core):
        return role[1] + mask_name(role[2])
    return mask_name(core)


def public_partner(part: Participation) -> str:
    """A donor by name where they agreed (同意公示姓名), else as 爱心企业, 爱心单位 or 爱心人士 (R21)."""
    if part.named or (part.named is None and not part.amount):
        return public_party(part.party, part.kind)
    if not is_organisation(part.party, part.kind):
        return "爱心人士"
    return "爱心企业" if part.kind == "企业" or "公司" in part.party else "爱心单位"


def mask_numbers(text: str) -> str:
    """The text without telephone, identity, bank or account numbers: seven digits or more in a row."""
    return _NUMBER.sub("＊＊＊", text)


def public_field(record: Record, name: str) -> str:
    """A field as a notice may show it. Raises KeyError for one that is not declared ``public``."""
    field = record.fields[name]
    if not field.public:
        raise KeyError(f"{type(record).__name__}.{name} is not for notices")
    shown = field.show(record)
    return mask_numbers(shown) if isinstance(getattr(record, name), str) else shown
