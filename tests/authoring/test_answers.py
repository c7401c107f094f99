"""kindling.authoring.answers: the bank judges each answer in a fork, whatever the answer does."""

import pytest
from conftest import make_course

from kindling.authoring import answers, lessons
from kindling.authoring.answers import Answer
from kindling.errors import KindlingError, LessonError

RIGHT = "def centre(x):\n    return x - x.mean(0, keepdim=True)"


SAID = {
    RIGHT: None,
    "def centre(x):\n    return x - x.mean()": "centre(x) used one mean for all of x. Each column needs its own.",
    "def centre(x):\n    return x - y": "NameError: name 'y' is not defined. Has the cell that defines it been run?",
    # A class of the answer's own can be pickled, as in a notebook.
    "import pickle\nclass Own: pass\npickle.loads(pickle.dumps(Own()))\n" + RIGHT: None,
    "def centre(x:\n    return x": "SyntaxError: '(' was never closed (<cell at line 0>, line 1)",
    "raise SystemExit": "SystemExit: ",
    # However long, also beyond what a pipe holds.
    'raise ValueError("x" * 70_000)': "ValueError: " + "x" * 70_000,
    'raise ValueError("\\u00e9\\U0001f525" * 100_000)': "ValueError: " + "\u00e9\U0001f525" * 100_000,
    'raise ValueError("\\ud800" * 70_000)': "ValueError: " + "\ud800" * 70_000,
    "import sys\nsys.stderr.write('x' * 400_000)\n" + RIGHT: None,  # only the check's own is nbgrader's affair
    "import sys\ndef centre(x):\n    sys.stderr.write('x' * 400_000)\n    return x - x.mean(0)": (
        "the check wrote to stderr: " + "x" * 800_000
    ),
    "import os\nos._exit(0)": "the process died",
    "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)": "the process died",
    "import sys\ndef centre(x):\n    print('look', file=sys.stderr)\n    return x - x.mean(0)": (
        "the check wrote to stderr: look\nlook\n"
    ),
    "import time\ntime.sleep(99)": "no answer within 5 s",
}
SPOIL = "import torch\ntorch.allclose = torch.isclose = lambda *a, **k: torch.tensor(True)\n" + RIGHT
WRONG = "def centre(x):\n    return x * 0"
NOTHING = "def centre(x):\n    return None"
# An answer on which the two ways to judge differ.
SILENT = "from kindling import check\ncheck.close = lambda *claim, **more: None\n" + WRONG
OTHERS = [
    *[Answer("centre", SPOIL, None), *[Answer("centre", WRONG, "?")] * 4],
    *[Answer("centre", RIGHT, None), Answer("COLUMNS", "COLUMNS = 5", "COLUMNS counts the rows.")] * 5,
]
SHOWN = [Answer("COLUMNS", "COLUMNS = shown", None), Answer("centre", NOTHING, None)]
BOTH = [Answer("centre", RIGHT, None), Answer("centre", SILENT, None)]


@pytest.fixture(scope="module")
def centring(tmp_path_factory):
    """The small lesson with two cells that only show something: one defines a name, one needs an answer."""
    path = make_course(tmp_path_factory.mktemp("course")) / "course" / "01_centring.py"
    text = path.read_text(encoding="utf-8")
    for marker, show in (('task="centre"', "shown = 3"), ('check="centre"', "centre(torch.ones(2, 2)).sum()")):
        text = text.replace(f"# %% {marker}", f'# %% show="Something"\n{show}\n\n# %% {marker}')
    path.write_text(text, encoding="utf-8")
    return lessons.read(path)


