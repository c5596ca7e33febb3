"""The answer: which arm does best, and every outcome arm by arm."""

from __future__ import annotations

from typing import Any

from ecsim.report.amounts import Scale, scale_of, with_unit
from ecsim.report.document import Block, Bullets, Cell, Collapsible, Head, Paragraph, Section, Table
from ecsim.report.numbers import digits_of, figure, half_width, plus_minus
from ecsim.report.results import Results
from ecsim.report.sections.by_arm import Column, arm_tables, outcome_column
from ecsim.statistics.comparison import paired

SENTENCES = 6


def in_short(results: Results) -> Section | None:
    """Return the answer in a few sentences: the first finding of every analysis, and which arm does best at what.

    Returns
    -------
    Section or None
        None where nothing is known of either.
    """
    texts = results.texts
    sentences = [texts.own(analysis["findings"][0]) for analysis in results.analyses if analysis["findings"]]
    if not results.summary.empty and results.summary["n"].max() > 1:
        groups = results.alike(results.headlines)
        sentences += [said for names in groups if (said := _best(results, names))][:SENTENCES]
    return Section("short", texts("short.title"), (Bullets(tuple(sentences)),)) if sentences else None


def _best(results: Results, names: tuple[str, ...]) -> str | None:
    """Return sentences on the best arm of outcomes that arms change alike; None where no way is known to be better."""
    outcome, way = names[0], results.better(names[0])
    rows = results.summary[(results.summary.outcome == outcome) & results.summary["mean"].notna()]
    if way is None or rows.empty:
        return None
    texts, by_arm = results.texts, rows.set_index("arm")
    means = by_arm["mean"].sort_values(ascending=way == "min", kind="stable")
    first = str(means.index[0])
    arm = results.reference if by_arm.difference[first] == 0.0 else first
    row: Any = by_arm.loc[arm]
    scale = results.scale(outcome)
    said = {
        "outcome": results.titles(names),
        "reference": results.quoted(results.reference),
        "arm": results.quoted(arm),
    }
    said["mean"] = with_unit(scale.figure(row["mean"]), scale.unit, texts)
    if arm == results.reference:
        return texts("short.reference_first", **said)
    said |= _changes(results, outcome, [float(row[name]) for name in ("difference", "low", "high")])
    sentences = [texts("short.highest" if way == "max" else "short.lowest", **said)]
    if row["family_low"] <= 0 <= row["family_high"]:
        sentences.append(texts("short.unclear"))
    second = next(str(name) for name in means.index if name != arm)
    if second != results.reference:
        sentences.append(_lead(results, outcome, arm, second))
    return texts("page.between_sentences").join(sentences)


def _lead(results: Results, outcome: str, first: str, second: str) -> str:
    """Return by how much the best arm leads the next under the same luck, or that this stays open."""
    wide = results.tables["independent"].pivot(index="unit", columns="arm", values=outcome)
    known = wide[[first, second]].dropna()
    gap = paired(known[first], known[second])
    said = _changes(results, outcome, [gap.mean, gap.low, gap.high])
    said["lead"] = said.pop("difference")
    return results.texts("short.next" if gap.clear else "short.open", next=results.quoted(second), **said)


def _changes(results: Results, outcome: str, values: list[float]) -> dict[str, str]:
    """Return a difference and the ends of its interval in words; money in the unit that fits its size."""
    texts, (difference, low, high) = results.texts, values
    scale, half = scale_of(results.measured_in(outcome), values, texts), (high - low) / 2.0
    figures = {"difference": difference, "low": low, "high": high}
    said = {name: scale.change(value, half) for name, value in figures.items()}
    return said | {"difference": with_unit(said["difference"], scale.difference, texts)}


def outcomes(results: Results) -> Section | None:
    """Return the table of outcomes: arm by arm with differences; of a single arm its means and spreads.

    Returns
    -------
    Section or None
        None without outcomes.
    """
    if not results.headlines:
        return None
    blocks = _of_one(results) if len(results.arms) < 2 or results.summary.empty else _of_several(results)
    return Section("outcomes", results.texts("outcomes.title"), (*blocks, *_not_available(results)))


def _not_available(results: Results) -> tuple[Block, ...]:
    """Return which outcomes the runs cannot give, since their period was not run whole."""
    texts = results.texts
    return tuple(
        Paragraph(
            texts("outcomes.not_available", reason=reason,
                  names=texts("page.between_items").join(results.title(name) for name in names))
        )
        for reason, names in results.lacking("not_available").items()
    )  # fmt: skip


def _of_several(results: Results) -> tuple[Block, ...]:
    texts = results.texts
    more = results.summary["n"].max() > 1
    reference = results.quoted(results.reference)
    blocks: list[Block] = [Paragraph(texts("outcomes.lead", reference=reference) if more else texts("outcomes.once"))]
    blocks += arm_tables(results, _columns(results, results.headlines), names=True)
    if len(results.outcomes) > len(results.headlines):
        title = texts("outcomes.all", n=len(results.outcomes))
        blocks.append(Collapsible(title, arm_tables(results, _columns(results, results.outcomes)), "all_outcomes"))
    return (*blocks, *_arm_descriptions(results))


def _columns(results: Results, names: list[str]) -> list[Column]:
    by_outcome = dict(tuple(results.summary.groupby("outcome", sort=False)))
    return [outcome_column(results, name, by_outcome[name].set_index("arm").loc[results.arms]) for name in names]


def _of_one(results: Results) -> tuple[Block, ...]:
    texts, runs = results.texts, results.tables["runs"]
    names = ("mean", "sd", "lowest", "highest")
    rows = []
    for name in results.outcomes:
        values, scale = runs[name].dropna(), results.scale(name)
        figures = [scale.factor * float(value) for value in (values.mean(), values.std(), values.min(), values.max())]
        half = plus_minus(scale.factor * half_width(values), figures[0])
        cells = [
            Cell(figure(value, digits_of(figures[0])), spread=half if not place else "")
            for place, value in enumerate(figures)
        ]
        rows.append((*_named(results, name, scale), *cells))
    table = Table((*_head(results), *(Head(texts(f"outcomes.{name}"), number=True) for name in names)), tuple(rows))
    return (Paragraph(texts("outcomes.alone", runs=f"{len(runs):,}")), table)


def _head(results: Results) -> tuple[Head, ...]:
    """Return the heads of an outcome's name and unit; outcomes of a function have none."""
    names = ("outcome", "unit") if results.simulated else ("outcome",)
    return tuple(Head(results.texts(f"outcomes.{name}")) for name in names)


def _named(results: Results, outcome: str, scale: Scale) -> tuple[Cell, ...]:
    cells = (Cell(results.title(outcome)), Cell(scale.unit))
    return cells if results.simulated else cells[:1]


def _arm_descriptions(results: Results) -> tuple[Block, ...]:
    """Return what each arm is, in English, the language of the policies' files, and the shocks that it meets."""
    texts, arms = results.texts, results.manifest.get("arms", {})
    said = []
    if texts.language == "en":
        described = {arm: arms[arm]["description"] for arm in arms if arms[arm]["description"]}
        said = [
            texts("outcomes.arm_description", arm=results.arm(arm), description=text) for arm, text in described.items()
        ]
    for arm in arms:
        for en, zh, strength in arms[arm]["shocks"]:
            shock = zh if texts.language == "zh" else en
            said.append(texts("outcomes.shock", arm=results.arm(arm), shock=shock, strength=f"{strength:g}"))
    return (Bullets(tuple(said)),) if said else ()
