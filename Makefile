# Two commands do everything on a fresh clone: `make demo` and `make test`. Each sets up the environment first.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
PYTHON ?= python3
PYTEST = pytest
# The same images on every machine, and one thread: of many small networks at once, threads would only wait for each other.
# A learner's lab is free of both.
demo test coverage build: export KINDLING_SOURCE = drawn
demo test coverage build: export OMP_NUM_THREADS = 1

.PHONY: demo lab test coverage build handout

demo: .venv/ready  ## grade a sample class end to end
	python -m demo

lab: .venv/ready  ## open the course in JupyterLab
	kindling open

# Of three tests on two cores one waits, for a browser or a time limit, say. The slowest are listed: they set the time.
test: .venv/ready  ## everything that CI runs
	ruff check && ruff format --check
	mypy
	kindling dev audit
	kindling dev build --check
	$(PYTEST) -n 3 --durations 40 --nbval tests source

coverage: PYTEST = python -m pytest -p tests.cover
coverage: test  ## the same, and which lines of the package the tests run

build: .venv/ready  ## write source/ and release/ from course/
	kindling dev build

handout: .venv/ready  ## the folder that students get, without solutions
	kindling handout handout

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@
