# `make demo` and `make test` are all that a newcomer needs; each sets up what is missing first.

PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11,\
	$(shell $(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $(name))))
BIN := .venv/bin
READY := .venv/.ready
TYPED := .venv/.ready-typed
BROWSER := .venv/.ready-browser

.PHONY: demo demo-queue play test test-fast faults check schema pictures setup lock bench clean help

demo: setup ## Fill a practice's five-week roster in a local Supabase, and show the result
	@$(BIN)/python -m demo

demo-queue: setup ## Fill twenty rosters by three workers, of which one is killed, and show what became of each
	@$(BIN)/python -m demo.queue

play: setup ## Keep a local Supabase with the demo's roster running, to try the job's options on
	@$(BIN)/python -m demo.play

test-fast: setup ## Run the tests that need neither database nor browser, on fewer examples, in under 30 s of processor time
	HYPOTHESIS_PROFILE=fast $(BIN)/pytest -q -m "not database and not slow" --ignore=tests/browser --ignore=tests/database

test: $(BROWSER) ## Run every test
	$(BIN)/pytest -n auto --dist loadgroup --cov --cov-report=term --cov-fail-under=95

faults: setup ## Run the fault tests on every request, not on a sample (docs/faults.md)
	FAULTS=all $(BIN)/pytest -n auto tests/faults tests/database/queue/test_workers.py

check: $(TYPED) ## Run the static checks: formatting, lint, types, import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo --no-cache

pictures: $(BROWSER) ## Make the README's pictures anew, of page and files, from the demo's roster
	$(BIN)/python -m tests.support.pictures

schema: setup ## Write docs/result.schema.json, the JSON schema of a run's result
	$(BIN)/python -m greedy.outcome.schema > docs/result.schema.json

bench: $(TYPED) ## Measure speed and completeness
	$(BIN)/python -m benchmarks.speed
	$(BIN)/python -m benchmarks quality --rosters 5 --kinds practice,scarce
	$(BIN)/python -m benchmarks scale

setup: $(READY) ## Set up what the others need

$(READY): requirements.txt requirements-dev.txt requirements-node.txt supabase/lite/package-lock.json supabase/postgres/package-lock.json
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed: install it, or say PYTHON=/path/to/python3 make ..."; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt -r requirements-dev.txt
	$(BIN)/python -m demo.local_supabase install
	$(BIN)/python -m tests.support.postgres install
	@touch $@

# What the browser tests and the benchmarks import besides; without it their types are unknown.
$(TYPED): $(READY) requirements-browser.txt requirements-bench.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-browser.txt -r requirements-bench.txt
	@touch $@

$(BROWSER): $(READY) requirements-browser.txt tests/browser/package-lock.json
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-browser.txt
	$(BIN)/python -m tests.support.chromium install
	@touch $@

lock: setup ## Pin what requirements*.in ask for, anew
	CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile $(COMPILE) --output-file=requirements.txt requirements.in
	CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile $(COMPILE) --output-file=requirements-dev.txt requirements-dev.in
	CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile $(COMPILE) --output-file=requirements-browser.txt requirements-browser.in

COMPILE := --quiet --upgrade --strip-extras --annotation-style=line \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links

clean: ## Remove all that setup and tests made
	rm -rf .venv .demo .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage htmlcov \
		supabase/lite/node_modules supabase/postgres/node_modules tests/browser/node_modules

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
