"""Names of persons are masked, told from organisations, and found in prose."""

from __future__ import annotations

import pytest

from haicang_desk.model.values import is_unclear_party, known_names, mask_name, personal_names, public_party


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张*"),
        ("欧阳建设", "欧阳*"),
        ("欧阳", "欧*"),
        ("𬭎某某", "𬭎*"),
        ("", ""),
        ("张建国女士", "张*女士"),
        ("张女士", "张女士"),  # says no more than 张*
        ("欧阳女士", "欧阳女士"),
        ("欧阳建国夫妇", "欧阳*夫妇"),
        ("张三夫妇", "张*夫妇"),
        ("张社长", "张社长"),
        ("张三社长", "张*社长"),
        ("司马相如", "司马*"),
        ("张陈淑芬", "张*"),
        ("李建国等3人", "李*等3人"),
        ("阿卜杜拉·买买提", "阿*"),
        ("张三\u200b夫妇", "张*夫妇"),
        ("尉迟敬德老先生", "尉迟*老先生"),
    ],
)
def test_a_name_is_its_surname_and_how_one_is_addressed(name, shown):
    assert mask_name(name) == shown


@pytest.mark.parametrize(
    ("party", "kind", "shown"),
    [
        ("厦门新阳机械有限公司", "企业", "厦门新阳机械有限公司"),
        ("霞阳社区居民委员会", "", "霞阳社区居民委员会"),
        ("阳光社工", "社会组织", "阳光社工"),
        ("霞阳志愿服务队", "志愿者", "霞阳志愿服务队"),
        ("霞阳小学家长代表", "", "霞阳小学家长代表"),
        ("霞阳老人会", "", "霞阳老人会"),
        ("李建国", "新乡贤", "李*"),
        ("李建国", "", "李*"),
        ("李建国", "企业", "李*"),
        ("居民李建国", "居民", "居民李*"),
        ("人大代表陈志强", "", "人大代表陈*"),
        ("李建国、王芳", "居民", "李*、王*"),
        ("张三和李四夫妇", "", "张*、李*夫妇"),
        ("张和平", "", "张*"),
        ("李建国（13800008000）", "", "李*"),
        ("李建国 13800008000", "志愿者", "李*"),
        ("张　三", "", "张*"),
        ("阿卜杜拉·买买提", "", "阿*"),
        ("John Smith", "", "J*"),
        ("王小明女士", "", "王*女士"),
        ("王小明女士", "企业", "王*女士"),
        ("欧阳建国先生", "", "欧阳*先生"),
        ("张建国夫妇", "", "张*夫妇"),
        ("陈社长", "", "陈社长"),
        ("社长张三", "", "社长张*"),
    ],
)
def test_people_are_masked_and_bodies_are_not(party, kind, shown):
    assert public_party(party, kind) == shown


def test_a_party_in_doubt_is_masked_and_asked_about():
    assert public_party("新阳正新海燕") == "新*" and is_unclear_party("新阳正新海燕")
    assert public_party("安踏", "企业") == "安*" and is_unclear_party("安踏", "企业")
    assert not is_unclear_party("李建国") and not is_unclear_party("厦门新阳机械有限公司")


def found(text, known=()):
    return [(text[each.start : each.end], each.certain) for each in personal_names(text, known_names(known))]


def test_fields_for_persons_give_names_and_not_what_stands_there_instead():
    given = ["张先生", "匿名", "社区网格员", "王小明、李四", "欧阳建国主任", "阿依古丽·买买提", "张三女士", "居民李四"]
    assert known_names(given) == {"王小明", "李四", "欧阳建国", "阿依古丽·买买提", "张三"}


@pytest.mark.parametrize("written", ["由王小明捐赠", "由王 小 明捐赠", "由王\u200b小明女士捐赠"])
def test_a_name_that_a_record_holds_is_found_however_it_is_spaced(written):
    ((name, certain),) = found(written, ["王小明"])
    assert certain and name[0] == "王" and name[-1] == "明"


@pytest.mark.parametrize(
    "written",
    [
        "感谢张建国夫妇资助",
        "由欧阳建国先生带头",
        "负责人：李四",
        "本村居民王大锤提出",
        "请陈建平书记到场",
        "居民陈志强家门口",
        "业主委员会主任王强",
        "物业经理王强负责",
        "联系人：欧阳修",
    ],
)
def test_what_reads_like_a_name_is_asked_about(written):
    ((name, certain),) = found(written)
    assert not certain and 2 <= len(name) <= 4


ORDINARY = (
    "联系张先生|邀请高级老师授课|村民代表大会|居民文化活动|党员活动室|社区党委书记主任|业主委员会|志愿者服务队|林业专家老师"
    "|召开居民代表会议，由社区书记主持|联系人：待定|居民何时|老人张罗|居民金额|业主施工|居民严重不满|居民江边散步"
    "|更换 LED 楼道灯 324 盏；清理消防通道 18 处。|改善 18 栋楼 420 户居民夜间出行条件。"
    "|开办托管班两个，聘请老师两名。|由村两委和老人协会会长负责|党员带头，居民自愿|为高龄老人送餐"
    "|志愿者方便时上门|安全员每日巡查|代表大会|张姓居民|主任何时|书记带头|会长期待"
)


@pytest.mark.parametrize("written", ORDINARY.split("|"))
def test_ordinary_sentences_hold_no_name(written):
    assert found(written) == []
