"""What an evaluator asks of a run: does it hold, where does a figure come from, what if."""
