"""Wrong pack files are refused with where, what is allowed and what to do; holes are filled by noted rules."""

import shutil
from collections import Counter
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from ecsim.kernel.errors import EcsimError
from ecsim.rural.events.codes import CropForm
from ecsim.rural.regions import imputation
from ecsim.rural.regions.pack import RegionPack, load_pack, pack_digest
from ecsim.rural.regions.rows import months

FACTS = [
    "counties.csv",
    "townships.csv",
    "villages.csv",
    "socioeconomics.csv",
    "products.csv",
    "product_forms.csv",
    "product_rules.csv",
    "county_trade.csv",
    "national.csv",
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    with as_file(files("ecsim.rural.regions").joinpath("packs", "yunnan_2018")) as inside:
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
    changed(copy, "rules/opening_roads.toml", "value = 1.5", "value = 1.4")
    assert load_pack(str(copy)).digest != pack.digest


@pytest.mark.parametrize("name", ["products.csv", "product_forms.csv", "county_trade.csv", "national.csv"])
def test_a_missing_file_is_named(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(EcsimError, match=f"missing {name}; a region pack has"):
        load_pack(str(copy))


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("counties.csv", "adcode,", "code,", "counties.csv: missing column adcode"),
        ("counties.csv", "25.67728", "north", "row 2: lat is 'north'; a number from -90 to 90 is needed"),
        ("counties.csv", "25.67728", "125.67728", "row 2: lat is '125.67728'; a number from -90 to 90 is needed"),
        ("counties.csv", "25.67728", "nan", "row 2: lat is 'nan'; a number from -90 to 90 is needed"),
        ("counties.csv", ",3262,,", ",99999999999999999999,,", "area_polygon_km2 is '9+'; a number from 1 to 300,000"),
        ("counties.csv", ",5889,5884,", ",99999999999999999999,5884,", "row 3: area_polygon_km2 is '9+'; a number"),
        ("counties.csv", ",3262,,", ",,,", "area_published_km2 and area_polygon_km2 are both empty; fill one"),
        (
            "counties.csv",
            ",12,9,1,2,0,125,",
            ",12,9,1,2,0,12.5,",
            "n_villages is '12.5'; a whole number from 1 to 10,000",
        ),
        ("counties.csv", ",12,9,1,2,0,125,", ",12,9,1,2,0,124,", "n_villages of 富源县 is 124; villages.csv lists 125"),
        ("counties.csv", "富源县", " ", "row 2: name_zh is empty; a text is needed"),
        ("counties.csv", "530326,", "530325,", "adcode 530325 stands in rows 2 and 3; keep one"),
        ("counties.csv", "530325,富源县", "530325\0,富源县", r"line 2 holds the control character U\+0000"),
        ("counties.csv", ",seat_zh,", ",adcode,", "column adcode comes twice"),
        ("villages.csv", ",community,", ",hamlet,", "kind is 'hamlet'; one of village, community, quasi_village is"),
        ("villages.csv", "530325001001,", "nan,", "row 2: code12 is 'nan'; a code of 12 digits is needed"),
        ("villages.csv", "清溪社区", "\u3000", "row 2: name_zh is empty; a text is needed"),
        ("villages.csv", "530325001,530325\n", "530325001,530326\n", "county_adcode is 530326, of its township 530325"),
        ("villages.csv", "530325001002,", "530325001001,", "code12 530325001001 stands in rows 2 and 3; keep"),
        ("villages.csv", "清溪社区", "清溪,社区", "row 2 has more or fewer cells"),
        ("townships.csv", "0,530325,", "0,110101,", "county_adcode is '110101'; allowed are 530325"),
        ("townships.csv", "25.67728,104.25284", ",104.25284", "lat and lon need each other; fill both or none"),
        (
            "townships.csv",
            ",0,530325,富源县,1,",
            ",0,530325,富源县,maybe,",
            "is_county_seat is 'maybe'; one of 0, 1 is",
        ),
        (
            "products.csv",
            ",11-3,",
            ",11-13,",
            "harvest_months is '11-13'; months from 1 to 12 .as 11-3 or 3-5;7-10. is",
        ),
        ("products.csv", ",11-3,", ",١١-3,", "harvest_months is '١١-3'; months from 1 to 12"),
        ("products.csv", ",fresh vegetable,", ",fresh fish,", "category is 'fresh fish'; allowed are tea, coffee"),
        ("product_forms.csv", "form,", "kind,", "product_forms.csv: missing column form"),
        (
            "product_forms.csv",
            ",standing,",
            ",stood,",
            "row 2: form is 'stood'; one of live, standing, fresh, kept, dr",
        ),
        ("product_forms.csv", ",90,no,", ",90,maybe,", "row 2: needs_cold is 'maybe'; one of yes, no is needed"),
        ("product_forms.csv", ",90,no,", ",0,no,", "row 2: shelf_days_at_gate is '0'; a whole number from 1 to 10,000"),
        ("product_forms.csv", ",90,no,10-4,", ",90,no,10-14,", "demand_months is '10-14'; all, or months from 1 to 12"),
        (
            "product_forms.csv",
            ",365,no,all,0.5,",
            ",365,no,all,x,",
            "row 15: live_feed_yuan_per_kg_week is 'x'; a numb",
        ),
        (
            "product_forms.csv",
            ",9,yes,6-9,,",
            ",9,yes,6-9,0.1,",
            "live_feed_yuan_per_kg_week is for form live; form is f",
        ),
        ("product_forms.csv", ",0.95,40,", ",0,40,", "sold_per_raw is '0'; a number from 0.01 to 10 is needed"),
        ("product_forms.csv", ",0.95,40,", ",0.95,,", "sold_per_raw and processing_yuan_per_kg_raw need each other"),
        (
            "product_forms.csv",
            "富源黄梨",
            "鲜魔芋",
            "adcode 530325, product_zh 鲜魔芋 stands in rows 2 and 3; keep one",
        ),
        (
            "product_forms.csv",
            "鲜魔芋",
            "蓝莓",
            "product_forms.csv: no row of 530325/鲜魔芋, which products.csv has; add one",
        ),
        ("products.csv", "鲜魔芋", "蓝莓", "product_forms.csv: no row of 530325/蓝莓, which products.csv has"),
        ("county_trade.csv", "place,", "county,", "county_trade.csv: missing column place"),
        ("county_trade.csv", ",62,firms,2021,", ",some,firms,2021,", "row 2: value is 'some'; a number, or a date"),
        ("county_trade.csv", ",62,firms,2021,", ",62,firms,lately,", "row 2: year is 'lately'; a year, or a span"),
        ("county_trade.csv", ",page,5,", ",page,,", "row 2: uncertainty_pct is empty; a number from 0 to 1,000"),
        ("products.csv", "富源黄梨", "鲜魔芋", "adcode 530325, product_zh 鲜魔芋 stands in rows 2 and 3; keep one"),
        ("product_rules.csv", "category:coffee", "category:tea", "key category:tea stands in rows 2 and 3; keep one"),
        ("product_rules.csv", "tea,0.65,", "tea,nan,", "net_margin is 'nan'; a number from 0.01 to 1 is needed"),
        ("national.csv", "K20d,", "K19b,", "id K19b stands in rows"),
        ("national.csv", "0.262,0.24", "٣,0.24", "value is '٣'; a number"),
        (
            "national.csv",
            "0.262,0.24",
            "0.22,0.24",
            "value is 0.22, low 0.24, high 0.28; low <= value <= high is needed",
        ),
        ("pack.toml", "seed = 20181130", "seed = 'x'", "seed is 'x'; it must be a valid integer"),
        ("pack.toml", "seed = 20181130", "seed = true", "seed is true; it must be a valid integer"),
        ("pack.toml", "vintage =", "vintages =", "unknown key vintages; did you mean 'vintage'"),
        ("pack.toml", "class = 2", "class = true", "slopes.533301.class is true; it must be a valid integer"),
        ("pack.toml", "class = 2", "class = nan", "slopes.533301.class is nan; it must be a valid integer"),
        ("pack.toml", "class = 2", "class = 3", "slopes.533301.class is 3; it must be less than or equal to 2"),
        ("pack.toml", "share = 0.0", "share = 5", "牟定腐乳.share is 5; it must be less than or equal to 1"),
        ("pack.toml", "tonnes = 300.0", "tonnes = nan", "牛油果.tonnes is nan; it must be a finite number"),
        ("pack.toml", "530325/富源黄梨", "530325/黄梨", r"\[prices\] is '530325/黄梨'; allowed are"),
        ("pack.toml", "532625/砂仁", "532625/沙仁", r"\[growers\] is '532625/沙仁'; allowed are"),
        (
            "pack.toml",
            "households = 10138",
            "households = 0",
            "砂仁.households is 0; it must be greater than or equal to 1",
        ),
        (
            "pack.toml",
            "online_yuan_per_kg = 12.0",
            "online_yuan_per_kg = 0.0",
            "online_yuan_per_kg is 0.0; it must be gr",
        ),
        ("pack.toml", "tonnes = 300.0", "kilos = 300.0", "牛油果.kilos; did you mean|unknown key outputs"),
        ("pack.toml", "[prices]", "[prices", "not valid TOML"),
        ("rules/opening_people.toml", "value = 0.12", "value = 1.2", "allowed are 0.05 to 0.25"),
        ("rules/opening_people.toml", "low = 0.05", "low = 'little'", "low is 'little'; a number is needed"),
        ("rules/opening_people.toml", "low = 0.05", "low = nan", "low is nan; a number is needed"),
        (
            "rules/opening_people.toml",
            "high = 0.25",
            "high = true",
            "high is true; a number is needed",
        ),
        ("rules/opening_people.toml", "low = 0.05", "low = 0.5", "allowed are 0.5 to 0.25"),
        ("rules/opening_people.toml", "value = 0.12", "value = nan", "is nan; a number is needed"),
        ("rules/opening_people.toml", "value = 0.12", "value = '0.12'", "is '0.12'; a number is needed"),
        ("rules/opening_people.toml", 'basis = "', 'basis = ["a"] #"', "basis is"),
        ("rules/opening_people.toml", 'unit = "', 'unit = 3 #"', "unit is 3; a text is needed"),
        ("rules/opening_people.toml", "[", "[[", "not valid TOML"),
        ("socioeconomics.csv", "rural_households_est", "households_guess", "530325 has no rural_households_est"),
        ("socioeconomics.csv", "poverty_exit_year,", "gdp,", "stands in rows"),
    ],
)
def test_a_wrong_cell_is_told_with_what_is_allowed(copy: Path, name: str, old: str, new: str, said: str) -> None:
    changed(copy, name, old, new)
    with pytest.raises(EcsimError, match=said):
        load_pack(str(copy))


