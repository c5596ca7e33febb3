"""Tables of the things in a run: one row a county, a village, a household, a station, a project, …"""

from __future__ import annotations

_ENVELOPE = "EXCLUDE (seq, day, date, cause)"
_OPENED = "EXCLUDE (seq, day, cause)"

_STATUS_AFTER = {
    "station_opened": "open",
    "station_idled": "idle",
    "station_reopened": "open",
    "station_closed": "closed",
}
_STATION_LIFE = (
    "SELECT station, arg_max(status, seq) AS status, max(date) FILTER (status = 'closed') AS closed_date FROM ("
    + " UNION ALL ".join(f"SELECT station, seq, date, '{s}' AS status FROM {k}_named" for k, s in _STATUS_AFTER.items())
    + ") GROUP BY station"
)


def _place(table: str, place: str) -> str:
    """Return a place of the opening with its statistical code."""
    codes = f"(SELECT {place}, {place}_code FROM names.{table})"
    return f"SELECT * {_ENVELOPE} FROM {table}_baselined_named JOIN {codes} USING ({place})"


THINGS: tuple[tuple[str, str, str], ...] = (
    ("prefectures", "Prefectures.", "FROM belongs.prefectures"),
    (
        "counties",
        "Counties: people, land and income at the opening.",
        _place("counties", "county"),
    ),
    (
        "townships",
        "Townships, towns and sub-districts, and their road to the county's hub.",
        _place("townships", "township"),
    ),
    (
        "villages",
        "Village-level units and their road to the township.",
        _place("villages", "village"),
    ),
    ("products", "Farm products by name.", "FROM belongs.products"),
    ("crops", "One product of one county.", f"SELECT * {_ENVELOPE} FROM crops_baselined_named"),
    (
        "households",
        "Sampled households as at the opening; each stands for `weight` households.",
        f"SELECT * {_ENVELOPE} FROM households_baselined_named",
    ),
    ("plots", "One crop of one sampled household.", f"SELECT * {_ENVELOPE} FROM plots_baselined_named"),
    (
        "cooperatives",
        "Farmers' cooperatives as they began; those of the opening have no founded_date.",
        f"SELECT * {_ENVELOPE}, NULL::DATE AS founded_date FROM cooperatives_baselined_named UNION ALL BY NAME "
        f"SELECT * {_OPENED} RENAME (date AS founded_date) FROM cooperative_founded_named",
    ),
    (
        "enterprises",
        "Enterprises followed one by one; those of the opening have no founded_date.",
        f"SELECT * {_ENVELOPE}, NULL::DATE AS founded_date FROM enterprises_baselined_named UNION ALL BY NAME "
        f"SELECT * {_OPENED} RENAME (date AS founded_date) FROM enterprise_founded_named",
    ),
    (
        "dealers",
        "Who deals in a product of a county: traders, a cooperative, an enterprise, small merchants, shops, stations; "
        "those of the opening have no listed_date, those that still deal no delisted_date.",
        f"SELECT * EXCLUDE (delisted), delisted AS delisted_date FROM (SELECT * {_ENVELOPE}, NULL::DATE AS listed_date "
        f"FROM dealers_baselined_named UNION ALL BY NAME SELECT * {_OPENED} RENAME (date AS listed_date) "
        "FROM dealer_listed_named) "
        "LEFT JOIN (SELECT dealer, max(date) AS delisted FROM dealer_delisted_named GROUP BY dealer) USING (dealer)",
    ),
    ("operators", "Logistics operators and joint pools.", "FROM belongs.operators"),
    (
        "stations",
        "Village stations: when they opened, whether they are open, idle or closed at the end, when they closed.",
        f"SELECT * {_OPENED} RENAME (date AS opened_date) FROM station_opened_named "
        f"JOIN ({_STATION_LIFE}) USING (station)",
    ),
    (
        "projects",
        "Projects: budget, contract, end of works, money paid so far (what came back taken off).",
        f"SELECT * {_OPENED} REPLACE (coalesce(paid_fen, 0)::BIGINT AS paid_fen) RENAME (date AS approved_date) "
        "FROM project_approved_named "
        "LEFT JOIN (SELECT project, date AS awarded_date, due_day, bidders, price_factor, quality "
        "FROM contract_awarded_named) USING (project) "
        "LEFT JOIN (SELECT project, day AS finished_day, date AS finished_date FROM works_finished_named) "
        "USING (project) "
        "LEFT JOIN (SELECT project, sum(CASE WHEN payer = 1 THEN -paid_fen ELSE paid_fen END) AS paid_fen "
        "FROM payment_made GROUP BY project) USING (project)",
    ),
    (
        "facilities",
        "Centres, cold stores, packing lines and systems: who runs them, fees they took, when they went out of use.",
        f"SELECT * {_OPENED} RENAME (date AS opened_date) FROM facility_opened_named "
        "LEFT JOIN (SELECT facility, sum(fees_fen) AS fees_fen, sum(running_fen) AS run_fen FROM facility_settled "
        "GROUP BY facility) USING (facility) "
        "LEFT JOIN (SELECT facility, date AS closed_date, closing_name FROM facility_closed_named) USING (facility)",
    ),
    (
        "sessions",
        "Training sessions and the persons who came.",
        f"SELECT * {_OPENED} REPLACE (coalesce(persons, 0)::BIGINT AS persons) RENAME (date AS held_date) "
        "FROM session_held_named LEFT JOIN "
        "(SELECT session, sum(persons) AS persons FROM trainee_attended GROUP BY session) USING (session)",
    ),
    ("brands", "Regional public brands: one a county, then one a prefecture.", "FROM belongs.brands"),
    ("accounts", "Accounts of the fund ledger.", "FROM belongs.accounts"),
    ("designs", "Designs of stations in the scenario.", "FROM belongs.designs"),
    ("rules", "Rules on central money in the policy's rule book.", "FROM belongs.rules"),
)
"""Name, meaning and SQL of each."""
