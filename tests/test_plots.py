"""Each picture shows its data, reads without colour, and answers wrong input with one sentence."""

from collections.abc import Sequence
from itertools import combinations, pairwise

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from PIL import Image

from kindling import plots

# A warning is text on stderr, which costs a learner the cell's points. With Agg, `plt.show()` warns too.
pytestmark = [pytest.mark.learner, pytest.mark.filterwarnings("error")]

CLOTHES = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]
IMAGE = torch.rand(1, 28, 28, generator=torch.Generator().manual_seed(0))
IMAGES = torch.rand(32, 1, 28, 28, generator=torch.Generator().manual_seed(0))
LABELS = torch.arange(32) % 10
PROBABILITIES = torch.tensor([0.05, 0.0, 0.1, 0.0, 0.05, 0.0, 0.6, 0.0, 0.0, 0.2])
CURVES = {"training": [2.0, 1.0, 0.5], "validation": [2.1, 1.4, 1.3]}


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    monkeypatch.setenv("DISPLAY", ":0")  # without one, Agg keeps quiet about `plt.show()`
    with mpl.rc_context():
        yield
    plt.close("all")


def pixels(ax: Axes, index: int = 0) -> np.ndarray:
    return np.asarray(ax.images[index].get_array())


def texts(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def luminance(colour: str) -> float:
    """The relative luminance of WCAG 2: 0 for black, 1 for white."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def lightness(colour: str) -> float:
    """CIELAB's L*: 0 for black, 100 for white."""
    y = luminance(colour)
    return 116 * y ** (1 / 3) - 16 if y > 0.008856 else 903.3 * y


def drawn(ax: Axes, words: Sequence[Text]) -> list[Bbox]:
    """Where the words stand on the figure as it is drawn, in pixels."""
    ax.figure.canvas.draw()
    return [word.get_window_extent() for word in words if word.get_text()]


# What all four have in common


PICTURES = {
    "prediction": lambda: plots.prediction(IMAGE, PROBABILITIES, CLOTHES)[1],
    "prediction of 100": lambda: plots.prediction(IMAGE, torch.full((100,), 0.01))[1],
    "prediction of 2": lambda: plots.prediction(IMAGE, [0.2, 0.8], ["no", "yes"])[1],
    "batch": lambda: plots.batch(IMAGES, LABELS, classes=CLOTHES),
    "batch with predictions": lambda: plots.batch(IMAGES, LABELS, classes=CLOTHES, predictions=LABELS.flip(0)),
    "batch of one": lambda: plots.batch(IMAGES[:1]),
    "batch in 16 columns": lambda: plots.batch(IMAGES, LABELS, columns=16),
    "large batch": lambda: plots.batch(torch.rand(500, 28, 28), columns=8),
    "loss curve": lambda: plots.loss_curve([2.0, 1.0, 0.5]),
    "loss curves": lambda: plots.loss_curve(CURVES, mark=2),
    "broken losses": lambda: plots.loss_curve([float("nan")] * 3),
    "network": lambda: plots.network([784, 256, 128, 64, 10]),
    "small network": lambda: plots.network([3, 2, 1]),
    "deep network": lambda: plots.network([10] * 12),
}


@pytest.mark.parametrize("draw", PICTURES.values(), ids=PICTURES)
class TestEveryPicture:
    def test_has_a_title_that_fits_on_its_figure(self, draw):
        ax = draw()
        assert ax.get_title()
        (title,) = drawn(ax, [ax.title])
        assert title.x0 >= 0
        assert title.x1 <= ax.figure.bbox.width
        assert title.y1 <= ax.figure.bbox.height

    def test_fits_a_notebook_and_reads_at_its_size(self, draw):
        ax = draw()
        assert ax.figure.get_figwidth() <= 8
        assert min(text.get_fontsize() for text in ax.figure.findobj(Text) if text.get_text()) >= 9

    def test_leaves_the_settings_of_matplotlib_alone(self, draw):
        before = dict(mpl.rcParams)
        draw().figure.canvas.draw()
        assert dict(mpl.rcParams) == before

    def test_writes_no_text_over_other_text(self, draw):
        ax = draw()
        boxes = drawn(ax, ax.texts)
        assert not [(a, b) for a, b in combinations(boxes, 2) if a.overlaps(b)]


@pytest.mark.parametrize(
    "ax",
    [
        lambda: plots.prediction(IMAGE, PROBABILITIES, title="What the network sees")[1],
        lambda: plots.batch(IMAGES, title="What the network sees"),
        lambda: plots.loss_curve([1.0, 0.5], title="What the network sees"),
        lambda: plots.network([2, 1], title="What the network sees"),
    ],
)
def test_a_title_takes_the_place_of_the_usual_one(ax):
    assert ax().get_title() == "What the network sees"


def test_the_colours_differ_in_print():
    for one, other in combinations(plots.COLOURS, 2):
        assert abs(lightness(one) - lightness(other)) >= 15, (one, other)
    for colour in plots.COLOURS:
        assert 1.05 / (luminance(colour) + 0.05) >= 3, colour
    assert lightness(plots.PALE) - lightness(plots.BLUE) >= 50


# prediction


def test_prediction_draws_one_bar_per_class_in_the_order_of_the_classes():
    _, bars = plots.prediction(IMAGE, PROBABILITIES, CLOTHES)
    assert [bar.get_width() for bar in bars.patches] == pytest.approx(PROBABILITIES.tolist())
    assert [tick.get_text() for tick in bars.get_yticklabels()] == CLOTHES
    assert bars.yaxis_inverted(), "class 0 stands at the top"
    assert bars.get_xlabel() == "probability"
    assert texts(bars) == ["0.05", "0.00", "0.10", "0.00", "0.05", "0.00", "0.60", "0.00", "0.00", "0.20"]


def test_prediction_marks_the_most_likely_class_by_shade_by_weight_and_in_the_title():
    _, bars = plots.prediction(IMAGE, PROBABILITIES, CLOTHES)
    assert bars.get_title() == "Most likely: Shirt"
    assert [to_hex(bar.get_facecolor()).upper() == plots.BLUE for bar in bars.patches].index(True) == 6
    assert [index for index, text in enumerate(bars.texts) if text.get_fontweight() == "bold"] == [6]
    assert [index for index, tick in enumerate(bars.get_yticklabels()) if tick.get_fontweight() == "bold"] == [6]


def test_prediction_names_classes_by_number_where_they_have_no_names():
    _, bars = plots.prediction(IMAGE, PROBABILITIES)
    assert bars.get_title() == "Most likely: 6"
    assert [tick.get_text() for tick in bars.get_yticklabels()] == [str(number) for number in range(10)]


def test_prediction_draws_the_ten_most_likely_of_many_classes():
    probabilities = torch.arange(1.0, 41.0)
    _, bars = plots.prediction(IMAGE, probabilities / probabilities.sum())
    assert [tick.get_text() for tick in bars.get_yticklabels()] == [str(number) for number in range(39, 29, -1)]
    assert bars.get_xlabel() == "probability, the 10 most likely of 40 classes"


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (torch.tensor([[0.1, 0.5, 0.9]]), [[0.1, 0.5, 0.9]]),
        (torch.tensor([[[-0.5, 0.0, 0.5]]]), [[0.25, 0.5, 0.75]]),
        (torch.tensor([[[[0, 1, 51]]]], dtype=torch.uint8), [[0, 1 / 255, 0.2]]),
        (torch.tensor([[-0.4, 1.6, 2.6]]), [[0, 2 / 3, 1]]),
        (torch.tensor([[0.0, 0.5, 1.0]], dtype=torch.bfloat16), [[0, 0.5, 1]]),
        (torch.tensor([[0.0, 0.5, 1.0]], requires_grad=True) * 1, [[0, 0.5, 1]]),
        (np.array([[0.0, 0.5, 1.0]])[:, ::-1], [[1, 0.5, 0]]),
        ([[0.0, 0.5, 1.0]], [[0, 0.5, 1]]),
        ([torch.tensor([0.0, 0.5, 1.0], requires_grad=True)], [[0, 0.5, 1]]),
        (Image.fromarray(np.array([[0, 51, 255]], dtype=np.uint8)), [[0, 0.2, 1]]),
        (torch.full((1, 2), 7.0), [[0, 0]]),
    ],
)
def test_prediction_shows_a_grey_image_from_black_to_white(image, expected):
    left, _ = plots.prediction(image, [0.5, 0.5])
    assert pixels(left) == pytest.approx(np.array(expected))
    assert left.images[0].get_clim() == (0, 1)
    assert left.images[0].get_cmap().name == "gray"


