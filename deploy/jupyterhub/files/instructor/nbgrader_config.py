"""Where the formgrader finds the course: below the instructor's home, which it does not leave."""

from pathlib import Path

c = get_config()  # noqa: F821

c.CourseDirectory.root = str(Path.home() / "kindling")
