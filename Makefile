# Journeysim's everyday commands. The first one sets up .venv by itself; after that each starts at once.
# Runs on Linux, macOS and WSL with any make.

VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
ARGS   ?=

.DEFAULT_GOAL := help
.PHONY: help setup demo app test lint bench clean

help: ## show this list
	@echo "Journeysim: make <target> [ARGS=\"...\"]"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1|\2/p' Makefile | awk -F'|' '{ printf "%-8s %s\n", $$1, $$2 }'

setup: $(READY) ## make .venv with the pinned packages (needs Python 3.12 or newer, or uv)
	@echo "Ready: $$($(BIN)/python --version) in $(VENV)"

demo: $(READY) ## run the flagship market into runs/flagship; make demo ARGS="--consumers 5000 --days 60"
	$(BIN)/journeysim run flagship --out runs/flagship $(ARGS)

app: $(READY) ## open the app in the browser; make app ARGS="--port 9000"
	$(BIN)/journeysim app --open $(ARGS)

test: $(READY) ## run the tests; make test ARGS="-k physicians"
	$(BIN)/python -m pytest -n 2 $(ARGS)

lint: $(READY) ## check style, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(READY) ## measure speed
	$(BIN)/python -m benchmarks $(ARGS)

clean: ## remove .venv and caches; results in runs/ stay
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Each candidate is run, not just looked up: version managers leave names on PATH that do not start.
# uv, where installed, is faster than pip and can fetch a Python.
$(READY): pyproject.toml constraints.txt
	@new_enough='import sys; sys.exit(sys.version_info < (3, 12))'; \
	uv=; if uv --version >/dev/null 2>&1; then uv=uv; fi; \
	if ! $(BIN)/python -c "$$new_enough" >/dev/null 2>&1; then \
	    python=; found=; \
	    for candidate in $(PYTHON) python3.12 python3.13 python3.14 python3 python; do \
	        version=$$($$candidate -c 'import platform; print(platform.python_version())' 2>/dev/null) || continue; \
	        if $$candidate -c "$$new_enough"; then python=$$candidate; break; fi; \
	        found="$$found $$version"; \
	    done; \
	    rm -rf $(VENV); \
	    if [ -n "$$python" ]; then \
	        echo "Making $(VENV) with $$python ($$version)"; \
	        $$python -m venv $(VENV) || { \
	            echo "Journeysim could not make $(VENV); on Debian or Ubuntu first: apt install python3-venv" >&2; exit 1; }; \
	    elif [ -n "$$uv" ]; then \
	        echo "Making $(VENV) with a Python 3.12 from uv"; \
	        uv venv --quiet --seed --python 3.12 $(VENV); \
	    else \
	        echo "Journeysim needs Python 3.12 or newer; found$${found:- no Python}. Install it, or uv, or name it: make setup PYTHON=/path/to/python3.12" >&2; \
	        exit 1; \
	    fi; \
	fi && \
	if [ -n "$$uv" ]; then \
	    echo "Installing the pinned packages with uv (under a minute)"; \
	    uv pip install --quiet --compile-bytecode --python $(BIN)/python -e '.[dev,app]' -c constraints.txt; \
	else \
	    echo "Installing the pinned packages with pip (a minute or two)"; \
	    $(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev,app]' -c constraints.txt; \
	fi
	@touch $@
