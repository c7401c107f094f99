"""Cells of the lessons that answer a learner: the digit that one draws, and what one has predicted."""

from textwrap import indent

import matplotlib
import pytest
from conftest import REPOSITORY

from kindling.authoring import lessons

ONE = ".##.\n#.#.\n..#.\n..#.\n..#.\n..#.\n####"
FOUR = "...##.\n..#.#.\n.#..#.\n#...#.\n######\n....#.\n....#."
SEVEN = "#####\n....#\n...#\n..#\n.#\n.#\n.#"
PLACED = "\n\n" + indent(SEVEN, "    ") + "\n"


def cells(name, *titles):
    """Return the first code cell of a lesson, its imports, and the cells that show what the titles say."""
    found = lessons.read(REPOSITORY / "course" / f"{name}.py").cells
    shown = {cell.show: cell for cell in found if cell.show}
    return [next(cell for cell in found if cell.type == "code"), *(shown[title] for title in titles)]


@pytest.fixture(scope="module")
def read():
    """Return the function of lesson 01 that reads a drawing, with the network that it trains."""
    matplotlib.use("agg")
    names = {}
    titles = "A network that learns to read digits", "How a drawing of # becomes 28 × 28 pixels"
    for cell in cells("01_tensors", *titles):
        exec(cell.source, names)  # the lesson's own text
    return names["read"]


@pytest.mark.parametrize(("drawing", "digit"), [(ONE, 1), (FOUR, 4), (SEVEN, 7), (PLACED, 7)])
def test_the_network_of_lesson_01_reads_a_drawing(read, drawing, digit):
    """Wherever on the page it stands, and whatever the length of its rows."""
    plt = read.__globals__["plt"]
    read(drawing)
    assert plt.gcf().axes[1].get_title() == f"The network says {digit}"
    plt.close("all")


@pytest.mark.parametrize("drawing", ["", "\n", "...\n..."])
def test_a_drawing_without_ink_says_so(read, drawing, capsys):
    read(drawing)
    assert capsys.readouterr().out == "There is no ink in this drawing. Put a # where it should be.\n"


def test_the_network_of_lesson_01_guesses_where_gradients_pile_up():
    """What its last part says of the line `weights.grad = None`, taken out."""
    matplotlib.use("agg")
    titles = "A network that learns to read digits", "What it says of digits that it has never seen"
    names = {}
    for cell in cells("01_tensors", *titles):
        exec(cell.source.replace("weights.grad = None", "# weights.grad = None"), names)
    names["plt"].close("all")
    assert names["right"] <= 6  # of 20


@pytest.mark.parametrize(
    ("name", "variable", "prediction", "said"),
    [
        ("01_tensors", "my_prediction", 1.25, "Right: you looked at both shapes first."),
        ("01_tensors", "my_prediction", 0, "That would be the mean error of two rows, or of two columns."),
        ("01_tensors", "my_prediction", 7, "The answer below shows where it comes from."),
        ("02_neural_networks", "prediction", 0.625, "Right: each exp grows by the same factor,"),
        ("02_neural_networks", "prediction", 0.33, "Do all three become alike?"),
        ("02_neural_networks", "prediction", 0.9, "The answer below shows where it comes from."),
    ],
)
def test_a_prediction_gets_an_answer(name, variable, prediction, said, capsys):
    """Right, or the thought that leads to this number; and no answer before there is a prediction."""
    matplotlib.use("agg")
    titles = ["How the drawings of this lesson are made", "Your prediction", "What comes out, and what you predicted"]
    *before, answer = cells(name, *titles)
    names = {}
    for cell in before:
        exec(cell.source, names)
    exec(answer.source, names)
    first = "First replace None with a number in the cell above and run it, then run this one again.\n"
    assert capsys.readouterr().out == first
    names[variable] = prediction
    exec(answer.source, names)
    names["plt"].close("all")
    assert capsys.readouterr().out.splitlines()[1].startswith(said)
