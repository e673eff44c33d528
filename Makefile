# Two commands for a newcomer: `make demo` shows Keyturn at work, `make test` proves it.
# Everything is installed into .venv of this folder; nothing else on the machine is touched, except that
# `make test`, run as root, installs the Debian packages that the tests need (tests/machine.py names them).

PYTHON ?= python3
BIN := .venv/bin
CATALOGUES := $(shell find src -name '*.po' 2>/dev/null)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
COMPILE = .venv-tools/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make pins"

.PHONY: demo test proof pins lint clean
.DELETE_ON_ERROR:

demo: .venv/installed  ## the demo on http://127.0.0.1:8000; stop it with Ctrl-C
	@$(BIN)/keyturn demo

test: .venv/tested-with  ## the whole suite on SQLite and on PostgreSQL
	@$(BIN)/python -m tests.suite

proof: .venv/tested-with  ## the same suite at full counts, then a million people; writes docs/proof.md; takes more than an hour
	@KEYTURN_PROOF=1 $(BIN)/python -m tests.suite
	@$(BIN)/pip install -q --require-hashes -r benchmarks/requirements.txt
	@$(BIN)/python -m benchmarks.console

lint: .venv/tested-with  ## form, the stairs of the house, and what the documents promise
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/python -m pytest tests/house
	$(BIN)/python -m tests.house.proven --check
	$(BIN)/python -m tests.house.console_page --check

pins: .venv-tools/made  ## the newest releases into the files of pinned requirements
	$(COMPILE) --output-file requirements.txt pyproject.toml
	$(COMPILE) --constraint requirements.txt --output-file requirements-build.txt requirements-build.in
	$(COMPILE) --constraint requirements.txt --output-file requirements-test.txt requirements-test.in
	$(COMPILE) --constraint requirements.txt --output-file benchmarks/requirements.txt benchmarks/requirements.in

clean:  ## the environments and what the demo remembered; not your keyturn-data
	rm -rf .venv .venv-tools demo-data artifacts

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Keyturn needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
		{ [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -qq -y python3-venv; } || \
		{ echo "Python's venv module is missing. Run: sudo apt-get install python3-venv"; exit 1; }
	@echo "Making a virtual environment in .venv …"
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/installed: .venv/made requirements.txt requirements-build.txt pyproject.toml hatch_build.py $(CATALOGUES)
	@echo "Installing Keyturn into .venv …"
	@$(PIP) --require-hashes -r requirements.txt
	@$(PIP) --require-hashes -r requirements-build.txt
	@$(PIP) --no-build-isolation --no-deps --editable .
	@touch $@

.venv/tested-with: .venv/installed requirements-test.txt
	@echo "Installing what the tests need into .venv …"
	@$(PIP) --require-hashes -r requirements-test.txt
	@touch $@

.venv-tools/made:
	@$(PYTHON) -m venv .venv-tools
	@.venv-tools/bin/python -m pip install --quiet uv
	@touch $@
