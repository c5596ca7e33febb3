"""What the opening events fill (docs/model.md 6)."""

from __future__ import annotations

import numpy as np

from ecsim.kernel.table import Table
from ecsim.kernel.toolkit import I32, I64, applies
from ecsim.rural.events import (
    AssetsBaselined,
    BuildingsBaselined,
    CooperativesBaselined,
    CountiesBaselined,
    CropsBaselined,
    CropSeasonsBaselined,
    DemandSeasonsBaselined,
    EnterprisesBaselined,
    Event,
    HouseholdsBaselined,
    InternetBaselined,
    JunctionsBaselined,
    OperatorsBaselined,
    PlacesNumbered,
    PlotsBaselined,
    RetailBaselined,
    RoadsBaselined,
    ShopGainsBaselined,
    ShopsBaselined,
    Stamp,
    TownshipsBaselined,
    VillagesBaselined,
)
from ecsim.rural.events.codes import Numbered
from ecsim.rural.state.state import State
from ecsim.rural.units import ONE


def fill(table: Table, rows: I32 | I64, event: Event) -> None:
    """Copy every column that the event and the table share by name into the given rows.

    Parameters
    ----------
    table : of the state
    rows : row numbers that the event's rows go to
    event : whose columns are copied where the table has one of the name
    """
    columns, rows = table.columns(), rows.astype(np.intp)  # numpy converts any other index at each use
    for column in event.columns:
        if column.name in columns:
            columns[column.name][rows] = event.__dict__[column.name]


def _upto(rows: I32) -> int:
    return int(rows.max()) + 1 if rows.size else 0


@applies(CountiesBaselined)
def open_counties(state: State, event: CountiesBaselined, stamp: Stamp) -> None:
    """Counties begin with no centre, no pool, ordinary visibility and no complaints."""
    fill(state.counties, event.county, event)
    for column in ("centre", "distribution", "pool", "carrier", "trade"):
        getattr(state.counties, column)[event.county] = -1
    state.counties.visibility[event.county] = ONE
    state.counties.warned_day[event.county] = -1
    state.reviews.cleared_day[:] = -1
    state.reviews.number[:] = np.arange(len(state.reviews))
    state.filled("reviews", len(state.reviews))
    for cause in ("delivered", "late", "complaint", "visible", "traded", "jobs", "worked", "evaluated", "opened"):
        getattr(state.counties, f"{cause}_seq")[event.county] = stamp.seqs(event)
    state.counties.know_how_seq[event.county] = stamp.seqs(event)[:, None]
    state.counties.internet_day[event.county] = -1
    state.counties.number[event.county] = event.county
    state.filled("counties", _upto(event.county))


@applies(InternetBaselined)
def open_internet(state: State, event: InternetBaselined, _: Stamp) -> None:
    """Add a point to a county's path of internet use."""
    for county, day, share in zip(event.county, event.at_day, event.share, strict=True):
        place = int(np.argmin(state.counties.internet_day[county] >= 0))
        state.counties.internet_day[county, place] = day
        state.counties.internet_share[county, place] = share


@applies(RetailBaselined)
def open_retail(state: State, event: RetailBaselined, _: Stamp) -> None:
    """Set the yearly sales of each stream."""
    state.counties.retail_fen[event.county, event.stream] = event.yearly_fen


@applies(TownshipsBaselined)
def open_townships(state: State, event: TownshipsBaselined, _: Stamp) -> None:
    """Townships begin without a transfer point, and none is lent."""
    fill(state.townships, event.township, event)
    state.townships.point[event.township] = state.townships.lent_to[event.township] = -1
    state.counties.hub[event.county[event.seat]] = event.township[event.seat]
    state.townships.number[event.township] = event.township
    state.filled("townships", _upto(event.township))


