"""kindling.grade.configuration: what a course says in its nbgrader_config.py."""

import pytest

from kindling.grade import configuration


@pytest.mark.parametrize(
    ("settings", "private"),
    [
        ("", {"the gradebook": "{}/gradebook.db"}),
        ('c.CourseDirectory.db_url = "sqlite:////data/grades.db"', {"the gradebook": "/data/grades.db"}),
        (
            'c.CourseDirectory.db_url = "sqlite:///file:/data/grades.db?mode=rw&uri=true"',
            {"the gradebook": "/data/grades.db"},
        ),
        ('c.CourseDirectory.db_url = "postgresql://me:secret@host/grades"', {}),
        (
            'c.CourseDirectory.submitted_directory = "/data/in"; c.Exchange.root = "/data/exchange"',
            {
                "the gradebook": "{}/gradebook.db",
                "the folder /data/in": "/data/in",
                "the exchange folder": "/data/exchange",
            },
        ),
        (
            'c.CourseDirectory.directory_structure = "/data/{student_id}/{nbgrader_step}/{assignment_id}"',
            {"the gradebook": "{}/gradebook.db", "the folder source": "/data"},
        ),
    ],
)
def test_what_is_private(tmp_path, settings, private):
    """That is the course, each step of nbgrader's that holds answers, and the gradebook, wherever they lie."""
    (tmp_path / "nbgrader_config.py").write_text(f"c = get_config()\n{settings}\n")
    found = configuration.private(configuration.course(tmp_path))
    expected = {what: place.format(tmp_path) for what, place in private.items()}
    assert {what: place for what, place in found.items() if what in expected} == expected
    assert found["the course folder"] == str(tmp_path)
    assert ("the gradebook" in found) == ("the gradebook" in private)
    assert "release" not in " ".join(found)  # everybody has it
