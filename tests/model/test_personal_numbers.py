"""Numbers of persons are found in every spelling, and days, sums, counts and codes are not taken for them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haicang_desk.model.values import mask_numbers, partly_masked, personal_numbers

SPELLINGS = (
    "13800138000",
    "tel13800138000",
    "138－1234－5678",
    "电话：13812345678本人",
    "１３８００１３８０００",
    "一三八〇〇一三八〇〇〇",
    "一三八零零一三八零零零",
    "壹叁捌零零壹叁捌零零零",
    "①③⑧⓪⓪①③⑧⓪⓪⓪",
    "١٣٨٠٠١٣٨٠٠٠",
    "138 0013 8000",
    "138-0013-8000",
    "138—0013—8000",
    "138–0013–8000",
    "138.0013.8000",
    "138·0013·8000",
    "138/0013/8000",
    "138_0013_8000",
    "(138)00138000",
    "（138）0013-8000",
    "+86 13800138000",
    "+8613800138000",
    "008613800138000",
    "86-138-0013-8000",
    "0086 138 0013 8000",
    "013800138000",
    "1380013\u200b8000",
    "1\u200d3\u200d8\u200d0\u200d0\u200d1\u200d3\u200d8\u200d0\u200d0\u200d0",
    "1 3 8 0 0 1 3 8 0 0 0",
    "1380013\n8000",
    "138\n0013\n8000",
    "<b>138</b>0013<i>8000</i>",
    "&#49;3800138000",
    "138&nbsp;0013&nbsp;8000",
    "138OO138OOO",
    "l3800138000",
    "张三13800138000",
    "13800138000张三",
    "手机:138、0013、8000",
    "138**0013**8000",
    "138，0013，8000",
    "13800138000/13900139000",
    "1.13800138000",
    "0592-6051234",
    "0592-6051234张三",
    "（0592）6051234支书",
    "案0592 6051234项满",
    "电话6051234张三",
    "tel0592-6051234本人",
    "05926051234",
    "(0592)6051234",
    "（0592）605-1234",
    "0592 605 1234",
    "010-12345678",
    "010-62345678",
    "+86 592 6051234",
    "+86-0592-6051234",
    "电话6051234",
    "电话：605 1234",
    "〇五九二六〇五一二三四",
    "350203198001011234",
    "35020319800101123X",
    "35020319800101123x",
    "350203 19800101 1234",
    "350203-1980-0101-1234",
    "3502 0319 8001 0112 34",
    "３５０２０３１９８００１０１１２３４",
    "350203800101123",
    "身份证号350203800101123",
    "三五〇二〇三一九八〇〇一〇一一二三四",
    "6222020200001234567",
    "6222 0202 0000 1234 567",
    "6222-0202-0000-1234-567",
    "9020110100100001234",
    "账号9020110100",
    "账号：40312001040001234",
    "622202020000123456",
    "微信：zhang_san88",
    "微信zhangsan123",
    "微信号 wxid_abc123",
    "微信同号13800138000",
    "QQ12345678",
    "QQ：123456",
    "qq号 10001",
    "zhang@qq.com",
    "zhang＠163．com",
    "zhang.san @ gmail.com",
    "护照E12345678",
    "闽D12345",
    "闽D·A1234",
    "闽DF12345",
    "13 80 01 38 00 0",
    "1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣0️⃣",
    "¹³⁸⁰⁰¹³⁸⁰⁰⁰",
    "𝟏𝟑𝟖𝟎𝟎𝟏𝟑𝟖𝟎𝟎𝟎",
    "[138][0013][8000]",
    "138~0013~8000",
    "138 - 0013 - 8000",
    "138 ,0013 ,8000",
    '"138"0013"8000"',
    "T:13800138000;",
    "13800138000元旦联系",
    "电话138号0013号8000",
    "手机138 00 13 80 00",
    "138𝟎𝟎𝟏𝟑8000",
    "138.0013 8000",
    "0-138-0013-8000",
    "(+86)138-0013-8000",
    "852-13800138000",
    "３５０２０３－１９８００１０１－１２３４",
    "350203\u3000198001011234",
    "卡号6222-0202-0000-1234-567",
    "账户 9020 1101 0010 0001 234",
    "6222020200001234567元旦前汇入",
    "zhangsan(at)163.com",
    "微信:13800138000",
    "加我vx:abc_12345",
    "护照号码：G12345678",
    "闽D·12345D",
    "王五13800138000",
    "I38OOI38OOO",
    "联系陈女士：1-3-8-0-0-1-3-8-0-0-0",
    "王五0592-6051234",
)
NO_NUMBERS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "5f70bf18a08613800138000d7e54a9c3b1e8ab93",
    "afd8ee123456906d",
    "安装电话1200000元",
    "编号0592-6051234",
    "XYJD-0592-6051234",
    "180000+50000+22000+18000+30000=300000",
    "2018090100123号发票",
    "50W×324盏=16200W",
    "XYJD-XYSQ-2018-01",
    "厦海政办〔2018〕63号",
    "新街〔2018〕1234号",
    "2018-09-03",
    "2018/09/03",
    "2018.9.3",
    "20180903",
    "2018年09月03日",
    "2018-08-01至2018-08-08",
    "2018-09-03 2018-09-10",
    "35,000.00元",
    "12,345,678.90 元",
    "12345678元",
    "1200000 人",
    "共 1200000 人",
    "300000平方米",
    "1200000㎡",
    "16:30—18:30",
    "08:30-11:30 14:30-17:30",
    "统一社会信用代码91350200MA2XN8TY5C",
    "统一社会信用代码：913502007054092345",
    "913502006120017727",
    "编号：12345678",
    "凭证号 20180912345",
    "发票号码01234567",
    "海民微备2018-007",
    "记-0912",
    "GB 19272-2011",
    "GB/T 33190-2016",
    "GB4706.1-2005",
    "DN100",
    "600×600×30",
    "LED 楼道灯 324 盏",
    "1至18号楼",
    "霞阳东路二里1至18号楼",
    "邮编361026",
    "12345热线",
    "400-820-8820",
    "4008208820",
    "95588",
    "100%",
    "12.5%",
    "3500 4800 1200",
    "1. 更换灯；2. 修路；3. 绿化",
    "一、二、三、四、五、六、七、八",
    "二〇一八年九月三日",
    "二〇一八年",
    "三百二十盏",
    "单价1,200.50元，共12台",
    "118.0456789，24.4856789",
    "192.168.1.100",
    "版本 1.10.2",
    "2018-2020",
    "2018—2019学年",
    "第3届第5次会议",
    "130 200 300 45",
    "1 2 3 4 5 6",
    "ISBN 978-7-302-12345-6",
    "合同编号HT20180903001",
    "2018年度1期5号",
    "￥1200000",
    "¥350000.00",
    "35万元",
    "1200000.5",
    "一百二十三万四千五百六十七元",
    "壹佰贰拾叁万肆仟伍佰陆拾柒元整",
    "壹拾贰万元整",
    "人数1260，户数420，面积3500",
    "微信公众号",
    "微信群通知",
    "微信支付",
    "QQ群",
    "闽D字头",
    "厦海政办〔2018〕63号 厦府〔2017〕123号",
    "满意率98.5%，样本1234567份",
    "每月5日、15日、25日",
    "30203、30204室",
    "2018-08-15 10:30:00",
    "20180815103000",
    "坐标24.48, 118.08",
    "12345678910元",
    "共投入资金 1,234,567.89 元，其中专项 200,000.00 元",
    "建筑面积 12345.67 平方米",
    "第 1234567 号",
    "编号为XM20180001",
    "证书编号：闽民社证字第0123456号",
    "2018年1月至12月，共 12 期，每期 45 人",
    "座椅 12 张、垃圾桶 30 个、路灯 1200 盏",
    "9月3日、9月10日、9月17日",
    "满意 120 票，基本满意 30 票，不满意 2 票",
    "1-5号楼、7-12号楼",
    "海沧区新阳街道新盛路28号301室",
    "图集 闽2018-J-12",
    "消防栓 DN65 SN65 水带 20m",
    "每周一、三、五 19:30—21:00",
    "长 120 米、宽 3.5 米、厚 0.08 米",
    "项目编号 XYJD-XYSQ-2018-01、XYJD-XYSQ-2018-02",
    "占 45.50%、54.50%",
    "厦财农〔2018〕1234号",
    "二〇一八年八月一日至二〇一八年八月八日",
    "一百八十栋一千二百六十户",
    "三千五百平方米",
    "招标编号[350205]XMHC[GK]2018001",
    "110、119、120、12345",
    "8:00-12:00，14:30-18:00",
    "2018-2019 年度",
    "合同金额1200000元",
    "共发放1234567份问卷",
    "灯具型号LED-T8-1200-18W",
)


@pytest.mark.parametrize("written", SPELLINGS)
def test_a_number_of_a_person_is_found_in_every_spelling(written):
    """Whole: what is left of it beside words is at most one digit, the number of an item of a list."""
    found = personal_numbers(written)
    assert found and all(each.certain for each in found)
    assert sum(char.isnumeric() for char in mask_numbers(written)) <= 1
    for around in ("联系人{}谢谢", "（{}）", "请拨{}。\n", "x：{}；"):
        assert sum(char.isnumeric() for char in mask_numbers(around.format(written))) <= 1


@pytest.mark.parametrize("written", NO_NUMBERS)
def test_what_is_plainly_something_else_is_left_as_it_is(written):
    assert mask_numbers(written) == written
    assert mask_numbers(f"项目{written}，按计划实施") == f"项目{written}，按计划实施"


def test_the_tables_are_as_long_as_they_should_be():
    assert len(SPELLINGS) >= 60 and len(NO_NUMBERS) >= 60


DIGITS = (
    "0123456789",
    "０１２３４５６７８９",
    "〇一二三四五六七八九",
    "零壹贰叁肆伍陆柒捌玖",
    "⓪①②③④⑤⑥⑦⑧⑨",
    "٠١٢٣٤٥٦٧٨٩",
    "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
)
SIGNS = ("", "-", "－", "—", "–", ".", "·", "/", "_", "~", "\u200b", "\u2060", "‑", "*", "|")
MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
PREFIXES = ("", "tel", "电话：", "+86 ", "0086-", "手机", "T:", "王某", "（", "【", "\n", "No:")
SUFFIXES = ("", "本人", "。", "，王某", "）", "abc", "\n", "（微信同号）", " ")


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    MOBILES,
    st.lists(st.sampled_from(DIGITS), min_size=11, max_size=11),
    st.sampled_from(SIGNS),
    st.lists(st.integers(1, 10), max_size=4, unique=True),
    st.sampled_from(PREFIXES),
    st.sampled_from(SUFFIXES),
)
def test_no_mixture_of_digits_and_signs_hides_a_mobile_number(number, scripts, sign, cuts, before, after):
    written = "".join(
        (sign if place in cuts else "") + script[int(digit)]
        for place, (digit, script) in enumerate(zip(number, scripts, strict=True))
    )
    (found, *more) = personal_numbers(before + written + after)
    assert not more and found.certain
    assert written in (before + written + after)[found.start : found.end]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.integers(2018, 2030),
    st.integers(1, 12),
    st.integers(1, 28),
    st.integers(1, 9_999_999),
    st.integers(1, 999),
    st.sampled_from(("元", "平方米", "户", "盏", "人次", "㎡")),
)
def test_days_sums_counts_and_codes_are_never_taken_for_a_number(year, month, day, count, small, unit):
    for written in (
        f"{year}-{month:02d}-{day:02d}",
        f"{year}年{month}月{day}日至{year}年{month}月{day}日",
        f"{year}{month:02d}{day:02d}",
        f"{count:,}.{small % 100:02d}元",
        f"{count}{unit}",
        f"XYJD-XYSQ-{year}-{small:02d}",
        f"厦海政办〔{year}〕{small}号",
        f"￥{count}",
    ):
        assert personal_numbers(f"自{written}起") == []


def test_what_may_be_anything_is_masked_and_asked_about():
    for written in ("1234567", "605-1234", "88123456"):
        (found,) = personal_numbers(f"另有{written}可查")
        assert not found.certain and mask_numbers(f"另有{written}可查") == "另有＊＊＊可查"
        assert mask_numbers(f"另有{written}可查", keep=[written]) == f"另有{written}可查"


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13800138000", "138****8000"),
        ("138 0013 8000", "138****8000"),
        ("0592-6051234", "****1234"),
        ("9020110100100001234", "****1234"),
        ("35020319800101123X", "****123x"),
        ("123", "****"),
        ("", ""),
    ],
)
def test_screens_show_the_ends_of_a_number(number, shown):
    assert partly_masked(number) == shown


def test_a_long_text_is_read_fast():
    """A recogniser that goes back and forth would take minutes over what somebody pastes."""
    for text in (
        "1 " * 2000,
        "1-" * 2000,
        "13800138000," * 300,
        "a1" * 2000,
        "<" * 4000,
        "电话1的" * 1000,
        "@a." * 1000,
    ):
        personal_numbers(text)
