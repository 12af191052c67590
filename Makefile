# One command for each thing that is done with this repository; `make` lists them.
# Everything is installed into .venv, under the versions of constraints.txt, when it is first
# needed, and again when pyproject.toml or constraints.txt change.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check --quiet
INSTALL := $(PIP) --constraint constraints.txt
# Beside the newer ones of constraints.txt, for the tests that start a kernel under either.
IPYKERNEL6 := ipykernel==6.31.0 nest-asyncio==1.6.0
CHROMIUM := $$(command -v chromium || command -v chromium-browser || command -v google-chrome)

.DEFAULT_GOAL := help
.PHONY: help demo lab test check format bench pictures chromium constraints clean

help: ## list the commands
	@sed -n 's/^\([a-z]*\):[^#]*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r name text; do \
	    printf '  make %-12s %s\n' "$$name" "$$text"; done

demo: $(VENV)/.installed-lab ## run the first example and print its leaderboard
	@$(BIN)/python examples/run_notebook.py examples/01_first_experiment.ipynb build

lab: $(VENV)/.installed-lab ## open the examples in JupyterLab
	$(BIN)/jupyter lab $$(test "$$(id -u)" -ne 0 || echo --allow-root) examples

test: $(VENV)/.installed-dev $(VENV)/ipykernel6 chromium check ## check, then run all tests
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

check: $(VENV)/.installed-dev ## style, types, layers, links of the documentation
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest --quiet tests/house_rules/test_links.py

format: $(VENV)/.installed-dev ## put code into the shape that check asks for
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

bench: $(VENV)/.installed-dev ## measure speed
	$(BIN)/python -m tests.benchmarks.run

pictures: $(VENV)/.installed-dev chromium ## make the pictures of the documentation anew
	rm -rf build/pictures
	MOSI_NB_SCREENSHOTS=build/pictures MOSI_NB_REQUIRE_BROWSER=1 $(BIN)/python -m pytest --quiet tests/browser
	for picture in $$(sed -n 's|.*(\(docs/\)*images/\([a-z_]*\.png\)).*|\2|p' README.md docs/*.md | sort -u); do \
	    cp "build/pictures/$$picture" docs/images/ || exit 1; \
	done

chromium: ## install the browser that some tests drive, where that can be done
	@if test -n "$(CHROMIUM)"; then \
	    echo "Browser: $(CHROMIUM)"; \
	elif test "$$(id -u)" -eq 0 && command -v apt-get >/dev/null; then \
	    { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; } \
	    || echo "Chromium could not be installed: tests that need a browser will be skipped."; \
	else \
	    echo "There is no Chromium: tests that need a browser will be skipped. On Debian: sudo apt install chromium"; \
	fi

constraints: ## write constraints.txt anew, with the newest versions
	rm -rf build/constraints
	$(PYTHON) -m venv build/constraints
	build/constraints/bin/python -m pip install --quiet --editable '.[dev]'
	{ sed -n '/^#/p' constraints.txt; build/constraints/bin/python -m pip freeze --exclude-editable | sed -n "s/==\([^+]*\).*/==\1/p"; } \
	    > build/constraints.txt
	mv build/constraints.txt constraints.txt
	rm -rf build/constraints
	@echo "Now run: make test"

clean: ## remove .venv and all that was built
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find mosi_nb tests examples \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +

$(VENV)/.installed-%: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing mosi_nb[$*] into $(VENV): a minute or two when it is the first time."
	@$(INSTALL) --editable '.[$*]'
	@touch $@

$(VENV)/ipykernel6: Makefile | $(VENV)/.installed-dev
	@rm -rf $@
	@$(PIP) --no-deps --target $@ $(IPYKERNEL6) || { rm -rf $@; exit 1; }
	@touch $@

# Debian's Python brings the module venv, but the pip to put into an environment only with the
# package python3-venv; where that is missing, the pip of the system can put itself into it.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	    || { echo "mosi_nb needs Python 3.11 or later. Name one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 \
	    || { $(PYTHON) -m venv --clear --without-pip $(VENV) \
	        && $(PYTHON) -m pip --quiet --python $(BIN)/python install pip; } \
	    || { rm -rf $(VENV); \
	        echo "Python could not make the environment $(VENV). On Debian: apt install python3-venv" >&2; exit 1; }
