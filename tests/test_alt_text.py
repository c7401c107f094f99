"""kindling.alt_text: whoever does not see a figure gets the words that stand in it."""

import matplotlib.pyplot as plt
import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter

from kindling import alt_text, plots

IMPORTS = "import matplotlib.pyplot as plt\nfrom kindling import check, plots"
CURVES = "_ = plots.loss_curve({'training': [2.0, 1.0], 'validation': [2.1, 1.4]}, title='Both losses fall')"
PAIR = "figure, (left, right) = plt.subplots(1, 2)\nfigure.suptitle('Two\\nthings')\nleft.set_title('One')"
SAID = "Both losses fall. Across: epoch. Up: mean loss. training, validation."


@pytest.fixture
def figure():
    yield plt.figure()
    plt.close("all")


@pytest.fixture(scope="module")
def shown():
    cells = [nbformat.v4.new_code_cell(text) for text in (IMPORTS, CURVES, PAIR, "plt.plot([1])\nplt.show()")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook).execute()
    return notebook


def test_each_figure_of_a_notebook_has_one(shown):
    pictures = [one for cell in shown.cells for one in cell.outputs if "image/png" in one.get("data", {})]
    assert [one.metadata["image/png"]["alt"] for one in pictures] == [
        SAID,
        "Two things. One.",
        "A figure without words.",
    ]


def test_a_page_of_the_notebook_says_it(shown):
    """Formgrader's and feedback's pages are made from this template."""
    page, _ = HTMLExporter(template_name="classic").from_notebook_node(shown)
    assert f'alt="{SAID}"' in page


def test_the_words_of_a_figure_in_their_order_each_once(figure):
    for title in ("Noise?", "Noise?", ""):
        axes = figure.add_subplot()
        axes.set(title=title, xlabel="angle\nin degrees", ylabel="")
    assert alt_text.of(figure) == "Noise? Across: angle in degrees."


def test_a_long_text_ends_in_time(figure):
    figure.suptitle("word " * 1000)
    assert len(alt_text.of(figure)) == alt_text.LONGEST
    assert alt_text.of(figure).endswith("…")


def test_a_picture_of_ours_is_described(figure):
    _, bars = plots.prediction([[0.0, 1.0]], [0.25, 0.75], ["cat", "dog"])
    assert alt_text.of(bars.figure) == "Most likely: dog. Across: probability."