@applies(VillagesBaselined)
def open_villages(state: State, event: VillagesBaselined, stamp: Stamp) -> None:
    """Villages begin without a station."""
    fill(state.villages, event.village, event)
    state.villages.seller_seq[event.village] = state.villages.opened_seq[event.village] = stamp.seqs(event)
    state.villages.county[event.village] = state.townships.county[event.township]
    state.villages.station[event.village] = state.villages.carrier[event.village] = -1
    state.villages.planned[event.village] = -1
    state.villages.number[event.village] = event.village
    state.filled("villages", _upto(event.village))


@applies(JunctionsBaselined)
def open_junctions(state: State, event: JunctionsBaselined, _: Stamp) -> None:
    """Set where roads go beyond the counties of the run."""
    fill(state.junctions, event.junction, event)
    state.filled("junctions", _upto(event.junction))


@applies(RoadsBaselined)
def open_roads(state: State, event: RoadsBaselined, _: Stamp) -> None:
    """Roads begin open."""
    fill(state.roads, event.road, event)
    state.filled("roads", _upto(event.road))


@applies(CropsBaselined)
def open_crops(state: State, event: CropsBaselined, stamp: Stamp) -> None:
    """Crops begin at the opening's prices and an ordinary season."""
    crops = state.crops
    fill(crops, event.crop, event)
    crops.harvest_factor[event.crop] = ONE
    crops.price_fen[event.crop] = event.farm_price_fen
    crops.orders_price_fen[event.crop] = event.online_price_fen
    for cause in (crops.orders_seq, crops.season_seq, crops.stock_seq):
        cause[event.crop] = stamp.seqs(event)
    state.crops.number[event.crop] = event.crop
    state.filled("crops", _upto(event.crop))


@applies(CropSeasonsBaselined)
def open_seasons(state: State, event: CropSeasonsBaselined, _: Stamp) -> None:
    """Set the harvest share of a week of the year."""
    state.crops.season[event.crop, event.week_of_year] = event.share


@applies(DemandSeasonsBaselined)
def open_demand_seasons(state: State, event: DemandSeasonsBaselined, _: Stamp) -> None:
    """Set the demand share of a week of the year."""
    state.crops.demand_season[event.crop, event.week_of_year] = event.share


@applies(CooperativesBaselined)
def open_cooperatives(state: State, event: CooperativesBaselined, stamp: Stamp) -> None:
    """Cooperatives begin alive, with no members until the households come."""
    fill(state.cooperatives, event.cooperative, event)
    state.cooperatives.county[event.cooperative] = state.townships.county[event.township]
    state.cooperatives.alive[event.cooperative] = True
    state.cooperatives.seq[event.cooperative] = stamp.seqs(event)
    state.cooperatives.number[event.cooperative] = event.cooperative
    state.filled("cooperatives", _upto(event.cooperative))


@applies(HouseholdsBaselined)
def open_households(state: State, event: HouseholdsBaselined, stamp: Stamp) -> None:
    """Households begin untrained; those that sell are aware and skilled."""
    households, villages = state.households, state.villages
    fill(households, event.household, event)
    households.county[event.household] = villages.county[event.village]
    households.buyer_day[event.household] = -1
    households.aware[event.household] = event.seller
    households.skilled[event.household] = event.seller
    households.shops[event.household] = event.weight * event.seller
    households.shop_plot[event.household] = -1
    for cause in (households.buyer_seq, households.seller_seq, households.skill_seq, households.earned_seq):
        cause[event.household] = stamp.seqs(event)
    for total, part in (
        (villages.households, event.weight),
        (villages.poor_households, event.weight * event.poor),
        (villages.buyers, event.weight * event.buyer),
        (villages.sellers, event.weight * event.seller),
        (villages.aware, event.weight * event.seller),
    ):
        np.add.at(total, event.village, part)
    member = event.cooperative >= 0
    np.add.at(state.cooperatives.members, event.cooperative[member], event.weight[member])
    state.households.number[event.household] = event.household
    state.filled("households", _upto(event.household))


