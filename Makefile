# Two commands do everything on a fresh clone: `make demo` and `make test`. Each sets up the environment first.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
PYTHON ?= python3
# Several notebooks run at once, each with small networks: threads would only wait for each other.
export OMP_NUM_THREADS = 1
export KINDLING_SOURCE = drawn

.PHONY: demo lab test build

demo: .venv/ready  ## grade a sample class end to end
	python -m demo

lab: .venv/ready  ## open the course in JupyterLab
	kindling open

test: .venv/ready  ## everything that CI runs
	ruff check && ruff format --check
	kindling dev audit
	kindling dev build --check
	pytest -n 2 --dist worksteal tests
	pytest -n 2 --dist loadfile --nbval source

build: .venv/ready  ## write source/ and release/ from course/
	kindling dev build

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@
