"""kindling.grade.report: what a person and a program read of a graded class."""

import json
import re
from base64 import b64decode
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_output
from rich.console import Console

from kindling.errors import KindlingError
from kindling.grade.report import Finding, Grading, Kind, class_report

LESSON = "01_centring"
ROWS = "centre(x) averaged each row. Which dim runs down a column?"
TOO_SLOW = "This cell ran longer than the time limit and was stopped. Does every loop in your code end?"


@pytest.fixture
def grading() -> Grading:
    """One submission of each status, added in no order."""
    grading = Grading()
    grading.add("cy", "02_b", "graded", 9, 12)
    grading.add("bo", "01_a", "not gradable", remarks=["The notebook is an empty file. Ask for it again."])
    grading.add("al", "02_b", "graded with remarks", 7.5, 12, ("The cell of `f` was missing.", "It [b]said[/b] no."))
    return grading


def test_lines_have_one_order_and_end_with_the_counts(grading):
    assert str(grading).split("\n") == [
        "lesson  student  points  status               remarks",
        "01_a    bo            –  not gradable         The notebook is an empty file. Ask for it again.",
        "02_b    al       7.5/12  graded with remarks  The cell of `f` was missing.",
        "                                              It [b]said[/b] no.",
        "02_b    cy         9/12  graded",
        "",
        "3 submissions: 1 graded, 1 graded with remarks, 1 not gradable.",
    ]


def test_nothing_new_is_said_and_fails_nothing():
    grading = Grading()
    assert str(grading) == "Nothing to grade: what was handed in is graded already. To grade it again, add --force."
    assert grading.exit_code == 0


def test_exit_code_is_1_only_for_what_is_not_gradable(grading):
    assert grading.exit_code == 1
    grading.add("bo", "01_a", "graded with remarks", 1, 3)  # graded after all
    assert grading.exit_code == 0
    assert grading.counts == {"graded": 1, "graded with remarks": 2, "not gradable": 0}


def test_a_program_reads_rows_and_counts(grading):
    read = json.loads(grading.as_json())
    assert read["counts"] == {"graded": 1, "graded with remarks": 1, "not gradable": 1}
    assert [row["student"] for row in read["submissions"]] == ["bo", "al", "cy"]
    assert read["submissions"][1] == {
        "lesson": "02_b",
        "student": "al",
        "status": "graded with remarks",
        "score": 7.5,
        "max_score": 12,
        "remarks": ["The cell of `f` was missing.", "It [b]said[/b] no."],
    }


def test_whose_points_changed(grading):
    """After a second grading, a line for each, a bonus counted; and a sentence where there is none."""
    assert grading.changes == []
    grading.add("al", "02_b", "graded", 7.5, 12, before=7.5)
    assert grading.changes == ["Nobody's points have changed."]
    grading.add("cy", "02_b", "graded", 9, 12, bonus=1.5, max_bonus=3, before=12.0)
    grading.add("di", "02_b", "graded", 1, 12, before=0.25)
    assert str(grading).split("\n\n")[1].split("\n") == [
        "02_b: cy had 12 points and has 10.5 now (-1.5).",
        "02_b: di had 0.25 points and has 1 now (+0.75).",
        "4 submissions: 3 graded, 1 not gradable.",
    ]
    assert [row.get("before") for row in json.loads(grading.as_json())["submissions"]] == [None, 7.5, 12.0, 0.25]


def test_a_bonus_stands_apart():
    grading = Grading()
    grading.add("ada", "01_a", "graded", 18, 18, bonus=2.5, max_bonus=3)
    grading.add("bo", "02_b", "graded", 4, 4)
    assert [line.split()[2:] for line in str(grading).splitlines()[1:3]] == [
        ["18/18", "+", "2.5/3", "graded"],
        ["4/4", "graded"],
    ]
    ada, bo = json.loads(grading.as_json())["submissions"]
    assert {name: ada[name] for name in ("score", "max_score", "bonus", "max_bonus")} == {
        "score": 18,
        "max_score": 18,
        "bonus": 2.5,
        "max_bonus": 3,
    }
    assert "bonus" not in bo


