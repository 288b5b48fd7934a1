BIN := .venv/bin
READY := .venv/.ready
COMPILE := $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links \
	--no-annotate --no-header --universal --python-version 3.11
# Tests wait more than they compute: three at a time fill two cores, and six of the crash matrix.
PYTEST := $(BIN)/pytest -n 3 --dist loadscope --no-loadscope-reorder
MATRIX := tests/crash/operations/test_matrix.py

.PHONY: help demo test test-long test-kubernetes check run bench lock clean servers
.DEFAULT_GOAL := help

help:
	@echo 'make demo       the bot, a Slack channel in the browser and a platform to break'
	@echo 'make test       every check, and the tests with a sample of the long proofs'
	@echo 'make test-long  the same, and all that takes long'
	@echo 'make test-kubernetes  rollback, switch, restart and scale on the cluster that'
	@echo '                CANDLEFISH_TEST_KUBECONFIG names, in a namespace made for it'
	@echo 'make check      style, types, layers and the ops data'
	@echo 'make run        the bot alone, by .env and the environment'
	@echo 'make bench      the figures that README quotes'
	@echo 'make lock       new locks from pyproject.toml'
	@echo 'make clean      without the environment and the caches; data stays'

demo: $(READY) servers
	@$(BIN)/candlefish demo

test: check servers
	$(PYTEST)

test-long: check servers
	$(PYTEST) -m '' --ignore=$(MATRIX)
	$(BIN)/pytest -n 6 -m '' $(MATRIX)

test-kubernetes: $(READY)
	@test -n "$$CANDLEFISH_TEST_KUBECONFIG" || { \
		echo 'CANDLEFISH_TEST_KUBECONFIG=file make test-kubernetes; also _CONTEXT _NAMESPACE _IMAGE'; \
		exit 2; }
	$(BIN)/pytest tests/cluster --kubeconfig="$$CANDLEFISH_TEST_KUBECONFIG" \
		--kube-context="$$CANDLEFISH_TEST_CONTEXT" \
		--kube-namespace="$$CANDLEFISH_TEST_NAMESPACE" --kube-image="$$CANDLEFISH_TEST_IMAGE"

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/candlefish check

run: $(READY)
	@$(BIN)/candlefish serve

bench: $(READY) servers
	@$(BIN)/python -m bench

lock: $(READY)
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) pyproject.toml --extra sandbox --extra dev -c requirements.lock -o requirements-dev.lock
	echo hatchling | $(COMPILE) - -c requirements-dev.lock -o requirements-build.lock

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis dist
	find . -name __pycache__ -prune -exec rm -rf {} +

servers:
	@scripts/servers

$(READY): requirements-dev.lock pyproject.toml scripts/venv scripts/python
	@scripts/venv
	@touch $@
