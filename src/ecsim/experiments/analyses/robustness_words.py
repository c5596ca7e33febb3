"""Robustness in sentences: who is first under how many metrics, how steadily, and at what regret."""

from __future__ import annotations

from collections.abc import Sequence

from ecsim.experiments.analyses.analysis import Said
from ecsim.experiments.analyses.arm_ranking import ArmRanking
from ecsim.experiments.analyses.design_runs import DesignRuns
from ecsim.experiments.analyses.wording import arm_names, number, percent, tidied, title_of, with_unit

METRICS = {
    "maximin": Said("worst future (maximin)", "最差情形（最大最小）"),
    "maximax": Said("best future (maximax)", "最好情形（最大最大）"),
    "hurwicz": Said("worst and best (Hurwicz)", "最差与最好加权（Hurwicz）"),
    "mean": Said("mean (Laplace)", "平均（Laplace）"),
    "mean_less_deviation": Said("mean less deviation", "平均减标准差"),
    "mean_variance": Said("mean–variance", "均值–方差"),
    "signal_to_noise": Said("signal to noise", "信噪比"),
    "undesirable_deviations": Said("worse half below the median", "低于中位数的偏差"),
    "max_regret": Said("largest regret", "最大后悔值"),
    "mean_regret": Said("mean regret", "平均后悔值"),
    "percentile_regret": Said("high quantile of regret", "后悔值高分位数"),
    "satisficing": Said("share good enough (satisficing)", "达标情形占比（满意准则）"),
}
QUESTIONS_ZH = {
    "maximin": "最坏会到什么程度？",
    "maximax": "最好能到什么程度？",
    "hurwicz": "最好与最坏加权之后如何？",
    "mean": "各种情形同等看待，平均如何？",
    "mean_less_deviation": "平均值扣除标准差之后如何？",
    "mean_variance": "（均值+1）/（标准差+1），按文献原式；取决于单位",
    "signal_to_noise": "均值相对其波动有多大？",
    "undesirable_deviations": "较差的一半低于中位数多少？",
    "max_regret": "与各情形下的最优方案相比，最多落后多少？",
    "mean_regret": "与各情形下的最优方案相比，平均落后多少？",
    "percentile_regret": "在给定比例的情形中，落后不超过多少？",
    "satisficing": "在多大比例的情形中足够好？",
}
"""What a metric asks, in Chinese; in English the metrics say it themselves."""
STEADY = 0.9
"""Share of samples from which a first place is called steady."""


def findings(designed: DesignRuns, one: ArmRanking) -> tuple[Said, ...]:
    """Return who comes first on an outcome, where metrics part, how steady that is, and what regret it costs."""
    if not one.telling:
        title = title_of(one.outcome, designed.plan.known)
        return (Said(f"{title.en}: no metric tells the arms apart.", f"{title.zh}：没有哪个准则能区分各方案。"),)
    return tidied((_first(designed, one), _parting(designed, one), _steadiness(designed, one), _regret(designed, one)))


def _first(designed: DesignRuns, one: ArmRanking) -> Said:
    title, names, first = title_of(one.outcome, designed.plan.known), arm_names(designed.plan), one.wins()
    metrics = len(one.telling)
    lead, won = next(iter(first.items()))
    futures = one.table.shape[1]
    return Said(
        f"{title.en}: over {futures} futures {names[lead].en} comes first under {len(won)} of {metrics} metrics that"
        " tell arms apart.",
        f"{title.zh}：在{futures}种情形下，{names[lead].zh}在{metrics}个能区分方案的准则中，有{len(won)}个居首。",
    )


def _parting(designed: DesignRuns, one: ArmRanking) -> Said | None:
    """Return who else comes first, and under which metrics."""
    title, names, first = title_of(one.outcome, designed.plan.known), arm_names(designed.plan), one.wins()
    others = {arm: won for arm, won in list(first.items())[1:] if won}
    if not others:
        return None
    en = "; ".join(f"{names[arm].en} under {', '.join(METRICS[n].en for n in won)}" for arm, won in others.items())
    zh = "；".join(f"{names[arm].zh}({'、'.join(METRICS[n].zh for n in won)})" for arm, won in others.items())
    return Said(
        f"{title.en}: metrics part; first, alone or tied, are also {en}.",
        f"{title.zh}：各准则不一致；单独或并列居首的还有：{zh}。",
    )


