# Every action of the project. `make help` lists them.
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# Each process of tests has a PostgreSQL of its own, and some start processes themselves.
AT_ONCE := -n auto --maxprocesses 4 --dist worksteal

.DEFAULT_GOAL := help
.PHONY: help setup run serve test test-all check fix bench bench-city lock clean

help: ## list every action
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: $(STAMP) ## create .venv with the locked dependencies

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info[:2] != (3, 11))" || { echo "needs Python 3.11; found: $(PYTHON). Say which: make setup PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

run: $(STAMP) ## the main job: demonstration city → models → overnight match → summary
	$(BIN)/zhuye demo

serve: $(STAMP) ## HTTP API with its OpenAPI page on http://127.0.0.1:8000/docs
	$(BIN)/zhuye serve

test: $(STAMP) ## all tests but the slow ones
	$(BIN)/python -m pytest $(AT_ONCE)

test-all: $(STAMP) ## all tests
	$(BIN)/python -m pytest $(AT_ONCE) -m ""

check: $(STAMP) ## format, lint, types, import rules; changes nothing
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: $(STAMP) ## format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(STAMP) ## every benchmark; writes benchmarks/RESULTS.md
	$(BIN)/python -m benchmarks

bench-city: $(STAMP) ## a synthetic city of a million overnight, and how the night grows; half an hour and 20 GB
	$(BIN)/python -m benchmarks.bench_city

lock: ## resolve pyproject.toml afresh into requirements.lock
	rm -rf $(VENV).lock && $(PYTHON) -m venv $(VENV).lock
	$(VENV).lock/bin/python -m pip install --quiet 'hatchling==1.33.0' editables '.[dev]'
	{ echo "# Written by 'make lock' from pyproject.toml. torch is the CPU build that pip finds."; \
	  $(VENV).lock/bin/python -m pip freeze --exclude zhuye | sed 's/+cpu$$//'; } > requirements.lock
	rm -rf $(VENV).lock

clean: ## remove the environment and caches (never var/, which holds the embedded database)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
