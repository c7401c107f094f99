"""kindling.authoring.lessons: what a lesson's text says, and one sentence with file and line where it says nothing."""

import subprocess
import sys
from pathlib import Path

import jupytext
import pytest
from conftest import CENTRE, REPOSITORY

from kindling.authoring import lessons, percent
from kindling.authoring.percent import HIDDEN_TESTS, SOLUTION, Cell
from kindling.environment import REPEATABLE, inherited
from kindling.errors import LessonError

PATH = Path("course/05_halves.py")

HALVES = '''\
# %% [markdown]
# # Halves

# %% task="half"
def half(x: float) -> float:
    """Return half of `x`."""
    ### BEGIN SOLUTION
    return x / 2
    ### END SOLUTION

# %% check="half" points=2
check.close(half(3.0), 1.5, "half(3.0)")
### BEGIN HIDDEN TESTS
check.close(half(5.0), 2.5, "half(5.0)")
### END HIDDEN TESTS
'''

OTHER = """\
# %% task="other"
### BEGIN SOLUTION
other = 1
### END SOLUTION
# %% check="other" points=1
check.equal(other, 1, "other")

"""

PERCENT_TEXTS = [
    path for folder in ("course", "tests/answers") for path in sorted((REPOSITORY / folder).glob("[0-9][0-9]_*.py"))
]


def edited(*edits):
    """Return HALVES after each edit (old, new), every one of which must find its text."""
    text = HALVES
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return text


def sentence(text):
    """Return what parsing `text` complains about."""
    with pytest.raises(LessonError) as raised:
        lessons.parse(text, PATH)
    return str(raised.value)


@pytest.fixture
def centring():
    return lessons.parse(CENTRE, Path("course/01_centring.py"))


# What a lesson says


def test_points_of_a_bonus_task_are_not_the_lessons():
    text = CENTRE.replace("### How many?", "### Bonus: how many?").replace('"COLUMNS" points=1', '"COLUMNS" points=4')
    read = lessons.parse(text, Path("01_centring.py"))
    assert [task.bonus for task in read.tasks] == [False, True]
    assert (read.points, read.bonus) == (2, 4)


def test_a_lesson_says_its_name_title_minutes_promise_and_points(centring):
    assert (centring.name, centring.title, centring.minutes, centring.points) == ("01_centring", "Centring", 5, 3)
    assert centring.goals == ["centre the columns of a tensor", "say what `dim` does", "count the means of a tensor"]
    assert centring.promise == "centre the columns of a tensor; say what `dim` does; count the means of a tensor"


def test_only_the_first_list_of_the_first_cell_is_the_promise():
    text = edited(("# # Halves", "# # Halves\n#\n# - halve;\n# - say why.\n#\n# Needs:\n#\n# - paper"))
    assert lessons.parse(text, PATH).promise == "halve; say why"


def test_a_lesson_without_minutes_or_promise_says_so():
    halves = lessons.parse(HALVES, PATH)
    assert (halves.minutes, halves.goals, halves.promise) == (0, [], "")


def test_tasks_stand_in_order_with_their_cells_heading_minutes_and_hint(centring):
    centre, columns = centring.tasks
    assert (centre.id, centre.cell.task, centre.check.check, centre.check.points) == ("centre", "centre", "centre", 2)
    assert (columns.id, columns.cell.task, columns.check.check, columns.check.points) == (
        "COLUMNS",
        *["COLUMNS"] * 2,
        1,
    )
    assert (centre.heading, centre.minutes) == ("Centre the columns (5 minutes, ●○○)", 5)
    assert (columns.heading, columns.minutes) == ("How many? (1 minute, ●○○)", 1)
    assert centre.hint == (
        "<details><summary>Hint: what does <code>dim</code> do?</summary>\n\n"
        "It names the direction that disappears.\n</details>"
    )
    assert "rows or columns?" in columns.hint


def test_a_task_without_prose_has_no_heading_minutes_or_hint():
    (half,) = lessons.parse(HALVES, PATH).tasks
    assert (half.heading, half.minutes, half.hint) == ("", None, None)


