# Every command of the local stack. `make help` and docs/commands.md explain them.
# Settings (docs/settings.md) stand on the command line, in the shell or in a file `.env`, which local/front reads.

SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Python without the shell's own variables for it (-E) and packages (-s), and in UTF-8 whatever the locale is. What else
# of the shell reaches a process is decided in artifacts/user_shell.py and local/shell.py.
CLEAN := -E -s -X utf8
# The first of these that is Python 3.13, beginning with what the shell's PYTHON names; uv's own interpreters are found
# too.
PYTHON := $(shell for candidate in "$$PYTHON" python3.13 python3 python; do \
	"$$candidate" $(CLEAN) -c 'import sys, venv, ensurepip; sys.version_info[:2] == (3, 13) or sys.exit(1); print(sys.executable)' \
	2>/dev/null && exit; done; uv python find 3.13 2>/dev/null)

# Checks the values, makes the Python environments that the command needs, and runs it.
define RUN
@python='$(subst ','\'',$(PYTHON))'; if [ -z "$$python" ]; then \
	echo "Python 3.13 with its venv module was not found. Install it: \`uv python install 3.13\`," >&2; \
	echo "\`pyenv install 3.13\`, or your system's python3.13 and python3.13-venv packages." >&2; \
	echo "With Docker alone, \`docker compose up\` starts the whole system (docs/docker.md)." >&2; exit 1; fi; \
	exec "$$python" $(CLEAN) -m local
endef

# `make customer-key NUMBER=... rotate`: the words beside it are no targets of their own, and local/front judges them.
ifneq ($(filter customer-key,$(MAKECMDGOALS)),)
KEY_ACTION := $(filter-out customer-key,$(MAKECMDGOALS))
.DEFAULT: ; @:
endif

.PHONY: help up deploy stop start down clean status logs demo pipeline alarms redrive iam-report seed customer-key psql env shell plan test test-e2e test-faults check audit lock bench doctor package push

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: ## start the whole system here: Postgres, LocalStack, the service; apply the Terraform; seed (FRESH=1: not from a template)
	$(RUN) up

deploy: ## after an edit: rebuild, apply and restart only what changed
	$(RUN) deploy

stop: ## end every process and keep all that the stack holds
	$(RUN) stop

start: ## bring a stopped stack back with all that it held
	$(RUN) start

down: ## end everything that `make up` started; nothing is left but its logs
	$(RUN) down

clean: ## `make down`, and remove the templates that `make up` starts from
	$(RUN) clean

status: ## what runs, and whether it is well
	$(RUN) status

logs: ## the last lines of every process and log group (GROUP=exporter for one, FOLLOW=1 goes on)
	$(RUN) logs

demo: ## the whole story in a minute: a day of readings with faults, the pipeline, the alarms
	$(RUN) demo

pipeline: ## export, enrich and check one day (DATE=2026-11-01) or several (FROM=2026-11-01 TO=2026-11-05)
	$(RUN) pipeline

alarms: ## the e-mails and the queue's messages so far
	$(RUN) alarms

iam-report: ## what each role may do, what it did, what it never did, and what was denied
	$(RUN) iam-report

redrive: ## re-queue dead letters after you fixed the cause
	$(RUN) redrive

seed: ## demo customers (CUSTOMERS=1000) and, with a DATE, their readings of that day through the API
	$(RUN) seed

customer-key: ## a customer's API keys: NUMBER=1000000001 and rotate, revoke, revoke-all or show
	$(RUN) customer-key $(KEY_ACTION)

psql: ## the stack's database in psql; SQL="select 1" runs one statement, a file on the standard input a script
	$(RUN) psql

shell: ## a shell whose AWS clients (awslocal, aws, boto3) reach this stack and nothing else
	$(RUN) shell

env: ## print that shell's variables as export lines, for your own shell's eval (docs/commands.md)
	$(RUN) env

plan: ## Terraform's plan over the running stack: no changes, or what differs
	$(RUN) plan

test: ## lint, types, scanners, unit, integration, end-to-end and fault tests, on ports of their own
	$(RUN) test

test-e2e: ## the end-to-end tests alone, on a stack of their own (MODE=docker or embedded)
	$(RUN) test-e2e

test-faults: ## the fault tests alone, on a stack of their own: failures, and the data after them
	$(RUN) test-faults

check: ## only what needs nothing running: lint, formats, types, scanners, unit tests
	$(RUN) check

bench: ## measure the system; writes bench/RESULTS.md (QUICK=1 a fast look, ONLY=lambda one measure)
	$(RUN) bench

audit: ## known vulnerabilities of every locked package, asked on the internet
	$(RUN) audit

lock: ## renew the lock files in requirements/ from their .in files: the newest versions that those allow
	$(RUN) lock

doctor: ## what this machine lacks and how to get it
	$(RUN) doctor

push: ## the image of the service: built, and with ECR_REPOSITORY=... TAG=... pushed to AWS
	$(RUN) push

package: ## the Lambda zips for AWS (ARCHITECTURE=x86_64 or arm64)
	$(RUN) package

.PHONY: .environments
.environments: # no command: the environments alone, before `make` is used
	$(RUN) environments