@applies(ShopsBaselined)
def open_shops(state: State, event: ShopsBaselined, stamp: Stamp) -> None:
    """Some of the households that a row stands for keep a shop."""
    households = state.households
    fewer = households.shops[event.household] - event.shops
    np.subtract.at(state.villages.sellers, households.village[event.household], fewer)
    households.shops[event.household] = event.shops
    households.shop_plot[event.household] = event.plot
    households.seller_seq[event.household] = stamp.seqs(event)


@applies(ShopGainsBaselined)
def open_shop_gains(state: State, event: ShopGainsBaselined, _: Stamp) -> None:
    """Growers know what shops bring."""
    state.crops.shop_gain_fen[event.crop] = event.gain_fen


@applies(PlotsBaselined)
def open_plots(state: State, event: PlotsBaselined, _: Stamp) -> None:
    """Plots begin with what is left of the last harvest, and the trader as habit."""
    fill(state.plots, event.plot, event)
    state.filled("plots", _upto(event.plot))


@applies(EnterprisesBaselined)
def open_enterprises(state: State, event: EnterprisesBaselined, stamp: Stamp) -> None:
    """Enterprises that trade on the first day."""
    enterprises = state.enterprises
    fill(enterprises, event.enterprise, event)
    enterprises.kind[event.enterprise] = event.enterprise_kind
    enterprises.lot[event.enterprise] = event.enterprise
    enterprises.alive[event.enterprise] = True
    enterprises.founded_seq[event.enterprise] = enterprises.seq[event.enterprise] = stamp.seqs(event)
    state.filled("enterprises", _upto(event.enterprise))


@applies(OperatorsBaselined)
def open_operators(state: State, event: OperatorsBaselined, stamp: Stamp) -> None:
    """Operators begin apart."""
    fill(state.operators, event.operator, event)
    state.operators.seq[event.operator] = stamp.seqs(event)
    state.operators.kind[event.operator] = event.operator_kind
    state.operators.pool[event.operator] = -1
    state.operators.attraction[event.operator] = event.share
    state.operators.number[event.operator] = event.operator
    state.filled("operators", _upto(event.operator))


@applies(AssetsBaselined)
def open_assets(state: State, event: AssetsBaselined, _: Stamp) -> None:
    """Earlier assets stand; what they do is in the levels of the opening."""
    fill(state.assets, event.asset, event)
    state.assets.kind[event.asset] = event.project_kind
    state.filled("assets", _upto(event.asset))


@applies(BuildingsBaselined)
def open_buildings(state: State, event: BuildingsBaselined, _: Stamp) -> None:
    """Nobody uses them."""
    fill(state.buildings, event.building, event)
    state.buildings.project[event.building] = -1
    state.filled("buildings", _upto(event.building))


@applies(PlacesNumbered)
def number_places(state: State, event: PlacesNumbered, _: Stamp) -> None:
    """Luck hangs on the numbers of the whole region."""
    numbers: dict[Numbered, I32 | I64] = {
        Numbered.PREFECTURE: state.reviews.number,
        Numbered.COUNTY: state.counties.number,
        Numbered.TOWNSHIP: state.townships.number,
        Numbered.VILLAGE: state.villages.number,
        Numbered.CROP: state.crops.number,
        Numbered.COOPERATIVE: state.cooperatives.number,
        Numbered.HOUSEHOLD: state.households.number,
        Numbered.ENTERPRISE: state.enterprises.lot,
        Numbered.OPERATOR: state.operators.number,
    }
    for what, column in numbers.items():
        mine = event.what == what
        column[event.row[mine]] = event.number[mine]


OPENING = (
    open_counties,
    open_internet,
    open_retail,
    open_townships,
    open_villages,
    open_junctions,
    open_roads,
    open_crops,
    open_seasons,
    open_demand_seasons,
    open_cooperatives,
    open_households,
    open_plots,
    open_shops,
    open_shop_gains,
    open_enterprises,
    open_operators,
    open_assets,
    open_buildings,
    number_places,
)
