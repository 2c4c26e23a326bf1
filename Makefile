# make         set up what is missing and serve the example catalogue at http://127.0.0.1:8000
# make test    set up what is missing, the browser too, and run every test
# make check   style and types
# make bench   the benchmarks of docs/benchmarks.md
# make dist    the wheel

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TESTS ?= tests

.PHONY: serve test check bench dist clean

serve: $(VENV)/.ready
	$(BIN)/pivi serve --example --data data/example

test: $(VENV)/.ready-dev $(VENV)/.ready-browser
	$(BIN)/python -m pytest -n 2 --dist loadscope --no-loadscope-reorder $(TESTS)

check: $(VENV)/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.ready-bench
	$(BIN)/python -m tests.benchmarks

dist: $(VENV)/.ready-dev
	$(BIN)/python -m build --wheel

# The stamps make a second run need no network.
$(VENV)/.ready: pyproject.toml constraints.txt tools/setup.sh
	PYTHON=$(PYTHON) sh tools/setup.sh $(VENV)

$(VENV)/.ready-dev: $(VENV)/.ready
	PYTHON=$(PYTHON) sh tools/setup.sh $(VENV) dev

$(VENV)/.ready-bench: $(VENV)/.ready-dev
	PYTHON=$(PYTHON) sh tools/setup.sh $(VENV) bench

$(VENV)/.ready-browser: tools/browser.sh $(VENV)/.ready-dev
	sh tools/browser.sh $(VENV)

clean:
	rm -rf $(VENV) dist data/example
