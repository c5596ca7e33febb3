"""The week of the rural model, in order: one line a step (docs/model.md 3).

A step is a function of the region under way; an extension puts its own between these by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecsim.kernel.lazy import later
from ecsim.kernel.model import Step
from ecsim.kernel.text import Text
from ecsim.rural.calendar import CREW_WEEKS, WEEKS_A_MONTH, WEEKS_A_QUARTER, WEEKS_A_YEAR

if TYPE_CHECKING:
    from ecsim.rural import commerce, environment, farming, income, logistics, market
    from ecsim.rural.households import access, adoption, learning, ordering, selling
    from ecsim.rural.programme import audit, dividends, facilities, government, oversight, procurement, review, training
    from ecsim.rural.programme import commissioning as works
    from ecsim.rural.programme import complaints as quality
    from ecsim.rural.programme import stations as station
    from ecsim.rural.region import Region
else:  # who only reads runs knows the week, and needs no rule
    commerce, environment, farming, income, logistics, market = (
        later(f"ecsim.rural.{rule}") for rule in ("commerce", "environment", "farming", "income", "logistics", "market")
    )
    access, adoption, learning, ordering, selling = (
        later(f"ecsim.rural.households.{rule}") for rule in ("access", "adoption", "learning", "ordering", "selling")
    )
    works, quality, audit, dividends, facilities, government, oversight, procurement, review, training, station = (
        later(f"ecsim.rural.programme.{rule}")
        for rule in (
            "commissioning", "complaints", "audit", "dividends", "facilities", "government", "oversight", "procurement",
            "review", "training", "stations",
        )
    )  # fmt: skip


def follow_shocks(region: Region) -> None:
    """Shocks come and go, and with them the numbers in force."""
    region.follow_shocks()


def close_roads(region: Region) -> None:
    """Storms come, links close."""
    environment.close_roads(region.world, region.terms.space, region.calendar)


def draw_season(region: Region) -> None:
    """A new season has its weather."""
    environment.draw_season(region.world, region.terms.farming.weather_sigma, region.calendar)


def move_background_income(region: Region) -> None:
    """Income from other sources follows its path."""
    income.move_background_income(region.world, region.terms.income, region.setting.income, region.calendar)


def draw_household_shocks(region: Region) -> None:
    """A new year brings each household its luck."""
    income.draw_household_shocks(region.world, region.terms.income.shock_sigma, region.calendar)


def govern(region: Region) -> None:
    """Reports are filed and checked, money comes, plans are made and reviewed; works are awarded and accepted."""
    if region.funded:
        oversight.oversee(region.world, region.office)
        for prefecture in region.prefectures:
            prefecture.step()
        review.decide(region.world, region.terms.governance)
        procurement.build(region.world, region.office)
        audit.divert(region.world, region.office)


def begin_service(region: Region) -> None:
    """Stations are offered and open where works are finished."""
    if region.funded:
        works.begin_service(region.world, region.station_offer, region.pool_offer, region.settings.projects)
        works.register_brands(region.world, region.terms.funds.brand_users)


def train(region: Region) -> None:
    """Training sessions are held."""
    if region.funded:
        training.train(region.world, region.terms.training, region.setting.training)


def adopt_buying(region: Region) -> None:
    """Households begin to order online."""
    world, terms, setting = region.world, region.terms, region.setting
    region.here = access.pick_up(world.state, region.settings.designs, setting.near)
    adoption.adopt_buying(world, terms.buying, setting.buying, terms.access, region.here)


def learn_selling(region: Region) -> None:
    """Households hear of selling online, teach themselves, open shops and close them."""
    world, terms, setting = region.world, region.terms.learning, region.setting.learning
    learning.hear_of_selling(world, terms, setting)
    learning.teach_oneself(world, terms, setting)
    learning.open_shops(world, terms, setting)
    learning.close_shops(world, terms, setting)


def harvest(region: Region) -> None:
    """Live animals that were kept are fed, crops come in, stocks spoil."""
    farming.feed(region.world, region.terms.farming)
    farming.harvest(region.world, region.terms.farming, region.calendar)
    region.let_g = farming.spoil(region.world, region.terms.farming)


def take_orders(region: Region) -> None:
    """Consumers order farm products and choose among listings."""
    region.goods.take_orders(region.terms.buying.internet_outage)


def sell_lots(region: Region) -> None:
    """Orders are filled, households sell to whoever buys, dealers source."""
    region.lots = region.goods.sell()


def hear_of_gains(region: Region) -> None:
    """What own shops earned gets about."""
    learning.hear_of_gains(region.world, region.terms.learning, region.lots)


def trade(region: Region) -> None:
    """Dealers sell on and learn from the week, counties' other retail sales are made."""
    region.goods.trade(region.lots, region.let_g)
    setting = region.setting
    commerce.sell_retail(
        region.world, region.terms.market, setting.small_retail_fen, region.calendar, setting.goods.usual
    )