def test_what_is_folded_above_a_task_is_not_its_hint():
    text = edited(("# # Halves", "# # Halves\n# <details><summary>Why?</summary>So.</details>"))
    assert lessons.parse(text, PATH).tasks[0].hint is None


def test_a_heading_below_the_task_is_not_its_heading():
    text = edited(("# %% check", "# %% [markdown]\n# ### A hint (3 minutes)\n\n# %% check"))
    assert lessons.parse(text, PATH).tasks[0].heading == ""


def test_a_cell_knows_its_type_text_line_and_tags():
    text = edited(("# %% task", '# %% tags=["one", "two words"]\n\nx = 1\n\n\n# %%\n# %% task'))
    title, tagged, empty, task, check = lessons.parse(text, PATH).cells
    assert title == Cell("markdown", "# Halves", 1, {})
    assert (tagged.type, tagged.source, tagged.line, tagged.tags) == ("code", "\nx = 1", 4, ["one", "two words"])
    assert (empty.source, empty.line, empty.points, empty.task, empty.check) == ("", 9, 0, None, None)
    assert (task.line, task.options) == (10, {"task": "half"})
    assert (check.line, check.options) == (17, {"check": "half", "points": 2})


def test_prose_may_have_blank_lines_and_stand_close_to_its_comment_sign():
    text = edited(("# # Halves", "# # Halves\n   \n#Close\n#\n#   far"))
    assert lessons.parse(text, PATH).cells[0].source == "# Halves\n\nClose\n\n  far"


def test_visible_and_hidden_source_part_at_the_hidden_tests():
    check = lessons.parse(edited(("### END HIDDEN TESTS", "### END HIDDEN TESTS\ny = 3")), PATH).cells[-1]
    assert check.visible_source == 'check.close(half(3.0), 1.5, "half(3.0)")\ny = 3'
    assert check.hidden_source == 'check.close(half(5.0), 2.5, "half(5.0)")'
    assert check.without(HIDDEN_TESTS) == 'check.close(half(3.0), 1.5, "half(3.0)")\n\n\n\ny = 3'


def test_a_cell_without_its_solution_keeps_its_lines():
    task = lessons.parse(HALVES, PATH).cells[1]
    stub = 'def half(x: float) -> float:\n    """Return half of `x`."""\n    pass\n\n'
    assert task.without(SOLUTION, "pass") == stub


def test_several_blocks_in_one_cell_are_fine():
    task = lessons.parse(edited(("    return x / 2\n", "    x /= 2\n    ### END SOLUTION\n    ### BEGIN SOLUTION\n"
                                "    return x\n")), PATH).cells[1]  # fmt: skip
    assert task.without(SOLUTION, "pass").count("pass") == 2


@pytest.mark.parametrize("path", PERCENT_TEXTS, ids=lambda path: "-".join(path.parts[-2:]))
def test_jupytext_reads_the_same_cells(path):
    text = path.read_text(encoding="utf-8")
    read = [
        (cell.cell_type, cell.source, {key: value for key, value in cell.metadata.items() if "next_cell" not in key})
        for cell in jupytext.reads(text, fmt="py:percent").cells
    ]
    markers = (*lessons.MARKERS, "right", "wrong", "says")
    assert [(cell.type, cell.source, cell.options) for cell in percent.read_cells(text, path, markers)] == read


@pytest.mark.parametrize(
    "data",
    [
        CENTRE.replace("\n", "\r\n").encode(),
        CENTRE.replace("\n", "\r").encode(),
        b"\xef\xbb\xbf" + CENTRE.encode(),
        b"\n\n" + CENTRE.encode() + b"\n\n\n",
        CENTRE.replace("# %% ", "#%%\t").encode(),
        CENTRE.rstrip("\n").encode(),
    ],
    ids=["CRLF", "CR", "BOM", "blank lines around", "tabs in markers", "no last line end"],
)
def test_how_an_editor_saves_it_changes_nothing(tmp_path, data):
    path = tmp_path / "01_centring.py"
    path.write_bytes(data)
    wanted = lessons.parse(CENTRE, path)
    assert [(cell.type, cell.source, cell.options) for cell in lessons.read(path).cells] == [
        (cell.type, cell.source, cell.options) for cell in wanted.cells
    ]


