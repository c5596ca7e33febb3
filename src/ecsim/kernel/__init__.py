"""Event sourcing for any simulation; it knows nothing of what is simulated.

Agents and rules decide, the `world` records, `state` remembers, `figures` measure. What happened is a journal of events
in columns (`event`, `columns`, `journal`); the state is their fold (`apply`, `replay`), so every figure, cause and
difference can be found again from the journal alone. A simulation is a `model.Model`, which is data; an
`extension.Extension` adds to one. Models are written with `toolkit`, recorded runs are read with `recorded`.
"""
