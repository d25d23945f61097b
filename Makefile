# Every target sets up what it needs: `make demo` and `make test` work on a fresh clone.
.DELETE_ON_ERROR:
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
# Recipes use relative paths only, so that a checkout may lie in a folder with a space in its name.

.PHONY: demo test check format docs bench campaign clean

demo: .venv/.app
	$(BIN)/chainrule train digits

test: .venv/.dev
	$(BIN)/python -m pytest -n auto

check: .venv/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) docs

format: .venv/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: .venv/.dev
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build/html

campaign: .venv/.dev
	$(BIN)/python -m pytest -n auto -m campaign

bench: .venv/.dev
	$(BIN)/python -m benchmarks.eager

clean:
	rm -rf .venv docs/_build .mypy_cache .pytest_cache .ruff_cache

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "chainrule needs Python 3.11 or newer: set PYTHON=")'
	$(PYTHON) -m venv .venv

.venv/.app: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[app]'
	@touch $@

.venv/.dev: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@ .venv/.app
