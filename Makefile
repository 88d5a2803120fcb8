# `make help` lists what there is. Everything is made under .facet/ and DATA_DIR.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
STAGE ?= dev
VENV := .facet/venv/bin/python
# Tools that look at a shop take the one on this machine, unless a stage is named on the command line.
AT_STAGE = $(if $(filter-out file default undefined,$(origin STAGE)),--stage $(STAGE))
# What a run of the tests covered is left here.
FIGURES = rm -rf .facet/figures && mkdir -p .facet/figures && FACET_FIGURES=$(CURDIR)/.facet/figures
# Only what exists yet: mypy refuses a path that does not.
SOURCES := $(wildcard app.py chalicelib infra local tools bench tests)

.PHONY: help run token test proof lint package sbom costs deploy first-admin verify-audit check-table restore-drill restore sample bench clean python venv

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 24

python:
	@command -v $(PYTHON) >/dev/null || { echo "Facet needs Python 3.11 or later, and there is no $(PYTHON) on the PATH." >&2; exit 1; }

venv: python
	@$(PYTHON) tools/bootstrap.py venv

run: python  ## start Facet on this machine (PORT=8000 DATA_DIR=./data)
	@$(PYTHON) tools/bootstrap.py venv emulator web
	@exec $(VENV) local/launch.py

token: venv  ## an access token of the running Facet (ROLE=sales)
	@$(VENV) local/token.py $(or $(ROLE),sales)

test: venv  ## style, types, the template and every test
	@$(PYTHON) tools/bootstrap.py emulator web lint
	@$(MAKE) lint
	@$(FIGURES) $(VENV) -m pytest --numprocesses 2 --dist loadfile

proof: venv  ## the proof tests in their long form, some hours; what they covered goes into docs/proof.md
	@$(PYTHON) tools/bootstrap.py emulator web lint
	@$(FIGURES) FACET_PROOF=long $(VENV) -m pytest --numprocesses 2 --dist loadfile tests/proof
	@$(VENV) -m tools.proof_figures proof

lint: venv  ## style, types and the template
	@$(PYTHON) tools/bootstrap.py lint
	@$(VENV) -m ruff check .
	@$(VENV) -m ruff format --check .
	@$(VENV) -m mypy $(SOURCES)
	@.facet/lint/bin/bandit --quiet --configfile pyproject.toml --recursive app.py chalicelib infra local tools
	@$(VENV) -m tools.our_rules
	@$(MAKE) package
	@.facet/lint/bin/cfn-lint .facet/build/template.json

package: venv  ## the deployable zip and template, in .facet/build
	@$(PYTHON) tools/bootstrap.py web
	@$(VENV) -m tools.package

sbom: package  ## what ships, and under which licences, in .facet/build
	@$(VENV) -m tools.sbom

costs: venv  ## measure every operation and reckon what a shop pays AWS, into docs/costs.md
	@$(VENV) -m tests.support.costing | tail -1

deploy: venv  ## put Facet on AWS (STAGE=dev, with your AWS credentials)
	@$(VENV) -m tools.deploy $(STAGE)

first-admin: venv  ## invite the first admin of a deployed stage (STAGE=dev EMAIL=…)
	@$(VENV) -m tools.first_admin $(STAGE) "$(EMAIL)"

verify-audit: venv  ## hold the audit against its seals (STAGE=prod for a stage on AWS)
	@$(VENV) -m tools.verify_audit $(AT_STAGE)

check-table: venv  ## whether the table is whole (STAGE=prod on AWS; TABLE=… a restored one, REPAIR=1 mends that)
	@$(VENV) -m tools.check_table $(AT_STAGE) $(if $(TABLE),--table "$(TABLE)") $(if $(REPAIR),--repair)

restore-drill: venv  ## back the table up, restore it beside itself, check the copy, remove it (STAGE=prod on AWS)
	@$(VENV) -m tools.restore $(AT_STAGE)

restore: venv  ## a copy of the table to go back to (STAGE=prod TABLE=facet-prod-back AT=2027-03-15T10:00:00Z)
	@$(VENV) -m tools.restore $(AT_STAGE) $(if $(AT),--at "$(AT)") --keep "$(or $(TABLE),$(error TABLE names the new table))"

sample: venv  ## write down what this version writes, for the tests of later ones (before a release, all committed)
	@$(VENV) -m tools.record_samples

bench: venv  ## measure Facet against a bare echo and the bare store calls
	@$(PYTHON) tools/bootstrap.py emulator web
	@$(VENV) -m bench

clean:  ## remove environments, packages and caches (never DATA_DIR)
	@rm -rf .facet/venv .facet/emulator .facet/web .facet/lint .facet/build .facet/deploy .facet/cache .facet/figures .facet/mypy .facet/pytest .chalice/deployments .ruff_cache .mypy_cache .pytest_cache
