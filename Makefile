# Every verb does its own set-up. `make help` lists them.
PYTHON ?= python3
BIN := .venv/bin
RUN := $(BIN)/python -m bot

.DEFAULT_GOAL := help
.PHONY: help setup demo run check studio test i18n bench clean

help: ## list the verbs
	@awk -F':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.venv/.runtime: requirements.txt
	@echo "Setting up: a virtual environment and the locked packages (once, under a minute) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --disable-pip-version-check --require-hashes \
		--progress-bar on -r requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt .venv/.runtime
	@echo "Setting up: the tools that check the project ..."
	@$(BIN)/python -m pip install --disable-pip-version-check --require-hashes \
		--progress-bar on -r requirements-dev.txt
	@touch $@

setup: .venv/.runtime ## make the environment and install the locked packages

demo: .venv/.runtime ## try the bot in a chat page on this machine; needs no token
	@$(RUN) demo

run: .venv/.runtime ## serve readers on Telegram; needs BOT_TOKEN, BOT_SECRET_KEY and BOT_CONTACT
	@$(RUN) run

check: .venv/.runtime ## check all content: file, line, rule and cure of each fault
	@$(RUN) check

studio: .venv/.runtime ## edit beside a page that shows what readers get, what changed, what is due
	@$(RUN) studio $(OPTIONS)

i18n: .venv/.runtime ## extract texts, merge them into every language, say what fell behind
	@$(RUN) i18n

test: .venv/.dev ## lint, types, import contracts, content check, all tests
	@$(BIN)/ruff format --check bot tests
	@$(BIN)/ruff check bot tests
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(RUN) check --quiet
	@$(BIN)/pytest --numprocesses 2

.venv-bench/.ready: requirements-bench.txt .venv/.runtime
	@echo "Setting up: an environment of its own for the peer to be measured beside ours ..."
	@test -x .venv-bench/bin/python || $(PYTHON) -m venv .venv-bench
	@.venv-bench/bin/python -m pip install --disable-pip-version-check --require-hashes \
		--progress-bar on -r requirements-bench.txt
	@touch $@

bench: .venv-bench/.ready ## measure start-up, memory and taps per second, beside peers
	@$(RUN) bench $(OPTIONS)

clean: ## remove what the verbs made: environment, caches, the demo's database
	@rm -rf .venv .venv-bench var .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info
