# Two commands do all set-up: `make demo` and `make test`.
.DELETE_ON_ERROR:
.PHONY: demo test lint lock clean

PYTHON ?= python3
VENV := .venv
READY := $(VENV)/ready

ifneq "$(shell cat $(READY) 2>/dev/null)" "$(CURDIR)"
.PHONY: $(READY)
endif

demo: $(READY)
	@$(VENV)/bin/crmcli demo crmcli-demo

test: $(READY)
	$(VENV)/bin/python -m pytest

lint: $(READY)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

# A virtual environment stands where it was made: one that was copied or moved is made anew.
$(READY): requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "crmcli needs Python 3.11 or later; say which: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Setting up $(VENV): about half a minute ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(VENV)/bin/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@$(VENV)/bin/python -m pip install --quiet --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@printf %s "$(CURDIR)" > $(READY)

# Pins what pyproject.toml asks for: names, versions and hashes alone. Needs uv.
lock:
	uv pip compile --quiet pyproject.toml --extra postgres --group dev --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-annotate --no-emit-index-url -o requirements-dev.txt

clean:
	rm -rf $(VENV) build dist crmcli-demo .mypy_cache .ruff_cache .pytest_cache .hypothesis
