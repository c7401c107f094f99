"""The command `kindling`: exit codes, and where its words go."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import commands
import pytest
import torchvision  # noqa: F401  (once here, and not in each fork that draws)


def run(folder, *arguments):
    """Return (exit code, stdout, stderr) of `kindling` in a folder."""
    finished = commands.run(["kindling", *arguments], folder, {**os.environ, "COLUMNS": "300"})
    return finished.returncode, finished.stdout, finished.stderr


def test_an_unbuilt_course_fails_the_check_and_a_built_one_passes(built):
    assert run(built, "dev", "build", "--check") == (0, "Each built file is what course/ says.\n", "")
    (built / "release" / "01_centring" / "01_centring.ipynb").unlink()
    assert run(built, "dev", "build", "--check") == (
        1,
        "release/01_centring/01_centring.ipynb is missing. Run `kindling dev build 01_centring`.\n",
        "",
    )


def test_answers_are_counted_and_a_wrong_sentence_is_named(course):
    """They run without the cells that only show something, or with them."""
    path = course / "course" / "01_centring.py"
    start, heading, end = path.read_text(encoding="utf-8").partition("# %% [markdown]\n# ### How many?")
    path.write_text(f'{start}# %% show="A number"\nseen = 3\n\n{heading}{end}', encoding="utf-8")
    bank = course / "tests" / "answers" / "01_centring.py"
    assert run(course, "dev", "answers") == (
        1,
        "tests/answers/01_centring.py is missing. Write answers to the lesson's tasks there.\n",
        "",
    )
    bank.parent.mkdir(parents=True)
    bank.write_text(
        '# %% right="COLUMNS"\nCOLUMNS = globals().get("seen", 5)\n\n'
        '# %% wrong="COLUMNS" says="COLUMNS counts the rows."\nCOLUMNS = 5 if "seen" in globals() else 15\n',
        encoding="utf-8",
    )
    code, out, err = run(course, "dev", "answers")
    assert (code, err) == (1, "")
    assert sorted(out.replace("\n    wanted", " wanted").splitlines()) == [  # whichever is judged first
        "1 of 1 right answers are refused, 0 of 1 wrong ones are accepted.",
        "tests/answers/01_centring.py:1: the check of COLUMNS said: COLUMNS counts the rows. "
        "wanted: nothing, since the answer is right",
        "tests/answers/01_centring.py:4: the check of COLUMNS said: COLUMNS counts the numbers. "
        "wanted: COLUMNS counts the rows.",
    ]
    code, out, err = run(course, "dev", "answers", "--shows")
    assert (code, err) == (0, "")
    assert out.startswith("Each answer is judged as it must be, in ")
    assert out.endswith("s: 0 of 1 right answers are refused, 0 of 1 wrong ones are accepted.\n")


def test_audit_prints_what_breaks_a_rule(course):
    path = course / "course" / "01_centring.py"
    path.write_text(path.read_text(encoding="utf-8").replace("That was all.", "That was simply all."), encoding="utf-8")
    code, out, err = run(course, "dev", "audit")
    assert (code, err) == (1, "")
    assert "“simply” stands in the prose. Leave it out." in out


def test_audit_runs_the_lessons_where_their_values_are_asked_for(course):
    assert run(course, "dev", "audit", "--values") == (0, "Each expected value tells one slip from another.\n", "")
    path = course / "course" / "01_centring.py"
    path.write_text(path.read_text(encoding="utf-8").replace("reshape(5, 3) ** 2", "reshape(5, 3)"), "utf-8")
    code, out, err = run(course, "dev", "audit", "--values", "01")
    assert (code, err) == (1, "")
    assert out.startswith(
        'course/01_centring.py:45: the numbers wanted of "centre(x) on a (5, 3) tensor" are the same '
    )


def test_a_broken_lesson_is_one_sentence_on_stderr(course):
    path = course / "course" / "01_centring.py"
    path.write_text(path.read_text(encoding="utf-8").replace(" points=2", ""), encoding="utf-8")
    code, out, err = run(course, "dev", "build", "--check")
    assert (code, out) == (1, "")
    assert err.count("\n") == 1
    assert err.startswith("course/01_centring.py:34: ")


@pytest.mark.parametrize("command", ["build", "audit", "answers"])
def test_an_unknown_lesson_is_named(course, command):
    code, _out, err = run(course, "dev", command, "centering")
    assert code == 1
    assert err.startswith('There is no lesson "centering". Did you mean')


@pytest.mark.parametrize("command", [("build", "--check"), ("audit",), ("answers",)])
def test_a_folder_without_a_course_is_named(tmp_path, command):
    sentence = "There is no folder course here. Run the command in the top folder of the project.\n"
    assert run(tmp_path, "dev", *command) == (1, "", sentence)


def test_wrong_usage_is_exit_code_2(tmp_path):
    program = Path(sys.executable).with_name("kindling")  # as it is installed
    assert subprocess.run([program, "dev", "bulid"], cwd=tmp_path, capture_output=True).returncode == 2


def test_an_error_of_ours_has_no_traceback_unless_asked_for(course):
    (course / "README.md").unlink()
    code, out, err = run(course, "dev", "build", "--check")
    assert (code, out) == (1, "")
    assert err == (
        "FileNotFoundError: [Errno 2] No such file or directory: 'README.md'\n"
        "This is a fault of kindling, not yours. Please report it with what `kindling --debug …` prints.\n"
    )
    assert "Traceback (most recent call last)" in run(course, "--debug", "dev", "build", "--check")[2]


def test_debug_is_an_option_of_kindling_itself(tmp_path):
    """What is meant for JupyterLab is not."""
    code, _, said = run(tmp_path, "open", "--", "--debug")
    assert code == 1
    assert said.count("\n") == 1
    assert run(tmp_path, "open", "--debug")[0] == 2


def test_report_goes_to_stdout_or_to_a_page(built):
    sentence = "Nothing of 01_centring is graded yet. Grade it first: kindling grade 01_centring\n"
    assert run(built, "report", "01") == (1, "", sentence)
    assert run(built, "report", "centrin") == (1, "", 'There is no lesson "centrin". Did you mean "01_centring"?\n')
    graded = built / "autograded" / "ada" / "01_centring"
    graded.mkdir(parents=True)
    shutil.copy(built / "source" / "01_centring" / "01_centring.ipynb", graded)
    code, out, err = run(built, "report", "01")
    assert (code, err) == (0, "")
    assert out.startswith("01_centring\n1 graded of 1 handed in. Median: 3 of 3 points. All tasks are solved by all.\n")
    code, out, err = run(built, "report", "01", "--json", "--html", "pages/class.html")
    assert (code, err) == (0, "Written: pages/class.html. Open it in a browser.\n")
    assert json.loads(out)["lessons"][0]["graded"] == 1
    assert (built / "pages" / "class.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>\n")


def test_the_corrupted_digits_are_written_where_one_says(tmp_path, monkeypatch):
    monkeypatch.setenv("KINDLING_SOURCE", "drawn")
    code, out, _err = run(tmp_path, "data", "corrupt-mnist", "digits", "--seed", "3")
    names = ["test_images.pt", "test_labels.pt", "train_images.pt", "train_labels.pt"]
    assert code == 0
    assert out.splitlines()[-4:] == [f"digits/{name}" for name in names]
    assert sorted(path.name for path in (tmp_path / "digits").iterdir()) == names


def test_a_folder_that_cannot_be_written_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("KINDLING_SOURCE", "drawn")
    (tmp_path / "file").touch()
    code, _out, err = run(tmp_path, "data", "corrupt-mnist", "file/digits")
    assert code == 1
    assert err == (
        "file/digits/train_images.pt could not be written (Not a directory). "
        "Name a folder that you may write to, on a disk with 50 MB to spare.\n"
    )
    assert run(tmp_path, "data", "corrupt-mnist")[0] == 2
    assert run(tmp_path, "data", "corrupt-mnist", "x", "--seed", "-1")[0] == 2
