"""kindling.grade.submission: what was handed in, or why it can't be graded."""

import json

import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from kindling.grade import submission

NOTEBOOK = json.dumps(new_notebook(cells=[new_markdown_cell("hi")]))


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"00_sums.ipynb": NOTEBOOK}, None),
        ({"00_sums.ipynb": NOTEBOOK, "00_sums-Copy1.ipynb": "{"}, None),
        ({"00_sums.ipynb": NOTEBOOK, "timestamp.txt": "2026-01-31 12:00:00 UTC\n"}, None),
        (
            {"00_sums.ipynb": NOTEBOOK, "timestamp.txt": "last Tuesday, late"},
            '"timestamp.txt" says "last Tuesday, late", which is no time. Delete it and grade again.',
        ),
        ({}, 'There is no notebook "00_sums.ipynb".'),
        (
            {"00_sums (1).ipynb": NOTEBOOK},
            'The notebook is named "00_sums (1).ipynb". Rename it to "00_sums.ipynb" and grade again.',
        ),
        ({"00_sums.ipynb": " \n"}, "The notebook is an empty file. Ask for it again."),
        ({"00_sums.ipynb": '{\n"cells": ['}, "The notebook is broken: line 2 is no JSON. Ask for it again."),
        ({"00_sums.ipynb": b'{"a": "\xe9"}'}, "The notebook is not UTF-8 text. Ask for it again."),
        ({"00_sums.ipynb": "{}"}, "The file is JSON, but no notebook. Ask for it again."),
        ({"00_sums.ipynb": "[1]"}, "The file is JSON, but no notebook. Ask for it again."),
        (
            {"00_sums.ipynb": '{"nbformat": 9, "nbformat_minor": 0, "cells": [], "metadata": {}}'},
            "The notebook has format 9, newer than 4, the newest known here.",
        ),
    ],
)
def test_problem(tmp_path, files, sentence):
    """A submission that nbgrader can't grade gets its reason in one sentence."""
    for name, content in files.items():
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    assert submission.problem(tmp_path, "00_sums") == sentence