FILES = [*FACTS, "pack.toml", "rules/opening_people.toml"]


@pytest.mark.parametrize("name", FILES)
def test_a_file_in_another_encoding_is_one_message(copy: Path, name: str) -> None:
    text = (copy / name).read_text(encoding="utf-8") + "# 县\n"
    for encoding in ("gb18030", "utf-16", "utf-16-le"):
        (copy / name).write_bytes(text.encode(encoding, "replace"))
        with pytest.raises(EcsimError, match=r"not UTF-8 \(byte \d+\); save it as UTF-8|control character") as told:
            load_pack(str(copy))
        assert len(str(told.value).splitlines()) == 1


@pytest.mark.parametrize("name", FILES)
def test_a_byte_order_mark_is_read(copy: Path, name: str, pack: RegionPack) -> None:
    path = copy / name
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load_pack(str(copy)).counties == pack.counties


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_read_is_one_message(copy: Path, name: str) -> None:
    path = copy / name
    path.unlink()
    path.symlink_to("/proc/self/mem")
    with pytest.raises(EcsimError, match=f"{name}: cannot be read"):
        load_pack(str(copy))


def fact(folder: Path, variable: str, value: str) -> None:
    """Write another figure of the first county."""
    path = folder / "socioeconomics.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    row = next(n for n, line in enumerate(lines) if line.startswith("530325,") and f",{variable}," in line)
    cells = lines[row].split(",")
    lines[row] = ",".join([*cells[:5], value, *cells[6:]])
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("population_resident_est", "1e8", "population_resident_est of 530325 is 100000000; allowed are 1 to 10000000"),
        ("population_rural_resident_est", "9000000", "more rural residents .* than residents"),
        ("rural_households_est", "9000000", "more rural households .* than rural residents"),
        ("share_age0_14", "100", "shares of the young and the old add up to"),
        ("poor_villages", "126", "poor_villages of 530325 is 126; allowed are 0 to 125"),
    ],
)
def test_an_impossible_figure_of_a_county_is_refused(copy: Path, variable: str, value: str, said: str) -> None:
    fact(copy, variable, value)
    with pytest.raises(EcsimError, match=said):
        load_pack(str(copy))


