"""kindling.grade.report.privacy: the class report shows what Python and torch said, and nothing that a learner said."""

import re
from pathlib import Path

import nbformat
import pytest
from conftest import make_course
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output

from kindling import errors
from kindling.authoring import lessons, notebooks
from kindling.grade import outcome
from kindling.grade.report import Kind, class_report, privacy
from kindling.grade.report.analysis import STOPPING
from kindling.grade.report.privacy import Screen
from kindling.wording import one_line

LESSON = "01_centring"
SETUP = """
import concurrent.futures, json, sys
import torch
import torch.nn.functional as F
from torch import nn
class AdaError(ValueError): pass
class AdaNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 2)
    def forward(self, x):
        return self.layer(x)
def ada(x):
    return x
"""
OWN = "an error of their own"
# Code of a learner's, and what the report says of its error.
RAISED = {
    # Of the learner's own making
    'raise ValueError("Ada Lovelace, 12345, gives up")': f"ValueError: {OWN}",
    'raise ValueError("the size must be a number")': f"ValueError: {OWN}",
    'raise RuntimeError(\n    "Ada "\n    "gives up"\n)': f"RuntimeError: {OWN}",
    'x = 1; raise TypeError("expected a tensor")': f"TypeError: {OWN}",
    'def help_ada():\n    if True: raise KeyError("Ada")\nhelp_ada()': f"KeyError: {OWN}",
    'error = IndexError("Ada did this")\nraise error': f"IndexError: {OWN}",
    'try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    raise ValueError("Ada") from error': f"ValueError: {OWN}",
    'assert 1 == 2, "Ada was here"': f"AssertionError: {OWN}",
    'raise AdaError("Ada")': OWN,
    'AdaError.__name__ = "Adas"; raise AdaError("Ada")': OWN,
    'raise Exception("the input is not valid")': f"Exception: {OWN}",
    'sys.exit("Ada")': f"SystemExit: {OWN}",
    '(_ for _ in ()).throw(TypeError("must be a tensor"))': f"TypeError: {OWN}",
    "exec(\"raise TypeError('must be a tensor')\")": f"TypeError: {OWN}",
    'eval("ada(1, 2, 3)")': "TypeError: …() takes 1 positional argument but 3 were given",
    'future = concurrent.futures.Future()\nfuture.set_exception(ValueError("written by Ada"))\nfuture.result()': (
        f"ValueError: {OWN}"
    ),
    # What Python said, without the learner's names and values
    "ada_lovelace": "NameError: name '…' is not defined",
    "COLUMNS": "NameError: name 'COLUMNS' is not defined",
    "def f():\n    y = adas + 1\n    adas = 2\nf()": (
        "UnboundLocalError: cannot access local variable '…' where it is not associated with a value"
    ),
    '{}["Ada Lovelace 12345"]': "KeyError: '…'",
    "{}[12345678]": "KeyError: …",
    "{}[7]": "KeyError: 7",
    'int("Ada")': "ValueError: invalid literal for int() with base 10: '…'",
    'float("it\'s Ada")': 'ValueError: could not convert string to float: "…"',
    'open("/home/ada/notes.txt")': "FileNotFoundError: [Errno 2] No such file or directory: '…'",
    "import adas_tools": (
        '"…" is not there to import: it is neither installed where this was graded nor among its files.'
    ),
    "object().ada": "AttributeError: 'object' object has no attribute '…'",
    "torch.ada_lovelace": "AttributeError: module 'torch' has no attribute '…'",
    "ada()": "TypeError: …() missing 1 required positional argument: 'x'",
    "ada(name=3)": "TypeError: …() got an unexpected keyword argument 'name'",
    "AdaNet().forward(1, 2, 3)": "TypeError: ….forward() takes 2 positional arguments but 4 were given",
    "1 + AdaNet()": "TypeError: unsupported operand type(s) for +: 'int' and '…'",
    "1 / 0": "ZeroDivisionError: division by zero",
    "[1, 2][5]": "IndexError: list index out of range",
    "None.shape": "AttributeError: 'NoneType' object has no attribute 'shape'",
    "def f(:\n    return 1": "SyntaxError: invalid syntax",
    "def f():\nreturn 1": "IndentationError: expected an indented block after function definition on line 1",
    'print("Ada)': "SyntaxError: unterminated string literal (detected at line 1)",
    'json.loads("Ada")': "JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
    "sys.exit(3)": "SystemExit: 3",
    "AdaNet().load_state_dict({})": "RuntimeError: Error(s) in loading state_dict for …:",
}
# What torch said, shown word for word.
TORCH = [
    "torch.zeros(1, 2352) @ torch.zeros(784, 256)",
    "nn.Linear(3, 4)(torch.zeros(2, 5))",
    "torch.zeros(2)[5]",
    "torch.zeros(2, 3).view(4, 7)",
    "torch.tensor(1.0).backward()",
    "torch.zeros(2) + torch.zeros(3)",
    "torch.zeros(2, 3).sum(dim=5)",
    "torch.zeros(2, 3).squeeze().softmax(1, 2, 3)",
    "torch.cat([torch.zeros(2, 3), torch.zeros(3, 2)])",
    "torch.zeros(2, dtype=torch.long).mean()",
    "torch.zeros(2, 3).item()",
    "torch.zeros(2, requires_grad=True).numpy()",
    "if torch.zeros(2): pass",
    "F.nll_loss(torch.zeros(2, 3), torch.zeros(2))",
    "F.cross_entropy(torch.zeros(2, 3), torch.zeros(3, dtype=torch.long))",
    "nn.Conv2d(3, 4, 3)(torch.zeros(1, 1, 8, 8))",
    "torch.optim.SGD([], lr=0.1)",
    "x = torch.ones(1, requires_grad=True)\ny = (x * x).sum()\ny.backward()\ny.backward()",
    "x = torch.ones(1, requires_grad=True)\nx += 1",
    "next(iter(torch.utils.data.DataLoader([torch.zeros(1), torch.zeros(2)], batch_size=2)))",
]


