"""A report of a small comparison of the simulation, on a page and on paper."""

import json
import re
import shlex
import shutil
from pathlib import Path

import pandas as pd
import pytest
from folders import headings, without_parameters, words
from matplotlib import font_manager

from ecsim.cli.main import parser
from ecsim.kernel.errors import EcsimError
from ecsim.report import fonts, paper
from ecsim.report.amounts import rounded
from ecsim.report.document import Document
from ecsim.report.numbers import figure
from ecsim.report.report import compose, render
from ecsim.statistics.comparison import paired


@pytest.fixture(scope="module")
def documents(of_simulation: Path) -> dict[str, Document]:
    return {"en": compose(of_simulation, "en"), "zh": compose(of_simulation, "zh")}


@pytest.fixture(scope="module")
def pages(documents: dict[str, Document]) -> dict[str, str]:
    return {language: render(document) for language, document in documents.items()}


def test_both_languages_hold_every_section_in_the_order_in_which_it_is_read(documents: dict[str, Document]) -> None:
    for document in documents.values():
        assert [section.name for section in document.sections] == [
            "short", "outcomes", "figures", "counties", "free", "targets", "programme", "check", "assumed",
            "provenance",
        ]  # fmt: skip
        assert all(section.blocks for section in document.sections)


def test_pages_name_arms_counties_targets_and_figures_in_their_language(pages: dict[str, str]) -> None:
    for said in ("no_money", "Equal split, county by county", "Gongshan", "Satisfied trainees", "<svg"):
        assert said in pages["en"]
    for said in ("no_money", "按县平均分配", "贡山独龙族怒族自治县", "培训满意度", "亿元", "万元", "无资金", "<svg"):
        assert said in pages["zh"]
    assert "百万元" not in pages["zh"]
    assert not re.search("[一-鿿]", words(without_parameters(pages["en"])).replace("中文", ""))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("What a yuan of project money brings", "Farm products sold online, 2018–2019", "613.0 million yuan")),
        ("zh", ("每元项目资金带来多少", "农产品网络零售额（2018–2019年）", "6.13 亿元")),
    ],
)
def test_what_a_yuan_brings_is_said_of_all_years(
    of_simulation: Path, tmp_path: Path, language: str, said: tuple[str, ...]
) -> None:
    folder = shutil.copytree(of_simulation, tmp_path / "copy")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["experiment"]["returns"] = {"outcomes": ["farm_retail"], "discount_rate": 0.08}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    row = {"arm": "equal_split", "outcome": "farm_retail", "first": 2018, "last": 2019, "n": 2, "sum": 613.0}
    pd.DataFrame([row | {"paid": 528.0, "per_yuan": 1.16, "low": 0.9, "high": 1.4}]).to_csv(
        folder / "returns.csv", index=False
    )
    section = next(section for section in compose(folder, language).sections if section.name == "returns")
    page = render(Document(language, "x", (), (section,)))
    assert [part for part in (*said, "1.16", "0.9000 … 1.40") if part not in page] == []
    assert "百万元" not in page


def test_headings_and_notes_of_the_chinese_page_are_chinese(pages: dict[str, str]) -> None:
    assert all(re.search("[一-鿿]", said) for said in headings(pages["zh"]))


def test_english_on_the_chinese_page_is_what_the_files_of_parameters_have(pages: dict[str, str]) -> None:
    assert re.findall(r"[A-Za-z]+(?: [a-z]+){3,}", words(without_parameters(pages["zh"]))) == []


def test_marks_follow_the_targets_that_runs_met(of_simulation: Path, documents: dict[str, Document]) -> None:
    met = pd.read_parquet(of_simulation / "targets.parquet")
    section = next(section for section in documents["en"].sections if section.name == "targets")
    tables = [block for block in section.blocks if block.kind == "table" and len(block.rows) == 25]
    yes = sum(mark.kind == "yes" for table in tables for row in table.rows for cell in row for mark in cell.marks)
    shares = met.groupby(["arm", "indicator"])[list(met.columns[4:])].mean()
    assert yes == int((shares >= 0.95).to_numpy().sum()) > 0
    assert {len(table.rows) for table in tables} == {25}
    assert sum(len(table.head) - 1 for table in tables) == 15  # the targets, and all at once
    assert {len(cell.marks) for table in tables for row in table.rows for cell in row[1:]} == {2}


