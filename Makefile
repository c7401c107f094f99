# Two commands do everything on a fresh clone: `make demo` and `make test`. Each sets up the environment first.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
PYTHON ?= python3
# The same images on every machine, and one thread: of many small networks at once, threads would only wait for each other.
# A learner's lab is free of both.
demo test build: export KINDLING_SOURCE = drawn
demo test build: export OMP_NUM_THREADS = 1

.PHONY: demo lab test build

demo: .venv/ready  ## grade a sample class end to end
	python -m demo

lab: .venv/ready  ## open the course in JupyterLab
	kindling open

# Of three tests on two cores one waits, for a browser or a time limit, say.
test: .venv/ready  ## everything that CI runs
	ruff check && ruff format --check
	kindling dev audit
	kindling dev build --check
	pytest -n 3 --dist worksteal tests
	pytest -n 2 --dist loadfile --nbval source

build: .venv/ready  ## write source/ and release/ from course/
	kindling dev build

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@
