"""kindling.authoring.audit: a good course gets no sentence, and each broken rule one, with its file and line."""

import pytest
from test_rules import GOOD, edited, prose

from kindling.authoring import audit
from kindling.errors import LessonError


@pytest.fixture
def good(course):
    (course / "course" / "01_centring.py").write_text(GOOD, encoding="utf-8")
    return course


def test_a_good_course_gets_no_sentence(good):
    assert list(audit.audit(good)) == []


def test_how_many_claims_are_sealed(good):
    assert audit.claims(good) == "2 checks make 3 claims, all sealed."
    lesson = good / "course" / "01_centring.py"
    lesson.write_text(edited(("check.equal(COLUMNS, 3,", "check.equal(COLUMNS, COLUMNS + 0,")))
    assert audit.claims(good) == "2 checks make 3 claims, 1 of them and 0 whole checks not sealed."


def test_a_sentence_names_the_file_and_the_line(good):
    (good / "course" / "01_centring.py").write_text(edited(("In 5 minutes", "Soon"), prose("Simply this.")))
    wanted = [
        "course/01_centring.py:1: the first cell does not say how long the lesson takes. Add “45 minutes”.",
        "course/01_centring.py:78: “Simply” stands in the prose. Leave it out.",
    ]
    assert list(audit.audit(good)) == wanted
    assert list(audit.audit(good, ["01"])) == wanted


def test_a_lesson_that_cannot_be_read_is_one_sentence_and_the_rest_is_audited(good):
    broken = good / "course" / "00_broken.py"
    broken.write_text("x = 1\n")
    (good / "course" / "01_centring.py").write_text(edited(prose("Simply this.")))
    assert list(audit.audit(good)) == [
        f"{broken}:1: text before the first cell. Start the file with `# %% [markdown]`.",
        "course/01_centring.py:78: “Simply” stands in the prose. Leave it out.",
    ]


def test_an_unknown_lesson_is_an_error(good):
    with pytest.raises(LessonError, match='Did you mean "01_centring"'):
        list(audit.audit(good, ["centering"]))


def test_dead_links_of_pages_are_named_and_others_are_fine(good):
    (good / "docs" / "learn").mkdir(parents=True)
    (good / "docs" / "two words.md").write_text("[up](../README.md#start)\n")
    page = good / "docs" / "learn" / "page.md"
    page.write_text(
        "[a](../two%20words.md) [b](https://example.org) [c](#here) `[d](gone.md)`\n\n```\n[e](gone.md)\n```\n"
        "and [f](gone.md#there) and\n![g](gone.png)\n\n[h]: ../../course\n[i]: gone.html\n"
    )
    (good / "submitted").mkdir()
    (good / "submitted" / "README.md").write_text("See [there](gone.md).\n")
    (good / "submitted" / "notes.md").write_text("A learner's [own](gone.md).\n")
    (good / ".cache").mkdir()
    (good / ".cache" / "README.md").write_text("A tool's [own](gone.md).\n")
    wanted = [
        "docs/learn/page.md:6: the link to `gone.md` leads nowhere. Fix or remove it.",
        "docs/learn/page.md:7: the link to `gone.png` leads nowhere. Fix or remove it.",
        "docs/learn/page.md:10: the link to `gone.html` leads nowhere. Fix or remove it.",
        "submitted/README.md:1: the link to `gone.md` leads nowhere. Fix or remove it.",
    ]
    assert list(audit.links(good)) == wanted
    assert list(audit.audit(good)) == wanted
    assert list(audit.audit(good, ["01"])) == [], "the pages are no part of a lesson"


def test_only_the_readme_and_the_changelog_may_list_the_lessons(good):
    for name in ("02_two", "03_three"):
        (good / "course" / f"{name}.py").write_text(GOOD, encoding="utf-8")
    every = "01_centring, 02_two, 03_three"
    (good / "docs").mkdir()
    (good / "docs" / "page.md").write_text(f"The lessons are {every}.\n")
    (good / "docs" / "two.md").write_text("01_centring leads to 02_two.\n")
    (good / "course" / "README.md").write_text(f"{every}\n")
    for name in ("README.md", "CHANGELOG.md"):
        (good / name).write_text(f"{every}\n")
    wanted = [
        f"course/README.md lists the lessons {every}. Link to README.md's table instead.",
        f"docs/page.md lists the lessons {every}. Link to README.md's table instead.",
    ]
    assert list(audit.repeated_lists(good)) == wanted
    assert list(audit.audit(good)) == wanted