def test_an_unknown_status_is_refused(grading):
    with pytest.raises(ValueError, match="'fine' is not a valid Status"):
        grading.add("di", "01_a", "fine")


def test_what_a_remark_holds_cannot_drive_the_terminal():
    grading = Grading()
    grading.add("al", "01_a", "not gradable", remarks=["It is\x1b[31m named\r\n\x07 'a\u202eb'."])
    assert grading.rows[0].remarks == ("It is named 'a b'.",)


def hand_in(course: Path, student: str, **errors: tuple[str, str] | tuple[str, str, str]) -> None:
    """Make an autograded notebook; `errors` has for a cell the name and message of its error."""
    notebook = nbformat.read(course / "source" / LESSON / f"{LESSON}.ipynb", as_version=4)
    for cell in notebook.cells:
        cell.pop("outputs", None)
        if cell.cell_type == "code":
            name, message = errors.get(cell.metadata.get("nbgrader", {}).get("grade_id"), ("", ""))
            ours = name in ("CheckFailed", "NotWritten", "KernelStopped", "CellTimeoutError")
            traceback = [message] if ours else ["Traceback", *f"{name}: {message}".split("\n→", 1)]
            traceback[2:] = [f"→{line}" for line in traceback[2:]]
            message = message.partition("\n→")[0]
            evalue = "" if name == "CellTimeoutError" else message  # as nbgrader_config.py says
            cell.outputs = [new_output("error", ename=name, evalue=evalue, traceback=traceback)] if name else []
    for step in ("submitted", "autograded"):
        folder = course / step / student / LESSON
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / f"{LESSON}.ipynb")


def failed(sentence: str) -> tuple[str, str]:
    return "CheckFailed", sentence


@pytest.fixture
def graded(built: Path) -> Path:
    """A class of seven: six graded, and one whose file was broken."""
    hand_in(built, "ada")
    hand_in(built, "bo", centre_check=failed(ROWS), COLUMNS_check=failed("COLUMNS counts the rows."))
    hand_in(built, "cy", centre_check=failed(ROWS))
    hand_in(built, "di", centre_check=failed("centre(x) is 1.5 at [0, 1], wanted -10, the largest of 4 differences."))
    hand_in(built, "ed", centre_check=failed("centre(x) is 2 at [1, 0], wanted -10, the largest of 3 differences."))
    hand_in(
        built,
        "fi",
        centre=("SyntaxError", "invalid syntax (3794414621.py, line 2)"),
        centre_check=("NameError", "name 'centre' is not defined"),
        COLUMNS_check=("NotWritten", "Not yet: `COLUMNS` still needs your code."),
    )
    (built / "submitted" / "gus" / LESSON).mkdir(parents=True)
    return built


def findings(course: Path) -> list[Finding]:
    return class_report(course, [LESSON]).lessons[0].findings


def test_the_report_as_lines(graded):
    assert str(class_report(graded, [LESSON])).split("\n") == [
        "01_centring",
        "6 graded of 7 handed in. Median: 1 of 3 points. Fewest solved: centre (16%), COLUMNS (66%). "
        "1 has no grade; see why: kindling status 01_centring",
        "",
        "task     solved              named mistake  otherwise wrong  not written  median tries",
        "centre      16%  █░░░░░░░░░              2                3            –             –",
        "COLUMNS     66%  ██████░░░░              1                –            1             –",
        "",
        "Named mistakes",
        "made by  task     sentence",
        f" 2 of 6  centre   {ROWS}",
        " 1 of 6  COLUMNS  COLUMNS counts the rows.",
        "",
        "What else the checks said",
        "made by  task    sentence",
        " 2 of 6  centre  centre(x) is 1.5 at [0, 1], wanted -10, the largest of 4 differences. "
        "(and 1 like it, with other numbers)",
        "",
        "Errors of Python",
        "made by  task    sentence",
        " 1 of 6  centre  SyntaxError: invalid syntax",
    ]


