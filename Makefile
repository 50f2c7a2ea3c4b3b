# Everything happens in .venv; the first call installs, later calls install nothing again.
PYTHON ?= python3
ARGS ?=
VENV := .venv
STAMP := $(VENV)/.installed
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)

.DEFAULT_GOAL := help
.PHONY: help setup reproduce test sync studies lab hooks
.DELETE_ON_ERROR:

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP)  ## install into .venv (Python >= 3.11; another one: make setup PYTHON=python3.12)

$(STAMP): settings.ini setup.py constraints.txt tools/setup.sh
	@tools/setup.sh "$(PYTHON)" "$(VENV)"
	@touch $@

reproduce: $(STAMP)  ## run the main job on the embedded digits and write reports/ (options: ARGS="--seeds 1")
	@s3gan reproduce $(ARGS)

test: $(STAMP)  ## run every test
	@python tools/test.py $(ARGS)

sync: $(STAMP)  ## after editing a notebook: export the package, clean the notebooks, render README.md
	@tools/sync.sh

studies: $(STAMP)  ## measure again: execute the studies in nbs/studies/ where they are (quarter of an hour, on an otherwise idle machine)
	@jupyter nbconvert --to notebook --execute --inplace --ExecutePreprocessor.timeout=-1 $(wildcard nbs/studies/*.ipynb)
	@tools/sync.sh

lab: $(STAMP)  ## open JupyterLab on nbs/index.ipynb
	@jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root) --LabApp.default_url=/lab/tree/nbs/index.ipynb $(ARGS) .

hooks: $(STAMP)  ## once in a clone: merge and compare notebooks cell by cell, check each commit
	@tools/hooks.sh
