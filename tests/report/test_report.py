"""A report of a function's experiment: both languages, nothing empty, no network, the same bytes twice."""

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from folders import CONTRASTS, DESIGN, FUNCTION, function_folder, headings, words

from ecsim.cli.main import main
from ecsim.kernel.errors import EcsimError
from ecsim.report import analyses as drawing
from ecsim.report.document import MOST_ROWS
from ecsim.report.report import compose, render, write_report
from ecsim.report.results import read_results
from ecsim.report.sections import findings
from ecsim.report.sections.by_arm import COLUMNS
from ecsim.report.texts import Texts

CHINESE = re.compile("[一-鿿]")


@pytest.fixture(scope="module")
def pages(of_function: Path) -> dict[str, str]:
    write_report(of_function)
    return {name: (of_function / name).read_text(encoding="utf-8") for name in ("report.html", "report.zh.html")}


def test_both_languages_hold_the_same_sections_and_figures(pages: dict[str, str]) -> None:
    places = [re.findall(r'<(?:section|figure) id="([^"]+)"', page) for page in pages.values()]
    assert places[0] == places[1]
    assert places[0] == [
        "short", "outcomes", "figures", "differences", "pareto", "distributions", "provenance"
    ]  # fmt: skip


def test_each_page_is_wholly_in_its_language_and_links_to_the_other(pages: dict[str, str]) -> None:
    en, zh = pages["report.html"], pages["report.zh.html"]
    assert '<html lang="en">' in en
    assert '<html lang="zh">' in zh
    assert '<a href="report.zh.html" lang="zh">中文</a>' in en
    assert '<a href="report.html" lang="en">English</a>' in zh
    assert not CHINESE.search(words(en).replace("中文", ""))
    names = {"none", "small", "large", "sales", "cost", "Python"}
    assert all(CHINESE.search(said) or said in names for said in headings(zh))
    sentences = re.findall(r"[A-Za-z]+(?: [a-z]+){3,}", words(zh))
    assert sentences == []


def test_a_page_opens_without_a_network(pages: dict[str, str]) -> None:
    for page in pages.values():
        assert not re.search(r'(?:src|href)\s*=\s*"(?:https?:)?//', page)
        assert "url(http" not in page
        assert set(re.findall(r'https?://[^/"<> ]+', page)) == {"http://www.w3.org"}  # namespaces of SVG


def test_the_answer_comes_first_with_the_figures_of_the_summary(of_function: Path, pages: dict[str, str]) -> None:
    rows = pd.read_csv(of_function / "summary.csv").set_index(["outcome", "arm"])
    mean, gap = rows.loc[("sales", "large"), ["mean", "difference"]]
    sentence = re.search(r"<li>(sales: large has the highest mean.*?)</li>", pages["report.html"])
    assert sentence
    assert f"{mean:,.1f}" in sentence[1]
    assert f"{gap:+.2f}" in sentence[1]
    assert "cost: large has the lowest mean, 14.00" in pages["report.html"]
    assert "均值最高的是 large" in pages["report.zh.html"]


def test_named_contrasts_are_answered_at_the_top_in_both_languages(tmp_path: Path) -> None:
    text = FUNCTION.replace("[[arms]]", CONTRASTS + "[[arms]]", 1)
    folder = function_folder(tmp_path, text)
    en, zh = (compose(folder, language) for language in ("en", "zh"))
    assert [section.name for section in en.sections][:2] == ["contrasts", "short"]
    assert en.lead[1].texts == (  # question, then answer
        "A gain, against none: 2 clearly better, of 2 main outcomes. "
        f"sales: {_gap(folder):.3f} higher, which is better {_interval(folder)}.",
    )
    assert "random variation only" in en.lead[2].text
    assert "cost: 4.00 lower, which is better (95 % CI −4.00 to −4.00)." in en.sections[0].blocks[1].texts
    assert zh.lead[0].texts[0].startswith("有增益，与没有相比：2 项主要指标中，2 项明确变好。sales：高 ")


def _contrast(folder: Path) -> pd.Series:
    return pd.read_csv(folder / "contrasts.csv").set_index("outcome").loc["sales"]


def _gap(folder: Path) -> float:
    runs = pd.read_parquet(folder / "runs.parquet").pivot(index="replication", columns="arm", values="sales")
    return float((runs[["small", "large"]].mean(axis=1) - runs["none"]).mean())


def _interval(folder: Path) -> str:
    row = _contrast(folder)
    return f"(95 % CI {row.family_low:+.3f} to {row.family_high:+.3f})"