def test_characters_that_only_some_count_as_line_ends_move_no_line():
    text = edited(("# # Halves", "# # Halves\n# a\x0cb\u2028c\x85d"), ("points=2", "points=0"))
    assert sentence(text).startswith("course/05_halves.py:12: ")


def test_reading_a_lesson_imports_neither_torch_nor_jupytext():
    code = "import sys, kindling.authoring.audit; print(sorted({'torch', 'jupytext', 'numpy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"


# Which lessons there are


@pytest.fixture
def folder(tmp_path):
    course = tmp_path / "course"
    course.mkdir()
    for name in ("10_blocks.py", "01_tensors.py", "02_networks.py", "README.md", "notes.py"):
        (course / name).touch()
    return course


def test_all_lessons_in_order(folder):
    assert [path.name for path in lessons.find(folder)] == ["01_tensors.py", "02_networks.py", "10_blocks.py"]
    assert lessons.find(folder, []) == lessons.find(folder)


@pytest.mark.parametrize("name", ["01_tensors", "01", "tensors", "01_tensors.py", "course/01_tensors.py"])
def test_a_lesson_is_found_by_any_of_its_names(folder, name):
    assert lessons.find(folder, [name]) == [folder / "01_tensors.py"]


def test_named_lessons_come_as_named_and_once(folder):
    assert [path.name for path in lessons.find(folder, ["blocks", "01", "10"])] == ["10_blocks.py", "01_tensors.py"]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("tensorz", 'Did you mean "01_tensors"?'),
        ("02_netwoks", 'Did you mean "02_networks"?'),
        ("zebra", "Lessons: 01_tensors, 02_networks, 10_blocks."),
        ("", "Lessons: 01_tensors, 02_networks, 10_blocks."),
    ],
)
def test_an_unknown_name_is_one_sentence(folder, name, hint):
    with pytest.raises(LessonError) as raised:
        lessons.find(folder, ["01", name])
    assert str(raised.value) == f'There is no lesson "{name}". {hint}'


@pytest.mark.parametrize("word", ["02_training", "02", "training"])
def test_a_lesson_has_three_names(word):
    assert lessons.named([word, "02"], ["01_tensors", "02_training"]) == ["02_training"]


def test_a_folder_without_lessons_says_so(tmp_path):
    assert lessons.find(tmp_path) == []
    with pytest.raises(LessonError) as raised:
        lessons.find(tmp_path, ["01"])
    assert str(raised.value) == 'There is no lesson "01". Lessons: none.'


def test_a_missing_folder_says_so(tmp_path):
    with pytest.raises(LessonError) as raised:
        lessons.find(tmp_path / "course")
    assert str(raised.value) == (
        f"There is no folder {tmp_path / 'course'} here. Run the command in the top folder of the project."
    )


# What is no lesson

POINTS = 'the check of "half" needs points, a whole number above 0: add points=2.'
NAME = 'needs a name of letters a to z, digits and underscores, like {}="softmax".'
MARKERS = "Markers are task, check, points, script, show, tags."
UNREADABLE = "can't be read. Put text in double quotes, and write numbers without."
KIND = "Write `[markdown]` for prose, and nothing for code."
PLACE = "A cell starts with `# %%` at the left edge, then a space."
TITLE = "a lesson starts with its title. Begin with `# %% [markdown]` and `# # Title`."
TEXT = "text before the first cell. Start the file with `# %% [markdown]`."