@pytest.fixture(scope="module")
def outcomes(centring):
    """The outcomes of all these answers, of one process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KINDLING_ANSWER_SECONDS", "5")
        bank = [*(Answer("centre", source, None) for source in SAID), *OTHERS, *SHOWN, *BOTH]
        return list(answers.run(centring, bank, sealed=BOTH, warm=True))


def of(outcomes, some):
    """Return the outcomes of some answers."""
    return [outcome for outcome in outcomes if any(outcome.answer is answer for answer in some)]


@pytest.mark.parametrize("source", SAID)
def test_an_answer_gets_what_a_learner_would_read(outcomes, source):
    said = {outcome.answer.source: outcome.said for outcome in outcomes if not outcome.sealed}
    assert said[source] == SAID[source]


def test_answers_cannot_influence_each_other(outcomes):
    of_these = of(outcomes, OTHERS[:5])
    assert len(of_these) == 5
    assert [outcome.answer.source for outcome in of_these if outcome.said is None] == [SPOIL]


def test_every_answer_is_judged_once_and_against_its_own_task(outcomes):
    assert len(outcomes) == len(SAID) + len(OTHERS) + len(SHOWN) + 2 * len(BOTH)
    of_these = of(outcomes, OTHERS[5:])
    assert len(of_these) == 10
    assert all(outcome.as_wanted for outcome in of_these)


def test_an_answer_is_judged_on_the_spot_or_as_in_grading(outcomes):
    """There, a check that is silenced does not pass."""
    passed = {(outcome.answer.source, outcome.sealed): outcome.said is None for outcome in of(outcomes, BOTH)}
    assert passed == {(RIGHT, False): True, (RIGHT, True): True, (SILENT, False): True, (SILENT, True): False}


@pytest.mark.parametrize(
    ("says", "said", "wanted"),
    [
        (None, None, True),
        (None, "x is 1, wanted 2.", False),
        ("x is 1, wanted 2.", None, False),
        ("x is 1, wanted 2.", "x is 1, wanted 2.", True),
        ("x is 1, wanted 2.", "x is 1, wanted 3.", False),
        ("RuntimeError: mat1…", "RuntimeError: mat1 and mat2 do not fit", True),
        ("…", None, False),
    ],
)
def test_an_outcome_is_as_wanted_only_with_its_sentence(says, said, wanted):
    assert answers.Outcome(Answer("centre", "", says), said).as_wanted is wanted


def test_a_bank_is_read_in_order(tmp_path):
    path = tmp_path / "01_centring.py"
    path.write_text(
        '# %% [markdown]\n# Notes.\n\n# %% right="centre"\nx = 1\n\n# %% wrong="centre" says="No: \\"1\\"."\nx = 2\n',
        encoding="utf-8",
    )
    assert answers.read(path) == [Answer("centre", "x = 1", None, 4), Answer("centre", "x = 2", 'No: "1".', 7)]


@pytest.mark.parametrize(
    ("marker", "sentence"),
    [
        ("# %%", ':1: an answer is right or wrong. Write right="task" or wrong="task".'),
        ('# %% right="a" wrong="a"', ':1: an answer is right or wrong. Write right="task" or wrong="task".'),
        ('# %% wrong="a"', ':1: a wrong answer, and no other, says="the sentence that it gets".'),
        ('# %% right="a" says="b"', ':1: a wrong answer, and no other, says="the sentence that it gets".'),
        ('# %% rigth="a"', ":1: unknown marker `rigth`. Markers are right, wrong, says, tags."),
    ],
)
def test_a_broken_bank_is_one_sentence(tmp_path, marker, sentence):
    path = tmp_path / "bank.py"
    path.write_text(f"{marker}\nx = 1\n", encoding="utf-8")
    with pytest.raises(LessonError) as raised:
        answers.read(path)
    assert str(raised.value) == f"{path}{sentence}"


def test_a_bank_that_is_not_utf8_is_named(tmp_path):
    path = tmp_path / "bank.py"
    path.write_bytes(b'# %% right="centre"\nx = "\xff"\n')
    with pytest.raises(LessonError) as raised:
        answers.read(path)
    assert str(raised.value) == f"{path}:2: this is not UTF-8 text. Save the file as UTF-8."


def test_cells_that_only_show_something_are_left_out_unless_asked_for(centring, outcomes):
    """One that fails does not keep the check from saying its own sentence, as in a kernel."""
    alone, after = (
        {outcome.answer.task: outcome.said for outcome in of(some, SHOWN)}
        for some in (outcomes, answers.run(centring, SHOWN, shows=True, warm=True))
    )
    assert alone["COLUMNS"] == "NameError: name 'shown' is not defined. Has the cell that defines it been run?"
    assert after["COLUMNS"] is None
    assert alone["centre"] == after["centre"]
    assert "None" in alone["centre"]


def test_an_answer_to_no_task_is_named(centring):
    with pytest.raises(LessonError, match='an answer names the task "center", which is not there'):
        list(answers.run(centring, [Answer("center", "", None)]))


def test_a_lesson_that_does_not_run_is_named(course):
    path = course / "course" / "01_centring.py"
    path.write_text(path.read_text(encoding="utf-8").replace("import torch\n", "import torhc\n"), encoding="utf-8")
    with pytest.raises(KindlingError, match="the lesson does not run with its own solutions"):
        list(answers.run(lessons.read(path), [Answer("centre", RIGHT, None)], warm=True))