def test_the_report_for_a_program(graded):
    lesson = json.loads(class_report(graded, [LESSON]).as_json())["lessons"][0]
    assert {key: lesson[key] for key in ("lesson", "handed_in", "graded", "median_points", "max_points")} == {
        "lesson": LESSON,
        "handed_in": 7,
        "graded": 6,
        "median_points": 1.0,
        "max_points": 3.0,
    }
    assert lesson["tasks"][0] == {
        "task": "centre",
        "graded": 6,
        "solved": 1,
        "mistaken": 2,
        "otherwise_wrong": 3,
        "not_written": 0,
        "median_tries": None,
        "share_solved": 0.1667,
    }
    assert lesson["findings"][0] == {
        "task": "centre",
        "kind": "named mistake",
        "count": 2,
        "sentence": ROWS,
        "variants": 1,
    }


@pytest.mark.parametrize(
    ("metadata", "median"),
    [
        ([{"tries": {"centre": 2}}, {"tries": {"centre": 5, "COLUMNS": 1, "other": 3}}, {}], 3.5),
        ([{"tries": {"centre": "2"}}, {"tries": {"centre": True}}, {"tries": {"centre": 4}}], 4.0),
        ([{"tries": {"centre": 10**9}}, {"tries": {"centre": 0}}, {"tries": {"centre": 1.5}}], None),
        ([{"tries": [["centre", 2]]}, {"tries": {"centre": {}}}, []], None),
        (["tries", None, {"tries": None}], None),
    ],
)
def test_tries_are_those_that_submissions_tell(built, metadata, median):
    """What a learner hands in may be anything; only a whole number that a person can have made counts."""
    for student, kindling in zip(("ada", "bo", "cy"), metadata, strict=True):
        hand_in(built, student)
        path = built / "submitted" / student / LESSON / f"{LESSON}.ipynb"
        notebook = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps({**notebook, "metadata": {"kindling": kindling}}), encoding="utf-8")
    task = class_report(built, [LESSON]).lessons[0].tasks[0]
    assert (task.task, task.median_tries) == ("centre", median)


@pytest.mark.parametrize(
    "text", ["", "[1]", "{", '{"metadata": 1}', "[" * 100_000, '{"a": ' + "9" * 5000 + "}", "\udcff"]
)
def test_a_broken_submission_tells_no_tries(built, text):
    hand_in(built, "ada")
    path = built / "submitted" / "ada" / LESSON / f"{LESSON}.ipynb"
    path.write_bytes(text.encode(errors="surrogateescape"))
    assert class_report(built, [LESSON]).lessons[0].tasks[0].median_tries is None


def test_tries_are_read_through_no_link(built):
    hand_in(built, "ada")
    path = built / "submitted" / "ada" / LESSON / f"{LESSON}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["metadata"]["kindling"] = {"tries": {"centre": 3}}
    (built / "elsewhere.ipynb").write_text(json.dumps(notebook))
    path.unlink()
    path.symlink_to(built / "elsewhere.ipynb")
    assert class_report(built, [LESSON]).lessons[0].tasks[0].median_tries is None


def test_a_class_that_solved_all(built):
    hand_in(built, "ada")
    lesson = class_report(built, [LESSON]).lessons[0]
    assert lesson.summary == "1 graded of 1 handed in. Median: 3 of 3 points. All tasks are solved by all."
    assert lesson.findings == []


