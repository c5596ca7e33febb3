"""Sensitivity in sentences: what the answer hangs on, whether its sign turns, and what to be careful with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ecsim.experiments.analyses.analysis import Said
from ecsim.experiments.analyses.design_runs import DesignRuns
from ecsim.experiments.analyses.indices import MAIN, POINTS_A_SLICE, SLICES, OutcomeSensitivity, slices_of
from ecsim.experiments.analyses.wording import (
    arm_names,
    between,
    number,
    percent,
    share,
    signed,
    tidied,
    title_of,
    with_unit,
)
from ecsim.experiments.outcome_catalogue import OutcomeCatalogue
from ecsim.statistics.designs import BY_HAND
from ecsim.statistics.sensitivity import LUCK, Sensitivity

WIDE = 0.2
"""Half-width of a Sobol or PAWN index from which its interval is called wide."""
MUCH_LUCK = 0.5
LABELS = {
    "sobol": Said("total index", "总效应指数"),
    "morris": Said("mu*", "μ*"),
    "tornado": Said("swing", "摆幅"),
    "pawn": Said("PAWN median", "PAWN中位数"),
}
"""What the index is called that parameters are ranked by."""


def findings(
    designed: DesignRuns, hanging: Sequence[OutcomeSensitivity], shares: pd.DataFrame | None
) -> tuple[Said, ...]:
    """Return the answer in sentences: of each outcome the sign of differences, then what they hang on.

    With one arm there are no differences, and the arm's own figures are told of.
    """
    told = []
    for one in hanging:
        if (one.against is None) != (shares is None):
            continue
        if shares is not None:
            rows = shares[(shares.outcome == one.outcome) & (shares.arm == one.arm)]
            told.append(_sign(designed, one, rows.iloc[0]))
        told.append(_hangs_on(designed, one))
    return tidied(told)


def what(designed: DesignRuns, one: OutcomeSensitivity) -> Said:
    """Return which figure is meant: the outcome, and whose."""
    title, names = title_of(one.outcome, designed.plan.known), arm_names(designed.plan)
    arm = names[one.arm]
    if one.against is None:
        several = len(names) > 1
        return Said(title.en + (f", {arm.en}" if several else ""), title.zh + (f"({arm.zh})" if several else ""))
    other = names[one.against]
    return Said(f"{title.en}, {arm.en} − {other.en}", f"{title.zh}，{arm.zh}减{other.zh}")


def _sign(designed: DesignRuns, one: OutcomeSensitivity, row: Any) -> Said:  # noqa: ANN401 (a row of pandas)
    """Return a sentence on the sign of a difference over the space."""
    named, mean = what(designed, one), with_unit(signed(row["mean_difference"]), one.outcome, designed.plan.known)
    points = int(row["points"])
    if row["above"] == 0.0 and row["below"] == 0.0:
        return Said(f"{named.en}: 0 at all {points} points.", f"{named.zh}：在全部{points}个取值点上都为0。")
    en, zh = _better_words(designed, one)
    turned = row["turned"]
    shares = [f"{percent(row[name])}{between(*(percent(row[f'{name}_{end}']) for end in ('low', 'high')))}"
              for name in ("above", "below")]  # fmt: skip
    head = Said(
        f"{named.en}: {en[0]} at {shares[0]} of {points} points and {en[1]} at {shares[1]}, on average {mean.en}.",
        f"{named.zh}：在{points}个取值点中，{shares[0]}的点上{zh[0]}，{shares[1]}的点上{zh[1]}，平均{mean.zh}。",
    )
    if turned == 0.0:
        return Said(f"{head.en} No assumption tried turns it.", f"{head.zh}试过的各种假设都不会使其反号。")
    return _turning(head, row, lucky=designed.lucky)


def _better_words(designed: DesignRuns, one: OutcomeSensitivity) -> tuple[tuple[str, str], tuple[str, str]]:
    """Return what to call a difference above and below 0: better or worse where that is known."""
    match designed.plan.known.sense(one.outcome):
        case "max":
            return ("above 0 (better)", "below 0 (worse)"), ("大于0（更好）", "小于0（更差）")
        case "min":
            return ("above 0 (worse)", "below 0 (better)"), ("大于0（更差）", "小于0（更好）")
    return ("above 0", "below 0"), ("大于0", "小于0")


def _turning(head: Said, row: Any, *, lucky: bool) -> Said:  # noqa: ANN401 (a row of pandas)
    clearly = row["turned_clearly"]
    if not lucky or clearly == row["turned"]:
        return Said(f"{head.en} The sign depends on the assumptions.", f"{head.zh}正负号取决于假设。")
    if np.isnan(clearly):
        return Said(
            f"{head.en} With one run a point, random variation may be what turns it.",
            f"{head.zh}每个点只有一次运行，反号可能只是随机因素所致。",
        )
    if clearly == 0.0:
        return Said(
            f"{head.en} Where it turns, random variation alone may have turned it.",
            f"{head.zh}反号之处，仅随机因素就足以解释。",
        )
    return Said(
        f"{head.en} It turns by more than random variation at {percent(clearly)} of the points.",
        f"{head.zh}在{percent(clearly)}的点上，反号超出了随机因素所能解释的范围。",
    )


def _hangs_on(designed: DesignRuns, one: OutcomeSensitivity) -> Said:
    """Return a sentence on what a figure hangs on most."""
    named = what(designed, one)
    luck = _luck(one.found)
    if not one.told:
        chance = Said("random variation and a small sample", "随机因素和小样本误差")
        chance = chance if designed.lucky else Said("a small sample", "小样本误差")
        return Said(
            f"{named.en}: no parameter's part is told apart from {chance.en}{luck.en}.",
            f"{named.zh}：没有哪个参数的作用能与{chance.zh}区分开{luck.zh}。",
        )
    index, label = MAIN[one.found.method], LABELS[one.found.method]
    first, *rest = [(name, _figure(one, name, index, designed.plan.known)) for name in one.told[:3]]
    more = len(one.told) - 3
    en = f"{named.en}: hangs most on {first[0]} ({label.en} {first[1].en})"
    zh = f"{named.zh}：最主要取决于{first[0]}（{label.zh} {first[1].zh}）"
    if rest:
        en += ", then on " + " and ".join(f"{name} ({figure.en})" for name, figure in rest)
        zh += "，其次是" + "和".join(f"{name}（{figure.zh}）" for name, figure in rest)
    if more > 0:
        en, zh = f"{en}; {more} more do something", f"{zh}；另有{more}个参数也有作用"
    tail = _tail(one, index)
    return Said(f"{en}{luck.en}.{tail.en}", f"{zh}{luck.zh}。{tail.zh}")


def _figure(one: OutcomeSensitivity, name: str, index: str, known: OutcomeCatalogue) -> Said:
    """Return an index with its interval: a share of size 1, or a change in the outcome's unit."""
    figure, plain = one.found.of(name, index), one.found.method in ("sobol", "pawn")
    show = share if plain else number
    told = f"{show(figure.value)}{between(show(figure.low), show(figure.high))}"
    return Said(told, told) if plain else with_unit(told, one.outcome, known)


