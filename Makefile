# Everything a person or a scheduler types. `make help` lists the targets.
CLIENT ?= demo
PYTHON ?= python3
BIN := .venv/bin

# A run starts several processes, and the tests hundreds: what Python has compiled is kept, as it is by default.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup report test slow mutate bench docs lint lab clean
.DEFAULT_GOAL := help

help: ## List the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: .venv/.ready ## Make .venv with everything pinned, and `kit` in it

.venv/.ready: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name one with: make setup PYTHON=python3.12"; exit 2; }
	@echo "Installing into .venv: this takes a few minutes"
	@$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
	@touch $@

report: setup ## Make a client's report: make report CLIENT=acme (default: demo)
	@if [ "$(CLIENT)" = demo ]; then $(BIN)/kit demo --if-missing; fi
	@$(BIN)/kit run $(CLIENT)

test: setup ## Run the tests but the slow ones
	$(BIN)/python -m pytest

slow: setup ## Run the slow tests: long comparisons (whole reports, Spark, cold kernels, browsers), runs that are killed
	$(BIN)/python -m pytest -m slow

mutate: setup ## Change analysis/ in small ways and list what its tests miss (an hour or two; one: make mutate MODULES=nps)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement tests/analysis/mutate-requirements.txt
	$(BIN)/python -m tests.analysis.mutate $(MODULES)

bench: setup ## Measure against other packages, and write docs/benchmarks.md (an hour)
	$(BIN)/python -m tests.benchmarks.compare orders
	$(BIN)/python -m tests.benchmarks.compare orders --kind parquet
	$(BIN)/python -m tests.benchmarks.compare doubling
	$(BIN)/python -m tests.benchmarks.compare hundred
	$(BIN)/python -m tests.benchmarks.compare_profile
	$(BIN)/python -m tests.benchmarks.compare_segments
	$(BIN)/python -m tests.benchmarks.compare_drivers
	$(BIN)/python -m tests.benchmarks.compare_runs demo
	$(BIN)/python -m tests.benchmarks.compare_runs clients
	$(BIN)/python -m tests.benchmarks.compare_runs many --rounds 1
	$(BIN)/python -m tests.benchmarks.compare_preview
	$(BIN)/python -m tests.benchmarks.compare_formats

docs: setup ## Write what docs/params.md and docs/tables.md take from the code, and list every sentence
	$(BIN)/python -m tests.make_docs

lint: setup ## Check style, types and notebooks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/nbstripout --keep-id --verify notebooks/*.ipynb

lab: setup ## Open JupyterLab on the notebooks
	cd notebooks && ../$(BIN)/jupyter lab

clean: ## Remove .venv and caches; reports and data stay
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache
