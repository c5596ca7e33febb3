"""Which fields of a scenario, and which parameters, change what happens (docs/how-to/validation.md).

A field is changed in a base scenario in which its mechanism is at work (`scenes`), and something must happen otherwise
than before, beside what only says the field again (`scene_runs.RESTATED`). Fields are enumerated from the types and
files; what need not change anything stands on a list with the reason (`exempt`).
"""