def _luck(found: Sensitivity) -> Said:
    """Return what to add of luck, where it is known."""
    if LUCK not in set(found.indices.parameter):
        return Said("", "")
    luck = found.of(LUCK, "luck_share")
    if np.isnan(luck.value):
        return Said("", "")
    told = f"{percent(luck.value)}{between(percent(luck.low), percent(luck.high))}"
    return Said(
        f"; random variation is {told} of the variance of a single run", f"；单次运行的方差中有{told}来自随机因素"
    )


def _tail(one: OutcomeSensitivity, index: str) -> Said:
    """Return what a method adds on the weightiest parameter."""
    found, name = one.found, one.told[0]
    if len(one.told) > 1 and found.of(one.told[1], index).high >= found.of(name, index).low:
        order = Said(
            f" The order of {name} and {one.told[1]} is not certain.", f"{name}与{one.told[1]}孰先孰后并不确定。"
        )
    else:
        order = Said("", "")
    if found.method == "sobol" and found.of(name, "total").low > found.of(name, "first").high:
        alone = share(found.of(name, "first").value)
        return Said(
            f"{order.en} {name} acts together with others: alone it explains {alone}.",
            f"{order.zh}{name}与其他参数有交互作用：其单独的作用只有{alone}。",
        )
    if found.method == "morris" and found.of(name, "sigma").low > 0.5 * found.of(name, "mu_star").value:
        sigma = number(found.of(name, "sigma").value)
        return Said(
            f"{order.en} The effect of {name} differs over the space (sigma {sigma}): bends, interactions "
            f"or random variation.",
            f"{order.zh}{name}的作用随取值而变（σ为{sigma}）：非线性、交互作用或随机因素。",
        )
    return _turned(one) if found.method == "tornado" else order


