# Python 3.11 or newer and a package index are all that is needed. `make help` lists the targets.
PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
RUN = .venv/bin/python
SERVICES = identity catalog messaging contracting payments billing
ifdef POLICY
export POLICY
endif
ifdef PORT
export PORT
endif

.PHONY: help demo demo-reset story test check bench fmt schemas lock install install-dev
.DEFAULT_GOAL = help

help: ## list the targets
	@grep -hE '^[a-z-]+(-<service>)?:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | awk -F '\t' '{printf "  make %-16s %s\n", $$1, $$2}'
	@echo "  make run-<service>    one service alone, or the gateway, on real servers: DATABASE_URL, AMQP_URI (README of the service)"

demo: install ## the whole marketplace on this machine; PORT=8000 POLICY=akigora|mission-internationale
	@exec $(RUN) -m embedded demo

demo-reset: install ## the same, from the beginning: what the demo of this POLICY holds is deleted
	@$(RUN) -m embedded reset
	@exec $(RUN) -m embedded demo

story: install ## one whole mission, step by step, through the API of the running demo
	@exec $(RUN) -m embedded story

test: install-dev ## everything, on every stack that can be had here
	@exec $(RUN) -m testkit.suite test

check: install-dev ## lint, types, walls and unit tests: under 30 seconds
	@exec $(RUN) -m testkit.suite check

bench: install-dev ## every figure of the README, measured here
	@exec $(RUN) bench/run.py

fmt: install-dev ## format and sort imports
	@$(RUN) -m ruff check --select I --fix --quiet .
	@$(RUN) -m ruff format .

schemas: install-dev ## the JSON Schemas of the contracts and the page of events, from the code
	@$(RUN) -m testkit.schemas

lock: install-dev ## newest versions that fit requirements*.in, with hashes
	@for name in requirements requirements-dev; do \
		.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
			--upgrade --custom-compile-command 'make lock' $$name.in --output-file $$name.lock || exit 1; done

$(addprefix run-,$(SERVICES)): run-%: install
	@$(RUN) -m $* migrate
	@exec $(RUN) -m $* serve

run-gateway: install
	@exec $(RUN) -m gateway serve

install:
	@$(check-python)
	@$(PYTHON) -I embedded/src/embedded/install.py demo

install-dev:
	@$(check-python)
	@$(PYTHON) -I embedded/src/embedded/install.py dev

define check-python
if [ -z "$(PYTHON)" ]; then \
	echo "No Python 3.11 or newer found (python3.13, python3.12, python3.11, python3). Install one, or: make ... PYTHON=/path/to/python" >&2; exit 1; fi
endef