@pytest.mark.parametrize("form", ["(3, h, w)", "(h, w, 3)", "(1, 3, h, w)", "PIL"])
def test_prediction_shows_a_colour_image(form):
    image = torch.zeros(3, 4, 5, dtype=torch.uint8)
    image[0, 1, 2] = 255
    last = image.permute(1, 2, 0)
    forms = {"(3, h, w)": image, "(h, w, 3)": last, "(1, 3, h, w)": image[None], "PIL": Image.fromarray(last.numpy())}
    left, _ = plots.prediction(forms[form], [0.5, 0.5])
    assert pixels(left).shape == (4, 5, 3)
    assert pixels(left)[1, 2].tolist() == [1, 0, 0]
    assert pixels(left).sum() == 1


def test_prediction_takes_a_row_of_probabilities_with_its_graph():
    logits = torch.tensor([[0.0, 2.0, 1.0]], requires_grad=True)
    _, bars = plots.prediction(IMAGE, torch.softmax(logits, dim=1))
    assert bars.get_title() == "Most likely: 1"


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_pictures_of_tensors_on_a_gpu():
    plots.prediction(IMAGE.cuda(), PROBABILITIES.cuda())
    plots.batch(IMAGES.cuda(), LABELS.cuda(), predictions=LABELS.cuda())
    plots.loss_curve([torch.tensor(1.0, device="cuda"), torch.tensor(0.5, device="cuda")])


