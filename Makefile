# This file has every command of the local stack. `make help` and docs/commands.md explain the commands.
# Settings (docs/settings.md) come from the command line, the shell or a file `.env`, which local/front reads.

SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Python ignores its variables of the shell (-E) and the user's packages (-s), and uses UTF-8 with every locale.
# artifacts/user_shell.py and local/shell.py decide which other variables of the shell reach a process.
CLEAN := -E -s -X utf8
# The first program in this list that is Python 3.13. The shell's PYTHON comes first, and uv's own interpreters last.
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

# In `make customer-key NUMBER=... rotate` the word `rotate` is no target. local/front checks it.
ifneq ($(filter customer-key,$(MAKECMDGOALS)),)
KEY_ACTION := $(filter-out customer-key,$(MAKECMDGOALS))
.DEFAULT: ; @:
endif

.PHONY: help up deploy stop start down clean status console logs demo pipeline published report whatif explain query alarms messages redrive preflight smoke drill rehearse iam-report seed customers customer-key psql env shell plan test test-e2e test-faults check audit lock bench doctor package sbom push

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: ## start Postgres, LocalStack and the service, apply the Terraform, seed (FRESH=1: without a template)
	$(RUN) up

deploy: ## rebuild, apply and restart only the parts that you edited
	$(RUN) deploy

stop: ## end every process and keep everything that the stack holds
	$(RUN) stop

start: ## bring a stopped stack back with everything that it held
	$(RUN) start

down: ## end everything that `make up` started; only the logs and the templates stay
	$(RUN) down

clean: ## do what `make down` does, and remove the templates that `make up` starts from
	$(RUN) clean

status: ## show the processes and the tasks, and whether they are healthy
	$(RUN) status

logs: ## show the last lines of every process and log group (GROUP=exporter: one group, FOLLOW=1: keep following)
	$(RUN) logs

console: ## print the link of the console, the web pages of the stack (ALARM=id: of an alarm)
	$(RUN) console

demo: ## tell the whole story in a minute: a day of readings with faults, the pipeline, the alarms
	$(RUN) demo

pipeline: ## export, enrich and check one day (DATE=2026-11-01) or several (FROM=2026-11-01 TO=2026-11-05)
	$(RUN) pipeline

published: ## list and verify the publications of a day (DATE=2026-11-01), or fetch one (NUMBER=2 FOLDER=...)
	$(RUN) published

report: ## write the report of a day (DATE=2026-11-01) or a month (MONTH=2026-11) to a file (FORMAT=pdf)
	$(RUN) report

whatif: ## replay published days with other parameters of the checks (CHECKS=candidate.toml FROM=2026-11-01 TO=2026-11-05)
	$(RUN) whatif

explain: ## explain an alarm from published objects alone (ALARM=1000000001/2026-11-01/SPK), and say whether it still holds
	$(RUN) explain

query: ## query the published days in SQL (SQL="SELECT ..."), or run a saved query (NAME=peaks DATE=... ROWS=csv)
	$(RUN) query

alarms: ## list the open alarms (STATE=all NUMBER=... DATE=...), or ACKNOWLEDGE=id, or CLEAR=id REASON="..." (BY=name)
	$(RUN) alarms

messages: ## show the e-mails and the queue's messages so far
	$(RUN) messages

iam-report: ## list what each role may do, what it did, what it never did, and which calls were denied
	$(RUN) iam-report

redrive: ## re-queue dead letters after you fixed the cause
	$(RUN) redrive

preflight: ## check the stack as `python -m operations.preflight` checks AWS before and after an apply
	$(RUN) preflight

smoke: ## try the stack through its API as a customer would, with a customer that is deleted at the end
	$(RUN) smoke

drill: ## destroy the stack's database with its data, restore it, and compare every reading
	$(RUN) drill

rehearse: ## live through what happens on AWS, with the values of aws.tfvars, on a stack of its own
	$(RUN) rehearse

seed: ## make demo customers (CUSTOMERS=1000) and, with a DATE, send their readings of that day through the API
	$(RUN) seed

customers: ## print the customers (EXPORT=file), or STACK=dev and IMPORT=file (STORE=all), CREATE, CHANGE or DEACTIVATE=number
	$(RUN) customers

customer-key: ## manage a customer's API keys: NUMBER=1000000001 and rotate, revoke, revoke-all or show
	$(RUN) customer-key $(KEY_ACTION)

psql: ## open the stack's database in psql; SQL="select 1" runs one statement, the standard input a script
	$(RUN) psql

shell: ## start a shell whose AWS clients (awslocal, aws, boto3) reach this stack and nothing else
	$(RUN) shell

env: ## print the variables of `make shell` as export lines, for your own shell's eval (docs/commands.md)
	$(RUN) env

plan: ## show Terraform's plan over the running stack
	$(RUN) plan

test: ## run lint, types, scanners, and all tests, on a stack of their own
	$(RUN) test

test-e2e: ## run only the end-to-end tests, on a stack of their own (MODE=docker or embedded)
	$(RUN) test-e2e

test-faults: ## run only the fault tests, on a stack of their own: failures, and the data after them
	$(RUN) test-faults

check: ## run the checks that need no running stack: lint, formats, types, scanners, unit tests
	$(RUN) check

bench: ## measure the system and write bench/RESULTS.md (QUICK=1: a fast look, ONLY=lambda: one measure)
	$(RUN) bench

audit: ## list the known vulnerabilities of every locked package, from a database on the internet
	$(RUN) audit

lock: ## renew the lock files in requirements/ with the newest versions that their .in files allow
	$(RUN) lock

doctor: ## show what this machine lacks and how to get it
	$(RUN) doctor

sbom: ## list the components of the image and of each Lambda zip, in CycloneDX, after `make package`
	$(RUN) sbom

push: ## build the service's image and, with ECR_REPOSITORY=... RELEASE=..., push it to AWS
	$(RUN) push

package: ## build the Lambda zips of a release for AWS (RELEASE=1.0.1, ARCHITECTURE=x86_64 or arm64)
	$(RUN) package

.PHONY: .environments
.environments: # not a command for users: makes only the Python environments
	$(RUN) environments
