"""What must add up in any run of the rural model: money, parcels, kilograms, trade, hours, goods up."""