@pytest.mark.parametrize(
    ("edit", "line", "problem"),
    [
        # The file
        (("# %% [markdown]\n# # Halves\n\n", ""), 1, TITLE),
        (("# # Halves", "# Halves"), 1, TITLE),
        (("# # Halves", "# #"), 1, TITLE),
        (("# %% [markdown]\n# # Halves", "# %%\nx = 1"), 1, TITLE),
        (("# %% [markdown]\n# # Halves", "# %%\n# Halves\nx = 1"), 1, TITLE),
        (("# %% [markdown]\n# # Halves", "\nimport torch\n\n# %% [markdown]\n# # Halves"), 2, TEXT),
        (("# # Halves", "# # Halves\n#\nNo comment."), 4,
         "this line of prose is not a comment. Put `# ` before it, or start a code cell with `# %%`."),
        # Markers
        (('task="half"', 'taks="half"'), 4, f"unknown marker `taks`. {MARKERS}"),
        (('task="half"', "Halving"), 4, f"unknown marker `Halving`. {MARKERS}"),
        (('task="half"', 'id="a b"'), 4, f"unknown marker `id`. {MARKERS}"),
        (('task="half"', 'task="half" task="half"'), 4, "`task` stands twice in one marker. Keep one."),
        (('task="half"', "task=half"), 4, f"`task=half` {UNREADABLE}"),
        (('task="half"', 'task="half'), 4, f'`task="half` {UNREADABLE}'),
        (('task="half"', "task"), 4, f"`task` {UNREADABLE}"),
        (('task="half"', "task="), 4, f"`task=` {UNREADABLE}"),
        (("points=2", 'points=2 tags="solo"'), 11, '`tags` is a list of names, like tags=["nbval-ignore-output"].'),
        (("points=2", "points=2 tags=[1]"), 11, '`tags` is a list of names, like tags=["nbval-ignore-output"].'),
        (("[markdown]", "[markdwon]"), 1, f"unknown kind of cell `[markdwon]`. {KIND}"),
        (("[markdown]", "[raw]"), 1, f"unknown kind of cell `[raw]`. {KIND}"),
        (("# %% [markdown]", "# %%[markdown]"), 1, f"unknown marker `# %%[markdown]`. {PLACE}"),
        (("# %% check", "# %%% check"), 11, f'unknown marker `# %%% check="half" points=2`. {PLACE}'),
        (("    return x / 2", "    # %% the work\n    return x / 2"), 8, f"unknown marker `# %% the work`. {PLACE}"),
        # Names and points
        (('task="half"', 'task="1half"'), 4, f"`task` {NAME.format('task')}"),
        (('task="half"', 'task="hälfte"'), 4, f"`task` {NAME.format('task')}"),
        (('task="half"', 'task="a-half"'), 4, f"`task` {NAME.format('task')}"),
        (('task="half"', 'task="class"'), 4, f"`task` {NAME.format('task')}"),
        (('task="half"', 'task=""'), 4, f"`task` {NAME.format('task')}"),
        (('task="half"', "task=5"), 4, f"`task` {NAME.format('task')}"),
        (('check="half"', 'check="half!"'), 11, f"`check` {NAME.format('check')}"),
        ((" points=2", ""), 11, POINTS),
        (("points=2", "points=0"), 11, POINTS),
        (("points=2", "points=-1"), 11, POINTS),
        (("points=2", "points=1.5"), 11, POINTS),
        (("points=2", 'points="2"'), 11, POINTS),
        (("points=2", "points=true"), 11, POINTS),
        (("points=2", "points=null"), 11, POINTS),
        (('task="half"', 'task="half" points=2'), 4,
         "only a check has points. Remove points, or write check= instead of task=."),
        (("# %% task", "# %% points=2\n\n# %% task"), 4,
         "only a check has points. Remove points, or write check= instead of task=."),
        (('task="half"', 'task="half" check="half"'), 4, "one cell is both a task and a check. Split it in two."),
        (("# %% [markdown]", '# %% [markdown] check="title" points=1'), 1,
         "a task or check is code. Remove [markdown] from the marker."),
        (("# %% [markdown]", '# %% [markdown] task="title"'), 1,
         "a task or check is code. Remove [markdown] from the marker."),
        # Tasks and checks
        (("# %% check", '# %% task="other"\n### BEGIN SOLUTION\nother = 1\n### END SOLUTION\n\n# %% check'), 11,
         'the task "other" has no check. Add `# %% check="other" points=2` below it.'),
        (("# %% check", OTHER + "# %% check"), 11,
         'the task "other" stands before the check of "half", line 18. Move that check up.'),
        (("# %% task", '# %% check="half" points=1\npass\n\n# %% task'), 14,
         'a second check of "half". Make the two one cell.'),
        (('# %% check="half" points=2', OTHER.replace("other", "half_check") + '# %% check="half" points=2'), 11,
         'the task "half_check" stands before the check of "half", line 18. Move that check up.'),
        (("# %% check", '# %% task="half"\n### BEGIN SOLUTION\nhalf = 1\n### END SOLUTION\n\n# %% check'), 11,
         'the task "half" stands in line 4 too. Rename one.'),
        (("# %% check", '# %% check="half" points=1\npass\n\n# %% check'), 14,
         'a second check of "half". Make the two one cell.'),
        (("# %% task", '# %% check="double" points=1\npass\n\n# %% task'), 4,
         'a check of "double" without a task above it. Add `# %% task="double"`.'),
        # Blocks
        (("    ### BEGIN SOLUTION\n    return x / 2\n    ### END SOLUTION", "    return x / 2"), 4,
         'the task "half" has no solution. Put it between `### BEGIN SOLUTION` and `### END SOLUTION`.'),
        (("    ### END SOLUTION\n", ""), 7,
         "`### BEGIN SOLUTION` is never closed. Add `### END SOLUTION` before the next cell."),
        (("    ### END SOLUTION\n", "    ### END SOLUTION\n" * 2), 10,
         "`### END SOLUTION` without `### BEGIN SOLUTION`. Open the block first."),
        (("    ### BEGIN SOLUTION\n", "    ### BEGIN SOLUTION\n" * 2), 8,
         "`### BEGIN SOLUTION` again before `### END SOLUTION`. Close the block of line 7 first."),
        (("    return x / 2", "    ### BEGIN HIDDEN TESTS\n    return x / 2"), 8,
         "`### BEGIN HIDDEN TESTS` stands outside a check cell. Move it into one, below `# %% check=…`."),
        (("check.close(half(3", "### BEGIN SOLUTION\ncheck.close(half(3"), 12,
         "`### BEGIN SOLUTION` stands outside a task cell. Move it into one, below `# %% task=…`."),
        (("# %% task", "# %%\n### END SOLUTION\n\n# %% task"), 5,
         "`### END SOLUTION` stands outside a task cell. Move it into one, below `# %% task=…`."),
        (("# %% task", "# %%\n### BEGIN HIDDEN TESTS\n\n# %% task"), 5,
         "`### BEGIN HIDDEN TESTS` stands outside a check cell. Move it into one, below `# %% check=…`."),
        (("### END HIDDEN TESTS\n", ""), 13,
         "`### BEGIN HIDDEN TESTS` is never closed. Add `### END HIDDEN TESTS` before the next cell."),
        (("### BEGIN HIDDEN TESTS\n", ""), 14,
         "`### END HIDDEN TESTS` without `### BEGIN HIDDEN TESTS`. Open the block first."),
        (("### BEGIN SOLUTION", "### BEGIN SOLUTIONS"), 7,
         "unknown marker `### BEGIN SOLUTIONS`. Write `### BEGIN SOLUTION` on a line of its own."),
        (("### BEGIN SOLUTION", "## BEGIN SOLUTION"), 7,
         "unknown marker `## BEGIN SOLUTION`. Write `### BEGIN SOLUTION` on a line of its own."),
        (("### BEGIN SOLUTION", "###BEGIN SOLUTION"), 7,
         "unknown marker `###BEGIN SOLUTION`. Write `### BEGIN SOLUTION` on a line of its own."),
        (("### BEGIN SOLUTION", "### Begin solution"), 7,
         "unknown marker `### Begin solution`. Write `### BEGIN SOLUTION` on a line of its own."),
        (("### END SOLUTION", "### END SOLUTON"), 9,
         "unknown marker `### END SOLUTON`. Write `### END SOLUTION` on a line of its own."),
        (("### BEGIN HIDDEN TESTS", "### BEGIN HIDDEN TEST"), 13,
         "unknown marker `### BEGIN HIDDEN TEST`. Write `### BEGIN HIDDEN TESTS` on a line of its own."),
        (("    return x / 2", "    return x / 2  ### END SOLUTION"), 8,
         "unknown marker `return x / 2  ### END SOLUTION`. Write `### END SOLUTION` on a line of its own."),
        (("# # Halves", "# # Halves\n#\n# ### BEGIN HIDDEN TESTS"), 4,
         "nbgrader takes “BEGIN HIDDEN TESTS” for a marker, also in prose. Say it in other words."),
        (("# # Halves", "# # Halves\n#\n# Write below `BEGIN SOLUTION`."), 4,
         "nbgrader takes “BEGIN SOLUTION” for a marker, also in prose. Say it in other words."),
        # Python
        (("return x / 2", "return (x / 2"), 8, "Python refuses this line: '(' was never closed. Fix it."),
        (("return x / 2", "return x / "), 8, "Python refuses this line: invalid syntax. Fix it."),
        (("    return x / 2", "\treturn x / 2"), 8,
         "Python refuses this line: inconsistent use of tabs and spaces in indentation. Fix it."),
        (("# %% task", "# %%\nx = 1\n\nreturn x\n# %% task"), 7,
         "Python refuses this line: 'return' outside function. Fix it."),
        (("# %% task", "# %%\nif True:\nx = 1\n# %% task"), 5,
         "Python refuses this line: expected an indented block after 'if' statement. Fix it."),
        (("# %% task", '# %%\nx = """\n# %%\n"""\n# %% task'), 5,
         "Python refuses this line: unterminated triple-quoted string literal. Fix it. "
         "A line that begins with `# %%` ends a cell, also inside a string."),
        (("# %% task", "# %%\n%matplotlib inline\n# %% task"), 5, "Python refuses this line: invalid syntax. Fix it."),
        (("    return x / 2\n    ### END SOLUTION", "    if x:\n    ### END SOLUTION\n        return x / 2"), 10,
         "Python refuses this line once the solution is taken out: unexpected indent. Fix it."),
        (("### BEGIN HIDDEN TESTS", "with check.within(5, 'half'):\n    pass\n### BEGIN HIDDEN TESTS\nelse:"), 16,
         "Python refuses this line: invalid syntax. Fix it."),
        (("### BEGIN HIDDEN TESTS\n", "for i in range(3):\n    ### BEGIN HIDDEN TESTS\n    "), 13,
         "Python refuses this line once the hidden tests are taken out: "
         "expected an indented block after 'for' statement. Fix it."),
    ],
)  # fmt: skip
def test_a_broken_lesson_is_one_sentence_with_its_line(edit, line, problem):
    assert sentence(edited(edit)) == f"course/05_halves.py:{line}: {problem}"


