"""What the things that events point at are and where they belong: one view a table of the state, with names.

A road belongs to its first end within the run; in runs written before roads were networks it ended at each place.
Each view of the schema ``belongs`` begins with the id; the other columns are what a row that points at the thing may be
grouped by. A household brings its ``weight``: how many households the sampled one stands for.
"""

from __future__ import annotations

from collections.abc import Mapping

from ecsim.kernel.sql.code_labels import Vocabularies, word
from ecsim.kernel.sql.identifiers import literal
from ecsim.kernel.text import Language
from ecsim.rural.events import DealerKind
from ecsim.rural.naming import ACCOUNTS, DEALERS
from ecsim.rural.texts import text

_COUNTY = "county, county_name, county_name_en, prefecture, prefecture_name, prefecture_name_en"
_PLACES = (
    f"SELECT township AS place, NULL::INTEGER AS village, NULL AS village_name, township, township_name, {_COUNTY} "
    "FROM belongs.townships UNION ALL SELECT (SELECT count(*) FROM townships_baselined)::INTEGER "
    f"+ village, village, village_name, township, township_name, {_COUNTY} FROM belongs.villages"
)
"""Places of the road networks in the counties of the run, in their order."""
_PRODUCT = "product, product_name, product_name_en"


def belongs_views(vocabularies: Vocabularies) -> list[tuple[str, str]]:
    """Return name and SQL of each view, in an order in which each uses those before it."""
    return [
        *_places(), *_farms(), *_firms(vocabularies), ("dealers", _dealers(vocabularies)), *_programme(vocabularies),
    ]  # fmt: skip


def _places() -> list[tuple[str, str]]:
    return [
        ("prefectures", "FROM names.prefectures"),
        (
            "counties",
            f"SELECT {_COUNTY} FROM counties_baselined JOIN names.counties USING (county) "
            "JOIN names.prefectures USING (prefecture)",
        ),
        (
            "townships",
            f"SELECT township, township_name, township_name_en, {_COUNTY} FROM townships_baselined "
            "JOIN names.townships USING (township) JOIN belongs.counties USING (county)",
        ),
        (
            "villages",
            f"SELECT village, village_name, poor AS poor_village, township, township_name, township_name_en, {_COUNTY} "
            "FROM villages_baselined JOIN names.villages USING (village) JOIN belongs.townships USING (township)",
        ),
        (
            "roads",
            f"WITH place AS ({_PLACES}), counted AS (SELECT count(*)::INTEGER AS own FROM place) "
            "SELECT road, p.* EXCLUDE (place) FROM roads_baselined, counted "
            'LEFT JOIN place p ON p.place = CASE WHEN "start" < own THEN "start" ELSE "end" END '
            "UNION ALL SELECT place, p.* EXCLUDE (place) FROM place p WHERE NOT EXISTS (FROM roads_baselined)",
        ),
        (
            "households",
            "SELECT household, weight, poor AS poor_household, v.* "
            "FROM households_baselined JOIN belongs.villages v USING (village)",
        ),
    ]


def _farms() -> list[tuple[str, str]]:
    cooperatives = " UNION ALL ".join(
        f"SELECT cooperative, township, crop FROM {kind}" for kind in ("cooperatives_baselined", "cooperative_founded")
    )
    return [
        ("products", "FROM names.products"),
        (
            "crops",
            f"SELECT crop, {_PRODUCT}, {_COUNTY} FROM crops_baselined "
            "JOIN names.products USING (product) JOIN belongs.counties USING (county)",
        ),
        (
            "plots",
            f"SELECT plot, p.crop, {_PRODUCT}, h.* FROM plots_baselined p JOIN belongs.households h USING (household) "
            "JOIN crops_baselined c ON c.crop = p.crop JOIN names.products USING (product)",
        ),
        (
            "cooperatives",
            f"SELECT cooperative, k.crop, {_PRODUCT}, t.* FROM ({cooperatives}) k "
            "JOIN belongs.townships t USING (township) JOIN crops_baselined c ON c.crop = k.crop "
            "JOIN names.products USING (product)",
        ),
    ]