def move_markets(region: Region) -> None:
    """Prices, visibility and brands follow what was sold and spent."""
    world, terms = region.world, region.terms.market
    market.move_prices(world, terms, region.goods.wanted_above_path())
    market.fade_visibility(world, terms)
    market.move_brands(world, terms, region.setting.market)


def order_goods(region: Region) -> None:
    """Buyers order goods."""
    region.orders = ordering.order_goods(
        region.world, region.terms.buying, region.setting.buying, region.terms.access, region.here, region.calendar
    )


def review_operators(region: Region) -> None:
    """Operators weigh whether to come, leave or deliver jointly; parcels go to whom charges and service draw them."""
    logistics.review_operators(region.world, region.pool_offer)


def deliver(region: Region) -> None:
    """Operators bring parcels as far as they go."""
    state, designs = region.world.state, region.settings.designs
    serves, hosts = access.serving_villages(state, designs), access.hosts(state, designs)
    slowness = environment.slowness(region.terms.space, region.calendar, region.world.week)
    region.delivery.week(region.world, region.orders, region.lots, serves, hosts, slowness)


def pay_keeping(region: Region) -> None:
    """Growers pay for feed and cold rooms."""
    farming.pay_keeping(region.world)


def run_facilities(region: Region) -> None:
    """Facilities settle the month with their users and owners; some go out of use."""
    facilities.run_facilities(region.world, region.terms.facilities)


def pay_dividends(region: Region) -> None:
    """Owners of what public money built pay the register its part of the year."""
    dividends.pay_dividends(region.world, region.terms.facilities)


def settle_stations(region: Region) -> None:
    """Stations draw up the month's accounts; those with something to weigh decide."""
    world, terms = region.world, region.terms
    station.lose_keepers(world, terms.stations)
    outage = terms.buying.internet_outage
    commission = terms.selling.station_commission
    station.settle(
        world, terms.stations, region.setting.designs, terms.learning.parcel_g, commission, region.purses, outage
    )
    for number in station.stations_to_wake(world.state, terms.stations):
        region.station(int(number)).step()


def trade_enterprises(region: Region) -> None:
    """Enterprises trade for a month, are founded and close, and employ people."""
    world, terms = region.world, region.terms
    before, now = (
        market.county_growth(
            world, terms.market, terms.market.goods_rates(region.setting.goods.usual), region.calendar, week
        )
        for week in (world.week - WEEKS_A_MONTH, world.week)
    )
    season = _goods_season_of_month(region)
    settled = commerce.settle_dealers(world, terms.packing, terms.goods, terms.dealing)
    numbers = commerce.MerchantTerms(terms.commerce, terms.goods, terms.dealing)
    traded = commerce.trade_enterprises(world, numbers, settled, before, now, season)
    commerce.close_enterprises(world, terms.commerce, terms.goods, terms.dealing.patience_months)
    commerce.found_enterprises(world, terms.commerce, terms.goods)
    commerce.found_cooperatives(world, terms.commerce, terms.goods)
    commerce.update_employment(world, terms.commerce, region.labour_force, settled, traded)


def move_crews(region: Region) -> None:
    """Dealers take packers on for the months ahead, or let some go; wages of the months before are paid."""
    region.goods.move_crews()


def _goods_season_of_month(region: Region) -> float:
    """Return the mean factor of festivals and lockdown on other goods over the last weeks."""
    usual, now = region.setting.goods.usual, region.world.week
    weeks = range(now - WEEKS_A_MONTH + 1, now + 1)
    return sum(commerce.goods_season(region.terms.market, region.calendar, week, usual) for week in weeks) / len(weeks)