@pytest.fixture(scope="module")
def executed() -> dict[str, NotebookNode]:
    """Each code as a cell that has run, with the traceback that IPython writes."""
    cells = [new_code_cell(source) for source in (SETUP, *RAISED, *TORCH)]
    NotebookClient(new_notebook(cells=cells), kernel_name="python3", allow_errors=True).execute()
    assert not cells[0].outputs
    assert all(any(output.output_type == "error" for output in cell.outputs) for cell in cells[1:])
    return dict(zip([*RAISED, *TORCH], cells[1:], strict=True))


def rendered(name: str, sentence: str) -> NotebookNode:
    """A cell that ended with the error of a class that renders itself, as the course's own do, and a learner's can."""
    return new_code_cell(outputs=[new_output("error", ename=name, evalue=sentence, traceback=[sentence])])


@pytest.fixture(scope="module")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Screen:
    course = make_course(tmp_path_factory.mktemp("course"))
    return Screen(notebooks.notebook(lessons.read(course / "course" / f"{LESSON}.py")))


@pytest.mark.parametrize("source", RAISED)
def test_an_error_is_told_without_what_is_the_learners(screen, executed, source):
    assert screen.error(executed[source], source) == RAISED[source]


@pytest.mark.parametrize("source", TORCH)
def test_what_torch_said_stays(screen, executed, source):
    assert screen.error(executed[source], source) == one_line(outcome.failure(executed[source]))


SAID = [
    # Values in sentences of our own checks
    ("CheckFailed", "COLUMNS is 'my name is Ada', wanted 3.", "COLUMNS is '…', wanted 3."),
    ("CheckFailed", 'COLUMNS is "Lovelace\'s", wanted 3.', 'COLUMNS is "…", wanted 3.'),
    ("CheckFailed", "COLUMNS is Ada(name=Lovelace), wanted 3.", "COLUMNS is …(name=…), wanted 3."),
    ("CheckFailed", "COLUMNS is 12345678, wanted 3.", "COLUMNS is …, wanted 3."),
    ("CheckFailed", "COLUMNS is 15, wanted 3.", "COLUMNS is 15, wanted 3."),
    (
        "CheckFailed",
        "centre(x) is float64[2, 2], wanted float32[2, 2].",
        "centre(x) is float64[2, 2], wanted float32[2, 2].",
    ),
    (
        "CheckFailed",
        'f(x) raised ValueError ("Ada Lovelace: no"), wanted TypeError.',
        'f(x) raised ValueError ("…"), wanted TypeError.',
    ),
    # Errors of their scripts
    (
        "CheckFailed",
        "scripts/model.py fails: ValueError: Ada Lovelace gives up",
        f"scripts/model.py fails: ValueError: {OWN}",
    ),
    (
        "CheckFailed",
        '`python main.py train` ends with exit code 1, and its last line is "AdaError: 12345678".',
        f'`python main.py train` ends with exit code 1, and its last line is "{OWN}".',
    ),
    (
        "CheckFailed",
        "scripts/model.py fails: ModuleNotFoundError: No module named 'ada_tools'",
        "scripts/model.py fails: ModuleNotFoundError: No module named '…'",
    ),
    # Forged
    ("CheckFailed", "Ada Lovelace 12345678", "…"),
    ("KernelStopped", "Ada Lovelace stopped the kernel.", "… stopped the kernel."),
    ("CellTimeoutError", "Lovelace, 12345678", "…, …"),
    ("NotWritten", "Not yet: `Ada` still needs your code.", "Not yet: `…` still needs your code."),
    ("Lovelace", "Ada was here", OWN),
    ("AdaError", "Ada was here", OWN),
    ("ValueError", "Ada was here", f"ValueError: {OWN}"),
]


