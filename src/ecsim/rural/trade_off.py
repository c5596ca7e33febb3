"""Delivery may be cheaper and slower, or faster and dearer: which outcomes say so, and what weighs one by the other."""

from ecsim.kernel.trade_off import TradeOff

COST_AND_SPEED = TradeOff(
    cost="full_parcel_cost", time="delay_days", late="late_share", value="logistics.value_of_delay_yuan"
)
