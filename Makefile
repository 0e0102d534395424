# Everything here needs Python 3.11 or newer and make; nothing else.
PYTHON ?= python3
VENV   ?= .venv
DATA   ?= ../shared/data/documents
PYTEST ?= -n 2 --dist loadfile --no-loadscope-reorder

bin     := $(VENV)/bin
runtime := $(VENV)/.casework-runtime
dev     := $(VENV)/.casework-dev
PIP     := $(bin)/python -m pip --disable-pip-version-check
QUIET   := --quiet --no-input
LOCK     = $(bin)/uv pip compile --quiet --universal --python-version 3.11 \
           --generate-hashes --no-emit-index-url --no-header --no-annotate

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo setup test check format bench pictures wheel lock clean

help: ## show this list
	@awk 'BEGIN { FS = ":.*## " } /^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

demo: $(runtime) ## install what it needs and run the worked example
	@$(bin)/casework demo --fresh

setup: $(dev) ## the environment for everything below, in .venv
	@echo "ready: .venv holds everything; next: make test"

test: $(dev) ## all tests
	@$(bin)/python -m pytest $(PYTEST)

check: $(dev) ## format, lint, strict types, the house
	@$(bin)/ruff format --check .
	@$(bin)/ruff check .
	@$(bin)/mypy src tools tests $(wildcard benchmarks/*.py)
	@$(bin)/python -m pytest tests/house -q

format: $(dev) ## put the code in the house format
	@$(bin)/ruff format .
	@$(bin)/ruff check --fix .

bench: $(dev) ## the benchmarks, in modest sizes (DATA=folder of documents)
	@$(bin)/python benchmarks/engine.py --rows 200 --steps 3 --latency-ms 20 --concurrency 32 --json
	@$(bin)/python benchmarks/kill.py --store sqlite --kills 10 --json
	@if [ ! -d "$(DATA)" ]; then \
	  echo "parsing, locating and extraction were not measured: no folder $(DATA); name yours with DATA="; \
	  exit 0; \
	fi; \
	set -e; \
	$(bin)/python benchmarks/parsing.py "$(DATA)/odd" --json; \
	$(bin)/python benchmarks/locating.py "$(DATA)" --most 6 --spans 500 --json; \
	for folder in "$(DATA)"/*/; do \
	  if [ -f "$$folder/gold.jsonl" ]; then \
	    $(bin)/python benchmarks/extraction.py "$${folder%/}" --reviewed 0 --json; \
	  fi; \
	done

pictures: $(dev) ## docs/pictures: every page of the studio, light and dark (needs Chromium)
	@$(bin)/python tools/pictures.py

wheel: $(dev) ## a wheel in dist/
	@rm -rf dist
	@$(bin)/python -m build --wheel --no-isolation
	@ls dist/*.whl

lock: $(bin)/python ## remake the lock files and the list of licences
	@$(PIP) install $(QUIET) uv
	@$(LOCK) pyproject.toml -o requirements.lock
	@$(LOCK) --group build -c requirements.lock -o requirements-build.lock
	@$(LOCK) pyproject.toml --group dev -c requirements.lock -c requirements-build.lock -o requirements-dev.lock
	@$(MAKE) --no-print-directory setup
	@$(bin)/python tools/licences.py --write

clean: ## remove the environment, builds and caches
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- the environment; a stamp says which locks it was made from -----------------------

$(bin)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "casework needs Python 3.11 or newer, and '$(PYTHON)' is:" \
	    "$$($(PYTHON) --version 2>&1 || true)"; \
	  echo "Install one, or name it: make demo PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "'$(PYTHON)' cannot make virtual environments: its venv or ensurepip is missing."; \
	  echo "On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

# Build isolation would fetch an unlocked hatchling, so the locked one is installed first.
$(runtime): requirements.lock requirements-build.lock pyproject.toml | $(bin)/python
	@echo "installing the libraries that casework runs on ..."
	@$(PIP) install $(QUIET) --require-hashes -r requirements.lock -r requirements-build.lock
	@$(PIP) install $(QUIET) --no-deps --no-build-isolation --editable .
	@touch $@

$(dev): requirements-dev.lock pyproject.toml | $(bin)/python
	@echo "installing the libraries that casework is developed with ..."
	@$(PIP) install $(QUIET) --require-hashes -r requirements-dev.lock
	@$(PIP) install $(QUIET) --no-deps --no-build-isolation --editable .
	@touch $(runtime) $@
