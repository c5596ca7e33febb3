# Everything runs in .venv, made from the hashed lock file. Needs Python 3.11 and make, nothing else.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test test-long test-kills bench plausibility reference lock clean

demo: $(READY)  ## set up and run the main job: pooled against per-county, all 25 counties
	$(BIN)/ecsim compare experiments/pooled-vs-per-county

# The rules are compiled once, beside mypy: else both processes of pytest compile every one of them in a fresh clone.
# worksteal: each process takes one half of the tests in their order, so runs that tests share are made once
test: $(READY)  ## set up and run every check
	$(BIN)/ruff format --check src tests docs
	$(BIN)/ruff check src tests docs
	$(BIN)/ecsim warm >/dev/null 2>&1 & $(BIN)/mypy && wait
	$(BIN)/lint-imports
	$(BIN)/pytest -n 2 --dist worksteal

test-long: $(READY)  ## the tests that take minutes
	$(BIN)/pytest -m slow

test-kills: $(READY)  ## kill, starve and cut off writers of journals thousands of times; a quarter of an hour
	$(BIN)/pytest -m slow tests/kernel/journal

bench: $(READY)  ## print speeds beside their peers
	$(BIN)/pytest -m benchmark -s

reference: $(READY)  ## write the pages of docs/reference that follow from the code
	$(BIN)/python docs/reference/generate.py

plausibility: $(READY)  ## write docs/plausibility.md from a run
	$(BIN)/ecsim plausibility --out docs/plausibility.md

lock:  ## make requirements.lock anew from pyproject.toml (needs uv on the path)
	uv pip compile pyproject.toml --group dev --extra cluster --extra pdf --extra routing --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	  --python-version 3.11 --output-file requirements.lock

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
