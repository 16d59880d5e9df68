# Two commands do all set-up: `make demo` and `make test`.
.DELETE_ON_ERROR:
.PHONY: demo test lint bench lock clean

PYTHON ?= python3
VENV := .venv
READY := $(VENV)/ready
BENCH := .venv-bench

ifneq "$(shell cat $(READY) 2>/dev/null)" "$(CURDIR)"
.PHONY: $(READY)
endif
ifneq "$(shell cat $(BENCH)/ready 2>/dev/null)" "$(CURDIR)"
.PHONY: $(BENCH)/ready
endif

demo: $(READY)
	@$(VENV)/bin/crmcli demo crmcli-demo

test: $(READY)
	$(VENV)/bin/python -m pytest

lint: $(READY)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

# Measures every command beside its yardstick, and writes benchmarks/RESULTS.md. Made bases are kept in the user's cache,
# or where CRMCLI_BENCH says. Fewer customers: make bench COUNTS="10000 100000"
bench: $(BENCH)/ready
	@$(BENCH)/bin/python -m benchmarks.speed $(COUNTS)

# A virtual environment stands where it was made: one that was copied or moved is made anew.
$(READY): requirements-dev.txt pyproject.toml
	@$(call set_up,$(VENV),requirements-dev.txt)

$(BENCH)/ready: requirements-bench.txt pyproject.toml
	@$(call set_up,$(BENCH),requirements-bench.txt)

define set_up
$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
  { echo "crmcli needs Python 3.11 or later; say which: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }; \
echo "Setting up $(1): about half a minute ..." && \
$(PYTHON) -m venv --clear $(1) && \
$(1)/bin/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes -r $(2) && \
$(1)/bin/python -m pip install --quiet --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . && \
printf %s "$(CURDIR)" > $(1)/ready
endef

# Pins what pyproject.toml asks for: names, versions and hashes alone. Needs uv.
PIN := uv pip compile --quiet pyproject.toml --extra postgres --extra forecast --group dev --universal --python-version 3.11 \
  --generate-hashes --no-header --no-annotate --no-emit-index-url

lock:
	$(PIN) -o requirements-dev.txt
	$(PIN) --group bench -o requirements-bench.txt

clean:
	rm -rf $(VENV) $(BENCH) build dist crmcli-demo .mypy_cache .ruff_cache .pytest_cache .hypothesis
