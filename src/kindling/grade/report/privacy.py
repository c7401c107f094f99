"""What a class may read of what went wrong in somebody's code: nothing of that person's own making.

All of an executed notebook is a learner's to forge, tracebacks too. So a sentence is never trusted: what is shown of it
are words of the lesson, of this package, and of Python's and torch's own messages. Where a traceback says that the
learner's code raised the error, its message is not shown at all.
"""

from __future__ import annotations

import builtins
import functools
import keyword
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType

from nbformat import NotebookNode

from kindling.grade import outcome
from kindling.wording import one_line, without_colours

__all__ = ["OWN", "Screen"]

OWN = "an error of their own"

# Errors of libraries; whatever else is no error of Python itself a learner may have defined.
LIBRARIES = {
    "AcceleratorError",
    "BadZipFile",
    "CalledProcessError",
    "JSONDecodeError",
    "LinAlgError",
    "OutOfMemoryError",
    "PicklingError",
    "TimeoutExpired",
    "UnidentifiedImageError",
    "UnpicklingError",
    "UsageError",
}
# Python itself says nothing in them: the message is that of whoever raised one.
ALWAYS_OWN = {"AssertionError", "BaseException", "BaseExceptionGroup", "Exception", "ExceptionGroup", "StopIteration"}
ALWAYS_OWN |= {"StopAsyncIteration", "SystemExit"}

TYPES = """
    Tensor Parameter Module Size Float Double Half Long Int Short Byte Char Bool BFloat16 ComplexFloat NoneType function
    method builtin_function_or_method ndarray float16 float32 float64 bfloat16 int8 int16 int32 int64 uint8 complex64
    complex128 FloatTensor DoubleTensor HalfTensor LongTensor IntTensor ByteTensor BoolTensor CPUFloatType CPU CUDA MPS
    ndim numel len kwargs args mat1 mat2 conv1d conv2d conv3d state_dict requires_grad device dtype shape dim keepdim
    cpu cuda mps meta Errno In addmm baddbmm bmm linear matmul mm grad_fn nll_loss cross_entropy
    batch_size retain_graph zero_grad num_classes in_features out_features kernel_size Scalar
"""

_WORD = re.compile(r"[^\W\d]\w*")
_QUOTED = re.compile(r"(?<!\w)(['\"`])(.+?)\1(?!\w)")
_PART = re.compile(r"0x[0-9a-f]+|\d+(?:\.\d+)?(?:e[-+]?\d+)?(?![\w])|\w+(?:'t\b)?")
_NUMBER = re.compile(r"0x[0-9a-f]+|\d{1,5}|\d+\.\d+|\d+(?:\.\d+)?e[-+]?\d+|\d{1,6}(?:x\d{1,6})+|\d{1,3}[A-Za-z]{1,2}")
_NAME = re.compile(r"[A-Za-z]\d{0,2}")  # too short to tell who somebody is
_KIND = r"(?P<type>[A-Z]\w*(?:Error|Exception|Exit|Interrupt|Iteration|Warning))"
_ERROR = re.compile(rf"\b{_KIND}\b: (?P<said>.*?)(?P<end>\"?\.?)$")
_RAISES = re.compile(r"\b(?:raise|assert)\b|\bthrow\(|\b\w*(?:Error|Exception|Exit|Warning)\(|\bexit\(|\b_?assert\w*\(")
_MARKED = re.compile(r"^-+> *\d+ (.*)$", re.MULTILINE)


