"""kindling.authoring.build: the same text gives the same notebooks, and no solution reaches a release."""

import os
import shutil
import subprocess
import sys

import nbformat
import pytest
from conftest import make_course

from kindling.authoring import build, lessons, notebooks, percent, readme
from kindling.errors import BuildError, LessonError


def source(root):
    return root / "source" / "01_centring" / "01_centring.ipynb"


def release(root):
    return root / "release" / "01_centring" / "01_centring.ipynb"


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def cells(path):
    return {cell.id: cell for cell in nbformat.read(path, as_version=4).cells}


def test_build_names_what_it_wrote_and_writes_the_same_bytes_each_time(course, built):
    """In another folder, too."""
    assert list(build.build(course)) == [source(course), release(course), course / "README.md"]
    assert build.stale(course) == []
    assert [path(course).read_bytes() for path in (source, release)] == [
        path(built).read_bytes() for path in (source, release)
    ]


def test_source_holds_solutions_outputs_and_valid_metadata(built):
    node = nbformat.read(source(built), as_version=4)
    nbformat.validate(node)
    assert node.metadata.language_info == {"name": "python"}
    task, check = cells(source(built))["01-centre"], cells(source(built))["01-centre_check"]
    assert "return x - x.mean(dim=0)" in task.source
    assert (task.metadata.nbgrader.grade_id, task.metadata.nbgrader.solution) == ("centre", True)
    assert (check.metadata.nbgrader.grade_id, check.metadata.nbgrader.points) == ("centre_check", 2)
    assert check.execution_count == 3
    assert [output.text for output in check.outputs] == ["✓ centre: 2 points\n"]
    assert check.source.startswith("%%check centre (2 points)\nx = ")
    assert (check.metadata.jupyter, check.metadata.cellView) == ({"source_hidden": True}, "form")
    last = node.cells[-1]
    assert last.source.splitlines()[::2] == [
        "# @title What you have done",
        'check.summary({"centre": 2, "COLUMNS": 1})',
    ]
    assert last.outputs[0].text == "✓ centre   2 points\n✓ COLUMNS  1 point\n3 of 3 points.\n"


def test_the_last_cell_says_where_to_edit(built):
    first, *_, last = nbformat.read(release(built), as_version=4).cells
    assert last.source.splitlines()[1] == (
        "# For authors: this notebook is built; CONTRIBUTING.md says how to change it."
    )
    assert "uthors" not in first.source


def test_release_holds_stubs_that_name_their_task(built):
    released = cells(release(built))
    assert released["01-centre"].source.endswith('    # YOUR CODE HERE\n    raise check.NotWritten("centre")')
    assert released["01-COLUMNS"].source == "COLUMNS = ...  # YOUR CODE HERE"


def test_release_holds_no_solution_hidden_test_or_marker(built):
    text = release(built).read_text(encoding="utf-8")
    for secret in ("x.mean(dim=0)", "COLUMNS = 3", "arange", "BEGIN", "END", 'task=\\"', "outputs: [{"):
        assert secret not in text


def test_a_hand_edited_source_is_named(built):
    edit(source(built), "Networks learn faster", "Networks learn slower")
    assert build.stale(built) == [
        "source/01_centring/01_centring.ipynb is not what course/01_centring.py says: stale or edited by hand. "
        "Run `kindling dev build 01_centring`."
    ]


def test_a_changed_lesson_makes_both_files_stale(built):
    edit(built / "course" / "01_centring.py", "That was all.", "That is all.")
    assert [problem.split(" ")[0] for problem in build.stale(built)] == [
        "source/01_centring/01_centring.ipynb",
        "release/01_centring/01_centring.ipynb",
    ]


def test_a_missing_file_a_stray_folder_and_an_old_table_are_named(built):
    release(built).unlink()
    (built / "source" / "99_gone").mkdir()
    edit(built / "README.md", "| 5 |", "| 6 |")
    assert build.stale(built) == [
        "release/01_centring/01_centring.ipynb is missing. Run `kindling dev build 01_centring`.",
        "source/99_gone belongs to no lesson in course/. Run `kindling dev build`.",
        "README.md holds an old table of lessons. Run `kindling dev build`.",
    ]
    list(build.build(built))
    assert build.stale(built) == []