def test_every_county_has_its_own_figures_with_the_difference(
    of_simulation: Path, documents: dict[str, Document]
) -> None:
    for language, name in (("en", "Huize County, Qujing City"), ("zh", "曲靖市 会泽县")):
        section = next(section for section in documents[language].sections if section.name == "counties")
        folded = [block for block in section.blocks if block.kind == "folded"]
        assert len(folded) == 25
        assert [block.title for block in folded].count(name) == 1
    figures = pd.read_parquet(of_simulation / "counties.parquet")
    own = figures[figures.county == 1].pivot(index="seed", columns="arm", values="sellers_share")
    huize = next(block for block in folded if block.title == name)
    table = next(table for table in huize.tables if any(head.text == "网销农户占比" for head in table.head))
    place = next(at for at, head in enumerate(table.head) if head.text == "网销农户占比")
    cell = table.rows[1][place]
    assert cell.text == figure(100.0 * float(own["equal_split"].mean()))
    expected = paired(own["equal_split"], own["no_money"])
    half = 100.0 * (expected.high - expected.low) / 2.0
    assert cell.below.startswith(rounded(100.0 * expected.mean, half))


def test_commands_of_a_page_work_in_its_folder_and_are_quoted(documents: dict[str, Document]) -> None:
    section = next(section for section in documents["en"].sections if section.name == "check")
    lines = next(block for block in section.blocks if block.kind == "code").text.splitlines()
    parts = [shlex.split(line) for line in lines]
    assert parts[0][:3] == ["ecsim", "reproduce", "."]
    assert parts[2][-1] == "Fuyuan County"
    assert all(hasattr(parser().parse_args(part[1:]), "run") for part in parts)


def test_marks_are_there_without_the_tables_of_each_run(of_simulation: Path, tmp_path: Path) -> None:
    """As of an experiment with tables = false."""
    for name in ("manifest.json", "summary.csv", "runs.parquet", "targets.parquet"):
        (tmp_path / name).write_bytes((of_simulation / name).read_bytes())
    document = compose(tmp_path, "en")
    assert [section.name for section in document.sections] == [
        "short", "outcomes", "figures", "free", "targets", "check", "assumed", "provenance",
    ]  # fmt: skip
    assert "met in 100 % of runs" in str(document)
    assert [drawn.name for drawn in document.figures] == ["differences", "distributions"]


def test_paths_have_bands_and_differences_before_the_programme_are_nothing(of_simulation: Path) -> None:
    found = pd.read_parquet(of_simulation / "paths.parquet")
    assert set(found.of) == {"level", "difference"}
    assert set(found.series) == {"retail_yuan", "farm_yuan", "parcels"}
    assert set(found[found.of == "difference"].arm) == {"equal_split"}
    assert (found.week % 4 == 0).all()
    assert (found.path_low <= found.low).all()
    assert (found.path_high >= found.high).all()
    early = found[(found.of == "difference") & (found.week < 20)]
    assert (early[["mean", "path_low", "path_high"]] == 0).all().all()


