# Octavo. `make help` lists the targets; the text behind ## is their help.
SHELL := /bin/sh
.DEFAULT_GOAL := help

# Without the folder in what is compiled, a clone elsewhere finds it all in Go's cache.
export GOFLAGS := $(filter-out -trimpath,$(GOFLAGS)) -trimpath
# One way to compile for all targets, that of the product, so that each finds what the others
# compiled; the race detector needs cgo, and the test runner sees to that.
export CGO_ENABLED := 0

VERSION = $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
PKG ?= ./...
STAMPS := build/stamps
NPM := npm --prefix web run --silent
GO_FILES = cmd internal $(wildcard bench) $(wildcard web/*.go)
# What the built web application is made of.
WEB_SOURCES := web/src web/static web/scripts web/package-lock.json $(wildcard web/*.js web/*.ts web/tsconfig.json)

# $(call stale,STAMP,FILES): true in the shell when the stamp is missing or a file is newer.
stale = [ ! -e $(1) ] || [ -n "$$(find $(2) -newer $(1) -print -quit)" ]

.PHONY: help deps web build run test lint gen bench bench-p3 bench-p4 bench-p6 bench-push bench-rollout bench-start fuzz e2e fmt clean \
	test-format test-vet test-static test-generated test-go test-race test-rest test-web-check test-web-lint test-web

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

## Build and run

run: build ## build everything and start it with demonstration data in data/ (ARGS="…" adds options of serve)
	bin/octavo serve --data data --demo $(ARGS)

build: web ## build bin/octavo: one binary without cgo, the web application inside
	go build -ldflags "-s -w -X main.version=$(VERSION)" -o bin/octavo ./cmd/octavo

# A failed build leaves files behind; they are removed, so that no binary holds them.
web: web/node_modules/.package-lock.json ## build the web application alone, into web/build
	@if $(call stale,$(STAMPS)/web,$(WEB_SOURCES)) || [ ! -e web/build/index.html ]; then \
		mkdir -p $(STAMPS) && touch $(STAMPS)/web.begun && \
		if $(NPM) build; then mv $(STAMPS)/web.begun $(STAMPS)/web; \
		else rm -rf web/build/* $(STAMPS)/web $(STAMPS)/web.begun; mkdir -p web/build; touch web/build/.gitkeep; exit 1; fi; \
	fi

# npm writes this file at the end of every installation.
web/node_modules/.package-lock.json: web/package-lock.json
	npm --prefix web ci
	@touch $@

deps: web/node_modules/.package-lock.json ## install what the tests need: Debian packages (as root), npm packages
	@.ci/deps

## Test

test: deps ## run all checks and print how long each took
	@.ci/stages test-format test-vet test-static test-web-check+test-web-lint test-web test-generated build e2e+test-binaries test-race test-rest

lint: test-format test-vet test-static test-web-check test-web-lint ## check form, types and style, run nothing

test-format: ## check that Go files are formatted
	@files=$$(gofmt -l $(GO_FILES)); [ -z "$$files" ] || { echo "not formatted, run make fmt:"; echo "$$files"; exit 1; }

test-vet: ## run go vet
	go vet ./...

test-static: ## run staticcheck
	go tool staticcheck ./...

test-go: build/bin/testrun ## run the Go tests on SQLite and PostgreSQL (PKG=./internal/x, RUN=TestName)
	build/bin/testrun $(if $(RUN),-run '$(RUN)') $(PKG)

test-rest: build/bin/testrun ## run what test-race leaves: the other packages, and PostgreSQL for all
	build/bin/testrun -rest $(PKG)

test-race: build/bin/testrun ## run the packages with goroutines or locks with the race detector
	build/bin/testrun -race $(PKG)

# The browser tests leave a fifth of the processors idle; nice, because they have limits of time.
test-binaries: build/bin/testrun ## make the test binaries of the next two and run none
	nice -n 19 build/bin/testrun -race -build $(PKG)
	nice -n 19 build/bin/testrun -rest -build $(PKG)

test-web-check: web/node_modules/.package-lock.json ## check the types of the web application
	$(NPM) check

test-web-lint: web/node_modules/.package-lock.json ## lint the web application
	$(NPM) lint

test-web: web/node_modules/.package-lock.json ## run the unit tests of the web application
	$(NPM) test

e2e: build ## run the browser tests
	$(NPM) e2e

# Generated files are those named *.gen.*; lists that Go tests keep are checked by these tests.
generated = find internal web/src docs -name '*.gen.*' -type f -exec cksum {} + 2>/dev/null | sort

test-generated: web/node_modules/.package-lock.json ## check that generated files are fresh
	@mkdir -p build; $(generated) >build/generated.before
	@$(MAKE) --no-print-directory gen-files
	@$(generated) >build/generated.after
	@diff build/generated.before build/generated.after || { echo "these files were stale; they are fresh now, commit them"; exit 1; }

bench: ## run the Go benchmarks and the contests below, or those of one package (PKG=./internal/x)
	go test -run '^$$' -bench . -benchmem $(PKG)
	@$(if $(filter ./...,$(PKG)),$(MAKE) --no-print-directory bench-push bench-rollout bench-start bench-p3 bench-p4 bench-p6)

bench-push: ## measure updates of 1,000 client instances (ARGS="-database postgres://…")
	go run ./bench/push $(ARGS)

bench-rollout: ## measure a roll-out to 1,000 clients over HTTP (ARGS="-database postgres://… -runs 3")
	go run ./bench/rollout $(ARGS)

bench-start: build ## measure start, memory at rest and size
	go run ./bench/start $(ARGS)

bench-p3: bench/p3/node_modules/.package-lock.json ## measure a thousand formulas beside DuckDB, Polars, HyperFormula (ARGS="-rows 100000 -runs 3")
	go build -o build/bin/p3 ./bench/p3
	build/bin/p3 $(ARGS)

bench-p4: bench/p3/node_modules/.package-lock.json ## measure 100 MB of CSV and JSON to typed columns beside DuckDB and Polars (ARGS="-mb 10 -runs 3")
	go build -o build/bin/p4 ./bench/p4
	build/bin/p4 $(ARGS)

bench-p6: ## measure 10,000 refreshes of a service that answers after 100 ms, over 1,000 accounts (ARGS="-database postgres://… -refreshes 1000")
	go build -o build/bin/p6 ./bench/p6
	build/bin/p6 $(ARGS)

# The peers of benchmarks; no test installs or needs them. Not npm ci: it looks in the
# lock file for the builds of Polars for other systems, of which not all were published.
bench/p3/node_modules/.package-lock.json: bench/p3/package-lock.json
	npm --prefix bench/p3 install --no-save
	@touch $@

# $(call fuzz,TARGET,PACKAGE)
fuzz = go test -run '^$$' -fuzz '^$(1)$$' -fuzztime $(FUZZTIME) ./internal/formula/$(2)

FUZZTIME ?= 30s
fuzz: ## look for inputs that break the formula language (FUZZTIME=30s for each target)
	$(call fuzz,FuzzParse,syntax)
	$(call fuzz,FuzzParse,datefmt)
	$(call fuzz,FuzzSelect,xpath)
	$(call fuzz,FuzzReadJSON,tree)
	$(call fuzz,FuzzRead,evalcmd)
	$(call fuzz,FuzzEval,)
	go test -run "^$$$$" -fuzz "^FuzzResolve$$$$" -fuzztime $(FUZZTIME) ./internal/placeholder

.PHONY: build/bin/testrun
build/bin/testrun:
	@go build -o $@ ./internal/tools/testrun

## Edit

gen: gen-files ## write all generated files and lists again
	go test ./internal/formula/fn -update
	go test ./internal -run TestErrorCodes -update

.PHONY: gen-files
gen-files: web/node_modules/.package-lock.json
	go generate ./...
	npm --prefix web run --silent --if-present gen

fmt: ## format all files
	gofmt -w $(GO_FILES)
	$(NPM) format

clean: ## remove what was built; data/ and installed packages stay
	rm -rf bin build web/.svelte-kit web/screens web/build/*
	@mkdir -p web/build && touch web/build/.gitkeep