def test_a_source_that_never_ran_is_named(built):
    node = nbformat.read(source(built), as_version=4)
    node.cells[1].execution_count = None
    source(built).write_text(nbformat.writes(node) + "\n", encoding="utf-8")
    assert build.stale(built) == [
        "source/01_centring/01_centring.ipynb holds a cell that did not run. Run `kindling dev build 01_centring`."
    ]


def test_a_file_that_is_no_notebook_is_named(built):
    source(built).write_text("{", encoding="utf-8")
    assert build.stale(built)[0].startswith("source/01_centring/01_centring.ipynb is not what course/")


def test_a_solution_that_fails_is_named_by_line_and_nothing_is_written(course):
    edit(course / "course" / "01_centring.py", "return x - x.mean(dim=0)", "return x - x.mean(dim=1, keepdim=True)")
    with pytest.raises(BuildError) as raised:
        list(build.build(course))
    assert str(raised.value) == (
        f"{course}/course/01_centring.py:34: this cell fails with the reference solutions. Fix it and build again. "
        "It says: CheckFailed: centre(x) averaged each row. Which dim runs down a column?"
    )
    assert not (course / "source").exists()
    assert not (course / "release").exists()


def test_a_lesson_that_breaks_the_format_writes_nothing(course):
    edit(course / "course" / "01_centring.py", " points=2", "")
    with pytest.raises(LessonError, match="needs points"):
        list(build.build(course))
    assert not (course / "source").exists()


def test_a_readme_without_a_place_for_the_table_is_named(course):
    (course / "README.md").write_text("# A course\n", encoding="utf-8")
    with pytest.raises(BuildError, match="has no place for the table of lessons"):
        build.stale(course)


def test_cell_ids_are_unique_and_stay_when_another_cell_changes(course):
    path = course / "course" / "01_centring.py"
    before = [cell.id for cell in notebooks.notebook(lessons.read(path)).cells]
    assert len(set(before)) == len(before)
    edit(path, "That was all.", "That is all.")
    assert [cell.id for cell in notebooks.notebook(lessons.read(path)).cells] == before


SHOWS = "print('1')\n" * 12


@pytest.fixture(scope="module")
def with_shows(tmp_path_factory):
    """The small course, built, whose lesson shows something in a short cell, and in one of 13 lines."""
    course = make_course(tmp_path_factory.mktemp("shows"))
    shows = f'# %% show="The numbers"\n{SHOWS}\n# %% show="The numbers again"\nprint("2")\n{SHOWS}\n'
    edit(course / "course" / "01_centring.py", "# %% [markdown]\n# ## What", f"{shows}# %% [markdown]\n# ## What")
    list(build.build(course))
    return course


def test_a_cell_that_only_shows_something_says_what_and_a_long_one_is_folded(with_shows):
    """On both sides, whatever nbgrader makes of the source."""
    for path in (source(with_shows), release(with_shows)):
        nbformat.validate(nbformat.read(path, as_version=4))
        short, long, _ = [cell for cell in nbformat.read(path, as_version=4).cells if "kindling" in cell.metadata]
        assert short.source == "# @title The numbers\n" + SHOWS.strip()
        assert short.metadata == {"kindling": {"show": True}}
        assert long.source == '# @title The numbers again\nprint("2")\n' + SHOWS.strip()
        assert long.metadata == {
            "kindling": {"show": True},
            "jupyter": {"source_hidden": True},
            "cellView": "form",
        }
    assert build.stale(with_shows) == []


def test_nbval_runs_a_folded_cell(with_shows):
    """What the notebook's metadata say of a fold disturbs nbval as little as nbgrader."""
    said = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "nbval.plugin", "-p", "no:cacheprovider", "--nbval", source(with_shows)],
        cwd=with_shows,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},  # the others take longer than nbval
        capture_output=True,
        text=True,
    )
    assert said.returncode == 0, said.stdout
    assert "8 passed" in said.stdout


@pytest.fixture(scope="module")
def script_built_once(tmp_path_factory):
    course = make_course(tmp_path_factory.mktemp("script"))
    path = course / "course" / "01_centring" / "scripts" / "main.py"
    path.parent.mkdir(parents=True)
    path.write_text(
        "def f():\n    ### BEGIN SOLUTION\n    return 17 + 4\n    ### END SOLUTION\n\n\nf()\n", encoding="utf-8"
    )
    list(build.build(course))
    return course


@pytest.fixture
def with_script(script_built_once, tmp_path):
    """The small course, built, whose lesson has a script; each test has its own."""
    return shutil.copytree(script_built_once, tmp_path / "with_script")