def test_a_county_without_its_villages_is_refused(copy: Path) -> None:
    path = copy / "villages.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(lines[:1] + [x for x in lines[1:] if not x.endswith(",530325")]), encoding="utf-8")
    with pytest.raises(EcsimError, match=r"n_villages of 富源县 is 125; villages.csv lists 0"):
        load_pack(str(copy))


def test_a_county_without_a_product_that_has_a_price_is_refused(copy: Path) -> None:
    for name in ("products.csv", "product_forms.csv"):
        head, *rows = (copy / name).read_text(encoding="utf-8").splitlines()
        others = [row for row in rows if not row.startswith("530829,")]
        (copy / name).write_text("\n".join([head, *others]) + "\n", encoding="utf-8")
    with pytest.raises(
        EcsimError, match=r"530829 \(西盟佤族自治县\) has no product with a farm-gate price; each county"
    ):
        load_pack(str(copy))


@pytest.mark.parametrize("name", ["", "..", "/etc", "a\0b", "x" * 300, "x" * 5000, "\udcff"])
def test_what_is_no_pack_is_refused_before_its_files_are_looked_at(name: str) -> None:
    for read in (load_pack, pack_digest):
        with pytest.raises(EcsimError, match=r"not a region pack: no pack\.toml in it; allowed are yunnan_2018"):
            read(name)