class Screen:
    """What may be shown of errors at a lesson: `source` is the lesson with its solutions, `more` other text of ours."""

    def __init__(self, source: NotebookNode, more: str = "") -> None:
        lesson = "\n".join([*(cell.source for cell in source.cells), more])
        self._known = _ours() | set(_PART.findall(lesson)) | set(_WORD.findall(lesson))

    def sentence(self, said: str) -> str:
        """Return a check's sentence without what is not ours: learners' values, and what their scripts said."""
        if inner := _ERROR.search(said):
            error = self._message(inner["type"], inner["said"], strict=True)
            return self._masked(said[: inner.start()])[0] + error + inner["end"]
        return self._masked(said)[0]

    def error(self, cell: NotebookNode, code: str) -> str:
        """Return the type of the error that a cell ended with, and what Python or torch said.

        `code` is what the learner wrote: a message that stands in it is the learner's.
        """
        last = outcome.errors(cell)[-1]
        said = one_line(outcome.failure(cell, explained=False) or "")
        if outcome.is_ours(said):
            return self._masked(said)[0]
        if not _is_known(last.ename):
            return OWN
        message = said.partition(": ")[2]
        frames = [] if issubclass(getattr(builtins, last.ename, object), SyntaxError) else _frames(last.traceback)
        own = _raised_by_own_code(frames) or (" " in message and message.removesuffix("…") in code)
        return f"{last.ename}: {OWN}" if own else self._message(last.ename, message, strict=not frames)

    def explanation(self, cell: NotebookNode) -> str | None:
        """Return the sentence that explains the error which a cell ended with; None where it holds others' words."""
        shown, _, unknown = self._masked(outcome.explanation(cell) or "")
        return None if unknown else shown or None

    def _message(self, kind: str, said: str, strict: bool) -> str:
        if not _is_known(kind):
            return OWN
        if not said:
            return kind
        shown, known, unknown = self._masked(said)
        own = kind in ALWAYS_OWN or (strict and unknown) or unknown > known
        return f"{kind}: {OWN if own and not _NUMBER.fullmatch(said) else shown}"

    def _masked(self, said: str) -> tuple[str, int, int]:
        """Return the text with … for what is not ours, and how many plain words of it are known, and are not."""
        counts = [0, 0]
        pieces, end = [], 0
        for quoted in _QUOTED.finditer(said):
            pieces.append(_PART.sub(self._plain(said, counts, end), said[end : quoted.start()]))
            names = _PART.findall(quoted[2])
            fine = all(name in self._known or _NUMBER.fullmatch(name) or _NAME.fullmatch(name) for name in names)
            pieces.append(f"{quoted[1]}{quoted[2] if fine else '…'}{quoted[1]}")
            end = quoted.end()
        pieces.append(_PART.sub(self._plain(said, counts, end), said[end:]))
        known, unknown = counts
        return re.sub(r"…(?:[\s.]*…)+", "…", "".join(pieces)), known, unknown

    def _plain(self, said: str, counts: list[int], offset: int) -> Callable[[re.Match[str]], str]:
        def shown(found: re.Match[str]) -> str:
            word, start, end = found[0], offset + found.start(), offset + found.end()
            if _NUMBER.fullmatch(word) or _NAME.fullmatch(word):
                return word
            begins = not said[:start].strip() or said[:start].rstrip()[-1] in ".:;?([<"
            if word in self._known or (word.lower() in _words() and (word.islower() or begins)):
                counts[0] += 1
                return word
            if not word.isdigit() and said[end : end + 1] not in ("(", ".") and said[start - 1 : start] != ".":
                counts[1] += 1  # no name of a function or a module
            return "…"

        return shown


@functools.cache
def _words() -> frozenset[str]:
    """Return the words that the error messages of Python 3.11 and torch 2.15 are made of."""
    return frozenset(Path(__file__).with_name("words.txt").read_text(encoding="utf-8").split())


@functools.cache
def _ours() -> frozenset[str]:
    """Return the names and the words of messages in this package, and the names of Python."""
    words = set(keyword.kwlist) | set(dir(builtins)) | set(TYPES.split())
    for path in Path(__file__).parents[2].rglob("*.py"):
        words.update(_code_words(path.read_bytes()))
    return frozenset(words)


def _code_words(source: bytes) -> set[str]:
    """Return the words of names and texts; comments and docstrings do not count, since examples have people's names."""
    return set(_words_of(compile(source, "<module>", "exec", optimize=2)))


def _words_of(value: object) -> Iterator[str]:
    """Yield each word of the names and texts in compiled code, or in one of its constants."""
    if isinstance(value, CodeType):
        for part in (value.co_names, value.co_varnames, value.co_cellvars, value.co_freevars, value.co_consts):
            yield from _words_of(part)
    elif isinstance(value, (tuple, frozenset)):
        for part in value:
            yield from _words_of(part)
    elif isinstance(value, str):
        yield from _WORD.findall(value)


def _is_known(kind: str) -> bool:
    found = getattr(builtins, kind, None)
    return kind in LIBRARIES or (isinstance(found, type) and issubclass(found, BaseException))


def _frames(traceback: list[str]) -> list[str]:
    """Return the parts of a traceback that are frames, without colours."""
    parts = [without_colours(part) for part in traceback]
    return [part for part in parts if re.match(r"\s*(?:Cell In|Input In|File )", part)]


def _raised_by_own_code(frames: list[str]) -> bool:
    """Whether the last frame is none of a library's, and the line in which it ended raises an error."""
    if not frames or re.match(r"\s*File .*?(?:site-packages/|/lib/python3|/kindling/)", frames[-1].split("\n")[0]):
        return False
    marked = _MARKED.search(frames[-1])
    return not marked or bool(_RAISES.search(marked[1]))