def review_dealers(region: Region) -> None:
    """Cooperatives and enterprises whose turn it is weigh what they do; owners draw profits; the bankrupt close."""
    world, terms = region.world, region.terms
    prospects = commerce.Prospects.of(world, region.goods.terms, region.goods.prices)
    room, decisions = commerce.offline_room_g(world.state, terms.dealing), commerce.Decisions()
    woken, due = commerce.dealers_to_wake(world, terms.dealing)
    for number, is_due in zip(woken.tolist(), due.tolist(), strict=True):
        region.dealer(number).step(prospects, room, decisions, due=is_due)
    commerce.publish_decisions(world, terms.goods, decisions)
    commerce.share_surplus(world, prospects, woken[due])


def weigh_membership(region: Region) -> None:
    """Growers weigh whether to join or leave a cooperative."""
    commerce.weigh_membership(region.world, region.terms.commerce)


def complain(region: Region) -> None:
    """People complain of late parcels and of what is not disclosed."""
    days = region.settings.programme.disclosure_days
    terms = region.terms
    quality.complain(region.world, terms.quality, terms.funds, days.value if days else 0.0)


def recognise_examples(region: Region) -> None:
    """Demonstration firms and households are recognised, from the notice on."""
    week, notice = region.world.week, region.settings.programme.dates.notice
    if region.calendar.date(week) >= notice:
        first = region.calendar.date(week - WEEKS_A_QUARTER) < notice
        commerce.recognise_examples(region.world, region.terms.commerce, first=first)


WEEK: tuple[Step[Region], ...] = (
    Step("follow_shocks", follow_shocks),
    Step("close_roads", close_roads),
    Step("draw_season", draw_season),
    Step("move_background_income", move_background_income, every=WEEKS_A_MONTH),
    Step("draw_household_shocks", draw_household_shocks),
    Step("govern", govern),
    Step("begin_service", begin_service),
    Step("train", train),
    Step("adopt_buying", adopt_buying),
    Step("learn_selling", learn_selling),
    Step("harvest", harvest),
    Step("take_orders", take_orders),
    Step("sell_lots", sell_lots),
    Step("hear_of_gains", hear_of_gains),
    Step("trade", trade),
    Step("move_markets", move_markets),
    Step("order_goods", order_goods),
    Step("review_operators", review_operators),
    Step("deliver", deliver),
    Step("pay_keeping", pay_keeping, every=WEEKS_A_MONTH, turn=WEEKS_A_MONTH - 1),
    Step("run_facilities", run_facilities, every=WEEKS_A_MONTH, turn=WEEKS_A_MONTH - 1),
    Step("pay_dividends", pay_dividends, every=WEEKS_A_YEAR, turn=WEEKS_A_YEAR - 1),
    Step("settle_stations", settle_stations, every=WEEKS_A_MONTH),
    Step("trade_enterprises", trade_enterprises, every=WEEKS_A_MONTH),
    Step("move_crews", move_crews, every=CREW_WEEKS),
    Step("review_dealers", review_dealers, every=WEEKS_A_MONTH),
    Step("weigh_membership", weigh_membership, every=WEEKS_A_QUARTER, turn=WEEKS_A_QUARTER - 1),
    Step("complain", complain, every=WEEKS_A_MONTH),
    Step("recognise_examples", recognise_examples, every=WEEKS_A_QUARTER, turn=WEEKS_A_QUARTER - 1),
)
"""What happens in a week, in order; an extension puts steps of its own between these."""
INTERCHANGEABLE = (
    ("close_roads", "draw_season", Text("weather of harvests before that of roads", "先收成天气、后道路天气")),
    ("draw_season", "move_background_income", Text("other income before the weather", "先其他收入、后收成天气")),
    ("adopt_buying", "learn_selling", Text("learning to sell before beginning to buy", "先学网销、后学网购")),
    ("hear_of_gains", "trade", Text("trade before news of gains", "先经营、后传播收益消息")),
    ("complain", "recognise_examples", Text("recognition before complaints", "先认定示范、后统计投诉")),
)
"""Steps that stand next to each other and whose order theory does not say: no conclusion may hang on it."""