@pytest.fixture
def some_chinese_font(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no Chinese font, one of Matplotlib's stands in: it has a box for every character."""
    if fonts.chinese_font() is None:
        stand_in = fonts.LAID_OUT_WITH[-1]
        file = Path(font_manager.findfont(font_manager.FontProperties(family=[stand_in])))
        monkeypatch.setattr(paper, "chinese_font", lambda: stand_in)
        monkeypatch.setattr(paper, "chinese_font_file", lambda: file)


@pytest.mark.usefixtures("some_chinese_font")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_pdf_has_pages_and_every_figure(documents: dict[str, Document], tmp_path: Path, language: str) -> None:
    place = paper.write_pdf(documents[language], tmp_path / "report.pdf")
    written = place.read_bytes()
    assert written.startswith(b"%PDF-")
    pages = [int(count) for count in re.findall(rb"/Type\s*/Pages\b[^>]*?/Count (\d+)", written)]
    assert max(pages) >= 5


def test_pages_of_paper_can_be_looked_at(documents: dict[str, Document]) -> None:
    short = Document("en", "Short", (), documents["en"].sections[:1])
    images = paper.page_images(short)
    assert len(images) == 1
    assert images[0].startswith(b"\x89PNG")


def test_paper_in_chinese_needs_a_font(documents: dict[str, Document], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "chinese_font", lambda: None)
    with pytest.raises(EcsimError, match=r"no font with Chinese characters.*fonts-noto-cjk"):
        paper.page_images(documents["zh"])


def test_paper_without_the_extra_says_how_to_get_it(
    documents: dict[str, Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "typst", None)
    with pytest.raises(EcsimError, match=r"pip install 'ecsim\[pdf\]'"):
        paper.page_images(documents["en"])


def test_a_chinese_font_is_found_with_its_file() -> None:
    name, file = fonts.chinese_font(), fonts.chinese_font_file()
    assert (name is None) == (file is None)
    assert name is None or name in fonts.KNOWN


def test_the_programmes_evaluation_is_told_by_county_and_arm(of_simulation: Path, tmp_path: Path) -> None:
    """Two replications: a county that was good once and failed once; an arm that was never evaluated has no column."""
    folder = tmp_path / "evaluated"
    shutil.copytree(of_simulation, folder)
    row = {"arm": "equal_split", "deducted": 0.0, "reported_met": 12, "verified_met": 10}
    told = [
        row | {"seed": 1, "county": 0, "score": 81.0, "verdict": "good"},
        row | {"seed": 2, "county": 0, "score": 41.0, "verdict": "failed"},
        row | {"seed": 1, "county": 1, "score": 66.4, "verdict": "passed"},
    ]
    pd.DataFrame(told).to_parquet(folder / "evaluations.parquet", index=False)
    for language, said in (
        ("en", ("The programme's own evaluation", "61 (good 50 %, failed 50 %)", "met: 12.0 reported, 10.0 verified")),
        ("zh", ("项目绩效评价", "66（合格）", "达标：上报12.0项，核实10.0项")),
    ):
        (section,) = (each for each in compose(folder, language).sections if each.name == "verdicts")
        page = render(compose(folder, language)).replace("&#39;", "'")
        assert section.blocks
        for words_said in said:
            assert words_said in page, words_said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            (
                "Delivery cost against delivery time", "0.50 yuan a parcel cheaper and 0.200 days slower",
                "worth less than 2.50 yuan", "cheaper and slower", "−0.100 yuan", "equal at 2 yuan a day",
                "+1.00 percentage points",
            ),
        ),
        (
            "zh",
            (
                "配送成本与配送时效", "单件省 0.50 元，慢 0.200 天", "低于 2.50 元 时合算", "省钱而慢", "每天2元时持平",
                "+1.00 个百分点",
            ),
        ),
    ],
)  # fmt: skip
def test_how_cost_is_traded_for_time_is_said_shown_and_drawn(
    of_simulation: Path, tmp_path: Path, language: str, said: tuple[str, ...]
) -> None:
    folder = shutil.copytree(of_simulation, tmp_path / "copy")
    row = {
        "period": "2019",
        "arm": "equal_split",
        "n": 4,
        "day_yuan": 2.0,
        "trade": "cheaper_slower",
        "break_even": 2.5,
    }
    changes = {"cost": (-0.5, 0.1), "days": (0.2, 0.05), "late": (0.01, 0.005), "full": (-0.1, 0.02)}
    ends = {f"{name}_{end}": value + way * half for name, (value, half) in changes.items()
            for end, way in (("low", -1.0), ("high", 1.0))}  # fmt: skip
    means = {name: value for name, (value, _) in changes.items()}
    pd.DataFrame([row | means | ends]).to_csv(folder / "trade_off.csv", index=False)
    section = next(section for section in compose(folder, language).sections if section.name == "trade_off")
    page = render(Document(language, "x", (), (section,)))
    assert [part for part in said if part not in page] == []


@pytest.mark.parametrize(
    ("trade", "said"),
    [
        ("open", "by no more than luck explains"),
        ("cheaper_faster", "whatever a day is worth"),
        ("dearer_slower", "dearer"),
    ],
)
def test_an_arm_that_trades_nothing_has_no_value_of_time(
    of_simulation: Path, tmp_path: Path, trade: str, said: str
) -> None:
    folder = shutil.copytree(of_simulation, tmp_path / "copy")
    row = {"period": "2019", "arm": "equal_split", "n": 1, "day_yuan": 2.0, "trade": trade, "break_even": float("nan")}
    numbers = {name: 0.1 for part in ("cost", "days", "late", "full") for name in (part,)}
    numbers |= {f"{part}_{end}": float("nan") for part in ("cost", "days", "late", "full") for end in ("low", "high")}
    pd.DataFrame([row | numbers]).to_csv(folder / "trade_off.csv", index=False)
    section = next(section for section in compose(folder, "en").sections if section.name == "trade_off")
    page = render(Document("en", "x", (), (section,)))
    assert said in page
    assert "nan" not in words(page)
