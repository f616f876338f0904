"""Line breaks follow the rules of Chinese typesetting."""

import random

import pytest

from haicang_desk.model.typesetting.layout.line_breaking import NO_END, NO_START, clusters, split_cluster
from tests.typesetting.sentences import sentences


@pytest.mark.parametrize(
    ("text", "parted"),
    [
        ("根据《方案》，", "根|据|《方|案》，"),
        ("（厦海政办〔2018〕63号）要", "（厦|海|政|办|〔2018〕63号）|要"),
        ("第〔2018〕3号文", "第〔2018〕3号|文"),
        ("不超过20万元，", "不|超|过|20万元，"),
        ("计1,860,000.00元。", "计|1,860,000.00元。"),
        ("2018年8月1日至", "2018年|8月|1日|至"),
        ("占40%、1/3或1:1", "占|40%、|1/3|或|1:1"),
        ("13万元~17万元", "13万元~|17万元"),
        ("第4季度共80余万元", "第4季度|共|80余万元"),
        ("120平方米的", "120平方米|的"),
        ("计50,000.00 元、灯 324 盏", "计|50,000.00 元、|灯| |324 盏"),
        ("LED 灯 18 W", "LED| |灯| |18| |W"),
        ("编号XYJD-XYSQ-2018-01的", "编|号|XYJD-XYSQ-2018-01|的"),
        ("我们——他们……好", "我|们——|他|们……|好"),
        ("说：“好！”他", "说：|“好！”|他"),
        ("“社会+”民生", "“社|会+”|民|生"),
        ("￥200.00元", "￥200.00元"),
        ("□服务☑货物", "□服|务|☑货|物"),
        ("一 二　三", "一| |二|　|三"),
        ("气温25.5℃", "气|温|25.5℃"),
        ("（）《》“”", "（）|《》|“”"),
    ],
)
def test_inseparable_text_is_one_cluster(text, parted):
    assert "|".join(clusters(text)) == parted


def test_clusters_cover_the_text_and_keep_the_rules_for_marks():
    rng = random.Random(63)
    for _ in range(300):
        text = sentences(rng, 60)
        parts = clusters(text)
        assert "".join(parts) == text
        assert not [part for part in parts[1:] if part[0] in NO_START]
        assert not [part for part in parts if part[-1] in NO_END and len(part) > 1]


def test_a_cluster_wider_than_a_line_is_split_at_its_separators_first():
    joints, marks, single = split_cluster("http://a.b/c-1，")
    assert joints == ["http://", "a.", "b/", "c-", "1，"]
    assert marks[-1] == "1，"
    assert "".join(single) == "http://a.b/c-1，"