def _firms(vocabularies: Vocabularies) -> list[tuple[str, str]]:
    enterprise = word(vocabularies, "enterprises_baselined", "enterprise_kind", "enterprise_kind")
    operator = word(vocabularies, "operators_baselined", "operator_kind", "operator_kind")
    enterprises = " UNION ALL ".join(
        f"SELECT enterprise, enterprise_kind, county FROM {kind}"
        for kind in ("enterprises_baselined", "enterprise_founded")
    )
    counties, prefectures = (f"(SELECT count(*) FROM names.{table})" for table in ("counties", "prefectures"))
    first = len(ACCOUNTS)
    return [
        (
            "enterprises",
            f"SELECT enterprise, {enterprise} AS enterprise_kind_name, {_COUNTY} FROM ({enterprises}) "
            "JOIN belongs.counties USING (county)",
        ),
        (
            "operators",
            f"SELECT operator, operator_kind_name, {_COUNTY} FROM (SELECT operator, {operator} AS operator_kind_name, "
            "county FROM operators_baselined UNION ALL SELECT pool, 'pool', county FROM pool_formed) "
            "JOIN belongs.counties USING (county)",
        ),
        ("brands", _numbered_by_place("brands", "brand", "brand", f"brand - {counties}")),
        (
            "accounts",
            _numbered_by_place("accounts", "account", f"account - {first} - {prefectures}", f"account - {first}"),
        ),
    ]


def _dealers(vocabularies: Vocabularies) -> str:
    """Return the view of dealers: who each is, and in what product of which county it deals."""
    begun = " UNION ALL ".join(
        f"SELECT dealer, dealer_kind, crop, cooperative, enterprise FROM {kind}"
        for kind in ("dealers_baselined", "dealer_listed")
    )
    kind = word(vocabularies, "dealers_baselined", "dealer_kind", "dealer_kind")
    return (
        f"SELECT dealer, {_dealer_name('zh')} AS dealer_name, {_dealer_name('en')} AS dealer_name_en, "
        f"{kind} AS dealer_kind_name, d.cooperative, d.enterprise, c.* FROM ({begun}) d "
        "JOIN belongs.crops c USING (crop) LEFT JOIN belongs.cooperatives k ON k.cooperative = d.cooperative "
    )


def _dealer_name(language: Language) -> str:
    """Return the SQL of what a dealer is called in a language."""
    english = "_en" if language == "en" else ""
    place = {"product": f"c.product_name{english}", "county": f"c.county_name{english}"}
    firms = {
        DealerKind.COOPERATIVE: (
            "names.cooperative",
            {**place, "number": "d.cooperative", "township": f"k.township_name{english}"},
        ),
        DealerKind.ENTERPRISE: (
            "names.enterprise_dealer",
            {**place, "number": "d.enterprise"},
        ),
    }
    together = {kind: (key, place) for kind, key in DEALERS.items()}
    cases = " ".join(
        f"WHEN {int(kind)} THEN {_put_in(text.texts[key].to(language), values)}"
        for kind, (key, values) in {**together, **firms}.items()
    )
    return f"CASE d.dealer_kind {cases} END"


def _put_in(template: str, values: Mapping[str, str]) -> str:
    """Return the SQL of a text of the catalogue with columns put in for the names in braces."""
    sql = literal(template)
    for name, column in values.items():
        sql = f"replace({sql}, '{{{name}}}', {column}::VARCHAR)"
    return sql


def _numbered_by_place(table: str, one: str, county: str, prefecture: str) -> str:
    """Return the view of things of which there is one a county and one a prefecture; others have no place."""
    return (
        f"SELECT {one}, {one}_name, {one}_name_en, c.county, c.county_name, c.county_name_en, p.* FROM names.{table} "
        f"LEFT JOIN belongs.counties c ON c.county = {county} "
        f"LEFT JOIN names.prefectures p ON p.prefecture = coalesce(c.prefecture, {prefecture})"
    )


def _programme(vocabularies: Vocabularies) -> list[tuple[str, str]]:
    project = word(vocabularies, "project_approved", "project_kind", "project_kind")
    facility = word(vocabularies, "facility_opened", "facility_kind", "facility_kind")
    group = word(vocabularies, "session_held", "group", '"group"')
    shared = "LEFT JOIN names.counties USING (county) JOIN names.prefectures USING (prefecture)"
    return [
        ("designs", "FROM names.designs"),
        ("rules", "FROM names.rules"),
        ("projects", f"SELECT project, {project} AS project_kind_name, {_COUNTY} FROM project_approved {shared}"),
        ("facilities", f"SELECT facility, {facility} AS facility_kind_name, {_COUNTY} FROM facility_opened {shared}"),
        ("stations", "SELECT station, v.* FROM station_opened JOIN belongs.villages v USING (village)"),
        (
            "sessions",
            f"SELECT session, {group} AS group_name, project, {_COUNTY} FROM session_held "
            "JOIN belongs.counties USING (county)",
        ),
    ]