@pytest.mark.parametrize(
    ("cells", "kind", "sentence"),
    [
        ({"centre_check": failed(ROWS)}, Kind.MISTAKE, ROWS),
        # The sentence of another task's check names no mistake of this one.
        ({"centre_check": failed("COLUMNS counts the rows.")}, Kind.SENTENCE, "COLUMNS counts the rows."),
        ({"centre_check": failed(ROWS + " No.")}, Kind.SENTENCE, ROWS + " No."),
        (
            {"centre_check": ("NotWritten", "Not yet: `centre` still needs your code.")},
            Kind.MISSING,
            "Not yet: `centre` still needs your code.",
        ),
        ({"centre_check": ("TypeError", "no\nreally")}, Kind.PYTHON, "TypeError: no"),
        ({"centre_check": ("AssertionError", "")}, Kind.PYTHON, "AssertionError"),
        ({"centre_check": ("CellTimeoutError", TOO_SLOW)}, Kind.STOPPED, TOO_SLOW),
        ({"centre_check": ("KernelStopped", "The kernel stopped.")}, Kind.STOPPED, "The kernel stopped."),
        (
            {"centre_check": ("TypeError", "no\n→ The batch of 3 is `x`.")},
            Kind.EXPLAINED,
            "TypeError: no. The batch of 3 is `x`.",
        ),
        # What went wrong in the task's own cell comes first.
        ({"centre": ("KeyError", "'a'"), "centre_check": failed(ROWS)}, Kind.PYTHON, "KeyError: 'a'"),
        ({"centre_check": ("ValueError", "x" * 999)}, Kind.PYTHON, "ValueError: an error of their own"),
        ({"centre_check": failed("x " * 200)}, Kind.SENTENCE, "x " * 149 + "x…"),
    ],
    ids=str,
)
def test_kinds(built, cells, kind, sentence):
    hand_in(built, "ada", **cells)
    assert findings(built) == [Finding("centre", kind, 1, sentence)]


def test_errors_with_one_explanation_are_one(built):
    """Whatever their sizes and names, and whatever Python or torch said."""
    hand_in(built, "ada", centre_check=("TypeError", "no\n→ The batch of 3 is `x`."))
    hand_in(built, "bo", centre_check=("ValueError", "not\n→ The batch of 64 is `y`."))
    hand_in(built, "cy", centre_check=("ValueError", "not\n→ The batch of 64 is `y`."))
    sentence = "ValueError: not. The batch of 64 is `y`."
    assert findings(built) == [Finding("centre", Kind.EXPLAINED, 3, sentence, 2)]


def test_an_error_of_a_solved_task_is_none(built):
    hand_in(built, "ada", centre=("KeyError", "'a'"))
    assert findings(built) == []


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("f(x) is -1.5e-07 at [0, 1], wanted 2.", "f(x) is 3 at [2], wanted 2.", True),
        ("f(x) is right for 9.9% of 60 examples.", "f(x) is right for 71% of 60 examples.", True),
        ("<f at 0x7f00aa>", "<f at 0x7f11>", True),
        ("f(x) is nan at [0], wanted 2.", "f(x) is 3 at [0], wanted 2.", False),
        ("f(x) is float32[6, 10], wanted int64[6].", "f(x) is float64[6, 10], wanted int64[6].", False),
        ("W1 is None.", "W2 is None.", False),
    ],
)
def test_sentences_that_differ_in_numbers_alone_are_one(built, one, other, alike):
    hand_in(built, "ada", centre_check=failed(one))
    hand_in(built, "bo", centre_check=failed(other))
    hand_in(built, "cy", centre_check=failed(other))
    sentence = Finding("centre", Kind.SENTENCE, 3 if alike else 2, other, 2 if alike else 1)
    assert findings(built)[0] == sentence


def test_named_sentences_with_values_are_one_mistake(built):
    """A lesson may write a sentence with values in it, as an f-string; another key of `mistakes` names nothing."""
    path = built / "source" / LESSON / f"{LESSON}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    check = next(cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == "centre_check")
    check.source = 'check.equal(centre(x), 3, "x", mistakes={f"You forgot {n} rows.": n, **more, name: 2, 3: n})'
    nbformat.write(notebook, path)
    hand_in(built, "ada", centre_check=failed("You forgot two rows."))
    hand_in(built, "bo", centre_check=failed("You forgot no rows."))
    hand_in(built, "cy", centre_check=failed("You forgot."))
    assert findings(built) == [
        Finding("centre", Kind.MISTAKE, 2, "You forgot no rows.", 2),
        Finding("centre", Kind.SENTENCE, 1, "You forgot."),
    ]


def test_only_ten_sentences_of_a_kind_are_printed(built):
    for letter in "abcdefghijklm":
        hand_in(built, letter, centre_check=failed(f"It is {letter}."))
    said = str(class_report(built, [LESSON]))
    assert said.count("1 of 13  centre  It is") == 10
    assert said.endswith("\n… and 3 more: --html or --json has them all.")


