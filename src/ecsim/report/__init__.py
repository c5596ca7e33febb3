"""Reports: a planner's pages and PDF, from a results folder alone, in English and Chinese.

`report` writes the pages. A page is a `document` of `sections`, each made from what the folder holds, or left out;
`figures` and `analyses` draw; `results` reads the folder; words come from ``texts.toml``.
"""
