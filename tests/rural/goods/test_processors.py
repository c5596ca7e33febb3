"""Processors bring goods into the form sold on lines of their own (docs/model.md 4.5, 4.7)."""

from __future__ import annotations

import numpy as np
import pytest

from dealing import TEA, WALNUT, dealer, dealing, prices_of
from ecsim.rural.commerce.enterprises import _may_deal_in
from ecsim.rural.events import CropsBaselined, DealerKind, EnterpriseFounded, EnterpriseKind, EnterprisesBaselined
from tiny import made

FIRMS = [dealer(DealerKind.ENTERPRISE, TEA, enterprise=number) for number in range(2)]
OPENED = {EnterprisesBaselined: {"enterprise_kind": [EnterpriseKind.PROCESSOR, EnterpriseKind.FARM_MERCHANT, 0]}}


@pytest.mark.parametrize("own", [1.0, 0.6])
def test_a_line_of_ones_own_is_cheaper_by_a_share_of_what_processing_costs(own: float) -> None:
    region, _ = dealing(*FIRMS, opened=OPENED, numbers={"goods.own_processing": own})
    net = prices_of(region).net_fen
    processing = region.world.state.crops.processing_fen[TEA]
    assert processing > 0
    assert net[4] - net[5] == pytest.approx((1.0 - own) * processing)


def test_a_new_processor_deals_in_what_needs_processing_where_there_is_any() -> None:
    region, _ = dealing(*FIRMS, opened={CropsBaselined: {"processing_fen": [0, 50, 0, 0]}})
    crops, value = region.world.state.crops, np.ones(4)
    kinds = (EnterpriseKind.PROCESSOR, EnterpriseKind.FARM_MERCHANT, EnterpriseKind.PROCESSOR)
    founded = made(EnterpriseFounded, enterprise=[3, 4, 5], county=[0, 0, 1], enterprise_kind=[int(k) for k in kinds])
    found = [np.flatnonzero(_may_deal_in(crops, founded, row, value)).tolist() for row in range(3)]
    assert found == [[WALNUT], [0, WALNUT], [TEA, 3]]