def test_a_check_above_its_task_is_named():
    title, task, check = HALVES.split("# %% ")[1:]
    assert sentence("".join(f"# %% {cell}" for cell in (title, check, task))) == (
        'course/05_halves.py:9: the task "half" stands below its check, line 4. Move the check below the task.'
    )


def test_a_task_with_the_id_of_a_graded_cell_is_named():
    assert sentence(HALVES + "\n" + OTHER.replace("other", "half_check")) == (
        'course/05_halves.py:17: "half_check" is the id of the graded cell of "half". Rename the task.'
    )


@pytest.mark.parametrize("text", ["", "\n \n", "\ufeff"], ids=["no byte", "blank lines", "BOM"])
def test_an_empty_file_is_named(text):
    assert sentence(text) == "course/05_halves.py:1: the file is empty. Start it with `# %% [markdown]`."


def test_text_without_any_cell_is_named():
    assert sentence("\nx = 1\n") == f"course/05_halves.py:2: {TEXT}"


def test_a_file_that_is_not_utf_8_is_named_with_its_line(tmp_path):
    path = tmp_path / "05_halves.py"
    path.write_bytes(edited(("Halves", "Hälften"), ("half(5.0)", "half(5.0) # ½")).encode("latin-1"))
    with pytest.raises(LessonError) as raised:
        lessons.read(path)
    assert str(raised.value) == f"{path}:2: this is not UTF-8 text. Save the file as UTF-8."


