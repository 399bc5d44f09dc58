# make lists the targets.
LAB ?= lab/examples/three.toml

.DEFAULT_GOAL := help
.PHONY: help doctor setup build lab lab-down test clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

doctor: ## Say what this machine lacks, and the remedy
	@eng/doctor.sh

setup: ## Install what is missing, through apt
	@eng/setup.sh

build: setup ## Build the programs into artifacts/publish and link ./g8os
	@eng/build.sh

lab: build ## Bring up a grid on this machine (LAB=FILE.toml draws another)
	@./g8os lab up $(LAB)

lab-down: ## Remove every trace of it
	@if [ -x ./g8os ]; then ./g8os lab down; else echo "no lab: nothing was built"; fi

test: setup ## Build, run all tests, end with "N passed, N failed"
	@eng/test.sh

clean: ## Remove what was built
	@rm -rf artifacts g8os
