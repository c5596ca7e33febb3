"""Wrong pack files are refused with where, what is allowed and what to do; holes are filled by noted rules."""

import shutil
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from ecsim.errors import EcsimError
from ecsim.regions import holes
from ecsim.regions.pack import RegionPack, load_pack
from ecsim.regions.reader import months


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    with as_file(files("ecsim.regions").joinpath("packs", "yunnan_2018")) as inside:
        return shutil.copytree(inside, tmp_path / "other")


@pytest.fixture(scope="module")
def pack() -> RegionPack:
    return load_pack("yunnan_2018")


def changed(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_copy_of_the_folder_is_the_same_region(copy: Path, pack: RegionPack) -> None:
    assert load_pack(str(copy)) == pack


def test_the_digest_tells_a_changed_figure(copy: Path, pack: RegionPack) -> None:
    changed(copy, "rules/opening_roads.toml", "value = 1.8", "value = 1.7")
    assert load_pack(str(copy)).digest != pack.digest


@pytest.mark.parametrize("name", ["products.csv", "counties.csv", "national.csv"])
def test_a_missing_file_is_named(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(EcsimError, match=f"missing {name}; a region pack has"):
        load_pack(str(copy))


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("counties.csv", "adcode,", "code,", "counties.csv: missing column adcode"),
        ("counties.csv", "25.67728", "north", "lat of 富源县 is 'north'; a number from -90 to 90 is needed"),
        ("counties.csv", "25.67728", "125.67728", "lat of 富源县 is 125.67728; allowed are -90 to 90"),
        ("villages.csv", ",community,", ",hamlet,", "kind is 'hamlet'; allowed are village, community, quasi_village"),
        ("villages.csv", "530325001002,", "530325001001,", "code12 530325001001 comes twice"),
        ("villages.csv", "清溪社区", "清溪,社区", "row 2 has more or fewer cells"),
        ("townships.csv", "0,530325,", "0,110101,", "county_adcode is '110101'; allowed are 530325"),
        ("products.csv", ",11-3,", ",11-13,", "harvest_months is 13; allowed are 1 to 12"),
        ("products.csv", ",fresh vegetable,", ",fresh fish,", "category is 'fresh fish'; allowed are tea, coffee"),
        ("products.csv", ",90,no,", ",90,maybe,", "cold_chain_needed is 'maybe'; allowed are yes, no"),
        ("pack.toml", "seed = 20181130", "seed = 'x'", "seed is 'x'; a int is needed"),
        ("pack.toml", "vintage =", "vintages =", "missing or unknown vintage, vintages"),
        ("pack.toml", "532326/大姚核桃", "532326/核桃", r"\[prices\] is '532326/核桃'; allowed are"),
        ("pack.toml", "tonnes = 300.0", "kilos = 300.0", "needs exactly tonnes and source"),
        ("pack.toml", "[prices]", "[prices", "not valid TOML"),
        ("rules/opening_people.toml", "value = 0.12", "value = 1.2", "allowed are 0.05 to 0.25"),
        ("socioeconomics.csv", "rural_households_est", "households_guess", "530325 has no rural_households_est"),
    ],
)
def test_a_wrong_cell_is_told_with_what_is_allowed(copy: Path, name: str, old: str, new: str, said: str) -> None:
    changed(copy, name, old, new)
    with pytest.raises(EcsimError, match=said):
        load_pack(str(copy))


def test_empty_poor_villages_follow_from_the_register_and_stop_at_all() -> None:
    assert holes.poor_villages("x", register=79_000, each=790, most=400)[0] == 100
    assert holes.poor_villages("x", register=79_000, each=790, most=60)[0] == 60


def test_the_register_is_taken_of_the_hukou_population_and_never_passes_all_residents() -> None:
    assert holes.resident_poor_households("x", register=50, hukou=200, households=80)[0] == 20
    assert holes.resident_poor_households("x", register=300, hukou=200, households=80)[0] == 80


def test_what_written_rules_replaced_is_in_the_pack_and_in_its_notes(pack: RegionPack) -> None:
    walnut = next(p for p in pack.products if p.name_zh == "大姚核桃")
    avocado = next(p for p in pack.products if p.name_zh == "牛油果")
    assert (walnut.farm_yuan, avocado.output_t) == (15.0, 300.0)
    noted = {(note.place, note.rule) for note in pack.notes}
    assert {("532326/大姚核桃", "replaces 26.2"), ("530827/牛油果", "replaces 10000")} <= noted
    assert sum(note.figure == "position" for note in pack.notes) == 19


def test_every_note_and_series_says_where_it_comes_from(pack: RegionPack) -> None:
    assert all(note.rule and note.source and note.provenance in {"derived", "assumed"} for note in pack.notes)
    assert all(row["source"] and row["provenance"] for row in pack.national)
    official = [pack.series[name] for name in ("K17b", "K18b", "K19b", "K20b", "K21b", "K18d", "K19d")]
    assert official == [0.391, 0.304, 0.191, 0.089, 0.113, 0.338, 0.27]


def test_harvest_months_run_over_the_turn_of_the_year() -> None:
    assert months("11-3", "x") == (11, 12, 1, 2, 3)
    assert months("3-5;7", "x") == (3, 4, 5, 7)