def _turned(one: OutcomeSensitivity) -> Said:
    if not one.turned:
        return Said("", "")
    en = ", ".join(f"{name} at its {end} end" for name, end in one.turned)
    zh = "、".join(f"{name}取{'最低' if end == 'low' else '最高'}值" for name, end in one.turned)
    return Said(f" Against the middle its sign turns with {en}.", f"与取中间值时相比，{zh}时其正负号会反转。")


def notes(designed: DesignRuns, hanging: Sequence[OutcomeSensitivity], shares: pd.DataFrame) -> tuple[Said, ...]:
    """Return what a reader must know to not be misled, from the method and from the figures themselves."""
    found = [one.found for one in hanging]
    method = found[0].method
    return tidied(
        (
            _of_method(method),
            Said(
                "Ranges are assumptions: a wider range makes its parameter matter more. Parameters vary independently.",
                "取值范围本身就是假设：范围越宽，该参数显得越重要。各参数相互独立地变动。",
            ),
            _of_few(found),
            _of_width(found),
            _of_luck(designed, found),
            _of_dropped(designed, found),
            _of_balance(designed),
            _of_points(designed) if len(designed.plan.arms) > 1 else None,
            _of_ties(shares),
        )
    )


def _of_method(method: str) -> Said:
    return {
        "sobol": Said(
            "Sobol indices are shares of the variance of the mean over random variation: first, what a "
            "parameter explains alone;"
            " total, with all its interactions. Indices that are truly 0 may come out a little below 0.",
            "Sobol指数是（对随机因素取平均后的）方差占比：一阶指数为参数单独的贡献，总效应指数还包括其全部交互作用。"
            "真值为0的指数可能略低于0。",
        ),
        "morris": Said(
            "Morris' mu* is the mean size of the change over a parameter's whole range, in the outcome's unit; sigma"
            " shows bends and interactions. It screens: it gives no shares of variance.",
            "Morris的μ*是参数走完整个取值范围时结果变化的平均幅度（结果的单位）；σ反映非线性和交互作用。"
            "它用于筛选，不给出方差占比。",
        ),
        "tornado": Said(
            "One parameter at a time, at its two ends, all others in the middle: interactions and bends between the"
            " three places are not seen.",
            "每次只让一个参数取两端值，其余取中间值：看不到交互作用，也看不到三个取值之间的非线性。",
        ),
        "pawn": Said(
            "PAWN compares the whole distribution with that in slices of a parameter's range; interactions are not told"
            " apart, and few points a slice push the index up. What lies below the row (no effect) counts for nothing.",
            "PAWN把整个分布与参数各取值区间内的分布相比；它分不出交互作用，每个区间点数少时指数会偏高。"
            "低于“(no effect)”一行的数值不算有作用。",
        ),
    }[method]  # fmt: skip


def _of_few(found: Sequence[Sensitivity]) -> Said | None:
    """Return a warning where PAWN has too few points for its usual slices."""
    points = min(one.blocks for one in found)
    if found[0].method != "pawn" or points >= SLICES * POINTS_A_SLICE:
        return None
    return Said(
        f"{points} points are few: ranges are cut into {slices_of(points)} slices in place of {SLICES}; hundreds of"
        " points are the rule.",
        f"只有{points}个取值点，偏少：每个参数只分成{slices_of(points)}个区间（通常为{SLICES}个）；一般需要数百个点。",
    )  # fmt: skip