def test_what_warns_is_refused_since_a_graded_cell_that_warns_earns_nothing():
    assert sentence(edited(("check.close(half(3.0)", 'x = "\\d"\ncheck.close(half(3.0)'))).startswith(
        "course/05_halves.py:12: Python refuses this line: "
    )


def test_a_null_byte_is_refused():
    assert sentence(edited(("return x / 2", "return x / 2\0"))).startswith("course/05_halves.py:")


@pytest.mark.parametrize(
    "comment",
    [
        "# The solution begins here.",
        "# hidden tests",
        "# BEGIN " + "a long comment about a solution " * 3,
        "### Solution",
        "x = 1  # a solution",
        "end_solution",
    ],
)
def test_comments_that_only_sound_like_markers_are_fine(comment):
    assert lessons.parse(edited(("# %% task", f"# %%\n{comment}\n\n# %% task")), PATH).cells[1].source == comment


SCRIPT = '''import math


def area(radius: float) -> float:
    """Return the area of a circle."""
    ### BEGIN SOLUTION
    square = radius**2

    return math.pi * square
    ### END SOLUTION


class Ring:
    def area(self) -> float:
        """Return the area."""
        ### BEGIN SOLUTION
        return 0.0
        ### END SOLUTION
'''


def script_of(folder, text):
    path = folder / "08_rings.py"
    (folder / "08_rings" / "scripts").mkdir(parents=True)
    (folder / "08_rings" / "scripts" / "main.py").write_text(text, encoding="utf-8")
    return path


