# `make help` lists what there is. Everything is installed inside this folder, in .venv and .cache.
SHELL := /bin/sh
PYTHON ?= $(or $(shell command -v python3.11),python3)
PORT ?= 8321
VENV := .venv
BIN := $(VENV)/bin
UV := $(or $(shell command -v uv),.cache/uv/bin/uv)
COMPILE := -q --universal --python-version 3.11 --generate-hashes --no-header
export VIRTUAL_ENV := $(CURDIR)/$(VENV)

.DEFAULT_GOAL := help
.PHONY: help demo test lint format bench faq-fit faq-eval messages lock

help:  ## this list
	@awk -F ':.*##' '/^[a-z-]+:.*##/ {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.demo  ## the bot against a local Slack, with a small MSP in it (PORT=8321)
	@$(BIN)/seatbot playground --port $(PORT)

test: $(VENV)/.dev  ## the whole test suite
	@$(BIN)/pytest -n auto --dist worksteal

lint: $(VENV)/.dev  ## format, lint, types, layers
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/.dev  ## write the format and the fixes that ruff is sure of
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(VENV)/.dev  ## times the main jobs against plain ways of doing them and prints a table
	@$(BIN)/python -m benchmarks

faq-fit: $(VENV)/.dev  ## fit the FAQ's matcher to the topics' phrasings
	@$(BIN)/python -m bot.services.faq.fit

faq-eval: $(VENV)/.dev  ## how well the FAQ matches questions that it never saw
	@$(BIN)/python -m tests.faq.evaluation

messages: $(VENV)/.dev  ## collect the texts of the code into the catalogues and compile them
	@mkdir -p .cache
	@$(BIN)/pybabel -q extract --no-location --sort-output --omit-header -k say -k plural:1,2 -k N_ -k NN_:1,2 -o .cache/messages.pot bot
	@$(BIN)/pybabel -q update -i .cache/messages.pot -d bot/locales --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	@$(BIN)/pybabel -q compile -d bot/locales

lock: $(UV)  ## resolve the dependencies anew
	@$(UV) pip compile $(COMPILE) --extra demo --extra build pyproject.toml -o requirements.lock
	@$(UV) pip compile $(COMPILE) --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	@echo uv | $(UV) pip compile $(COMPILE) - -o requirements-uv.lock

# The environment: uv is the machine's or comes by pip, everything else from the locks, checked by their hashes.
CATALOGUES := $(wildcard bot/locales/*/LC_MESSAGES/*.po)
INSTALL = $(UV) pip sync -q --compile-bytecode --require-hashes $(1) && $(UV) pip install -q --no-deps --no-build-isolation -e .

.cache/uv/bin/uv: requirements-uv.lock
	@$(PYTHON) -m venv .cache/uv
	@.cache/uv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
	@touch $@

$(BIN)/python: | $(UV)
	@$(UV) venv -q --python $(PYTHON) $(VENV)

$(VENV)/.dev: requirements-dev.lock pyproject.toml hatch_build.py $(CATALOGUES) | $(BIN)/python
	@$(call INSTALL,requirements-dev.lock)
	@touch $@ $(VENV)/.demo

# Whoever has the tools of development has all that the demo needs.
$(VENV)/.demo: requirements.lock pyproject.toml hatch_build.py $(CATALOGUES) | $(BIN)/python
	@$(call INSTALL,requirements$(if $(wildcard $(VENV)/.dev),-dev).lock)
	@touch $@
