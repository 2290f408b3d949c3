# KV Cache Explorer. `make` builds and serves it, `make help` lists the rest. The work is done by tools/.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.NOTPARALLEL:
.DEFAULT_GOAL := start

PORT ?= 8000
DEBUG ?=
COMPARE ?=
KIND := $(if $(DEBUG),debug,release)
MODULE := $(if $(DEBUG),debug,wasm)
# npm writes it last
NPM_STAMP := node_modules/.package-lock.json

.PHONY: start dist wasm kvx train test test-browsers fuzz monkey bench serve stop format check clean distclean help setup sources fonts icons

start: dist ## build, serve on PORT (8000) and open the browser
	@node tools/serve.mjs --background --port $(PORT) --open

dist: wasm fonts icons ## assemble dist/, ready for any static host
	@. tools/lib.sh; one_at_a_time $(MODULE); node tools/dist.mjs --module build/$(MODULE)

wasm: setup $(NPM_STAMP) sources
	@tools/build-wasm.sh $(KIND)

setup:
	@tools/setup.sh build

sources: setup
	@tools/fetch-sources.sh

$(NPM_STAMP): package-lock.json | setup
	@. tools/lib.sh; step npm "Installing build tools (npm)" "npm could not install package-lock.json; is there a network?" npm ci --ignore-scripts
	@touch $@

fonts: setup
	@tools/build-fonts.sh

icons: setup
	@tools/build-icons.sh

kvx: ## the command line, native: build/native/kvx
	@tools/setup.sh native
	@tools/build-native.sh cli
	@echo "  build/native/kvx"

train: ## train the learn page's small model from scratch (about 4 minutes)
	@tools/setup.sh native
	@tools/train.sh

test: ## all tests; the last line counts them
	@tools/test.sh

test-browsers: ## only the journeys in Chromium, Firefox and WebKit
	@tools/test.sh browsers

fuzz: ## only the fuzzers, an hour each (FUZZ_SECONDS=…)
	@FUZZ_SECONDS=$${FUZZ_SECONDS:-3600} tools/test.sh fuzz

monkey: dist ## random hands at the page and at the state, as long as you like (MONKEY_ACTIONS=5000, MONKEY_SEED=…)
	@tools/monkey.sh

bench: dist ## measure start, frames, rest and memory in a browser (COMPARE=URL: beside another page)
	@tools/setup.sh browser
	@. tools/lib.sh; newer_node; COMPARE="$(COMPARE)" node tests/bench/run.mjs

serve: ## serve dist/ in the foreground
	@node tools/serve.mjs --port $(PORT)

stop: ## end the server that make started
	@node tools/serve.mjs --stop

format: ## format our C++ code
	@tools/setup.sh check
	@git ls-files -co --exclude-standard 'src/*.cpp' 'src/*.h' 'tests/*.cpp' 'tests/*.h' | xargs -r clang-format -i

check: ## formatting, clang-tidy, include rules, scripts
	@tools/check.sh

clean: stop ## remove what was built (downloads stay)
	@shopt -s extglob nullglob; rm -rf dist build/!(downloads)

distclean: stop ## remove everything that is not source
	@rm -rf dist build node_modules

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
