"""Pictures for lessons: each function takes data, draws them so that they read without colour, and returns the axes."""

from __future__ import annotations

import operator
import textwrap
from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from numbers import Number
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator
from torch import Tensor

__all__ = ["batch", "loss_curve", "network", "prediction"]

# Hues after Okabe and Ito (jfly.uni-koeln.de/color), spread in lightness: any two are at least 15 steps of CIELAB's L*
# apart, which a greyscale print keeps, and each has a contrast of 3:1 or more with white paper.
BLUE, ORANGE, GREEN, BLACK = COLOURS = ("#003A6B", "#DB6B12", "#006B4D", "#000000")
PALE = "#D6DCE2"
# Five styles over four colours: twenty lines before a pair repeats.
STYLES = (("-", "o"), ("--", "s"), ("-.", "^"), (":", "D"), ((0, (6, 1, 1, 1, 1, 1)), "v"))

WIDTH = 8.0  # inches: the widest that a notebook shows at full size
TEXT, TITLE = 9, 11  # points
LETTER = 0.56  # a letter's usual width, as a share of its font size
MOST_BARS, MOST_ROWS, MOST_UNITS = 20, 8, 8


def prediction(
    image: Any, probabilities: Any, classes: Sequence[str] | None = None, title: str | None = None
) -> tuple[Axes, Axes]:
    """Return the axes of an image and those of its class probabilities: bars beside it, the most likely one marked.

    `image` has shape (h, w), (1, h, w) or (3, h, w), or is a PIL image. It holds uint8, or floats in [0, 1] or
    [-1, 1]; any other range is stretched from black to white. `probabilities` has shape (k,) or (1, k) and sums to 1;
    `classes` are the k names. Of more than 20 classes, the ten most likely are drawn. Raises ValueError.
    """
    pixels = _pixels(_stack(image, "image", single=True), "image")[0]
    shares = _array(probabilities, "probabilities")
    shares = shares[0] if shares.ndim == 2 and len(shares) == 1 else shares
    if shares.ndim != 1 or not shares.size:
        raise ValueError(f"probabilities has shape {shares.shape}, wanted (k,): one number for each class.")
    if not (shares.min() >= 0 and abs(shares.sum() - 1) < 0.01):  # also catches nan
        raise ValueError(
            f"probabilities go from {shares.min():.3g} to {shares.max():.3g} and sum to {shares.sum():.3g}, "
            "wanted a sum of 1 and nothing negative. Are they logits or log-probabilities?"
        )
    if classes is not None and len(classes) != len(shares):
        raise ValueError(f"classes has {len(classes)} names for {len(shares)} probabilities, wanted one each.")

    names = [str(name) for name in (range(len(shares)) if classes is None else classes)]
    best = int(shares.argmax())
    shown = list(range(len(shares))) if len(shares) <= MOST_BARS else np.argsort(-shares, kind="stable")[:10].tolist()
    size = (7, 1.1 + 0.25 * max(len(shown), 6))
    _, (left, right) = plt.subplots(1, 2, figsize=size, width_ratios=(2, 3), layout="constrained")
    _show(left, pixels)
    left.set_axis_off()
    colours = [BLUE if index == best else PALE for index in shown]
    bars = right.barh(range(len(shown)), shares[shown], color=colours, edgecolor=BLACK, linewidth=0.8)
    numbers = right.bar_label(bars, [f"{share:.2f}" for share in shares[shown]], padding=4, fontsize=TEXT)
    right.set_yticks(range(len(shown)), [names[index] for index in shown])
    for text in (numbers[shown.index(best)], right.get_yticklabels()[shown.index(best)]):
        text.set_fontweight("bold")
    right.invert_yaxis()
    right.set(xlim=(0, 1.15), xticks=[0, 0.25, 0.5, 0.75, 1])
    part = "" if len(shown) == len(shares) else f", the {len(shown)} most likely of {len(shares)} classes"
    _label(right, title or f"Most likely: {names[best]}", "probability" + part)
    return left, right


