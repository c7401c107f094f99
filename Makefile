# Two commands do everything on a fresh clone: `make demo` and `make test`. Each sets up the environment first.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
PYTHON ?= python3
# Written also where a system's settings say otherwise: without it each of the many processes compiles the package anew.
export PYTHONDONTWRITEBYTECODE =
# The same images on every machine, and one thread: of many small networks at once, threads would only wait for each other.
# A learner's lab is free of both.
demo test build audit built pytest: export KINDLING_SOURCE = drawn
demo test build audit built pytest: export OMP_NUM_THREADS = 1

.PHONY: demo lab test test-all build handout types audit built pytest

demo: .venv/ready  ## grade a sample class end to end
	python -m demo

lab: .venv/ready  ## open the course in JupyterLab
	kindling open

test: .venv/ready .venv/drawn  ## everything that CI runs
	ruff check && ruff format --check
	$(MAKE) --jobs 4 types audit built pytest

# Of four tests on two cores two wait, for a browser or a time limit, say. The slowest are listed: they set the time.
# A table tells which lines of the package ran in pytest's own processes, and not in kernels and graders.
pytest: .venv/ready .venv/drawn
	python -m slipcover -m pytest -n 4 --durations 40 --nbval tests source

test-all: export KINDLING_TEST_ALL = 1
test-all: test  ## the same with every answer and attack, where `make test` takes a sample: an hour or two

types: .venv/ready
	mypy

audit: .venv/ready
	kindling dev audit

built: .venv/ready
	kindling dev build --check

build: .venv/ready  ## write source/ and release/ from course/
	kindling dev build

handout: .venv/ready  ## the folder that students get, without solutions
	kindling handout handout

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	.venv/bin/python -m compileall -q src # once: else the first processes that run side by side each compile it
	touch $@

# Once for all tests: those whose home folder is empty would each draw all images anew.
.venv/drawn: .venv/ready $(wildcard src/kindling/data/*.py)
	python -m kindling.data.share
	touch $@