def test_a_lesson_of_which_nothing_is_graded(built):
    with pytest.raises(KindlingError) as raised:
        class_report(built, [LESSON])
    assert str(raised.value) == "Nothing of 01_centring is graded yet. Grade it first: kindling grade 01_centring"


def test_a_broken_notebook_is_named(graded):
    path = graded / "autograded" / "bo" / LESSON / f"{LESSON}.ipynb"
    path.write_text('{"cells"', encoding="utf-8")
    with pytest.raises(KindlingError) as raised:
        class_report(graded, [LESSON])
    assert str(raised.value) == (
        f"{path} can't be read as a notebook. Grade it again: kindling grade 01_centring --student bo --force"
    )


class Page(HTMLParser):
    """What a page holds: its tags with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_shows_sentences_as_text(built):
    sentence = 'centre(x) is </td><script>alert(1)</script> & "that" [b]\'s it'
    path = built / "source" / LESSON / f"{LESSON}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0].source += f"\n{sentence}"  # else it would be a learner's, and not shown
    nbformat.write(notebook, path)
    hand_in(built, "ada", centre_check=failed(sentence))
    page = Page(class_report(built, [LESSON]).as_html())
    assert sentence in page.text
    assert "script" not in [tag for tag, _ in page.tags]
    assert sentence in str(class_report(built, [LESSON]))  # nor does the terminal take it for markup


def test_the_page_needs_nothing_but_itself(graded):
    page = Page(class_report(graded, [LESSON, LESSON]).as_html())
    sources = [attributes[name] for _, attributes in page.tags for name in ("src", "href") if name in attributes]
    assert len(sources) == 2  # a plot for each lesson
    assert all(source.startswith("data:image/svg+xml;base64,") for source in sources)
    plot = b64decode(sources[0].partition(",")[2]).decode()
    assert plot.startswith("<?xml")
    # Names of formats are addresses that nobody fetches; a link inside the picture begins with "#".
    assert all(link.startswith("#") for link in re.findall(r'href="([^"]*)"', plot))
    assert not re.search(r"url\((?!#)|@import", plot + page.text)


def test_the_page_says_in_words_what_the_plot_shows(graded):
    page = Page(class_report(graded, [LESSON]).as_html())
    assert [attributes["alt"] for tag, attributes in page.tags if tag == "img"] == [
        "A bar for each task of 01_centring. Solved by: centre 16%, COLUMNS 66%. The table below has all numbers."
    ]


def test_nobody_is_named(graded):
    report = class_report(graded, [LESSON])
    for text in (str(report), report.as_json(), Page(report.as_html()).text):
        assert not re.search(r"\b(ada|bo|cy|di|ed|fi|gus)\b", text)


def test_the_same_class_gives_the_same_bytes(graded):
    assert class_report(graded, [LESSON]).as_html() == class_report(graded, [LESSON]).as_html()


def test_a_page_that_cannot_be_written(graded, tmp_path):
    report = class_report(graded, [LESSON])
    with pytest.raises(KindlingError) as raised:
        report.write_html(tmp_path)
    assert str(raised.value) == f"{tmp_path} could not be written: Is a directory. Name another file."
    report.write_html(tmp_path / "new" / "report.html")
    assert (tmp_path / "new" / "report.html").read_text(encoding="utf-8") == report.as_html()


def test_a_terminal_shows_colours_and_no_line_is_too_long(graded, grading):
    console = Console(force_terminal=True, width=80, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    console.print(class_report(graded, [LESSON]))
    console.print(grading)
    shown = console.export_text(styles=True)
    assert "\x1b[1mNamed mistakes\x1b[0m" in shown
    assert "\x1b[1;31mnot gradable" in shown
    lines = re.sub(r"\x1b\[[0-9;]*m", "", shown).split("\n")
    assert max(len(line) for line in lines) <= 80
    assert set(f"{ROWS} The notebook is an empty file. Ask for it again.".split()) <= set(" ".join(lines).split())
