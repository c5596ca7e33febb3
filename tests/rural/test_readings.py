"""Readings of the state that several rules share give what tables of numpy give."""

import numpy as np

from ecsim.rural.readings import sellers_by_crop, shops_online, stock_by_crop_g
from tiny import tiny_region


def test_sellers_and_stocks_of_crops_are_those_that_gathering_columns_gives() -> None:
    region, _ = tiny_region()
    state, luck = region.world.writable, np.random.default_rng(3)
    p, h = state.plots, state.households
    h.shops[:] = luck.integers(0, 3, len(h))
    h.shop_plot[:] = luck.integers(-1, len(p), len(h))
    h.weight[:] = luck.integers(1, 200, len(h))
    p.stock_g[:] = luck.integers(0, 3, len(p)) * luck.integers(1, 10**9, len(p))
    weight = h.weight[p.household].astype(np.float64)
    sellers = np.zeros(len(state.crops))
    for shops, plot in zip(h.shops, h.shop_plot, strict=True):
        sellers[p.crop[plot]] += shops if plot >= 0 else 0
    h.internet_rank[:] = luck.integers(0, 3, len(h)) * 400_000
    level = np.array([500_000.0, 900_000.0])
    online = [
        int(shops) if rank < level[county] else 0
        for shops, rank, county in zip(h.shops, h.internet_rank, h.county, strict=True)
    ]
    stock = np.bincount(p.crop, weight * p.stock_g, len(state.crops))
    assert np.array_equal(sellers_by_crop(region.world.state, h.shops), sellers)
    assert np.array_equal(shops_online(region.world.state, level), online)
    assert 0 < sum(online) < h.shops.sum()
    assert np.array_equal(stock_by_crop_g(region.world.state), stock)
    assert sellers.max() > 0 < stock.max()