def test_without_contrasts_the_page_has_none_and_their_old_table_goes(tmp_path: Path) -> None:
    folder = function_folder(tmp_path, FUNCTION.replace("[[arms]]", CONTRASTS + "[[arms]]", 1))
    assert (folder / "contrasts.csv").is_file()
    assert not (function_folder(tmp_path, FUNCTION) / "contrasts.csv").exists()
    assert "contrasts" not in {section.name for section in compose(folder, "en").sections}


def test_every_section_has_an_anchor_in_the_contents(pages: dict[str, str]) -> None:
    for page in pages.values():
        contents = page[page.index('<nav class="contents"') : page.index("<section")]
        anchors = re.findall(r'href="#([^"]+)"', contents)
        assert anchors == re.findall(r'<section id="([^"]+)"', page)


def test_many_arms_are_rows_so_that_none_is_cut_off(of_function: Path, pages: dict[str, str]) -> None:
    results = read_results(of_function, Texts("en"))
    tables = [block for block in compose(of_function, "en").sections[1].blocks if block.kind == "table"]
    assert [row[0].text for row in tables[0].rows] == results.arms
    assert all(len(table.head) <= 1 + COLUMNS for table in tables)


def test_outcomes_that_arms_change_alike_are_said_once(of_function: Path) -> None:
    results = read_results(of_function, Texts("en"))
    twin = results.summary[results.summary.outcome == "sales"].assign(outcome="twin")
    both = replace(results, summary=pd.concat([results.summary, twin.assign(mean=twin["mean"] + 7.0)]))
    assert both.alike(["sales", "cost", "twin"]) == [("sales", "twin"), ("cost",)]
    assert both.titles(("sales", "twin")) == "sales and twin (same change)"
    other = replace(results, summary=pd.concat([results.summary, twin.assign(difference=twin["difference"] * 1.01)]))
    assert other.alike(["sales", "twin"]) == [("sales",), ("twin",)]


def test_an_arm_goes_by_the_title_that_the_experiment_gives_it(tmp_path: Path) -> None:
    text = FUNCTION.replace('name = "large"', 'name = "large"\ntitle = {en = "A large gain", zh = "大增益"}')
    folder = function_folder(tmp_path, text)
    en, zh = (words(render(compose(folder, language))) for language in ("en", "zh"))
    assert "sales: “A large gain” has the highest mean" in en
    assert "均值最高的是“大增益”，" in zh
    assert en.count("large\n") == 1  # the name that commands know, once


def test_the_same_folder_gives_the_same_bytes(of_function: Path, pages: dict[str, str]) -> None:
    before = {path: path.read_bytes() for path in (of_function / "figures").rglob("*.svg")}
    assert len(before) == 6
    write_report(of_function)
    assert {path: path.read_bytes() for path in before} == before
    assert (of_function / "report.zh.html").read_text(encoding="utf-8") == pages["report.zh.html"]


def test_figures_are_files_in_both_languages(of_function: Path, pages: dict[str, str]) -> None:
    assert "report.html" in pages
    en, zh = (of_function / "figures" / name for name in ("pareto.svg", "zh/pareto.svg"))
    assert en.read_text(encoding="utf-8").startswith("<svg")
    assert en.read_bytes() != zh.read_bytes()


def test_a_design_tells_of_its_points_and_lists_its_parameters(tmp_path: Path) -> None:
    folder = function_folder(tmp_path, FUNCTION.replace("replications = 8", "replications = 2") + DESIGN)
    page = compose(folder, "en")
    told = json.dumps([str(block) for block in page.lead])
    assert "4 points of a design over 1 uncertain parameters" in told
    assert "Intervals reflect random variation only" not in told
    assert [section.name for section in page.sections][-2:] == ["assumed", "provenance"]
    assert "reach" in str(page.sections[-2])


def test_one_arm_has_means_and_spreads_and_no_differences(tmp_path: Path) -> None:
    text = FUNCTION.partition('[[arms]]\nname = "small"')[0]
    page = compose(function_folder(tmp_path, text), "en")
    assert [drawn.name for drawn in page.figures] == ["distributions"]
    assert "Standard deviation" in str(page.sections[0])


def test_one_replication_shows_no_difference_as_if_it_were_none(tmp_path: Path) -> None:
    folder = function_folder(tmp_path, FUNCTION.replace("replications = 8", "replications = 1"))
    page = compose(folder, "en")
    assert "Each policy was run once" in str(page.sections[0])
    assert "+0.00" not in str(page)
    assert [drawn.name for drawn in page.figures] == ["pareto"]


