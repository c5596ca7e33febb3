"""What codes are called in sentences, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

from ecsim.rural.events import codes

Both = tuple[str, str]
"""English, Chinese."""
LANGUAGES = ("en", "zh")

WORDS: Mapping[type[IntEnum], tuple[Both, ...]] = {
    codes.VillageKind: (("village", "行政村"), ("community", "社区"), ("farm unit", "农场生产队")),
    codes.Outlet: (("no shop", "无网点"), ("a shop", "有商店"), ("a network shop", "有供销或万村千乡网点")),
    codes.Channel: (
        ("to the trader", "向商贩"),
        ("through the cooperative", "经合作社"),
        ("through the station", "经服务站"),
        ("from its own online shop", "经自家网店"),
    ),
    codes.Way: (("word of mouth", "口口相传"), ("promotion", "宣传"), ("training", "培训")),
    codes.Stream: (("farm products", "农产品"), ("other goods", "其他商品"), ("services", "服务")),
    codes.IncomeSource: (
        ("wages", "工资性收入"),
        ("family business", "经营性收入"),
        ("transfers", "转移性收入"),
        ("property", "财产性收入"),
    ),
    codes.EnterpriseKind: (
        ("a merchant of other goods", "经营其他商品的网商"),
        ("a merchant of farm products", "经营农产品的网商"),
        ("a processor", "加工企业"),
    ),
    codes.OperatorKind: (("the post", "邮政"), ("courier", "快递企业"), ("the joint pool", "共同配送")),
    codes.Reason: (("it does not pay", "入不敷出"), ("its keeper left", "经营者离开")),
    codes.Category: (
        ("supply chain", "供应链"),
        ("service centre", "公共服务中心"),
        ("stations", "服务站"),
        ("logistics", "物流"),
        ("training", "培训"),
        ("brand", "品牌"),
        ("other", "其他"),
    ),
    codes.ProjectKind: (
        ("service centre", "公共服务中心"),
        ("distribution centre", "物流配送中心"),
        ("joint delivery", "共同配送"),
        ("township transfer point", "乡镇中转站"),
        ("stations", "村级服务站"),
        ("cold store", "冷库"),
        ("packing line", "分拣包装线"),
        ("traceability", "质量追溯"),
        ("brand", "区域公共品牌"),
        ("marketing", "营销推广"),
        ("training", "培训"),
    ),
    codes.Level: (("county", "县级"), ("prefecture", "州市级")),
    codes.Funder: (("central", "中央"), ("local", "地方"), ("social", "社会")),
    codes.Group: (
        ("officials", "干部"),
        ("firms and cooperatives", "企业与合作社"),
        ("returning youth", "返乡青年"),
        ("founders", "创业者"),
        ("station staff", "站点人员"),
        ("villagers", "村民"),
    ),
    codes.Mode: (("in class", "课堂"), ("in the field", "田间"), ("by visit", "参观"), ("hands-on", "实操")),
    codes.ServiceCause: (("late parcels", "快递迟到"), ("damaged goods", "货物损坏"), ("idle stations", "站点闲置")),
    codes.DisclosureCause: (
        ("a project not disclosed", "项目未公示"),
        ("a late project", "项目逾期"),
        ("an unpaid supplier", "拖欠货款"),
        ("favouritism", "优亲厚友"),
        ("an idle asset", "资产闲置"),
        ("bad service, passed on", "服务投诉升级"),
    ),
    codes.ReportKind: (
        ("monthly report", "月报"),
        ("quarterly supervision", "季度督导"),
        ("self-evaluation", "自评"),
        ("pre-evaluation", "预评估"),
        ("provincial evaluation", "省级绩效评价"),
        ("fund plan", "资金方案"),
    ),
    codes.ExampleKind: (("demonstration enterprise", "示范企业"), ("demonstration household", "示范户")),
    codes.StationStatus: (("absent", "无"), ("open", "营业"), ("idle", "闲置"), ("closed", "关闭")),
    codes.ProjectStatus: (("absent", "无"), ("approved", "已批复"), ("contracted", "已发包"), ("finished", "已完工")),
}
"""Words of each vocabulary, in the order of its codes."""
_GROUPS: tuple[Both, ...] = (
    ("a woman", "妇女"),
    ("young", "青年"),
    ("a returnee", "返乡人员"),
    ("a graduate", "大学生"),
    ("of a registered poor household", "建档立卡户"),
)
"""Groups that a founder may belong to, in the order of the bits of `codes.Founder`."""
AGES: tuple[Both, ...] = (
    ("under 35", "35岁以下"),
    ("35 to 49", "35至49岁"),
    ("50 to 64", "50至64岁"),
    ("65 or more", "65岁以上"),
)
"""Age classes of a household's head."""
ROOTS: Mapping[str, str] = {
    "the opening": "期初",
    "luck: the weather": "天气",
    "the programme: its first tranche": "项目首批资金",
    "the programme: its calendar": "项目日程",
    "the economy outside the model": "模型之外的经济",
}
"""Why events may have no cause, in Chinese."""


def word(vocabulary: type[IntEnum], code: int, language: str) -> str:
    """Return what a code is called."""
    if vocabulary is codes.Founder:
        return groups(code, language)
    return WORDS[vocabulary][code][LANGUAGES.index(language)]


def groups(flags: int, language: str) -> str:
    """Return the groups that bit flags of `codes.Founder` name."""
    place = LANGUAGES.index(language)
    found = [name[place] for bit, name in enumerate(_GROUPS) if flags >> bit & 1]
    if not found:
        return ("of none of the groups", "不属重点人群")[place]
    return (", ", "、")[place].join(found)
