# `make call` talks, `make test` proves it, `make check` reads it. Each sets up what it needs.
RUN = .venv/bin
ENGINE = cascade

.PHONY: call test check format sglang
call:
	@deploy/setup.sh call
	@$(RUN)/alongside fetch --for $(ENGINE)
	@$(RUN)/alongside up --engine $(ENGINE)

test:
	@deploy/setup.sh test
	@deploy/setup_sglang.sh
	@$(RUN)/alongside fetch --for cascade
	node --test tests/web/*.test.js
	OMP_NUM_THREADS=1 KMP_BLOCKTIME=0 $(RUN)/pytest

check:
	@deploy/setup.sh check
	$(RUN)/ruff format --check .
	$(RUN)/ruff check .
	$(RUN)/pyright
	npx --no-install tsc --noEmit
	$(RUN)/python -m pytest -q tests/test_layering.py

sglang:
	@deploy/setup_sglang.sh

format:
	@deploy/setup.sh check
	$(RUN)/ruff format .
	$(RUN)/ruff check --fix .
