# Every target sets up what it needs: `make demo` and `make test` work on a fresh clone.
# Recipes use relative paths only, so that a checkout may lie in a folder with a space in its name.
.DELETE_ON_ERROR:
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
RACE := .venv-bench/bin/python -m benchmarks
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: demo test check lint docs web format campaign bench clean

demo: .venv/.app
	$(BIN)/chainrule train digits

test: .venv/.dev
	$(BIN)/python -m pytest -n auto

check: lint docs web

lint: .venv/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

docs: .venv/.dev
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build/html
	$(BIN)/python -m pytest tests/house/test_docs.py

# The built pages are committed, so that installing needs no Node; here they are built anew.
web: web/node_modules/.ready
	cd web && npm run --silent check && npm run --silent build
	git diff --exit-code --stat -- src/chainrule/serve/static

web/node_modules/.ready: web/package-lock.json
	cd web && npm ci --silent --no-audit --no-fund
	@touch $@

format: .venv/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

campaign: .venv/.dev
	$(BIN)/python -m pytest -n auto -m campaign

bench: .venv-bench/.ready
	$(RACE) run --rounds 5 --save; raced=$$?; \
	  $(RACE) footprint --save && $(RACE).drawing --json && $(RACE) report && exit $$raced

clean:
	rm -rf .venv .venv-bench web/node_modules docs/_build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

# A venv that could not be finished is removed, or the next run would take it for a good one.
.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
	  "chainrule needs Python 3.11 or newer: make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }

.venv/.app: .venv/bin/python pyproject.toml
	$(INSTALL) -e '.[app]'
	@touch $@

# After .app, never beside it: `make -j demo test` must not install twice at once.
.venv/.dev: .venv/.app
	$(INSTALL) -e '.[dev]'
	@touch $@

# Rivals live apart from the tools of development: the tests never see them.
.venv-bench/.ready: pyproject.toml
	$(PYTHON) -m venv .venv-bench || { rm -rf .venv-bench; exit 1; }
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check -e '.[bench]'
	@touch $@
