"""Grading: fast, sealed off, and nothing lost. docs/teach/grading.md tells how, from an instructor's side."""

from kindling.grade.coordinator import grade_class

__all__ = ["grade_class"]