def _steadiness(designed: DesignRuns, one: ArmRanking) -> Said:
    """Return how often the leader stays first when futures are drawn again."""
    title, names, first = title_of(one.outcome, designed.plan.known), arm_names(designed.plan), one.wins()
    lead, won = next(iter(first.items()))
    rows = one.stability[(one.stability.strategy == lead) & one.stability.metric.isin(won)]
    least = rows.sort_values("first", kind="stable").iloc[0]
    metric = METRICS[str(least["metric"])]
    share = percent(float(least["first"]))
    return Said(
        f"{title.en}: with futures drawn again {names[lead].en} stays first in at least {share} of samples (least under"
        f" {metric.en}); {'steady' if least['first'] >= STEADY else 'not steady under every metric'}.",
        f"{title.zh}：重新抽取情形时，{names[lead].zh}至少在{share}的样本中仍居首（最低者为“{metric.zh}”），"
        f"{'排名稳定' if least['first'] >= STEADY else '并非在每个准则下都稳定'}。",
    )


def _regret(designed: DesignRuns, one: ArmRanking) -> Said:
    title, names = title_of(one.outcome, designed.plan.known), arm_names(designed.plan)
    worst = one.regret.max(axis=1)
    least = [names[str(arm)] for arm in worst.index[worst == worst.min()]]
    most = [names[str(arm)] for arm in worst.index[worst == worst.max()]]
    low, high = (with_unit(number(float(end)), one.outcome, designed.plan.known) for end in (worst.min(), worst.max()))
    if len(least) == len(names):
        return Said(
            f"{title.en}: every arm falls up to {low.en} behind the best of a future.",
            f"{title.zh}：各方案与各情形下最优方案的差距最多都是{low.zh}。",
        )
    return Said(
        f"{title.en}: the least regret is that of {' and '.join(said.en for said in least)}, never more than {low.en}"
        f" behind the best arm of a future; {' and '.join(said.en for said in most)} falls up to {high.en} behind.",
        f"{title.zh}：{'和'.join(said.zh for said in least)}的后悔值最小，与各情形下最优方案的差距最多为{low.zh}；"
        f"{'和'.join(said.zh for said in most)}最多落后{high.zh}。",
    )  # fmt: skip


def notes(designed: DesignRuns, ranked: Sequence[ArmRanking]) -> tuple[Said, ...]:
    """Return what a reader must know to not be misled."""
    told = (
        Said(
            "All futures weigh alike: they are the points of the design, not a forecast. Metrics ask different"
            " questions, and which of them counts is the reader's choice.",
            "所有情形权重相同：它们只是实验设计的取值点，不是预测。各准则回答的问题不同，以哪个为准由读者决定。",
        ),
        Said(
            "Regret depends on which arms are compared: another arm may change the order of all others.",
            "后悔值取决于参与比较的方案：增加一个方案可能改变其余方案的排序。",
        ),
        Said(
            "Worst and best futures (maximin, maximax, largest regret) are shown too steady: drawing again finds no"
            " future worse than the worst that was run.",
            "最差和最好情形（最大最小、最大最大、最大后悔值）显得过于稳定：重新抽取不会出现比已有情形更差的情形。",
        ),
        _of_design(designed),
        _of_luck(designed),
        _of_dropped(designed, ranked),
    )
    return tidied(told)


def _of_design(designed: DesignRuns) -> Said | None:
    match designed.design.kind:
        case "grid" | "one_at_a_time":
            return Said(
                "Futures were chosen by hand, not drawn: shares of samples say little here.",
                "情形是人为选定的，不是抽取的：这里的样本占比说明不了多少。",
            )
        case "saltelli" | "morris":
            return Said(
                "Points of a block share most of their values, so ranks are less steady than they look; a Latin"
                " hypercube makes better futures.",
                "同一组的取值点大部分取值相同，因此排名没有看上去那么稳定；用拉丁超立方设计生成情形更合适。",
            )
    return None


def _of_luck(designed: DesignRuns) -> Said | None:
    """Return how far luck reaches into the figures of a future."""
    if not designed.lucky:
        return None
    if designed.replications < 2:
        return Said(
            "One run a future: worst and best futures may be random variation.",
            "每种情形只有一次运行：最差和最好可能只是随机因素。",
        )
    return Said(
        f"Figures of a future are means of {designed.replications} runs with the same random draws for all "
        f"arms; what random variation is"
        " left in them makes worst futures look worse.",
        f"每种情形取{designed.replications}次运行的平均，各方案的随机因素相同；残余的随机因素会使最差情形显得更差。",
    )


def _of_dropped(designed: DesignRuns, ranked: Sequence[ArmRanking]) -> Said | None:
    lost = len(designed.design) - min(one.table.shape[1] for one in ranked)
    if not lost:
        return None
    return Said(
        f"{lost} of {len(designed.design)} futures were left out for a failed run or an outcome that was no number. If"
        " an arm fails where things are worst, that flatters it.",
        f"{len(designed.design)}种情形中有{lost}种因运行失败或结果不是数字而被舍去。若某方案恰在最坏的情形下失败，"
        "这会美化它。",
    )