def _analysis(folder: Path, rows: int) -> None:
    (folder / "analysis").mkdir(parents=True)
    told = {
        "name": "made", "kind": "robustness", "title": {"en": "Made up", "zh": "虚构"},
        "settings": {"outcome": "sales", "level": 0.95, "said": "a long sentence",
                     "shocks": {"storm": {"en": "A storm", "zh": "暴风"}}},
        "findings": [{"en": "Large wins.", "zh": "大者胜。"}, {"en": "Second.", "zh": "其次。"}],
        "notes": [{"en": "Mind this.", "zh": "注意此点。"}],
        "tables": {
            "long": {"title": {"en": "Long", "zh": "长表"}, "columns": ["arm", "mean"],
                     "rows": [{"arm": f"arm {n}", "mean": None if n == 0 else n + 0.5} for n in range(rows)]},
            "named": {"title": {"en": "Named", "zh": "有名"}, "columns": ["shock", "limit_en", "limit_zh", "unit"],
                      "rows": [{"shock": "storm", "limit_en": "at most 2", "limit_zh": "至多 2", "unit": ""}]},
            "empty": {"title": {"en": "Empty", "zh": "空表"}, "columns": ["arm"], "rows": []},
        },
    }  # fmt: skip
    (folder / "analysis" / "made.json").write_text(json.dumps(told), encoding="utf-8")


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "draw", lambda *_: [])


@pytest.mark.usefixtures("undrawn")
def test_an_analysis_is_a_section_findings_first_and_long_tables_are_cut(tmp_path: Path) -> None:
    _analysis(tmp_path, MOST_ROWS + 5)
    en, zh = (write_report(tmp_path, [language])[0].read_text(encoding="utf-8") for language in ("en", "zh"))
    assert en.index("Large wins.") < en.index('<section id="made">') < en.index("Second.") < en.index("Mind this.")
    assert "60 of 65 rows are shown; the rest is in analysis/made.json." in en
    assert "此处显示 65 行中的前 60 行" in zh
    assert "arm 59" in en
    assert "arm 60" not in en
    assert "<summary>Long</summary>" in en
    assert "Empty" not in en
    assert '<td class="n">–</td>' in en
    assert "<b>均值</b>" in zh
    assert "Mind this" not in zh


@pytest.mark.usefixtures("undrawn")
def test_names_in_an_analysis_go_by_their_titles_and_settings_are_short(tmp_path: Path) -> None:
    _analysis(tmp_path, 1)
    en, zh = (write_report(tmp_path, [language])[0].read_text(encoding="utf-8") for language in ("en", "zh"))
    assert "<td>A storm</td><td>at most 2</td></tr>" in en
    assert "<td>暴风</td><td>至多 2</td></tr>" in zh
    assert "Settings: outcome = sales, level = 0.95." in en
    assert "a long sentence" not in zh


@pytest.mark.usefixtures("undrawn")
def test_a_folder_with_an_analysis_beside_runs_tells_both(of_function: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(of_function, tmp_path / "both")
    _analysis(folder, 3)
    names = [section.name for section in compose(folder, "zh").sections]
    assert names == ["short", "made", "outcomes", "figures", "provenance"]


def test_every_kind_of_analysis_has_a_module_that_draws() -> None:
    home = Path(drawing.__file__).parent
    assert {path.stem for path in home.glob("*.py")} - {"__init__"} >= set(drawing.KINDS)
    for kind in drawing.KINDS:
        module = __import__(f"ecsim.report.analyses.{kind}", fromlist=["draw"])
        assert isinstance(module.draw, Callable)


def test_an_analysis_of_an_unknown_kind_is_told(of_function: Path) -> None:
    with pytest.raises(EcsimError, match="kind is 'magic'; this version draws claims, sensitivity, stress"):
        drawing.draw({"kind": "magic", "name": "made"}, read_results(of_function, Texts("en")))


def test_a_folder_without_results_says_what_makes_one(tmp_path: Path) -> None:
    with pytest.raises(EcsimError, match=r"not a results folder .*ecsim compare EXPERIMENT"):
        write_report(tmp_path)


def test_a_spoiled_manifest_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(EcsimError, match=r"manifest\.json: is not valid JSON"):
        write_report(tmp_path)


def test_the_command_writes_the_language_that_is_asked_for(
    of_function: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shutil.copytree(of_function, tmp_path / "copy", ignore=shutil.ignore_patterns("report*", "figures"))
    assert main(["report", str(folder), "--lang", "zh"]) == 0
    assert capsys.readouterr().out == f"{folder / 'report.zh.html'}\n"
    assert not (folder / "report.html").exists()
    assert "<nav>" not in (folder / "report.zh.html").read_text(encoding="utf-8")  # there is no other page to go to
    assert main(["report", str(tmp_path / "nowhere")]) == 2
    assert "not a results folder" in capsys.readouterr().err
