"""A region of one's own: every fault of a pack is told at once, a part of a pack is a pack, a new one can be run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ecsim.cli.main import main
from ecsim.kernel.toml import read_toml
from ecsim.rural.model import MODEL
from ecsim.rural.regions.cutting import write_part
from ecsim.rural.regions.faults import examples_of, faults_of
from ecsim.rural.regions.pack import load_pack
from ecsim.rural.regions.pack_reader import NEEDED_FACTS
from ecsim.rural.regions.skeleton import DESCRIBED, write_skeleton
from ecsim.scenario.load import load
from tiny import CONFIGS, PACK

Capture = pytest.CaptureFixture[str]
LOWER = "990102"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return shutil.copytree(PACK, tmp_path / "copy")


def changed(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_sound_pack_has_no_fault() -> None:
    assert faults_of(PACK) == []


def test_every_fault_of_the_files_is_told_with_file_row_and_column(copy: Path) -> None:
    (copy / "product_rules.csv").unlink()
    changed(copy, "counties.csv", "26.0,100.0", "north,east")
    changed(copy, "villages.csv", ",village,990102001,990102", ",hamlet,990102001,990102")
    changed(copy, "rules/opening_assets.toml", "value = 1.0", "value = 4.0")
    found = faults_of(copy)
    for said in (
        "product_rules.csv: is missing", "counties.csv: row 2: lat is 'north'", "counties.csv: row 2: lon is 'east'",
        "villages.csv: row 6: kind is 'hamlet'; one of village, community", "opening_assets",
    ):  # fmt: skip
        assert sum(said in fault for fault in found) == 1, said
    assert len(found) == 5


def test_every_fault_between_tables_is_told(copy: Path) -> None:
    changed(
        copy, "socioeconomics.csv", "990102,下坪县,Xiaping,甲市,mean_schooling_years", "990102,下坪县,Xiaping,甲市,x"
    )
    changed(copy, "socioeconomics.csv", "990102,下坪县,Xiaping,甲市,rural_income", "990102,下坪县,Xiaping,甲市,y")
    changed(copy, "villages.csv", "990102001201,平坝村,village,990102001", "990102001201,平坝村,village,990109001")
    changed(copy, "product_forms.csv", "990102,草莓", "990102,蓝莓")
    found = faults_of(copy)
    for said in (
        "990102 has no mean_schooling_years", "990102 has no rural_income_per_capita 2018",
        "990102001201: adcode9 is '990109001'", "no row of 990102/草莓",
    ):  # fmt: skip
        assert sum(said in fault for fault in found) == 1, said
    assert len(found) == 4


def test_a_fault_of_the_whole_is_told(copy: Path) -> None:
    changed(copy, "counties.csv", ",4,0,", ",5,0,")
    (fault,) = faults_of(copy)
    assert "n_villages of 上河县 is 5; villages.csv lists 4" in fault


def test_a_written_part_opens_as_the_same_counties_of_the_whole(tmp_path: Path) -> None:
    part = write_part(str(PACK), frozenset({LOWER}), tmp_path / "lower")
    assert faults_of(tmp_path / "lower") == []
    assert part.whole.is_larger
    file = CONFIGS / "scenarios" / "formula_split.toml"
    cut, own = (
        load(file, {"sample": 1.0, **changes})
        for changes in ({"region": str(PACK), "counties": [LOWER]}, {"region": str(tmp_path / "lower")})
    )
    events = [MODEL.opening(scenario).events for scenario in (cut, own)]
    assert [event.kind for event in events[0]] == [event.kind for event in events[1]]
    for a, b in zip(*events, strict=True):
        assert all((getattr(a, column.name) == getattr(b, column.name)).all() for column in a.columns), a.kind


def test_a_run_of_a_written_part_has_the_root_of_a_run_of_the_whole_with_these_counties(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    # The real pack at a tiny sample, with money shared out by formula; of a part of the part, too.
    monkeypatch.chdir(tmp_path)
    settings = ["--set", "sample=0.0002", "--set", "end=2018-12-31"]
    assert main(["pack", "cut", "yunnan_2018", "--prefectures", "曲靖市", "--out", "qujing"]) == 0
    assert main(["pack", "cut", "qujing", "--counties", "会泽县", "--out", "huize"]) == 0
    assert main(["pack", "check", "huize"]) == 0
    runs = {
        "whole": ["--set", 'counties=["会泽县"]'],
        "part": ["--set", "region=huize"],
        "of_part": ["--set", "region=qujing", "--set", 'counties=["530326"]'],
    }
    for name, more in runs.items():
        assert main(["run", "formula_split", "--out", name, *settings, *more]) == 0
    capsys.readouterr()
    for name in ("part", "of_part"):
        assert main(["diff", "whole", name]) == 0
        assert "All events are identical." in capsys.readouterr().out
    assert main(["verify", "whole"]) == 0


def test_a_new_pack_passes_says_what_is_still_an_example_and_opens(tmp_path: Path, capsys: Capture) -> None:
    folder = tmp_path / "mine"
    assert main(["pack", "new", str(folder)]) == 0
    assert main(["pack", "check", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "villages.csv: 6 rows are still examples; replace them by facts" in said
    assert "idle_buildings.csv: 1 row is still an example; replace it by facts" in said
    assert set(examples_of(folder)) == {
        "counties.csv", "townships.csv", "villages.csv", "socioeconomics.csv", "products.csv", "product_forms.csv",
        "product_rules.csv", "existing_assets.csv", "idle_buildings.csv", "pack.toml",
    }  # fmt: skip
    scenario = load(CONFIGS / "scenarios" / "no_money.toml", {"region": str(folder), "sample": 0.01})
    assert MODEL.opening(scenario).sizes["counties"] == 2


def test_every_column_that_is_read_is_explained_in_both_languages(tmp_path: Path) -> None:
    write_skeleton(tmp_path / "mine")
    pages = [(tmp_path / "mine" / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh.md")]
    for page in pages:
        for kind in DESCRIBED:
            section = page.split(f"## {kind.FILE}\n")[1].split("\n## ")[0]
            for column in kind.model_fields:
                assert f"| `{column}` |" in section, (kind.FILE, column)
        for variable in NEEDED_FACTS:
            assert f"| `{variable}` |" in page


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["cut", "yunnan_2018"], "say what to keep and where to write it"),
        (["cut", "yunnan_2018", "--counties", "会津县", "--out", "x"], "did you mean 会泽县"),
        (["cut", "yunnan_2018", "--counties", "Atlantis", "--out", "x"], "贡山独龙族怒族自治县 Gongshan 533324"),
        (["new", "full"], "there already; name a new folder"),
        (["check", "full"], "not a region pack: no pack.toml"),
        (["check", "yunnan_2018", "--out", "x"], "are of `ecsim pack cut`"),
    ],
)
def test_wrong_commands_say_what_to_do(
    given: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "note.txt").write_text("mine", encoding="utf-8")
    assert main(["pack", *given]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


def test_a_cut_never_writes_over_a_folder(tmp_path: Path, capsys: Capture) -> None:
    assert main(["pack", "cut", str(PACK), "--counties", LOWER, "--out", str(tmp_path)]) == 2
    assert "there already; name a new folder" in capsys.readouterr().err


def test_a_part_without_what_it_knows_of_the_whole_is_refused_row_by_row(tmp_path: Path) -> None:
    write_part(str(PACK), frozenset({LOWER}), tmp_path / "lower")
    changed(tmp_path / "lower", "whole.csv", "first_household,990102,8.0\n", "")
    (fault,) = faults_of(tmp_path / "lower")
    assert "whole.csv: no row first_household of 990102; `ecsim pack cut` writes the file: cut the pack anew" in fault


def test_the_title_says_what_was_kept(tmp_path: Path) -> None:
    write_part(str(PACK), frozenset({LOWER}), tmp_path / "lower")
    head = read_toml(tmp_path / "lower" / "pack.toml")
    assert (head["name"], head["title_zh"]) == ("lower", "下坪县（两个虚构的县）")
    assert load_pack(str(tmp_path / "lower")).title_en == "Xiaping County (Two made-up counties)"