def test_the_stub_of_a_script_runs_and_holds_no_solution(tmp_path):
    (script,) = lessons.read_scripts(script_of(tmp_path, SCRIPT))
    assert (script.name, script.text) == ("main.py", SCRIPT)
    assert (
        script.stub
        == '''import math


def area(radius: float) -> float:
    """Return the area of a circle."""
    # YOUR CODE HERE
    raise SystemExit("main.py is not written yet.")


class Ring:
    def area(self) -> float:
        """Return the area."""
        # YOUR CODE HERE
        raise SystemExit("main.py is not written yet.")
'''
    )
    assert lessons.read_scripts(tmp_path / "01_other.py") == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "### ",
            "# ",
            "main.py:1: this script has no solution. Put it between `### BEGIN SOLUTION` and `### END SOLUTION`.",
        ),
        (
            "        return 0.0\n        ### END SOLUTION\n",
            "        return 0.0\n",
            "main.py:13: `### BEGIN SOLUTION` is half of a pair. "
            "Each `### BEGIN SOLUTION` needs its `### END SOLUTION`, as deep.",
        ),
        ("radius**2", "radius**", "main.py:7: Python refuses this line: invalid syntax. Fix it."),
    ],
)
def test_a_script_with_a_broken_solution_is_named(tmp_path, old, new, problem):
    assert old in SCRIPT
    path = script_of(tmp_path, SCRIPT.replace(old, new))
    with pytest.raises(LessonError) as raised:
        lessons.read_scripts(path)
    assert str(raised.value) == f"{tmp_path}/08_rings/scripts/{problem}"


def test_a_check_of_a_script_needs_no_task(tmp_path):
    text = (
        "# %% [markdown]\n# # Rings\n\n# %% [markdown]\n# ### Areas (5 minutes, ●○○)\n#\n"
        "# <details><summary>Hint: pi</summary>\n# </details>\n\n"
        '# %% check="area_script" script="main.py" points=2\nx = 1\n'
    )
    (task,) = lessons.parse(text, tmp_path / "08_rings.py").tasks
    assert (task.id, task.cell, task.check.points, task.minutes) == ("area_script", task.check, 2, 5)
    assert task.hint.startswith("<details><summary>Hint: pi")
    with pytest.raises(LessonError, match="only a check has a script, the file that it grades"):
        lessons.parse(text.replace('"main.py"', '"main"'), tmp_path / "08_rings.py")


def test_a_lesson_runs_as_a_plain_script(tmp_path):
    """The first one; the answer bank runs the cells of each without Jupyter."""
    path = min(REPOSITORY.glob("course/*.py"))
    finished = subprocess.run(
        [sys.executable, path],
        cwd=tmp_path,
        env=inherited(**REPEATABLE, MPLBACKEND="Agg"),
        capture_output=True,
        text=True,
    )
    assert finished.returncode == 0, finished.stderr
    assert finished.stderr == ""