def test_empty_poor_villages_follow_from_the_register_and_stop_at_all() -> None:
    assert imputation.poor_villages("x", register=79_000, each=790, most=400)[0] == 100
    assert imputation.poor_villages("x", register=79_000, each=790, most=60)[0] == 60


def test_the_register_is_taken_of_the_hukou_population_and_never_passes_all_residents() -> None:
    assert imputation.resident_poor_households("x", register=50, hukou=200, households=80)[0] == 20
    assert imputation.resident_poor_households("x", register=300, hukou=200, households=80)[0] == 80


def test_what_written_rules_replaced_is_in_the_pack_and_in_its_notes(pack: RegionPack) -> None:
    of = {p.name_zh: p for p in pack.products}
    pear, avocado = of["富源黄梨"], of["牛油果"]
    assert (pear.farm_yuan, pear.online_yuan, avocado.output_t, of["砂仁"].growers) == (4.0, 12.0, 300.0, 10_138)
    noted = {(note.place, note.rule) for note in pack.notes}
    assert {("530325/富源黄梨", "replaces an empty cell"), ("530827/牛油果", "replaces 10000")} <= noted
    assert sum(note.figure == "position" for note in pack.notes) == 19


def test_products_have_their_form_at_the_gate(pack: RegionPack) -> None:
    """Live cattle keep a year and eat, tsaoko waits on the bush; what nobody sends by parcel is not sold online."""
    counts = Counter(p.form for p in pack.products)
    assert counts == {CropForm.DRIED: 47, CropForm.FRESH: 13, CropForm.STANDING: 9, CropForm.LIVE: 5, CropForm.KEPT: 4}
    of = {p.name_zh: p for p in pack.products}
    cattle, cane = of["高峰牛"], of["甘蔗"]
    assert (cattle.form, cattle.shelf_days, cattle.feed_yuan, cattle.conversion) == (CropForm.LIVE, 730, 0.09, 0.42)
    assert (cane.form, cane.online_yuan, cane.conversion, cane.processing_yuan) == (CropForm.STANDING, 0, 1, 0)
    assert of["富源黄梨"].demand_months == (9, 10)
    assert of["三七"].demand_months == tuple(range(1, 13))
    tsaoko = [(p.form, p.conversion) for p in pack.products if p.name_zh == "草果"]
    assert set(tsaoko) == {(CropForm.STANDING, 0.22), (CropForm.DRIED, 1.0)}  # Malipo sells it dried at the gate


def test_facts_on_trade_are_read_with_their_sources(pack: RegionPack, copy: Path) -> None:
    parks = [fact for fact in pack.trade if fact.place == "Dayao" and fact.topic == "firms"]
    assert parks[0].value == "62"
    assert all(fact.source and fact.provenance for fact in pack.trade)
    path = copy / "county_trade.csv"
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    assert load_pack(str(copy)).trade == ()  # a region of which nothing is known has the header alone


def test_every_note_and_series_says_where_it_comes_from(pack: RegionPack) -> None:
    assert all(note.rule and note.source and note.provenance in {"derived", "assumed"} for note in pack.notes)
    assert all(row.source and row.provenance for row in pack.national)
    official = [pack.series[name] for name in ("K17b", "K18b", "K19b", "K20b", "K21b", "K18d", "K19d")]
    assert official == [0.391, 0.304, 0.191, 0.089, 0.113, 0.338, 0.27]


def test_harvest_months_run_over_the_turn_of_the_year() -> None:
    assert months("11-3") == (11, 12, 1, 2, 3)
    assert months("3-5;7") == (3, 4, 5, 7)
