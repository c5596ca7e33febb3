"""Auditing a run: does it hold, where does a figure come from, what if it had gone otherwise.

Everything here reads a recorded run and works on any model. `verify` recomputes bytes, root, state, figures and laws;
`trace` leads from a figure to events and their causes; `diff` compares two runs; `why` weighs decisions by running on
without them; `history` and `snapshot` show what happened to something, and how things stood on a date.
"""