@pytest.mark.parametrize(("name", "said", "shown"), SAID)
def test_a_sentence_is_told_without_what_is_the_learners(screen, name, said, shown):
    cell = rendered(name, said)
    assert (screen.sentence(said) if hasattr(errors, name) or name in STOPPING else screen.error(cell, "")) == shown


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("`ada_lovelace` takes rows of 784 numbers.", "`…` takes rows of 784 numbers."),
        ("Ada Lovelace takes rows of 784 numbers.", None),
        ("", None),
    ],
)
def test_an_explanation_is_told_without_what_is_the_learners(screen, said, shown):
    """A kernel may forge it, so it is masked like any sentence, and left out where a word of it is not ours."""
    cell = new_code_cell(outputs=[new_output("error", ename="E", evalue="", traceback=["a", "E", f"→ {said}"])])
    assert screen.explanation(cell) == shown


def hand_in(course: Path, student: str, check: NotebookNode, own: NotebookNode | None = None) -> None:
    """Make an autograded notebook whose check ended as `check` did, and the task's cell as `own`."""
    notebook = nbformat.read(course / "source" / LESSON / f"{LESSON}.ipynb", as_version=4)
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if cell.cell_type == "code":
            cell.outputs = []
        if name == "centre_check":
            cell.outputs = check.outputs
        if name == "centre" and own:
            cell.source, cell.outputs = own.source, own.outputs
    for step in ("submitted", "autograded"):
        folder = course / step / student / LESSON
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / f"{LESSON}.ipynb")


def test_no_form_of_the_report_tells_what_is_the_learners(built, executed):
    """Neither the terminal nor the page nor JSON."""
    for number, (name, said, _) in enumerate(SAID):
        hand_in(built, f"said{number}", rendered(name, said))
    for number, cell in enumerate(executed[source] for source in RAISED):
        hand_in(built, f"raised{number}", rendered("NotWritten", "Not yet: `centre` still needs your code."), cell)
    report = class_report(built, [LESSON])
    for whole in (report.as_json(), str(report), report.as_html()):
        assert not re.search(r"\bada\B|\bada\b|lovelace|12345", whole, flags=re.IGNORECASE)
    found = {finding.sentence for finding in report.lessons[0].findings}
    assert {f"ValueError: {OWN}", OWN, "ZeroDivisionError: division by zero", "COLUMNS is '…', wanted 3."} <= found
    assert found <= {*RAISED.values(), *(shown for _, _, shown in SAID), "Not yet: `centre` still needs your code."}


def test_values_in_a_named_mistake_are_left_out(built):
    """A lesson may write a sentence with values in it, as an f-string."""
    path = built / "source" / LESSON / f"{LESSON}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    check = next(cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == "centre_check")
    check.source = 'check.equal(centre(x), 3, "x", mistakes={f"You called it {name}.": 4})'
    nbformat.write(notebook, path)
    hand_in(built, "ada", rendered("CheckFailed", "You called it 'Ada Lovelace'."))
    (finding,) = class_report(built, [LESSON]).lessons[0].findings
    assert (finding.kind, finding.sentence) == (Kind.MISTAKE, "You called it '…'.")


def test_names_in_docstrings_and_comments_are_no_words_of_ours():
    source = b'"""Ada."""\n# Ben\ndef centre(x):\n    """Carl."""\n    raise ValueError(f"the {x} is Dora")\n'
    assert privacy._code_words(source) >= {"centre", "x", "ValueError", "the", "is", "Dora"}
    assert not privacy._code_words(source) & {"Ada", "Ben", "Carl"}
    assert {"Screen", "requires_grad", "isinstance"} <= privacy._ours()