def _of_width(found: Sequence[Sensitivity]) -> Said | None:
    """Return a warning where the weightiest parameters' intervals are wide."""
    index = MAIN[found[0].method]
    if found[0].method not in ("sobol", "pawn"):
        return None
    halves = []
    for one in found:
        figure = one.of(one.ranking(index)[0], index)
        halves.append((figure.high - figure.low) / 2.0)
    known = [half for half in halves if np.isfinite(half)]
    wide = [half for half in known if half > WIDE]
    if not wide:
        return None
    return Said(
        f"In {len(wide)} of {len(known)} figures the interval of the weightiest index is wider than ±{WIDE} (up to"
        f" ±{max(wide):.2f}): take more points before ranking parameters that lie close.",
        f"{len(known)}项结果中有{len(wide)}项，其最大指数的区间宽于±{WIDE}（最宽为±{max(wide):.2f}）："
        "要给相近的参数排序，需增加取值点。",
    )


def _of_luck(designed: DesignRuns, found: Sequence[Sensitivity]) -> Said | None:
    if not designed.lucky:
        return None
    if designed.replications < 2:
        return Said(
            "One run a point: what random variation did cannot be told from what parameters did; run each "
            "point twice or more.",
            "每个点只有一次运行：分不清是随机因素还是参数的作用；每个点应运行两次以上。",
        )
    shares = [one.of(LUCK, "luck_share").value for one in found if LUCK in set(one.indices.parameter)]
    much = [value for value in shares if value > MUCH_LUCK]
    if not much:
        return None
    return Said(
        f"Of {len(much)} of {len(shares)} figures random variation is more than half of the variance of a "
        f"single run: indices"
        " describe the smaller rest. More replications make them sharper.",
        f"{len(shares)}项结果中有{len(much)}项，随机因素占单次运行方差的一半以上：各指数描述的只是其余较小的部分。"
        "增加重复次数可使其更精确。",
    )  # fmt: skip


def _of_dropped(designed: DesignRuns, found: Sequence[Sensitivity]) -> Said | None:
    """Return what was left out: blocks, or of a tornado whole replications."""
    if found[0].method == "tornado":
        whole, kept, of = designed.replications, min(one.replications for one in found), Said("replications", "次重复")
    else:
        whole, kept, of = designed.design.blocks, min(one.blocks for one in found), Said("blocks", "组取值点")
    if kept == whole:
        return None
    return Said(
        f"{whole - kept} of {whole} {of.en} were left out for a run that failed or an outcome that was no number."
        " If that happens in some part of the space only, the figures say nothing of that part.",
        f"{whole}{of.zh}中有{whole - kept}个因运行失败或结果不是数字而被舍去。若这只发生在参数空间的某一部分，"
        "这里的数字就不能说明那一部分。",
    )  # fmt: skip


def _of_balance(designed: DesignRuns) -> Said | None:
    points = designed.design.blocks
    if designed.design.kind not in ("saltelli", "sobol_sequence") or points & (points - 1) == 0:
        return None
    below = 1 << (points.bit_length() - 1)
    return Said(
        f"{points} base points are no power of two: a Sobol sequence is balanced at {below} or {2 * below}.",
        f"{points}个基点不是2的幂：Sobol序列在{below}或{2 * below}个点时才均衡。",
    )


def _of_points(designed: DesignRuns) -> Said | None:
    """Return what shares of points are shares of."""
    match designed.design.kind:
        case kind if kind in BY_HAND:
            return Said(
                "Points were chosen by hand, not drawn: shares of points are counts and have no interval.",
                "取值点是人为选定的，不是抽取的：点的占比只是计数，没有置信区间。",
            )
        case "saltelli" | "morris":
            return Said(
                "Shares of points count only the points that do not repeat each other's values.",
                "点的占比只计入取值互不重复的点。",
            )
        case "given":
            return Said(
                "Intervals of shares of points hold if the table's points were drawn at random.",
                "点的占比的区间，仅当表中各点是随机抽取时才成立。",
            )
    return None


def _of_ties(shares: pd.DataFrame) -> Said | None:
    """Return a word on ties, where arms are best together."""
    together = shares.groupby("outcome")["best"].sum()
    if not (together > 1.0 + 1e-9).any() or shares["arm"].nunique() == 1:
        return None
    return Said(
        "Where arms tie for best, the point counts for each of them: shares of points add up to more than 1.",
        "若几个方案并列最优，该点对每个方案都计入：占比之和会超过1。",
    )
