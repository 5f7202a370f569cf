# Every command of AutoTrack. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help demo up down status logs reset dev test coverage check format bench fuzz lock migrate contracts dead-letters exchange-rates rotate-keys docs env prepare verify-passport
MAKEFLAGS += --no-print-directory
# Many containers forbid Python to keep what it compiled; each of the many programs of a test run would compile all of ours anew.
unexport PYTHONDONTWRITEBYTECODE

# The first Python of 3.11 or later; looked for only when .venv has to be made or checked.
PYTHON = $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
PY := .venv/bin/python
HOUSE := $(PY) -m deploy.local

help: ## List these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-13s %s\n", $$1, $$2 }'

demo: prepare ## The whole main job as a story; DOC=invoice.pdf, GATEWAY=http://… (with MAILBOX= STRIPE= CLOCK=)
	@$(PY) -m deploy.local.demo $(if $(DOC),--document '$(DOC)') $(if $(GATEWAY),--gateway '$(GATEWAY)') $(if $(MAILBOX),--mailbox '$(MAILBOX)') $(if $(STRIPE),--stripe '$(STRIPE)') $(if $(CLOCK),--clock '$(CLOCK)')

up: prepare ## Start the house: PostgreSQL, RabbitMQ, simulators, six services, gateway; returns when all are ready; ONLY=auth,gateway for some
	@$(HOUSE) up $(if $(ONLY),--only $(ONLY))

down: ## Stop everything that runs here; data stays
	@test ! -x $(PY) || $(HOUSE) down

status: ## What runs, where, and whether it is ready
	@$(HOUSE) status

logs: ## Follow the logs; SERVICE=auth for one of them
	@tail -n 40 -F $(if $(SERVICE),.local/logs/$(SERVICE).log,.local/logs/*.log)

reset: ## Stop everything and forget all data
	@test ! -x $(PY) || $(HOUSE) reset

dev: up logs ## Start the house and follow its logs

test: FOR = test
test: prepare ## Everything that must pass: lint, types, import rules, all tests on real PostgreSQL and RabbitMQ
	@$(HOUSE) prove $(ARGS)

coverage: FOR = test
coverage: prepare ## Which branches of domain and use cases the tests reach, and whether enough; twice as long as they take
	@$(HOUSE) test services gateway -n 2 --dist loadscope --no-loadscope-reorder -q --cov --cov-report=term

check: prepare ## Lint, format, types, import rules, contracts
	$(PY) -m ruff check .
	$(PY) -m ruff format --check --quiet .
	$(PY) -m mypy
	.venv/bin/lint-imports --no-cache
	$(PY) -m deploy.local.contracts --check
	$(PY) -m deploy.local.env_example --check

format: prepare ## Let ruff repair what it can
	$(PY) -m ruff check --fix-only --quiet .
	$(PY) -m ruff format --quiet .

bench: FOR = bench
fuzz: prepare ## Schemathesis against a whole house of its own; SECONDS=1200, ARGS="--phases stateful"
	@$(PY) -m tests.flows.fuzzing $(or $(SECONDS),1200) $(ARGS)

bench: up ## Measure against peers in the same run; prints one table
	@$(PY) -m bench $(ARGS)

lock: prepare ## Compile requirements/ from pyproject.toml; ARGS=--upgrade moves versions
	@UV=.venv/bin/uv bash requirements/compile.sh $(ARGS)

migrate: prepare ## Bring the six databases up to date
	@$(HOUSE) migrate

contracts: prepare ## Write what is generated: event schemas, docs/, the gateway's routes, .env.example
	@$(PY) -m deploy.local.contracts
	@$(PY) -m deploy.local.env_example

dead-letters: ## Dead messages: ARGS="list", "show ID", "replay ID" or "discard ID"; SERVICE=vehicles
	@$(HOUSE) dead-letters $(if $(SERVICE),--service $(SERVICE)) -- $(or $(ARGS),list)

exchange-rates: ## Load the ECB's rates, by which costs are told in another currency; FILE=eurofxref-hist.csv
	@$(HOUSE) exchange-rates '$(FILE)'

rotate-keys: prepare ## Sign with the next key from now on, no request lost; refused while it is younger than ten minutes
	@$(HOUSE) rotate-keys

verify-passport: prepare ## Whether a car's passport is as it was issued, offline; FILE=passport.zip KEY=…
	@$(PY) -m deploy.local.verify_passport '$(FILE)' $(KEY)

env: prepare ## Write deploy/.env with fresh secrets for docker compose
	@$(PY) -m deploy.local.compose_env

prepare:
	@python="$(PYTHON)"; test -n "$$python" || { echo "AutoTrack needs Python 3.11 or later: install python3, then run this again." >&2; exit 1; }; \
	$$python deploy/local/bootstrap.py $(FOR)
