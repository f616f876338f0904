"""What the text of a cell or of a row is likely to be: a label, a sum, the heading of a section, a line below a table.

The words are those that Chinese office tables use; nothing here knows of records or fields.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from haicang_desk.model.foreign.sheets.raw_cell import RawCell
from haicang_desk.model.spreadsheet.cell_values import NIL_WORDS
from haicang_desk.model.spreadsheet.columns import folded

Known = Callable[[str], bool]  # whether some record has a heading such as this text
LONGEST_LABEL = 40  # characters of a heading or label without its brackets
COUNTERS = {"序号", "序", "号", "编次", "项次", "行次", "no", "no.", "№", "#"}  # headings of a column that only counts
_UNITS = r"[百千万亿]?元|元/[人户月]|个|人|户|人次|名|项|处|公里|千米|米|平方米|㎡|m2|m|亩|%|天|次|场|条|盏|套|台"
UNIT = re.compile(rf"\(?({_UNITS})\)?")
_LABEL_END = re.compile(
    "(名称|姓名|编号|序号|项次|年度|年份|日期|时间|期限|地点|地址|位置|单位|部门|机构|主体|负责人|联系人|经办人|对象|电话|"
    "人数|户数|票数|数量|单价|金额|资金|经费|费用|投资|总额|预算|决算|来源|类别|类型|性质|规模|标准|内容|方式|情况|意见|结果|"
    "决议|结论|理由|依据|说明|备注|进度|状态|等级|等次|得分|效益|效果|目标|要求|措施|必要性|签名|签字|账号|户名|开户行)$"
)
_LABEL_START = re.compile("^(是否|有无|计划|预计|受益|申请|核定)")
_LABELS = {
    "村",
    "村居",
    "社区",
    "村(社区)",
    "村社区",
    "街道",
    "镇",
    "单位",
    "项目",
    "合计",
    "小计",
    "总计",
    "其他",
    "其它",
    *COUNTERS,
}
_BRACKETS = re.compile(r"[(\[【〔][^()\[\]【】〔〕]*[)\]】〕]")
_NUMBER = re.compile(r"[-+¥]?[\d,.]+(%|元|万元|万|人|户|个|项)?")
_DAY = re.compile(r"(19|20)\d{2}(年|[-./])\d|\d{1,2}月\d{1,2}日")
_VALUE_AFTER_COLON = re.compile(r"^(?!其中:)[^:]{1,20}:[^:]")
_SENTENCE = re.compile("[。；！？☑☐□■]")
_SUM_WORD = r"(?:合计|小计|总计|累计|共计|总合计|总和|合计数)"
_SUM = re.compile(
    rf"(?P<before>.{{0,16}}?){_SUM_WORD}(?:数|金额|额|资金)?(?:\(.*\))?"
    r"(?::.*|:?共?[\d,.]+(?:[百千万亿]?元|个|项|件|处|户|人|村|%)?整?|(?:人民币)?[零壹贰叁肆伍陆柒捌玖拾佰仟万亿]+元.{0,6})?"
)
_CARRIED = re.compile(r"(承前页|承上页|过次页|转下页|接上页|上页结转|上页累计)(:.*)?")
_COUNT = re.compile(r"共?[\d,.]+[^\d,.]{0,4}(,?[\d,.]+[^\d,.]{0,4})*|[-/\\—–―]+|[¥]?[\d,.]+")
_NUMBERED = re.compile(
    r"(?P<han>[一二三四五六七八九十]{1,3})[、.．:]|(?P<bracket>\([一二三四五六七八九十]{1,3}\))|"
    r"(?P<part>第[一二三四五六七八九十\d]{1,3}[部类章批大节][分类]?)|(?P<roman>[ⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹivx]{1,4})[、.]"
)
_NUMERAL = re.compile(r"\(?[一二三四五六七八九十]{1,3}\)?[、.]?|[ivx]{1,4}[、.]?|[a-h][、.]?")
_COUNTED = re.compile(r"\(共?\d+[个项件处户人].{0,6}\)$")
_FOOT = re.compile(
    r"(填表|制表|填报|编制|审核|复核|审批|批准|负责|经办|联系|会计|出纳|监督|公示|单位|报送|申报|主管|分管|主要|领导|街道|村居|社区|"
    r"村)?(人员?|单位|负责人|领导|电话|日期|时间|地点|主任|书记)?(签字|签名|签章|盖章|印章|\(章\)|\(盖章\)|\(签字\)|\(签章\)|\(公章\))?:.*"
)
_FOOT_WORD = re.compile(
    r"(注|备注|附注|说明|填表说明|填报说明|附|附件|备考|提示)[\d一二三]?[:.、)].*|※.+|第?\d+页[,/]?共?\d*页?|第.{1,3}页.*|"
    r"(共|本表共?)\d+页.*|.*(\(盖章\)|\(签字\)|\(签章\)|\(公章\)|\(章\)).*|(以下)?(空白|无正文)|[-—]+\d+[-—]+"
)
_FOOT_LABEL = re.compile(
    "填表|制表|填报|编制|审核|复核|审批|批准|经办|会计|出纳|监督|联系|负责|日期|盖章|签字|签章|签名|主管|领导|单位"
)


def is_number(raw: RawCell) -> bool:
    """Whether a cell holds a number, as such or as text (19,295.00, 35.5, 5万元)."""
    return raw.form in ("number", "percent") or (raw.form == "text" and _NUMBER.fullmatch(folded(raw.text)) is not None)


def is_label(text: str, known: Known) -> bool:
    """Whether a text is likely a heading or the label of a form."""
    if len(text) > 2 * LONGEST_LABEL:
        return False
    plain = folded(text).rstrip("*:")
    bare = _BRACKETS.sub("", plain) or plain
    if known(text):
        return True
    if len(bare) > 14 or _VALUE_AFTER_COLON.match(bare) or _SENTENCE.search(plain) or _DAY.search(plain):
        return False
    return bare in _LABELS or _LABEL_END.search(bare) is not None or _LABEL_START.match(bare) is not None


def may_be_heading(raw: RawCell) -> bool:
    """Whether a cell could be a heading: short text that is no number, day, sentence, or label with its value."""
    if raw.form != "text" or len(raw.text) > 100:
        return False
    text = folded(raw.text)
    bare = _BRACKETS.sub("", text) or text
    if not text or len(bare) > LONGEST_LABEL or _NUMBER.fullmatch(text) or _DAY.match(text):
        return False
    return not (_VALUE_AFTER_COLON.match(bare) or _SENTENCE.search(bare) or _COUNT.fullmatch(text))


def is_sum(texts: Iterable[str], others: Iterable[RawCell]) -> bool:
    """Whether a row is one of sums. ``texts`` are its first text cells, ``others`` all its cells behind the first text.

    合计 alone makes it one; 工程类小计 does where nothing but numbers, counts (5个) and strokes stands beside it.
    """
    for place, text in enumerate(texts):
        if "计" not in text and "页" not in text and "总和" not in text:
            continue
        plain = folded(text)
        found = _SUM.fullmatch(plain)
        if _CARRIED.fullmatch(plain) or (found and not found["before"] and place == 0):
            return True
        if found:
            beside = [raw for raw in others if raw.text != text]
            return all(raw.form != "text" or counts_nothing_else(raw) for raw in beside)
    return False


def counts_nothing_else(raw: RawCell) -> bool:
    """Whether a cell is a number, a count, an amount, a stroke or a word such as 无: what stands beside a sum."""
    return is_count(raw) or (raw.form == "text" and folded(raw.text) in NIL_WORDS)


def section_style(text: str) -> str:
    """How the heading of a section is numbered (一、 or （一） or 第一批), "counted" for 便民工程（3个）, else ""."""
    plain = folded(text)
    if found := _NUMBERED.match(plain):
        return next(style for style, part in found.groupdict().items() if part)
    return "counted" if _COUNTED.search(plain) else ""


def is_numeral(text: str) -> bool:
    """Whether a text is nothing but the number of a section: 一, （二）, Ⅲ, A."""
    return _NUMERAL.fullmatch(folded(text)) is not None


def is_count(raw: RawCell) -> bool:
    """Whether a cell is a number, a count such as 5个, or a stroke: what may stand beside the name of a section."""
    return raw.form in ("number", "percent") or (raw.form == "text" and _COUNT.fullmatch(folded(raw.text)) is not None)


def is_line(text: str) -> bool:
    """Whether a text is a line below a table: 填表人：…, 注：…, 第1页 共3页, （盖章）."""
    if len(text) > 500:
        return True
    plain = folded(text)
    if _FOOT_WORD.fullmatch(plain):
        return True
    return _FOOT.fullmatch(plain) is not None and _FOOT_LABEL.search(plain.partition(":")[0]) is not None


def is_day(raw: RawCell) -> bool:
    """Whether a cell is nothing but a day, as stands below a signature."""
    return raw.form == "day" or (
        raw.form == "text"
        and re.fullmatch(r"(19|20)\d{2}[年\-./]\d{1,2}[月\-./]\d{1,2}日?", folded(raw.text)) is not None
    )
