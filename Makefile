# make lists the targets.
LAB ?= lab/examples/three.toml

.DEFAULT_GOAL := help
.PHONY: help doctor setup build grid grid-down lab lab-down test sim mutants fuzz bench-boot bench-robot test-fresh clean

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

grid: build ## Bring up a whole grid on this machine: nodes, sandboxes, the AYS repository, an example app
	@eng/grid.sh $(LAB)

grid-down: lab-down ## Remove every trace of it

lab-down: ## Remove every trace of it
	@if [ -x ./g8os ]; then ./g8os lab down; else echo "no lab: nothing was built"; fi

test: setup ## Build, run all tests, end with "N passed, N failed"
	@eng/test.sh

SECONDS ?= 60

sim: setup ## Run random seeded worlds for SECONDS=60; prints the seed to replay
	@eng/sim.sh --seconds $(SECONDS)

mutants: setup ## Plant each bug of tests/mutants and see the simulator find it
	@eng/mutants.sh

fuzz: setup ## Fuzz every parser for SECONDS=60 each
	@eng/fuzz.sh $(SECONDS)

bench-boot: build ## Measure the boot; table, and JSON in artifacts/bench
	@dotnet run --project bench -c Release -v q -- boot

bench-robot: setup ## Measure how long the robot thinks; table, and JSON in artifacts/bench
	@dotnet run --project bench -c Release -v q -- robot

test-fresh: setup ## The README's two commands on a clean Debian tree
	@eng/test-fresh.sh

clean: ## Remove what was built
	@rm -rf artifacts g8os