# batch


def test_batch_shows_each_image_with_its_label_below():
    ax = plots.batch(IMAGES, LABELS, classes=CLOTHES)
    assert len(ax.images) == 32
    assert texts(ax) == [CLOTHES[label] for label in LABELS]
    assert ax.get_title() == "A batch of 32 images"
    for image, text in zip(ax.images, ax.texts, strict=True):
        left, right, bottom, _ = image.get_extent()
        assert text.get_position()[0] == pytest.approx((left + right) / 2)
        assert text.get_position()[1] > bottom, "the axes count downwards"
    np.testing.assert_allclose(pixels(ax, 9), IMAGES[9, 0], atol=1e-6)


@pytest.mark.parametrize(("columns", "lefts", "tops"), [(8, 8, 4), (16, 16, 2), (5, 5, 7), (100, 32, 1)])
def test_batch_stands_in_rows_of_so_many_columns(columns, lefts, tops):
    extents = [image.get_extent() for image in plots.batch(IMAGES, columns=columns).images]
    assert len({round(extent[0], 6) for extent in extents}) == lefts
    assert len({round(extent[3], 6) for extent in extents}) == tops
    assert all(a[1] < b[0] or a[2] < b[3] for a, b in pairwise(extents)), "no image lies on the next"


def test_batch_keeps_the_shape_of_its_images():
    ax = plots.batch(torch.rand(3, 3, 16, 32))
    ax.figure.canvas.draw()
    box = ax.images[0].get_window_extent()
    assert box.width / box.height == pytest.approx(2, abs=0.01)


@pytest.mark.parametrize("name", ["a small red circle on blue", "Donaudampfschifffahrt"])
def test_batch_gives_long_names_the_room_they_need(name):
    names = [name] * 12
    ax = plots.batch(IMAGES[:12], names)
    assert [text.replace("\n", " ") for text in texts(ax)] == names
    assert ("\n" in texts(ax)[0]) == (" " in name), "names break between words alone"
    boxes = drawn(ax, ax.texts)
    assert not [(a, b) for a, b in combinations(boxes, 2) if a.overlaps(b)]
    assert len({image.get_extent()[0] for image in ax.images}) < 8


def test_batch_marks_right_and_wrong_predictions_without_colour():
    ax = plots.batch(IMAGES[:3], [0, 1, 2], classes=CLOTHES, predictions=torch.tensor([0, 2, 2]))
    assert texts(ax) == ["✓ T-shirt/top", "✗ Pullover\n(Trouser)", "✓ Pullover"]
    (frame,) = ax.patches
    left, right, bottom, top = ax.images[1].get_extent()
    assert frame.get_bbox().bounds == pytest.approx((left, top, right - left, bottom - top))
    assert frame.get_linestyle() == "--"
    assert ax.get_title() == "2 of 3 predicted right; ✗ is wrong, its\ntrue class in brackets"


