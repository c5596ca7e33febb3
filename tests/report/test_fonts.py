"""A machine without a Chinese font: words of figures are text, nothing is missing, and nothing warns."""

import logging
import re
import shutil
import warnings
from dataclasses import replace
from pathlib import Path

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ecsim.kernel.errors import EcsimError
from ecsim.report import fonts, paper
from ecsim.report.document import Code, Document, Paragraph, Section
from ecsim.report.drawing import Drawing, Language, styled
from ecsim.report.figures import draw_all
from ecsim.report.report import write_report
from ecsim.report.results import Results, read_results
from ecsim.report.texts import Texts

HAN = "[一-鿿]"


@pytest.fixture
def no_chinese_font(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the fonts that come with Matplotlib alone."""
    shipped = [
        font for font in font_manager.fontManager.ttflist if Path(mpl.get_data_path()) in Path(font.fname).parents
    ]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", shipped)
    monkeypatch.setattr(font_manager, "findSystemFonts", list)
    assert fonts.chinese_font() is None


def drawn_maps(folder: Path, language: Language = "zh") -> tuple[Results, list[Drawing]]:
    """Return a comparison and its figures, with sales that differ by county and with stations."""
    results = read_results(folder, Texts(language))
    sales = pd.DataFrame(
        [
            {"arm": arm, "seed": seed, "county": county, "farm_retail@2019": 100.0 + county * (arm != "no_money")}
            for arm in results.arms for seed in (1, 2) for county in range(25)
        ]
    )  # fmt: skip
    stations = pd.DataFrame({"arm": "equal_split", "status": "open", "longitude": [103.0], "latitude": [25.0]})
    results = replace(results, tables={**results.tables, "counties": sales, "stations": stations})
    return results, draw_all(results)


def texts_of(svg: str) -> list[str]:
    return re.findall(r"<text\b[^>]*>([^<]*)</text>", svg)


@pytest.mark.usefixtures("no_chinese_font")
def test_nothing_warns_and_every_word_of_a_figure_is_text(
    of_simulation: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with warnings.catch_warnings(), caplog.at_level(logging.WARNING):
        warnings.simplefilter("error")
        results, figures = drawn_maps(of_simulation)
    assert caplog.records == []
    assert {"county_map", "stations", "counties"} <= {drawn.name for drawn in figures}
    for drawn in figures:
        assert re.search(HAN, "".join(texts_of(drawn.svg)))
        assert not re.search(r'<path id="[^"]*(DejaVu|LastResort)', drawn.svg), "an outline of a letter"
    stations = texts_of(next(drawn.svg for drawn in figures if drawn.name == "stations"))
    assert {results.short_county(county) for county in results.manifest["counties"]} <= set(stations)


def test_figures_do_not_hang_on_the_fonts_of_the_machine(of_simulation: Path, request: pytest.FixtureRequest) -> None:
    _, here = drawn_maps(of_simulation)
    request.getfixturevalue("no_chinese_font")
    assert drawn_maps(of_simulation)[1] == here


def test_names_on_a_map_are_text_with_a_white_rim_below_the_letters(of_simulation: Path) -> None:
    results, figures = drawn_maps(of_simulation)
    svg = next(drawn.svg for drawn in figures if drawn.name == "stations")
    rimmed = re.findall(
        r'<g style="paint-order: stroke; stroke: #ffffff;[^"]*">\s*(?:<!--.*?-->\s*)?<text[^>]*>([^<]*)<', svg
    )
    assert sorted(rimmed) == sorted(results.short_county(county) for county in results.manifest["counties"])


def test_a_chinese_word_has_at_least_the_room_that_it_takes() -> None:
    """Laid out with a narrower font, labels beside an axis would be cut off at the edge."""
    styled()
    figure = Figure(dpi=72)
    word = figure.text(0.5, 0.5, "孟连傣族拉祜族佤族自治县", fontsize=10)
    points = word.get_window_extent(FigureCanvasAgg(figure).get_renderer()).width
    assert 120 <= points <= 150


@pytest.mark.usefixtures("no_chinese_font")
def test_the_chinese_page_is_about_as_large_as_the_english_one(of_simulation: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(of_simulation, tmp_path / "out")
    english, chinese = (path.stat().st_size for path in write_report(folder))
    assert chinese <= 2 * english
    figures = {language: drawn_maps(of_simulation, language)[1] for language in ("en", "zh")}
    english, chinese = (sum(len(drawn.svg) for drawn in figures[language]) for language in ("en", "zh"))
    assert chinese <= 1.2 * english


@pytest.mark.usefixtures("no_chinese_font")
def test_paper_in_chinese_needs_a_font_and_all_else_is_written(of_simulation: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(of_simulation, tmp_path / "out")
    for page in folder.glob("report*"):
        page.unlink()
    with pytest.raises(EcsimError, match=r"no font with Chinese characters.*print the page.*fonts-noto-cjk"):
        write_report(folder, pdf=True)
    assert {path.name for path in folder.glob("report*")} == {"report.html", "report.zh.html", "report.pdf"}


@pytest.mark.usefixtures("no_chinese_font")
def test_paper_in_english_says_where_it_has_no_letters_for_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    said = (Paragraph("a supply co-op, or 万村千乡 — ≤ 2"), Code("--without county=富源县,mine"))
    sources = []
    typst = paper._typst()
    monkeypatch.setattr(typst, "compile", lambda source, **_: sources.append(source) or b"%PDF-")
    paper.page_images(Document("en", "Short", (), (Section("one", "One", said),)))
    content = sources[0]["content.json"].decode()
    assert "a supply co-op, or […] — ≤ 2" in content
    assert "--without county=[…],mine" in content
    assert not re.search(HAN, content)
