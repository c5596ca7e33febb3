"""The answer: which arm does best, and every outcome arm by arm."""

from __future__ import annotations

from typing import Any

from ecsim.experiments.comparison import paired
from ecsim.report.document import Block, Bullets, Cell, Head, Paragraph, Section, Table
from ecsim.report.numbers import changes, digits_of, figure, half_width, half_width_of, plus_minus
from ecsim.report.results import Results

SENTENCES = 6


def in_short(results: Results) -> Section | None:
    """Return the first finding of every analysis, and who does best at what."""
    texts = results.texts
    told = [texts.own(analysis["findings"][0]) for analysis in results.analyses if analysis["findings"]]
    if not results.summary.empty and results.summary["n"].max() > 1:
        told += [said for name in results.headlines if (said := _best(results, name))][:SENTENCES]
    return Section("short", texts("short.title"), (Bullets(tuple(told)),)) if told else None


def _best(results: Results, outcome: str) -> str | None:
    """Return sentences on the best arm of an outcome; None where nobody says which way is better."""
    way = results.better(outcome)
    rows = results.summary[(results.summary.outcome == outcome) & results.summary["mean"].notna()]
    if way is None or rows.empty:
        return None
    texts, by_arm = results.texts, rows.set_index("arm")
    means = by_arm["mean"].sort_values(ascending=way == "min", kind="stable")
    first = str(means.index[0])
    arm = results.reference if by_arm.difference[first] == 0.0 else first
    found: Any = by_arm.loc[arm]
    unit = results.unit(outcome) if results.has_unit(outcome) else ""
    said = {"outcome": results.title(outcome), "reference": results.reference, "arm": arm}
    said["mean"] = f"{figure(found['mean'])} {unit}".strip()
    if arm == results.reference:
        return texts("short.reference_first", **said)
    said |= _changes(found, float(found["mean"]))
    sentences = [texts("short.highest" if way == "max" else "short.lowest", **said)]
    if found["family_low"] <= 0 <= found["family_high"]:
        sentences.append(texts("short.unclear"))
    second = next(str(name) for name in means.index if name != arm)
    if second != results.reference:
        sentences.append(_lead(results, outcome, arm, second))
    return texts("page.between_sentences").join(sentences)


def _lead(results: Results, outcome: str, first: str, second: str) -> str:
    """Return by how much the best arm leads the next under the same luck, or that this stays open."""
    wide = results.tables["independent"].pivot(index="unit", columns="arm", values=outcome)
    known = wide[[first, second]].dropna()
    gap, size = paired(known[first], known[second]), float(wide[first].mean())
    ends = dict(zip(("lead", "low", "high"), changes(gap.mean, gap.low, gap.high, size), strict=True))
    return results.texts("short.next" if gap.clear else "short.open", next=second, **ends)


def _changes(row: Any, size: float) -> dict[str, str]:  # noqa: ANN401 (a row of pandas)
    told = changes(float(row["difference"]), float(row["low"]), float(row["high"]), size)
    return dict(zip(("difference", "low", "high"), told, strict=True))


def outcomes(results: Results) -> Section | None:
    """Return the table of outcomes; of a single arm its means and spreads."""
    if not results.headlines:
        return None
    blocks = _of_one(results) if len(results.arms) < 2 or results.summary.empty else _of_several(results)
    return Section("outcomes", results.texts("outcomes.title"), blocks)


def _of_several(results: Results) -> tuple[Block, ...]:
    texts = results.texts
    more = results.summary["n"].max() > 1
    lead = texts("outcomes.told", reference=results.reference) if more else texts("outcomes.once")
    blocks: list[Block] = [Paragraph(lead)]
    blocks.append(_compared(results, results.headlines))
    if len(results.outcomes) > len(results.headlines):
        title = texts("outcomes.all", n=len(results.outcomes))
        blocks.append(_compared(results, results.outcomes, title))
    return (*blocks, *_arms_told(results))


def _compared(results: Results, names: list[str], title: str = "") -> Table:
    arms = [Head(arm, results.arm_title(arm), True, results.colour(arm)) for arm in results.arms]
    by_outcome = dict(tuple(results.summary.groupby("outcome", sort=False)))
    rows = []
    for name in names:
        found = by_outcome[name].set_index("arm")
        cells = [_cell(found.loc[arm], arm == results.reference) for arm in results.arms]
        rows.append((*_named(results, name), *cells))
    return Table((*_head(results), *arms), tuple(rows), title, folded=bool(title), wide=len(results.arms) > 4)


def _head(results: Results) -> tuple[Head, ...]:
    """Return the heads of an outcome's name and unit; outcomes of a function have none."""
    names = ("outcome", "unit") if results.simulated else ("outcome",)
    return tuple(Head(results.texts(f"outcomes.{name}")) for name in names)


def _named(results: Results, outcome: str) -> tuple[Cell, ...]:
    cells = (Cell(results.title(outcome)), Cell(results.unit(outcome)))
    return cells if results.simulated else cells[:1]


def _cell(row: Any, is_reference: bool) -> Cell:  # noqa: ANN401 (a row of pandas)
    size, n = float(row["mean"]), int(row["n"])
    if n < 2:
        return Cell(figure(size))
    spread = plus_minus(half_width_of(float(row["sd"]), n), size)
    if is_reference:
        return Cell(figure(size), spread=spread)
    told = "{difference} [{low}, {high}]".format(**_changes(row, size))
    return Cell(figure(size), told, strong=bool(row["low"] > 0 or row["high"] < 0), spread=spread)


def _of_one(results: Results) -> tuple[Block, ...]:
    texts, runs = results.texts, results.tables["runs"]
    names = ("mean", "sd", "lowest", "highest")
    rows = []
    for name in results.outcomes:
        found = runs[name].dropna()
        figures = [found.mean(), found.std(), found.min(), found.max()]
        digits = digits_of(float(found.mean()))
        half = plus_minus(half_width(found), float(found.mean()))
        cells = [
            Cell(figure(float(value), digits), spread=half if not place else "") for place, value in enumerate(figures)
        ]
        rows.append((*_named(results, name), *cells))
    table = Table((*_head(results), *(Head(texts(f"outcomes.{name}"), number=True) for name in names)), tuple(rows))
    return (Paragraph(texts("outcomes.alone", runs=f"{len(runs):,}")), table)


def _arms_told(results: Results) -> tuple[Block, ...]:
    """Return what each arm is, in English, the language of the policies' files, and the shocks that it meets."""
    texts, told = results.texts, results.manifest.get("arms", {})
    said = []
    if texts.language == "en":
        said = [texts("outcomes.arm_told", arm=arm, description=told[arm]["description"]) for arm in told]
    for arm in told:
        for en, zh, strength in told[arm]["shocks"]:
            shock = zh if texts.language == "zh" else en
            said.append(texts("outcomes.shock", arm=arm, shock=shock, strength=f"{strength:g}"))
    return (Bullets(tuple(said)),) if said else ()