def test_batch_without_a_wrong_prediction_says_so():
    ax = plots.batch(IMAGES, LABELS, predictions=LABELS)
    assert ax.get_title() == "32 of 32 predicted right"
    assert not ax.patches


def test_batch_of_predictions_alone_marks_nothing():
    ax = plots.batch(IMAGES[:2], predictions=[3, 4])
    assert texts(ax) == ["3", "4"]
    assert not ax.patches


def test_batch_shows_the_first_of_many_images():
    ax = plots.batch(torch.zeros(1000, 28, 28), torch.arange(1000))
    assert len(ax.images) == len(ax.texts) == 64
    assert ax.get_title() == "The first 64 of 1,000 images"
    assert ax.figure.get_figheight() < 10


def test_batch_draws_all_images_on_one_scale():
    ax = plots.batch(torch.tensor([[[-1.0, 0.0]], [[0.0, 1.0]]]))
    assert pixels(ax, 0).tolist() == [[0, 0.5]]
    assert pixels(ax, 1).tolist() == [[0.5, 1]]


def test_batch_takes_a_list_of_image_tensors():
    assert len(plots.batch(list(IMAGES[:3]), [torch.tensor(1)] * 3).images) == 3


# loss_curve


def test_loss_curve_counts_epochs_from_one():
    ax = plots.loss_curve([2.0, 1.0, 0.5])
    (line,) = ax.lines
    assert line.get_xdata().tolist() == [1, 2, 3]
    assert line.get_ydata().tolist() == [2, 1, 0.5]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "mean loss")
    assert ax.get_title() == "Mean loss per epoch"
    assert ax.get_legend() is None


@pytest.mark.parametrize("epochs", [1, 2, 3, 10, 1000])
def test_loss_curve_has_whole_epochs_on_its_axis(epochs):
    ax = plots.loss_curve(np.linspace(2, 1, epochs), xlabel="step", ylabel="accuracy")
    ax.figure.canvas.draw()
    left, right = ax.get_xlim()
    ticks = [tick for tick in ax.get_xticks() if left <= tick <= right]
    assert ticks
    assert all(tick == int(tick) and 1 <= tick <= epochs for tick in ticks)
    assert ax.get_title() == "Accuracy per step"


def test_loss_curve_names_its_lines_and_draws_them_in_different_dashes_and_markers():
    ax = plots.loss_curve({f"run {number}": [1.0, 0.5] for number in range(5)})
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [f"run {number}" for number in range(5)]
    assert len({line.get_marker() for line in ax.lines}) == 5

    def in_black(shown) -> bytes:
        for line in ax.lines:
            line.set(visible=line is shown, color="black", marker="none", linewidth=2)
        ax.figure.canvas.draw()
        return bytes(ax.figure.canvas.buffer_rgba())

    ax.get_legend().remove()
    assert len({in_black(line) for line in ax.lines}) == 5, "each line has dashes of its own"


def test_loss_curve_repeats_no_look_within_twenty_lines():
    ax = plots.loss_curve({f"run {number}": [1.0, 0.5] for number in range(20)})
    assert len({(line.get_color(), line.get_marker()) for line in ax.lines}) == 20


def test_loss_curve_shows_where_a_loss_is_not_a_number():
    ax = plots.loss_curve([2.0, float("inf"), 1.0, float("nan")])
    line, crosses = ax.lines
    assert np.isnan(line.get_ydata()).tolist() == [False, True, False, True]
    assert list(crosses.get_xdata()) == [2, 4]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["mean loss", "nan or inf"]
    assert 0.5 < ax.get_ylim()[0] < 1, "the crosses leave the scale alone"


def test_loss_curve_takes_losses_that_still_have_their_graph():
    weight = torch.tensor(2.0, requires_grad=True)
    (line,) = plots.loss_curve([weight * 2, (weight * 1).bfloat16()]).lines
    assert line.get_ydata().tolist() == [4, 2]


def test_loss_curve_takes_numbers_for_some_epochs_alone():
    training, validation = plots.loss_curve({"training": range(10, 0, -1), "validation": {5: 7.0, 10: 3.0}}).lines
    assert training.get_xdata().tolist() == list(range(1, 11))
    assert validation.get_xdata().tolist() == [5, 10]
    assert validation.get_ydata().tolist() == [7, 3]


