# The two commands: `make serve` runs the assistant, `make test` runs all tests. Both set up what they need.
PORT ?= 8080
VENV := .venv
READY := $(VENV)/.ready
READY_TEST := $(VENV)/.ready-test
export RASA_TELEMETRY_ENABLED := false
export SQLALCHEMY_SILENCE_UBER_WARNING := 1
export TF_CPP_MIN_LOG_LEVEL := 3
export CUDA_VISIBLE_DEVICES := -1

.PHONY: serve test bench evaluate lint lock clean

serve: $(READY)
	@PORT=$(PORT) $(VENV)/bin/python -W ignore -m coproduction.cli serve

test: $(READY_TEST)
	@./tests/run

bench: $(READY)
	@$(VENV)/bin/python -W ignore -m benchmarks.interview

evaluate: $(READY)
	@$(VENV)/bin/python -W ignore -m evaluation; understood=$$?; \
	$(VENV)/bin/python -W ignore -m evaluation.redaction && exit $$understood

lint: $(READY_TEST)
	$(VENV)/bin/ruff check . && $(VENV)/bin/mypy && $(VENV)/bin/lint-imports

# Pins and hashes of everything that is installed, from pyproject.toml; run it after changing a dependency.
lock:
	$(VENV)/bin/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.10 \
	  --extra rasa --extra postgresql -o requirements.txt pyproject.toml
	$(VENV)/bin/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.10 \
	  --extra rasa --extra postgresql --extra test -c requirements.txt -o requirements-test.txt pyproject.toml

$(READY): requirements.txt pyproject.toml scripts/setup
	@./scripts/setup $(VENV) requirements.txt
	@touch $@

$(READY_TEST): requirements-test.txt pyproject.toml scripts/setup
	@./scripts/setup $(VENV) requirements-test.txt
	@touch $@ $(READY)

clean:
	rm -rf $(VENV) var models/*.tar.gz models/*.sha256