def batch(
    images: Any,
    labels: Any = None,
    columns: int = 8,
    classes: Sequence[str] | None = None,
    title: str | None = None,
    predictions: Any = None,
) -> Axes:
    """Return the axes of a batch of images: a grid, with the label below each.

    `images` has shape (n, h, w), (n, 1, h, w) or (n, 3, h, w), with values as in `prediction`. `labels` and
    `predictions` are n class numbers, or n names; `classes` names the numbers. With both, the prediction stands below
    its image, after ✓ or ✗; a wrong one has a dashed frame and its label in brackets. A row has at most `columns`
    images, fewer where the names need the room, and at most eight rows are drawn. Raises ValueError.
    """
    stack = _stack(images, "images", single=False)
    if not isinstance(columns, int) or columns < 1:
        raise ValueError(f"columns is {columns!r}, wanted a whole number from 1 on.")
    truths = None if labels is None else _names(labels, classes, "labels", len(stack))
    guesses = None if predictions is None else _names(predictions, classes, "predictions", len(stack))
    captions, wrong = guesses or truths or [""] * len(stack), [False] * len(stack)
    if truths and guesses:
        wrong = [truth != guess for truth, guess in zip(truths, guesses, strict=True)]
        captions = [
            f"✗ {guess}\n({truth})" if miss else f"✓ {guess}"
            for truth, guess, miss in zip(truths, guesses, wrong, strict=True)
        ]
    most = columns * MOST_ROWS
    captions = ["\n".join(_wrap(line, 16) for line in caption.split("\n")) for caption in captions[:most]]

    longest = max(len(line) for caption in captions for line in caption.split("\n"))
    need = (longest + 1) * TEXT * LETTER / 72  # inches
    columns = max(1, min(columns, len(stack), int(WIDTH / need)))
    shown = min(len(stack), columns * MOST_ROWS)
    pixels = _pixels(stack[:shown], "images")
    cell = min(max(1.3, need), WIDTH / columns)  # inches, and the unit of the axes: an image is 0.9 of it wide
    tall = 0.9 * stack.shape[1] / stack.shape[2]
    lines = [
        max(caption.count("\n") + bool(caption) for caption in captions[start : min(start + columns, shown)])
        for start in range(0, shown, columns)
    ]
    tops = [0.0, *accumulate(tall + 0.1 + count * TEXT * 1.3 / 72 / cell for count in lines)]
    size = (max(3.5, columns * cell), tops[-1] * cell + 0.45)
    _, ax = plt.subplots(figsize=size, layout="constrained")
    for index in range(shown):
        x, y = index % columns + 0.05, tops[index // columns]
        _show(ax, pixels[index], extent=(x, x + 0.9, y + tall, y))
        ax.text(x + 0.45, y + tall + 0.03, captions[index], ha="center", va="top", fontsize=TEXT)
        if wrong[index]:
            frame = Rectangle((x, y), 0.9, tall, fill=False, edgecolor=ORANGE, linewidth=3, linestyle="--")
            ax.add_patch(frame)
    ax.set(xlim=(0, columns), ylim=(tops[-1], -0.05))
    ax.set_axis_off()
    if truths and guesses:
        whole = f"{wrong[:shown].count(False)} of {shown} predicted right"
        whole += "; ✗ is wrong, its true class in brackets" if any(wrong[:shown]) else ""
    elif shown < len(stack):
        whole = f"The first {shown} of {len(stack):,} images"
    else:
        whole = f"A batch of {_count(shown, 'image')}"
    _label(ax, title or whole)
    return ax


def loss_curve(
    losses: Any,
    xlabel: str = "epoch",
    ylabel: str = "mean loss",
    title: str | None = None,
    mark: int | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Return the axes of a line with one number per epoch, counted from 1, or of several lines by name.

    `losses` is a sequence of numbers, or a dict of name and sequence; where only some epochs have a number, a dict of
    epoch and number takes the sequence's place. A nan or inf leaves a gap in its line, and a cross at the lower edge.
    A vertical line stands at the epoch `mark`. Draws into `ax` if given. Raises ValueError.
    """
    lines = losses if isinstance(losses, Mapping) else {"": losses}
    if not lines:
        raise ValueError("losses is empty, wanted at least one line of numbers.")
    curves = {}
    for name, line in lines.items():
        label = f"losses[{name!r}]" if name else "losses"
        values = _array(list(line.values()) if isinstance(line, Mapping) else line, label)
        if values.ndim != 1 or not values.size:
            raise ValueError(f"{label} has shape {values.shape}, wanted (n,): one number for each {xlabel}.")
        curves[name] = _array(list(line if isinstance(line, Mapping) else range(1, len(values) + 1)), label), values
    last = int(max(epochs.max() for epochs, _ in curves.values()))
    if mark is not None and not 1 <= mark <= last:
        raise ValueError(f"mark is {mark}, wanted a number from 1 to {last}: the {xlabel} where a line is drawn.")

    if ax is None:
        _, ax = plt.subplots(figsize=(6, 3.6), layout="constrained")
    broken: set[float] = set()
    for index, (name, (epochs, values)) in enumerate(curves.items()):
        dashes, marker = STYLES[index % len(STYLES)]
        finite = np.isfinite(values)
        broken |= set(epochs[~finite])
        style: dict[str, Any] = {"color": COLOURS[index % len(COLOURS)], "linestyle": dashes, "marker": marker}
        style |= {"linewidth": 0.8 if len(values) > 200 else 1.6, "markersize": 7, "markeredgecolor": "white"}
        every = max(1, len(values) // 15)
        ax.plot(epochs, np.where(finite, values, np.nan), markevery=every, label=name or ylabel, **style)
    if broken:
        foot: dict[str, Any] = {"transform": ax.get_xaxis_transform(), "linestyle": "none"}
        ax.plot(sorted(broken), [0.03] * len(broken), marker="x", color=BLACK, label="nan or inf", **foot)
    if mark is not None:
        ax.axvline(mark, color=BLACK, linewidth=1.2, linestyle=(0, (1, 2)), label=f"{xlabel} {mark}")
    if len(ax.lines) > 1:
        ax.legend(fontsize=TEXT, handlelength=3.5)
    ax.set_xlim(0.5, last + 0.5)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    ax.grid(axis="y", color=PALE, linewidth=0.8)
    _label(ax, title or f"{ylabel[:1].upper()}{ylabel[1:]} per {xlabel}", xlabel, ylabel)
    return ax


def network(
    sizes: Sequence[int], names: Sequence[str] | None = None, title: str | None = None, ax: Axes | None = None
) -> Axes:
    """Return the axes of a fully connected network: its layers as columns of circles, from the input on the left.

    `sizes` counts the units of each layer, input and output among them, as in [784, 128, 64, 10]. The count stands
    below its layer, with the layer's name. Of more than eight units, six are drawn, around an ellipsis. Draws into
    `ax` if given. Raises ValueError.
    """
    try:
        sizes = [operator.index(size) for size in sizes]
    except TypeError:
        sizes = []
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError(
            "sizes must be two or more whole numbers from 1 on, from input to output, as in [784, 128, 10]."
        )
    if names is None:
        hidden = [f"hidden {number}" if len(sizes) > 3 else "hidden" for number in range(1, len(sizes) - 1)]
        names = ["input", *hidden, "output"]
    if len(names) != len(sizes):
        raise ValueError(f"names has {len(names)} entries for {_count(len(sizes), 'layer')}, wanted one each.")

    layers = [
        [-3.5, -2.5, -1.5, 1.5, 2.5, 3.5] if size > MOST_UNITS else [unit - (size - 1) / 2 for unit in range(size)]
        for size in sizes
    ]
    top = max(max(layer) for layer in layers) + 0.6
    if ax is None:
        size = (min(WIDTH, max(4.6, 1 + 1.5 * len(sizes))), 0.7 * top + 1.1)
        _, ax = plt.subplots(figsize=size, layout="constrained")
    strokes = [((x, a), (x + 1, b)) for x, (here, there) in enumerate(pairwise(layers)) for a in here for b in there]
    ax.add_collection(LineCollection(strokes, colors="#7A8087", linewidths=0.6, zorder=1))
    letters = max(4, _letters(ax, TEXT) // len(sizes))
    captions = [f"{size:,}\n{_wrap(str(name), letters)}" for size, name in zip(sizes, names, strict=True)]
    for x, (layer, caption) in enumerate(zip(layers, captions, strict=True)):
        fill = PALE if x == 0 else BLUE if x == len(sizes) - 1 else "white"
        ax.scatter([x] * len(layer), layer, s=160, facecolor=fill, edgecolor=BLACK, linewidth=1.2, zorder=2)
        if sizes[x] > MOST_UNITS:
            ax.text(x, 0, "⋮", ha="center", va="center", fontsize=18)
        ax.text(x, -top, caption, ha="center", va="top", fontsize=TEXT)
    # A line of a caption is about half as high as the step from one circle to the next.
    ax.set(xlim=(-0.5, len(sizes) - 0.5), ylim=(-top - 0.5 * max(text.count("\n") + 1 for text in captions), top))
    ax.set_axis_off()
    ends = f"{_count(sizes[0], 'input')}, {_count(sizes[-1], 'output')}"
    _label(ax, title or f"{ends}: each line is one weight")
    return ax


def _array(values: Any, name: str) -> np.ndarray:
    """Return the numbers in a tensor (on any device, with any history), an array, an image, or a list of these."""
    if isinstance(values, Tensor):
        values = values.detach().cpu()
        # NumPy has no bfloat16.
        whole = values.float() if values.is_floating_point() and values.itemsize < 4 else values
        return np.asarray(whole.numpy())
    if isinstance(values, list | tuple):
        values = [value if isinstance(value, Number) else _array(value, name) for value in values]
    try:
        array = np.asarray(values)
    except ValueError:  # rows of different lengths
        array = np.asarray(None)
    if array.dtype.kind not in "buif":
        raise ValueError(f"{name} must hold numbers alone: a tensor, an array, or a list whose rows have one length.")
    return array


def _stack(images: Any, name: str, single: bool) -> np.ndarray:
    """Return images as (n, h, w) or (n, h, w, 3), with the values they have; `single` is for one image, then n is 1."""
    stack = _array(images, name)
    shape = stack.shape
    if not stack.size:
        raise ValueError(f"{name} is empty: it has shape {shape}. Pass at least one image.")
    if single and (len(shape) == 2 or (len(shape) == 3 and {shape[0], shape[-1]} & {1, 3})):
        stack = stack[None]
    if stack.ndim == 4 and stack.shape[1] in (1, 3):
        stack = np.moveaxis(stack, 1, -1)
    if stack.ndim == 4 and stack.shape[-1] == 1:
        stack = stack[..., 0]
    if (stack.ndim == 3 or (stack.ndim == 4 and stack.shape[-1] == 3)) and not (single and len(stack) > 1):
        return stack
    wanted = "(h, w), (1, h, w) or (3, h, w)" if single else "(n, h, w), (n, 1, h, w) or (n, 3, h, w)"
    raise ValueError(f"{name} has shape {shape}, wanted {wanted}.")


def _pixels(stack: np.ndarray, name: str) -> np.ndarray:
    """Return the values of images as shades in [0, 1]."""
    low, high = float(stack.min()), float(stack.max())
    if not np.isfinite([low, high]).all():
        raise ValueError(f"{name} holds nan or inf, wanted a finite number for every pixel.")
    if stack.dtype == np.uint8:
        low, high = 0, 255
    elif low >= 0 and high <= 1:
        low, high = 0, 1
    elif low >= -1 and high <= 1:
        low, high = -1, 1
    return (stack.astype(np.float64) - low) / ((high - low) or 1)


def _names(given: Any, classes: Sequence[str] | None, name: str, count: int) -> list[str]:
    """Return one name for each of `count` images, from class numbers or from the names themselves."""
    if isinstance(given, list | tuple) and all(isinstance(entry, str) for entry in given):
        names = list(given)
    else:
        numbers = _array(given, name).astype(np.float64)
        if numbers.ndim != 1:
            raise ValueError(f"{name} has shape {numbers.shape}, wanted ({count},): one class for each image.")
        for number in numbers:
            if not number.is_integer():
                raise ValueError(f"{name} holds {number:.3g}, wanted class numbers, which are whole.")
            if classes is not None and not 0 <= number < len(classes):
                raise ValueError(f"{name} holds class {number:.0f}, but classes has {len(classes)} names, from 0 on.")
        names = [str(int(number) if classes is None else classes[int(number)]) for number in numbers]
    if len(names) != count:
        raise ValueError(f"{name} has {len(names)} entries for {_count(count, 'image')}, wanted one each.")
    return names


def _show(ax: Axes, pixels: np.ndarray, **place: Any) -> None:
    """Draw one image with sharp pixels; the same shade means the same number in every image."""
    ax.imshow(pixels, cmap="gray", vmin=0, vmax=1, interpolation="nearest", **place)


def _label(ax: Axes, title: str, xlabel: str = "", ylabel: str = "") -> None:
    """Write the title, wrapped to its axes, and the names of both directions."""
    title = "\n".join(_wrap(line, _letters(ax, TITLE)) for line in title.splitlines())
    ax.set_title(title, fontsize=TITLE)
    ax.set_xlabel(xlabel, fontsize=TEXT + 1)
    ax.set_ylabel(ylabel, fontsize=TEXT + 1)
    ax.tick_params(labelsize=TEXT)


def _wrap(text: str, letters: int) -> str:
    return textwrap.fill(text, letters, break_long_words=False)


def _letters(ax: Axes, points: float) -> int:
    """Return how many letters of a font fit side by side in the axes."""
    # The layout, made when the figure is drawn, widens axes by about a fifth.
    return int(1.2 * ax.get_window_extent().width / ax.figure.dpi * 72 / (points * LETTER))


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + "s" * (number != 1)