def test_loss_curve_marks_an_epoch():
    ax = plots.loss_curve(CURVES, mark=2)
    assert list(ax.lines[2].get_xdata()) == [2, 2]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["training", "validation", "epoch 2"]


def test_curves_and_networks_stand_side_by_side():
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3), layout="constrained")
    assert plots.loss_curve([1.0, 0.5], ax=left) is left
    assert plots.network([3, 2], ax=right) is right
    assert plt.get_fignums() == [figure.number]


# network


def circles(ax: Axes) -> list[int]:
    return [len(layer.get_offsets()) for layer in ax.collections[1:]]


def test_network_draws_every_unit_and_every_weight():
    ax = plots.network([3, 2, 1])
    assert circles(ax) == [3, 2, 1]
    assert len(ax.collections[0].get_segments()) == 3 * 2 + 2 * 1
    assert texts(ax) == ["3\ninput", "2\nhidden", "1\noutput"]
    assert ax.get_title() == "3 inputs, 1 output: each line is one weight"
    xs = [layer.get_offsets()[0][0] for layer in ax.collections[1:]]
    assert xs == sorted(xs), "the input stands on the left"


def test_network_shortens_a_large_layer_and_writes_its_size():
    ax = plots.network([1024, 9, 8, 10])
    assert circles(ax) == [6, 6, 8, 6]
    assert texts(ax).count("⋮") == 3
    assert [text for text in texts(ax) if text != "⋮"] == ["1,024\ninput", "9\nhidden 1", "8\nhidden 2", "10\noutput"]


def test_network_takes_names_and_wraps_them():
    ax = plots.network([10] * 8, ["the input"] + ["a hidden layer"] * 6 + ["the output"])
    captions = [text for text in texts(ax) if text != "⋮"]
    assert captions[1].replace("\n", " ") == "10 a hidden layer"
    assert captions[1].count("\n") > 1


# Wrong input


