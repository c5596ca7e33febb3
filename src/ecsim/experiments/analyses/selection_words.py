"""A selection in sentences: who was chosen, with which probability, at what cost."""

from __future__ import annotations

import math
from statistics import fmean
from typing import TYPE_CHECKING

from ecsim.experiments.analyses.analysis import Said
from ecsim.experiments.analyses.wording import arm_names, percent, tidied, title_of, with_unit

if TYPE_CHECKING:
    from ecsim.experiments.analyses.selection import SelectionOutcome


def findings(chosen: SelectionOutcome) -> tuple[Said, ...]:
    """Return who was chosen and how sure that is, then who went when."""
    return tidied((_choice(chosen), _equals(chosen), _cost(chosen)))


def _choice(chosen: SelectionOutcome) -> Said:
    result, settings = chosen.result, chosen.settings
    title, arm = title_of(settings.outcome, chosen.plan.known), arm_names(chosen.plan)[chosen.arm]
    least = with_unit(f"{settings.difference:g}", settings.outcome, chosen.plan.known)
    if result.promised:
        return Said(
            f"{title.en}: {arm.en} is chosen. Where the best arm leads the others by {least.en} or more, this procedure"
            f" finds it in at least {percent(result.probability)} of experiments; arms closer than that to the best"
            " count as equally good.",
            f"{title.zh}：选出{arm.zh}。若最优方案领先其余方案{least.zh}以上，本方法至少在{percent(result.probability)}的"
            "实验中能选中它；与最优方案相差不到此数的，视为同样好。",
        )
    if math.isnan(result.probability):
        names = arm_names(chosen.plan)
        left = [names[chosen.plan.arms[i]] for i in result.survivors]
        return Said(
            f"{title.en}: the budget of {settings.most} replications ended with {len(left)} arms left:"
            f" {', '.join(said.en for said in left)}. {arm.en} has the best mean so far; no probability is promised.",
            f"{title.zh}：{settings.most}次重复的预算用完时仍剩{len(left)}个方案："
            f"{'、'.join(said.zh for said in left)}。目前{arm.zh}的均值最好，但不保证其正确概率。",
        )
    within = Said("the best", "最优") if settings.difference == 0.0 else Said(
        f"within {least.en} of the best", f"与最优相差不超过{least.zh}"
    )  # fmt: skip
    sure = f"{100.0 * min(result.probability, 0.999):.1f} %"
    return Said(
        f"{title.en}: {arm.en} has the best mean. The estimated probability that it is {within.en} is at least {sure}:"
        " an estimate, no promise.",
        f"{title.zh}：{arm.zh}的均值最好。估计其{within.zh}的概率不低于{sure}；这是估计值，不是保证。",
    )


def _equals(chosen: SelectionOutcome) -> Said | None:
    """Return which arms lie so close to the chosen one in these runs that the choice between them does not matter."""
    names, own = arm_names(chosen.plan), chosen.figures[chosen.arm]
    gaps = {
        arm: fmean(a - b for a, b in zip(told, own, strict=False))
        for arm, told in chosen.figures.items()
        if arm != chosen.arm
    }
    near = [names[arm] for arm, gap in gaps.items() if abs(gap) < chosen.settings.difference]
    if not near:
        return None
    return Said(
        f"Here {' and '.join(said.en for said in near)} lie closer to it than that: take them for equally good.",
        f"在这些运行中，{'、'.join(said.zh for said in near)}与它的差距小于此数，应视为同样好。",
    )


def _cost(chosen: SelectionOutcome) -> Said:
    """Return how many runs it took, and who went after how many."""
    result, names = chosen.result, arm_names(chosen.plan)
    whole = max(result.replications) * len(names)
    gone = [
        (names[chosen.plan.arms[i]], stage.replications)
        for before, stage in zip(result.stages, result.stages[1:], strict=False)
        for i in before.survivors
        if i not in stage.survivors
    ]
    spared = Said("", "") if whole == result.total else Said(
        f"; the same replications of every arm would have taken {whole}", f"；若各方案重复次数相同，需{whole}次"
    )  # fmt: skip
    head = Said(f"It took {result.total} runs{spared.en}.", f"共用{result.total}次运行{spared.zh}。")
    if not gone:
        return head
    en = ", ".join(f"{said.en} after {after}" for said, after in gone)
    zh = "、".join(f"{said.zh}（{after}次后）" for said, after in gone)
    return Said(f"{head.en} Ruled out: {en} replications.", f"{head.zh}先后淘汰：{zh}。")


def notes(chosen: SelectionOutcome) -> tuple[Said, ...]:
    """Return what a reader must know to not be misled."""
    both = (
        Said(
            "Intervals of means and of differences are each for itself and do not make the choice; a choice made while"
            " looking on leaves them a little too narrow.",
            "均值和差值的区间只对单独一项成立，也不是选择的依据；由于边看边选，这些区间会略微偏窄。",
        ),
    )
    if chosen.settings.procedure == "ocba":
        return (
            Said(
                "The probability is estimated from these runs (Bonferroni's bound, normal means); the rule supposes"
                " that arms have random draws of their own, and with the same random draws is careful.",
                "该概率由这些运行估计（Bonferroni下界，均值按正态）；该方法假定各方案的随机因素相互独立，"
                "在随机因素相同时偏于保守。",
            ),
            *both,
        )
    return (
        Said(
            "The promise holds for figures that are near to normal, and if outcome and difference were set before these"
            " runs were looked at. Arms share their random draws, replication by replication.",
            "该保证的前提是：结果近似服从正态分布，且结果指标和最小差异在查看这些运行之前就已确定。"
            "各方案在每次重复中随机因素相同。",
        ),
        *both,
    )
