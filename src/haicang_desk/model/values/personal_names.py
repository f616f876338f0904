"""Names of natural persons: masked to the surname, told from organisations, and found in prose.

``张三`` is shown as ``张*``, ``欧阳建国`` as ``欧阳*``. A form of address stays: ``张三女士`` is ``张*女士``.
``张社长`` stays as it is written, for it says no more than ``张*``. Chinese has no mark of a name, so that in prose
only a name that some record holds is certain. What stands before a form of address or behind 居民, 联系人 and the like
is likely, and a person is asked.

条文：C068
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from haicang_desk.model.values.text import compiled

# 复姓: those of 《百家姓》, and of 《中国姓氏大辞典》 those still borne.
COMPOUND_SURNAMES = frozenset(
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
        "司空",
        "司寇",
        "亓官",
        "子车",
        "颛孙",
        "巫马",
        "公西",
        "漆雕",
        "乐正",
        "壤驷",
        "公良",
        "夹谷",
        "宰父",
        "谷梁",
        "段干",
        "南门",
        "东门",
        "微生",
        "梁丘",
        "左丘",
        "羊舌",
        "第五",
        "纳兰",
        "完颜",
        "叶赫",
        "耶律",
        "爱新",
        "呼斯",
        "达奚",
        "贺兰",
        "褚师",
        "归海",
        "哈尔",
        "范姜",
        "张简",
        "欧陽",
        "司馬",
        "諸葛",
    ]
)
# 单姓 of 《百家姓》 and of the four hundred most frequent in the census of 2020 (国务院第七次全国人口普查).
SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁"
    "柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋"
    "茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁"
    "宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰"
    "秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴鬱胥能苍双闻莘党翟谭贡劳"
    "逄姬申扶堵冉宰郦雍郤璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国"
    "文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公肖闫付邸苟"
    "代涂官纳冼岳佘佟覃仝原冶阿買買劉陳張楊趙黃吳孫馬羅鄭謝韓馮蕭葉蘇呂盧蔣賈閆鄧許鄒陸賴龍鍾譚嚴萬錢湯"
)
# Of these, the ones that seldom begin another word.
_PLAIN_SURNAMES = (
    "赵李周吴郑王冯陈蒋沈韩杨朱秦许吕张曹魏姜谢邹潘范彭鲁韦俞袁柳鲍薛贺倪滕罗郝傅卞伍顾孟黄萧尹姚邵汪祁狄戴宋茅庞熊屈董梁杜"
    "阮贾颜郭徐邱骆蔡樊胡霍柯卢莫丁邓崔龚程邢裴陆翁荀甄芮靳段焦侯刘詹黎赖卓蔺乔翟谭冉桂温庄柴瞿阎廖耿匡聂饶曾肖闫佘涂覃苏钱孙"
    "何林叶钟余江唐吕施严金陶"
)
_BY_NATURE = (  # said of persons alone
    "女士|先生|小姐|太太|夫人|同志|夫妇|夫妻|伉俪|父子|父女|母子|母女|兄弟|姐妹|姐弟|兄妹|一家|全家|家人|家属|大爷|大妈|大叔|大婶|大娘|大姐"
    "|大哥|大嫂|阿姨|叔叔|伯伯|伯母|奶奶|爷爷|婆婆|阿婆|阿公|阿伯|师傅|老伯|老先生|老太太|老人家|本人"
)
_BY_OFFICE = (
    "老师|教授|医生|大夫|律师|工程师|工|教练|导师|讲师|法师|书记|副书记|主任|副主任|社长|副社长|会长|副会长|理事长|秘书长|理事|监事|村长|站长|队长"
    "|组长|副组长|小组长|校长|院长|园长|局长|处长|科长|所长|厂长|行长|店长|馆长|团长|楼长|网格长|董事长|董事|总经理|经理|总|老板|主席|委员|代表"
    "|网格员|社工|辅导员|乡贤|老人|党员|居民|村民"
)
_FORM = f"(?:{_BY_NATURE}|{_BY_OFFICE})$"
_AND_OTHERS = r"等(?:\d+|[一二三四五六七八九十百几多]+)?(?:余)?(?:人|位|名|户)?$"
_ROLE = (
    "(.{0,8}?(?:居民|村民|群众|志愿者|义工|业主|党员|党代表|人大代表|政协委员|新乡贤|乡贤|企业家|社会能人"
    "|书记|主任|会长|社长|组长))(.{2,4})"
)
_BODY = (
    "(?i:公司|集团|企业|中心|协会|基金会|商会|学会|联合会|委员会|合作社|办事处|社区|大队|小组|工会|总站|全体"
    "|大学|学校|小学|中学|幼儿园|医院|银行|工作室|事务所|研究院|研究所|服务队|服务社|服务站|促进会|党支部|党委|街道|小区|物业|管理处"
    "|超市|科技|传媒|建筑|市政|工程|劳务|园林|装饰|广告|印务|五金|建材|商行|经营|门市|村委|居委|两委|联盟|车队|乐队|合唱|志愿队"
    "|co\\.|ltd|inc\\b|company|group|school|bank|association"
    "|(?:居民|村民|群众|志愿者|业主|党员|代表|商户|租户|住户|乡亲|校友|师生|员工|职工|[厂店社院馆所局处部队厅办会团村居行坊铺城园庄苑矿校站户])$)"
)
_PEOPLE = frozenset(
    ("新乡贤", "社会能人", "企业家", "志愿者", "党代表", "人大代表", "政协委员", "居民", "个人", "村民", "其他")
)
SEVERAL = re.compile("[、，,；;/\n]|(?<=[\u3400-\u9fff]{2})[和与及](?=[\u3400-\u9fff]{2})")
_BESIDES = re.compile(r"[\d\s（(:：/].*", re.DOTALL)
_CHINESE = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufe00-\ufe0f]")


# ---- one name


def surname_of(name: str) -> str:
    """The surname that a name begins with, for one without it the first character."""
    return name[:2] if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else name[:1]


def mask_name(name: str) -> str:
    """张三 → 张*, 欧阳明 → 欧阳*, 张三女士 → 张*女士; 张女士 stays."""
    name = _INVISIBLE.sub("", name).strip()
    tail = ""
    for form in (_AND_OTHERS, _FORM, _FORM):
        if (found := compiled(form).search(name)) and found.start() > 0:
            name, tail = name[: found.start()], found.group() + tail
    if tail and (name in COMPOUND_SURNAMES or len(name) == 1 or (len(name) == 2 and name[0] in "老小")):
        return name + tail
    return surname_of(name) + "*" + tail if name else ""


def public_party(party: str, kind: str = "") -> str:
    """The public name of a donor, payee or implementer: organisations in full, each of several persons masked."""
    if is_organisation(party, kind):
        return party
    return "、".join(_masked(one, kind) for one in SEVERAL.split(party) if one.strip())


def _masked(name: str, kind: str) -> str:
    if is_organisation(name, "" if kind in _PEOPLE else kind):
        return name.strip()
    core = _core(name)
    if role := compiled(_ROLE).fullmatch(core):
        return role[1] + mask_name(role[2])
    return mask_name(core)


def _core(name: str) -> str:
    plain = _INVISIBLE.sub("", name).strip()
    spaced = re.sub("(?<=[\u3400-\u9fff])\\s+(?=[\u3400-\u9fff])", "", plain)  # 张　三
    return _BESIDES.sub("", spaced) if _CHINESE.match(spaced) else re.split(r"[\d（(:：/]", spaced)[0].strip()


@lru_cache(4_096)
def is_organisation(name: str, kind: str = "") -> bool:
    """Whether a party is an organisation, by its name and its kind. In doubt it is treated as a person."""
    core = _core(name)
    if reads_as_person(core):
        return False
    if kind and kind not in _PEOPLE:
        return not _short_name(core)
    return bool(compiled(_BODY).search(core))


def is_unclear_party(name: str, kind: str = "") -> bool:
    """Whether a party is treated as a person although it may be an organisation."""
    core = _core(name)
    if is_organisation(name, kind) or reads_as_person(core) or not core:
        return False
    if kind and kind not in _PEOPLE:
        return True
    return not kind and len(core) > 4 and not SEVERAL.search(name) and "·" not in core


def reads_as_person(name: str) -> bool:
    """Whether a name is that of a person by its form: 居民李建国, 王小明女士, 欧阳建国夫妇."""
    if (role := compiled(_ROLE).fullmatch(name)) and (role[2][:1] in SURNAMES) and not compiled(_BODY).search(role[2]):
        return True
    bare = compiled(_AND_OTHERS).sub("", name)
    form = compiled(_FORM).search(bare)
    if form is None:
        return bare != name and _short_name(bare)
    rest = bare[: form.start()]
    if len(rest) == 1 or rest in COMPOUND_SURNAMES:
        return rest in SURNAMES or rest in COMPOUND_SURNAMES
    return _short_name(rest) or bool(compiled(_FORM).search(rest) and reads_as_person(rest))


def _short_name(name: str) -> bool:
    """Whether it is as long as a Chinese name, begins with a surname and says nothing of an organisation."""
    if compiled(_BODY).search(name) or not _CHINESE.fullmatch(name):
        return False
    if name[:2] in COMPOUND_SURNAMES:
        return 3 <= len(name) <= 4
    return name[:1] in SURNAMES and (2 <= len(name) <= 3)


# ---- names in prose


@dataclass(frozen=True, slots=True, order=True)
class PersonalName:
    """A name at ``text[start:end]``; not ``certain`` where it only reads like one."""

    start: int
    end: int
    certain: bool = True


_NO_NAME = "(?:匿名|不详|待定|无名|.*(?:员|长|人|会|组|部|代表|干部|书记|主任|居民|群众|先生|女士|村民|社区|志愿者))$"


def known_names(names: Iterable[str]) -> frozenset[str]:
    """Of what stands in fields for persons, what is the name of one: 张三 and not 网格员."""
    found = set[str]()
    for each in dict.fromkeys(names):
        found.update(_names_in(each))
    return frozenset(found)


@lru_cache(4_096)  # the same persons stand in many records
def _names_in(text: str) -> tuple[str, ...]:
    """The names in a field for persons."""
    found = []
    for one in SEVERAL.split(text):
        core = _core(one)
        if (role := compiled(_ROLE).fullmatch(core)) and role[2][:1] in SURNAMES:
            core = role[2]
        elif (form := compiled(_FORM).search(core)) and form.start() >= 2:
            core = core[: form.start()]
        surnamed = core[:1] in SURNAMES or core[:2] in COMPOUND_SURNAMES or len(core) >= 4
        other = compiled(_NO_NAME).fullmatch(core) or compiled(_BODY).search(core)
        if surnamed and 2 <= len(core) <= 30 and not other:
            found.append(core)
    return tuple(found)


_STOP = "的了是在和与及或为将由对向从请到把被等各每其该本这那不有无共个位名户家人员姓区村里内外前后上下"
_NAME = (
    f"(?:(?:{'|'.join(sorted(COMPOUND_SURNAMES))})|[{_PLAIN_SURNAMES}])[^\\W\\d_a-zA-Z{_STOP}][^\\W\\d_a-zA-Z{_STOP}]?"
)
_WORDS = frozenset(  # that begin with a surname
    [
        "何时",
        "何处",
        "何种",
        "何人",
        "何况",
        "张罗",
        "张贴",
        "张挂",
        "金额",
        "金色",
        "施工",
        "江边",
        "余下",
        "余款",
        "余额",
        "许多",
        "许可",
        "杜绝",
        "顾虑",
        "顾问",
        "程度",
        "程序",
        "段落",
        "焦急",
        "谢谢",
        "谢意",
        "林地",
        "林木",
        "林间",
        "林业",
        "叶片",
        "周边",
        "周围",
        "周末",
        "周期",
        "周到",
        "严重",
        "严格",
        "严禁",
        "黄色",
        "黄土",
        "钱款",
        "钱财",
        "温馨",
        "温暖",
        "柴油",
        "庄严",
        "唐装",
        "陶艺",
        "吕剧",
        "曾经",
        "曾任",
        "陆续",
        "江河",
        "高龄",
        "程控",
        "段位",
        "孙子",
        "孙女",
        "焦点",
        "汤圆",
        "姜茶",
        "董事",
        "骆驼",
        "熊猫",
        "贺卡",
        "傅里",
        "邵东",
        "钟点",
        "钟表",
        "梁柱",
        "苏式",
        "苗木",
        "邹城",
        "余人",
        "余户",
        "余名",
        "赖以",
        "温度",
        "翁婿",
        "霍乱",
        "谭木",
    ]
)
_EDGE = "(?:(?<![\u3400-\u9fff])|(?<=[由请向给的是和与及跟同为对让被叫、邀谢系]))"
_LIKELY = (
    f"({_NAME})(?:{_BY_NATURE})",
    f"{_EDGE}({_NAME})(?:{_BY_OFFICE})(?![\u3400-\u9fff]{{0,1}}(?:会|团|组|库))",
    "(?:联系人|负责人|经办人|捐赠人|捐款人|捐资人|提出人|反映人|监督人|责任人|申请人|受益人|户主|业主|居民|村民|组长"
    "|姓名|讲师|教师|志愿者|党员|书记|主任|代表|乡贤|联络员|网格员|楼长|法人|施工员|收款人|户名)[:：是为][ \u3000]?"
    f"([\u3400-\u9fff]{{2,4}}|{_NAME})(?![\u3400-\u9fff])",
    "(?:联系人|负责人|居民|村民|业主|志愿者|党员|乡贤|老人|低保户|五保户|困难户|残疾人|孤寡老人|群众|义工|网格员|户主"
    "|主任|书记|会长|社长|经理|组长|队长|站长|理事长|代表|医生|老师)"
    f"[ \u3000]?({_NAME})"
    "(?=$|[^\u3400-\u9fff]|[等家捐的说反提和与自出负带为在于])",
)


def personal_names(text: str, known: Collection[str] = ()) -> list[PersonalName]:
    """The names in a text, in order, none overlapping another: those ``known`` are certain, others likely."""
    found: list[PersonalName] = []
    likely = _likely_in(text) if len(text) > _SHORT else _likely_in_short(text)
    for each in (*_known_in(text, known), *likely):
        if not any(each.start < other.end and other.start < each.end for other in found):
            found.append(each)
    return sorted(found)


def _known_in(text: str, known: Collection[str]) -> Iterator[PersonalName]:
    for name in sorted(known, key=len, reverse=True):
        if name[0] in text:
            apart = f"[\\s·{_INVISIBLE.pattern[1:-1]}]{{0,2}}".join(map(re.escape, name))
            for found in re.finditer(apart, text):
                yield PersonalName(*found.span())


def _likely_in(text: str) -> Iterator[PersonalName]:
    for pattern in _LIKELY:
        for found in compiled(pattern).finditer(text):
            if (_short_name(name := found.group(1)) or name[:2] in COMPOUND_SURNAMES) and name[:2] not in _WORDS:
                yield PersonalName(*found.span(1), certain=False)


_SHORT = 200  # characters: what is found in longer texts is not kept


@lru_cache(4_096)
def _likely_in_short(text: str) -> tuple[PersonalName, ...]:
    return tuple(_likely_in(text))