ZERO_TO_ONE = torch.rand(28, 28)
SENTENCES = [
    (
        lambda: plots.prediction(torch.rand(784), PROBABILITIES),
        "image has shape (784,), wanted (h, w), (1, h, w) or (3, h, w).",
    ),
    (
        lambda: plots.prediction(IMAGES, PROBABILITIES),
        "image has shape (32, 1, 28, 28), wanted (h, w), (1, h, w) or (3, h, w).",
    ),
    (
        lambda: plots.prediction(torch.rand(5, 28, 28), PROBABILITIES),
        "image has shape (5, 28, 28), wanted (h, w), (1, h, w) or (3, h, w).",
    ),
    (
        lambda: plots.prediction(IMAGE, PROBABILITIES, CLOTHES[:9]),
        "classes has 9 names for 10 probabilities, wanted one each.",
    ),
    (
        lambda: plots.prediction(IMAGE, torch.rand(4, 10)),
        "probabilities has shape (4, 10), wanted (k,): one number for each class.",
    ),
    (
        lambda: plots.prediction(IMAGE, []),
        "probabilities has shape (0,), wanted (k,): one number for each class.",
    ),
    (
        lambda: plots.prediction(IMAGE, torch.tensor([-1.5, 0.5, 2.0])),
        "probabilities go from -1.5 to 2 and sum to 1, wanted a sum of 1 and nothing negative. "
        "Are they logits or log-probabilities?",
    ),
    (
        lambda: plots.prediction(IMAGE, torch.tensor([0.5, 0.75])),
        "probabilities go from 0.5 to 0.75 and sum to 1.25, wanted a sum of 1 and nothing negative. "
        "Are they logits or log-probabilities?",
    ),
    (
        lambda: plots.prediction(IMAGE, torch.tensor([0.5, float("nan")])),
        "probabilities go from nan to nan and sum to nan, wanted a sum of 1 and nothing negative. "
        "Are they logits or log-probabilities?",
    ),
    (
        lambda: plots.prediction(IMAGE * float("nan"), PROBABILITIES),
        "image holds nan or inf, wanted a finite number for every pixel.",
    ),
    (
        lambda: plots.prediction([[0.5, 1.0], [0.5]], PROBABILITIES),
        "image must hold numbers alone: a tensor, an array, or a list whose rows have one length.",
    ),
    (
        lambda: plots.prediction(None, PROBABILITIES),
        "image must hold numbers alone: a tensor, an array, or a list whose rows have one length.",
    ),
    (
        lambda: plots.batch(torch.rand(0, 1, 28, 28)),
        "images is empty: it has shape (0, 1, 28, 28). Pass at least one image.",
    ),
    (lambda: plots.batch([]), "images is empty: it has shape (0,). Pass at least one image."),
    (
        lambda: plots.batch(ZERO_TO_ONE),
        "images has shape (28, 28), wanted (n, h, w), (n, 1, h, w) or (n, 3, h, w).",
    ),
    (
        lambda: plots.batch(torch.rand(4, 2, 28, 28)),
        "images has shape (4, 2, 28, 28), wanted (n, h, w), (n, 1, h, w) or (n, 3, h, w).",
    ),
    (lambda: plots.batch(IMAGES, [1, 2]), "labels has 2 entries for 32 images, wanted one each."),
    (lambda: plots.batch(IMAGES[:1], ["a", "b"]), "labels has 2 entries for 1 image, wanted one each."),
    (
        lambda: plots.batch(IMAGES, torch.rand(32, 10)),
        "labels has shape (32, 10), wanted (32,): one class for each image.",
    ),
    (
        lambda: plots.batch(IMAGES, LABELS, classes=CLOTHES[:4]),
        "labels holds class 4, but classes has 4 names, from 0 on.",
    ),
    (
        lambda: plots.batch(IMAGES[:2], predictions=[0, -1], classes=CLOTHES),
        "predictions holds class -1, but classes has 10 names, from 0 on.",
    ),
    (
        lambda: plots.batch(IMAGES[:2], predictions=[0.97, 0.5]),
        "predictions holds 0.97, wanted class numbers, which are whole.",
    ),
    (
        lambda: plots.batch(IMAGES[:2], [0, float("inf")]),
        "labels holds inf, wanted class numbers, which are whole.",
    ),
    (lambda: plots.batch(IMAGES, columns=0), "columns is 0, wanted a whole number from 1 on."),
    (lambda: plots.batch(IMAGES, columns=2.5), "columns is 2.5, wanted a whole number from 1 on."),
    (lambda: plots.loss_curve([]), "losses has shape (0,), wanted (n,): one number for each epoch."),
    (lambda: plots.loss_curve(0.5), "losses has shape (), wanted (n,): one number for each epoch."),
    (lambda: plots.loss_curve({}), "losses is empty, wanted at least one line of numbers."),
    (
        lambda: plots.loss_curve({"training": [[1.0, 2.0]]}, xlabel="step"),
        "losses['training'] has shape (1, 2), wanted (n,): one number for each step.",
    ),
    (
        lambda: plots.loss_curve({"training": ["low"]}),
        "losses['training'] must hold numbers alone: a tensor, an array, or a list whose rows have one length.",
    ),
    (
        lambda: plots.loss_curve(CURVES, mark=0),
        "mark is 0, wanted a number from 1 to 3: the epoch where a line is drawn.",
    ),
    (
        lambda: plots.loss_curve(CURVES, mark=4),
        "mark is 4, wanted a number from 1 to 3: the epoch where a line is drawn.",
    ),
    *(
        (
            lambda sizes=sizes: plots.network(sizes),
            "sizes must be two or more whole numbers from 1 on, from input to output, as in [784, 128, 10].",
        )
        for sizes in ([], [784], [784, 0, 10], [784, 12.5, 10], "784", 784)
    ),
    (lambda: plots.network([3, 2, 1], ["in", "out"]), "names has 2 entries for 3 layers, wanted one each."),
]


@pytest.mark.parametrize(("draw", "sentence"), SENTENCES, ids=[sentence for _, sentence in SENTENCES])
def test_wrong_input_gets_one_sentence_and_leaves_no_empty_figure(draw, sentence):
    with pytest.raises(ValueError) as caught:
        draw()
    assert str(caught.value) == sentence
    assert plt.get_fignums() == []


def test_pictures_leave_their_data_alone():
    images, labels, losses = IMAGES.clone(), LABELS.clone(), {name: list(line) for name, line in CURVES.items()}
    plots.batch(images, labels)
    plots.loss_curve(losses)
    assert torch.equal(images, IMAGES)
    assert torch.equal(labels, LABELS)
    assert losses == CURVES