def test_lessons_after_the_one_with_scripts_go_further(with_script):
    lesson = (with_script / "course" / "01_centring.py").read_text(encoding="utf-8")
    (with_script / "course" / "02_more.py").write_text(lesson.replace("# # Centring", "# # More"), encoding="utf-8")
    text = readme.with_table(
        with_script / "README.md", [lessons.read(path) for path in lessons.find(with_script / "course")]
    )
    first, further = text.split("### Going further")
    assert "[01 Centring]" in first
    assert "[02 More]" in further
    assert text.count("| lesson | you can then … | minutes |") == 2


@pytest.mark.parametrize("names", [None, ["01_centring"]])
def test_each_lesson_and_script_is_read_once(with_script, monkeypatch, names):
    """The table in the README needs all lessons; those that are built are known already."""
    shutil.copy(with_script / "course" / "01_centring.py", with_script / "course" / "02_more.py")
    monkeypatch.setattr(build, "execute", lambda node, lesson: node)
    monkeypatch.setattr(build, "release", lambda sources, config: dict.fromkeys(sources, ""))
    reads = []
    monkeypatch.setattr(lessons, "read_text", lambda path: reads.append(path.name) or percent.read_text(path))
    list(build.build(with_script, names))
    assert sorted(reads) == ["01_centring.py", "02_more.py", "main.py"]


def test_scripts_are_built_as_stubs_on_both_sides(with_script):
    stub = 'def f():\n    # YOUR CODE HERE\n    raise SystemExit("main.py is not written yet.")\n\n\nf()\n'
    for folder in ("source", "release"):
        assert (with_script / folder / "01_centring" / "scripts" / "main.py").read_text(encoding="utf-8") == stub
    assert build.stale(with_script) == []


def test_a_script_that_is_stale_edited_missing_or_a_stray_is_named(with_script):
    scripts = [with_script / folder / "01_centring" / "scripts" for folder in ("source", "release")]
    edit(scripts[0] / "main.py", "def f():", "def g():")
    (scripts[1] / "main.py").unlink()
    (scripts[1] / "answer.py").write_text("x = 17 + 4\n", encoding="utf-8")
    assert build.stale(with_script) == [
        "source/01_centring/scripts/main.py is not what course/01_centring/scripts/main.py says: "
        "stale or edited by hand. Run `kindling dev build 01_centring`.",
        "release/01_centring/scripts/main.py is missing. Run `kindling dev build 01_centring`.",
        "release/01_centring/scripts/answer.py belongs to no script in course/01_centring/scripts. "
        "Run `kindling dev build 01_centring`.",
    ]
    list(build.build(with_script))
    assert build.stale(with_script) == []
    edit(with_script / "course" / "01_centring" / "scripts" / "main.py", "f():", "f(x=0):")
    assert [problem.split(" ")[0] for problem in build.stale(with_script)] == [
        "source/01_centring/scripts/main.py",
        "release/01_centring/scripts/main.py",
    ]


def test_a_lesson_runs_beside_its_solution_scripts(with_script):
    edit(
        with_script / "course" / "01_centring.py",
        "COLUMNS = 3",
        'COLUMNS = open("scripts/main.py").read().count("3") or 3',
    )
    edit(with_script / "course" / "01_centring" / "scripts" / "main.py", "17 + 4", "333")
    list(build.build(with_script))
    assert "333" not in (with_script / "release" / "01_centring" / "scripts" / "main.py").read_text(encoding="utf-8")


def test_prints_of_one_stream_stand_together():
    """However a cell's prints are cut into messages; of a progress bar stands what it shows at the end."""
    prints = (
        ("stdout", "✓ centre: 2 points"),
        ("stdout", "\n"),
        ("stderr", "\r  0%"),
        ("stderr", "\r100%\n"),
        ("stdout", "1\r\n"),
    )
    outputs = [nbformat.v4.new_output("stream", name=name, text=text) for name, text in prints]
    picture = nbformat.v4.new_output("display_data", {"image/png": "iVBORw0KGgo="})
    joined = build._joined([*outputs, picture, *outputs[-1:]])
    shown = [(output.name, output.text) if output.output_type == "stream" else "picture" for output in joined]
    assert shown == [
        ("stdout", "✓ centre: 2 points\n"),
        ("stderr", "100%\n"),
        ("stdout", "1\r\n"),
        "picture",
        ("stdout", "1\r\n"),
    ]
