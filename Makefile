# `make run` and `make test` each work alone on a fresh clone. Nothing is installed outside this folder.
.DEFAULT_GOAL := help
PYTHON ?= python3
PACK ?= telecom
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
TESTS ?= tests

.PHONY: help setup run test check lint bench soak docs bundle

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)$$/  \1\t\2/' | expand -t 12

setup: $(STAMP) ## install everything into .venv and the ignored static folder
$(STAMP): requirements-dev.lock package-lock.json pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.12 …")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip sync --quiet --require-hashes --python $(BIN)/python requirements-dev.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m qiao.runtime.assets
	@touch $(STAMP)

run: setup ## start Qiao with the demo enterprise (PACK=telecom|oil|tobacco-city|tobacco-county|electrical) and print the log-ins
	@$(BIN)/python -m qiao.runtime.messages
	@$(BIN)/qiao up --pack $(PACK)

test: setup ## all tests (TESTS=path for some)
	@$(BIN)/python -m qiao.runtime.messages
	@$(BIN)/python -m pytest -n auto $(TESTS)

check: setup ## format, lint, types, directions, unit tests
	@$(BIN)/ruff format --quiet src tests bench deploy
	@$(MAKE) --no-print-directory lint
	@$(BIN)/python -m pytest -q -n auto tests/unit tests/property

lint: setup ## lint, types, directions
	@$(BIN)/ruff check src tests bench deploy
	@$(BIN)/ruff format --check --quiet src tests bench deploy
	@$(BIN)/lint-imports
	@$(BIN)/mypy

bench: setup ## measure against named peers in the same run; figures in bench/README.md
	@$(BIN)/python -m bench

soak: setup ## kills, full disk, volume, both PostgreSQL versions: long
	@$(BIN)/python -m bench.soak

docs: setup ## write the generated references (docs/) anew
	@$(BIN)/qiao docs

bundle: setup ## everything for an installation without network, in build/qiao-bundle.tar
	@$(BIN)/python -m qiao.runtime.messages
	@$(BIN)/python deploy/bundle.py
