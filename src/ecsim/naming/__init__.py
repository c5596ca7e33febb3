"""Naming: what the things of a run are called and where they belong, derived from the titles and makers of its events.

`Names` serves traces, histories, snapshots and differences; `Belonging` says to what each row belongs, a station to its
village and so on up; `row_named` finds a row by the name people give it.
"""
