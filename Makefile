# Everything that a developer does, each a word. `make` alone explains itself.
.DEFAULT_GOAL := help
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
NODE := sh scripts/with_node.sh
SYNC := $(BIN)/uv sync --quiet --frozen --extra embedded --compile-bytecode
ARGS ?=
ISLANDS := src/houseful/web/static/built
export PATH := $(CURDIR)/$(BIN):$(PATH)
export UV_PROJECT_ENVIRONMENT := $(VENV)
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1
export NODE_USE_SYSTEM_CA := 1
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem),)
export UV_SYSTEM_CERTS := 1
endif
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test lint format typecheck check bench demo shell screenshots clean clean-data

help: ## Say what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

run: $(VENV)/.ready $(ISLANDS)/.built ## Install what is needed, start everything, print the address
	@$(BIN)/houseful serve --demo

test: $(VENV)/.synced $(ISLANDS)/.built ## Install what is needed and run every test
	$(BIN)/python -m scripts.ensure_chromium
	@$(NODE) npm test --prefix web --silent
	$(BIN)/pytest -n auto $(ARGS)

lint: $(VENV)/.synced ## Check style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports

format: $(VENV)/.synced ## Put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

typecheck: $(VENV)/.synced ## Check types only
	$(BIN)/pyright

check: lint ## The quick gate before a push: lint, and the tests without browser and faults
	$(BIN)/pytest -n auto -m "not browser and not faults" $(ARGS)

bench: $(VENV)/.synced $(ISLANDS)/.built ## Measure, and print ratios
	$(BIN)/python -m bench $(ARGS)

demo: $(VENV)/.ready ## Load the demo house into an empty database
	$(BIN)/houseful demo

shell: $(VENV)/.ready ## A prompt with an open database
	$(BIN)/houseful shell

screenshots: $(VENV)/.synced $(ISLANDS)/.built ## Take pictures of the main pages
	$(BIN)/python -m scripts.ensure_chromium
	$(BIN)/python -m scripts.take_screenshots $(ARGS)

clean: ## Remove what make made, but not the data
	rm -rf $(VENV) web/node_modules $(ISLANDS) .pytest_cache .ruff_cache .hypothesis screenshots

clean-data: ## Stop the embedded database and remove its data
	@if test -x $(BIN)/houseful; then $(BIN)/python -m scripts.stop_database; fi
	rm -rf .data

$(BIN)/uv:
	@sh scripts/make_venv.sh $(VENV)

$(VENV)/.ready: $(BIN)/uv pyproject.toml uv.lock
	@echo "Installing what Houseful runs on…"
	@$(SYNC) --no-default-groups --group islands --inexact
	@touch $@

$(VENV)/.synced: $(VENV)/.ready
	@echo "Installing what it is developed with…"
	@$(SYNC)
	@touch $@

web/node_modules/.installed: web/package-lock.json $(VENV)/.ready
	@$(NODE) npm ci --prefix web --silent --no-audit --no-fund
	@touch $@

$(ISLANDS)/.built: web/node_modules/.installed $(wildcard web/*.ts web/*.json) $(shell find web/src -type f)
	@echo "Building the pages' scripts…"
	@$(NODE) npm run build --prefix web --silent
	@touch $@
