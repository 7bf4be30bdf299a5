# Every command of the local stack. `make help` explains them; the README has the settings.
# Settings (README, "Settings"): MODE, STACK, PORT, CUSTOMERS, ADMIN_EMAIL, IAM_ENFORCEMENT; on the command line or in
# a file `.env`.
-include .env
# Defaults of stacks to come; on the command line a setting names the stack that is meant (local/stack/record.py).
SETTINGS_FROM_FILE := $(foreach name,MODE PORT IAM_ENFORCEMENT FAULTS,$(if $(filter file,$(origin $(name))),$(name)))
export SETTINGS_FROM_FILE MODE STACK PORT FAULTS CUSTOMERS ADMIN_EMAIL IAM_ENFORCEMENT LOG_LEVEL DATE FROM TO GROUP FOLLOW NUMBER PYTEST_ARGUMENTS ARCHITECTURE ECR_REPOSITORY TAG QUICK ONLY

SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# The first of these that is Python 3.13; uv's own interpreters are found too.
PYTHON ?= $(shell for candidate in python3.13 python3 python; do \
	"$$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != (3, 13))' >/dev/null 2>&1 \
	&& { command -v "$$candidate"; exit; }; done; uv python find 3.13 2>/dev/null)
PROJECT := .local/venv/project/bin/python
STACKCTL := $(PROJECT) -m local.stack

# `make customer-key NUMBER=... rotate`: the word after it is no target of its own.
KEY_ACTIONS := $(if $(filter customer-key,$(MAKECMDGOALS)),$(filter rotate revoke revoke-all show,$(MAKECMDGOALS)))
ifneq ($(KEY_ACTIONS),)
.PHONY: $(KEY_ACTIONS)
$(KEY_ACTIONS): ; @:
endif

.PHONY: help up deploy down status logs demo pipeline alarms redrive iam-report seed customer-key plan test test-e2e test-faults check audit bench doctor package push

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: .environments ## start the whole system here: Postgres, LocalStack, the service; apply the Terraform; seed
	@$(STACKCTL) up

deploy: .environments ## after an edit: rebuild, apply and restart only what changed
	@$(STACKCTL) deploy

down: .project ## end everything that `make up` started; nothing is left but its logs
	@$(STACKCTL) down

status: .project ## what runs, and whether it is well
	@$(STACKCTL) status

logs: .project ## the last lines of every process and log group (GROUP=exporter for one, FOLLOW=1 goes on)
	@$(STACKCTL) logs

demo: .project ## the whole story in a minute: a day of readings with faults, the pipeline, the alarms
	@$(PROJECT) -m local.tools.demo

pipeline: .project ## export, enrich and check one day (DATE=2026-11-01) or several (FROM=2026-11-01 TO=2026-11-05)
	@$(PROJECT) -m local.tools.pipeline --date "$(DATE)" --from "$(FROM)" --to "$(TO)"

alarms: .project ## the e-mails and the queue's messages so far
	@$(PROJECT) -m local.tools.alarms

iam-report: .project ## what each role may do, what it did, what it never did, and what was denied
	@$(PROJECT) -m local.tools.iam_report

redrive: .project ## bring back what waits in the dead-letter queues, once its cause is mended
	@$(PROJECT) -m local.tools.redrive

seed: .project ## demo customers (CUSTOMERS=1000) and, with a DATE, their readings of that day through the API
	@$(PROJECT) -m seed customers --count "$(or $(CUSTOMERS),50)"
	@if [ -n "$(DATE)" ]; then $(PROJECT) -m seed readings --date "$(DATE)" --customers "$(or $(CUSTOMERS),50)"; fi

customer-key: .project ## a customer's API keys: NUMBER=1000000001 and rotate, revoke, revoke-all or show
	@$(PROJECT) -m local.tools.customer_key "$(NUMBER)" "$(or $(KEY_ACTIONS),$(ACTION))"

plan: .project ## Terraform's plan over the running stack: no changes, or what differs
	@$(STACKCTL) plan

test: .environments .scanners ## lint, types, scanners, unit, integration, end-to-end and fault tests, on ports of their own
	@$(STACKCTL) test

test-e2e: .environments ## the end-to-end tests alone, on a stack of their own (MODE=docker or embedded)
	@$(STACKCTL) test-e2e

test-faults: .environments ## the fault tests alone, on a stack of their own: what dies, fails or fills up, and the data after
	@$(STACKCTL) test-faults

check: .project .scanners ## only what needs nothing running: lint, formats, types, scanners, unit tests
	@$(STACKCTL) check

bench: .environments ## measure the system; writes bench/RESULTS.md (QUICK=1 a fast look, ONLY=lambda one measure)
	@$(PROJECT) -m bench

audit: .scanners ## known vulnerabilities of every locked package, asked on the internet
	@$(STACKCTL) audit

doctor: .project ## what this machine lacks and how to get it
	@$(STACKCTL) doctor

push: .project ## the image of the service: built, and with ECR_REPOSITORY=... TAG=... pushed to AWS
	@$(STACKCTL) push

package: .project ## the Lambda zips for AWS (ARCHITECTURE=x86_64 or arm64)
	@$(STACKCTL) package

.PHONY: .python .environments .project .scanners
.python:
	@if [ -z "$(PYTHON)" ]; then echo "Python 3.13 with its venv module was not found. Install it: \`uv python install 3.13\`,"; \
	echo "\`pyenv install 3.13\`, or your system's python3.13 and python3.13-venv packages."; exit 1; fi

.environments: .python
	@"$(PYTHON)" -m local.environments

.project: .python
	@"$(PYTHON)" -m local.environments project

.scanners: .python
	@"$(PYTHON)" -m local.environments project scan
