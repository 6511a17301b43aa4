# Two commands: `make run` and `make test`. Everything they need they fetch, pinned.
PYTHON ?= python3
PORT ?= 8000
BIN = .venv/bin

.PHONY: run test check clean

run: .venv/run.done
	PORT=$(PORT) $(BIN)/python app.py

test: .venv/test.done
	sh tests/run

check: .venv/test.done
	sh tests/check

.venv/run.done: requirements.lock $(wildcard shop/translations/*/LC_MESSAGES/*.po)
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pybabel --quiet compile -d shop/translations || true
	touch $@

.venv/test.done: .venv/run.done requirements-test.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.lock
	touch $@

clean:
	rm -rf .venv
