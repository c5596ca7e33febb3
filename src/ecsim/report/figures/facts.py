"""Stylised facts: where sources find each figure and where runs do, side by side on one scale."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ecsim.experiments.validation import FactVerdict, MeasureJudged, Validation
from ecsim.report.drawing import Drawing, Language, styled, svg
from ecsim.report.figures.panels import WIDTH
from ecsim.report.fonts import LAID_OUT_WITH, LATIN, chinese_font
from ecsim.report.texts import Texts

REACH = 5.0
"""Half-widths of the source's interval that are drawn to either side of its middle; what lies beyond gets an arrow."""
COLOURS: dict[FactVerdict, str] = {
    "reproduced": "#15803d", "contradicted": "#b91c1c", "cannot be told": "#b45309", "input": "#6b7280",
    "not computable": "#6b7280",
}  # fmt: skip
SOURCE = "#cbd5e1"
LABEL = {"en": 62, "zh": 34}
"""Characters of a line of a label."""


@dataclass(frozen=True)
class _Row:
    """A measure with the number of its fact."""

    fact: int
    judged: MeasureJudged

    def place(self, value: float) -> float:
        """Return where a value lies, the source's interval going from -1 to 1.

        Of a source that gives one bound alone, the other end is as far away as the model's interval reaches.
        """
        low, high = self.judged.source
        if math.isfinite(low) and math.isfinite(high):
            return 2.0 * (value - low) / ((high - low) or 1.0) - 1.0
        unit = max(abs(end) for end in (*self._model, 1e-12))
        return 2.0 * (value - low) / unit - 1.0 if math.isfinite(low) else 2.0 * (value - high) / unit + 1.0

    @property
    def _model(self) -> tuple[float, float]:
        """The ends of the model's interval; twice the figure of a single run."""
        low, high = self.judged.interval
        return (self.judged.mean, self.judged.mean) if math.isnan(low) else (low, high)

    @property
    def spans(self) -> tuple[tuple[float, float], tuple[float, float], float]:
        """The source's interval, the model's and its mean on the common scale, cut off at its ends."""
        source = [self.place(end) if math.isfinite(end) else math.copysign(REACH, end) for end in self.judged.source]
        model = [self.place(end) for end in self._model]
        return (_cut(source[0]), _cut(source[1])), (model[0], model[1]), self.place(self.judged.mean)


def _cut(value: float) -> float:
    return min(max(value, -REACH), REACH)


def draw(validation: Validation, texts: Texts) -> Drawing | None:
    """Return source and model interval of every measure that runs give, one row each.

    Parameters
    ----------
    validation : the facts held against runs
    texts : in whose language it is written

    Returns
    -------
    Drawing or None
        None where runs give no measure.
    """
    made = figure_of(validation, texts)
    if made is None:
        return None
    title = texts("facts.title", runs=len(validation.seeds), of=validation.title)
    return Drawing("facts", title, texts("facts.note"), svg(made))


def figure_of(validation: Validation, texts: Texts, fonts: Iterable[str] = LAID_OUT_WITH) -> Figure | None:
    """Return the figure itself, laid out with some fonts; None where runs give no measure."""
    rows = [_Row(fact.fact.id, m) for fact in validation.facts for m in fact.measures if m.computable]
    if not rows:
        return None
    styled()
    mpl.rcParams["font.family"] = list(fonts)
    figure = Figure(figsize=(WIDTH * 1.25, 0.4 * len(rows) + 1.4), layout="constrained")
    axis = figure.subplots()
    for place, row in enumerate(rows):
        _draw_row(axis, place, row, texts)
    _frame(axis, rows, texts)
    axis.set_title(texts("facts.title", runs=len(validation.seeds), of=validation.title), loc="left")
    return figure


def write_pictures(validation: Validation, folder: Path) -> list[Path]:
    """Write the figure in both languages as SVG, and as PNG where this machine has the letters; return the files."""
    written: list[Path] = []
    languages: tuple[tuple[Language, str | None], ...] = (("en", LATIN), ("zh", chinese_font()))
    for language, font in languages:
        texts = Texts(language)
        drawing = draw(validation, texts)
        if drawing is None:
            continue
        path = folder / f"validation.{language}.svg"
        path.write_text(drawing.svg, encoding="utf-8")
        written.append(path)
        if font and (figure := figure_of(validation, texts, dict.fromkeys((font, LATIN)))):
            written.append(path.with_suffix(".png"))
            figure.savefig(written[-1], dpi=110, bbox_inches="tight")
    return written


def interval_words(judged: MeasureJudged, texts: Texts) -> tuple[str, str]:
    """Return the source's interval and the model's as people read them."""
    return _range(judged.source, texts), _numbers(judged)


def _draw_row(axis: Axes, place: int, row: _Row, texts: Texts) -> None:
    source, model, mean = row.spans
    colour = COLOURS[row.judged.verdict]
    axis.plot(source, [place, place], color=SOURCE, lw=11, solid_capstyle="butt", zorder=1)
    axis.plot([_cut(end) for end in model], [place, place], color=colour, lw=3, solid_capstyle="butt", zorder=2)
    beyond = math.copysign(REACH, mean) if abs(mean) > REACH else None
    marker = "o" if beyond is None else ">" if beyond > 0 else "<"
    axis.plot(_cut(mean), place, marker, color=colour, ms=6, mec="white", mew=0.6, zorder=3)
    words = texts("facts.numbers", source=_range(row.judged.source, texts), model=_numbers(row.judged))
    words = texts.joined(words, row.judged.measure.unit.to(texts.language))
    where = ("axes fraction", "data")
    axis.annotate(words, (1.01, place), xycoords=where, va="center", fontsize=7.5, annotation_clip=False)


def _range(interval: tuple[float, float], texts: Texts) -> str:
    low, high = interval
    if math.isinf(high):
        return texts("facts.above", value=number(low))
    return texts("facts.below", value=number(high)) if math.isinf(low) else f"{number(low)} … {number(high)}"


def number(value: float) -> str:
    """Return a figure with three digits that count, thousands apart; – where there is none."""
    if math.isnan(value):
        return "–"
    return (f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}").replace("-", "−")


def _numbers(judged: MeasureJudged) -> str:
    if math.isnan(judged.interval.low):
        return number(judged.mean)
    return f"{number(judged.interval.low)} … {number(judged.interval.high)}"


def _frame(axis: Axes, rows: Sequence[_Row], texts: Texts) -> None:
    """Write the labels of rows and of the common scale, and the legend of colours."""
    language = texts.language
    labels = ["\n".join(wrap(f"{row.fact}  {row.judged.measure.title.to(language)}", LABEL[language])) for row in rows]
    axis.set_yticks(range(len(rows)), labels, fontsize=8)
    axis.tick_params(axis="y", length=0)
    axis.set_ylim(len(rows) - 0.4, -0.6)
    axis.set_xlim(-REACH - 0.2, REACH + 0.2)
    axis.set_xticks([-1, 1], [texts("facts.low"), texts("facts.high")], fontsize=8)
    axis.grid(axis="x", color="#e5e7eb", lw=0.8)
    axis.set_axisbelow(True)
    used = dict.fromkeys(row.judged.verdict for row in rows)
    handles = [
        axis.plot([], [], "o-", color=COLOURS[v], lw=3, label=texts(f"facts.{v.replace(' ', '_')}"))[0] for v in used
    ]
    source = axis.plot([], [], color=SOURCE, lw=9, label=texts("facts.source"))[0]
    axis.legend(handles=[source, *handles], loc="upper center", bbox_to_anchor=(0.5, -0.05), ncols=6, fontsize=8)
