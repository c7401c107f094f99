"""Errors of layers: the input has another size, or other dimensions, than a layer is made for."""

from __future__ import annotations

from torch import nn
from torch.utils.data import DataLoader

from kindling.diagnose.cases import Case, Shape, case, count, shape
from kindling.diagnose.frames import Place
from kindling.diagnose.reading import is_a

__all__ = ["CASES"]

CASES: list[Case] = []
_CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, nn.Conv3d)


def _layer(place: Place, otherwise: str) -> str:
    return place.layer_name if place.layer is not None else otherwise


@case(
    CASES, r"Expected more than 1 value per channel when training, got input size torch\.Size\(\[(?P<sizes>[\d, ]+)\]\)"
)
def batchnorm_one(place: Place, sizes: Shape) -> str | None:
    said = "One example has no deviation to divide by"
    loaders = [one for step in place.steps for one in step.locals.values() if is_a(one, DataLoader)]
    if loaders:
        return f"{said}: is the last batch of the loader a batch of one?"
    return f"{said}, and the layer is in training mode. Which mode is for predicting?"


@case(CASES, r"running_mean should contain (?P<came>\d+) elements not (?P<layer>\d+)")
def batchnorm_features(place: Place, came: int, layer: int) -> str | None:
    name = _layer(place, "the batch norm")
    return f"{count(came, 'channel')} came, and {name} is for {layer:,}."


@case(CASES, r"expected (?P<wanted>\d\w+(?: or \d\w+)?) input \(got (?P<dims>\d)D input\)")
def batchnorm_dims(place: Place, wanted: str, dims: int) -> str | None:
    name = _layer(place, "the batch norm")
    if wanted == "4D" and dims == 2:
        return f"{name} is for images, so four dimensions, and flattened ones came, with two."
    if dims == 4 and wanted.startswith("2D"):
        return f"{name} is for rows of features, and images came, with four dimensions."
    return f"{name} wants {wanted.replace('D', '')} dimensions, batch included, and {dims} came."


@case(
    CASES,
    r"weight of size \[(?P<out>\d+), \d+(?:, (?P<kernel>[\d, ]+))?\], expected input\[(?P<sizes>[\d, ]+)\] to have "
    r"(?P<wanted>\d+) channels, but got (?P<channels>\d+) channels",
)
def conv_channels(place: Place, out: int, kernel: str | None, sizes: Shape, wanted: int, channels: int) -> str | None:
    name = _layer(place, "the convolution")
    convolutions = [one for one in place.before if isinstance(one, _CONVOLUTIONS)]
    if convolutions and convolutions[0].out_channels == channels:
        return f"The convolution before {name} gives {count(channels, 'channel')}, and {name} takes {wanted:,}."
    if sizes[-1] == wanted and len(sizes) == 4 and wanted in (1, 3):
        return f"{shape(sizes)} came, and {name} takes the channels first, behind the batch: are they last here?"
    if wanted == 1 and sizes[0] == 1 and channels > 3:
        return (
            f"{shape(sizes)} was read as one image with {channels} channels: is the dimension of the channel missing?"
        )
    if {wanted, channels} == {1, 3}:
        kind = "in colour" if channels == 3 else "grey"
        return f"The images have {count(channels, 'channel')} and {name} takes {wanted}: are they {kind}?"
    return f"{count(channels, 'channel')} came, and {name} takes {wanted:,}."


@case(
    CASES,
    r"Expected (?P<one>\d)D \(unbatched\) or (?P<many>\d)D \(batched\) input to (?P<call>\w+), but got input of size: "
    r"\[(?P<sizes>[\d, ]*)\]",
)
def conv_dims(place: Place, one: int, many: int, call: str, sizes: Shape) -> str | None:
    if len(sizes) < one:
        small = "are the images flattened, or is the dimension of the channel missing?"
        return f"{shape(sizes)} came, and {call} wants a batch of images, so {many} dimensions: {small}"
    return f"{shape(sizes)} came, with {len(sizes)} dimensions, and {call} wants {many}: which one is too many?"


@case(CASES, r"Calculated padded input size per channel: \((?P<came>[\d x]+)\)\. Kernel size: \((?P<kernel>[\d x]+)\)")
def conv_kernel(place: Place, came: str, kernel: str) -> str | None:
    name = _layer(place, "the convolution")
    sizes, kernels = came.replace("x", "×"), kernel.replace("x", "×")
    said = f"At {name} the image is {sizes}, smaller than the kernel of {kernels}"
    return f"{said}: which layer before it makes it so small?"


@case(
    CASES,
    r"Given input size: \((?P<came>[\dx]+)\)\. Calculated output size: \((?P<output>[-\dx]+)\)\. "
    r"Output size is too small",
)
def pool_small(place: Place, came: str, output: str) -> str | None:
    name = _layer(place, "the pooling")
    sizes = " × ".join(came.split("x")[1:])
    return (
        f"At {name} the image is {sizes}, and nothing would be left of it: is it one pooling too many for this image?"
    )


@case(
    CASES,
    r"Given normalized_shape=\[(?P<layer>[\d, ]+)\], expected input with shape \[\*, [\d, ]+\], but got input of size"
    r"\s?\[(?P<sizes>[\d, ]+)\]",
)
def norm_shape(place: Place, layer: Shape, sizes: Shape) -> str | None:
    name = _layer(place, "the layer norm")
    return f"{shape(sizes)} came, and {name} is for a last dimension of {', '.join(f'{one:,}' for one in layer)}."


@case(CASES, r"dropout probability has to be between 0 and 1, but got (?P<p>\S+)")
def dropout_p(place: Place, p: str) -> str | None:
    try:
        percent = 1 < float(p) <= 100
    except ValueError:
        return None
    return f"Dropout takes a probability from 0 to 1, and got {p}{': is it in percent?' if percent else '.'}"


@case(CASES, r"Implicit dimension choice for (?P<call>\w+) has been deprecated")
def softmax_dim(place: Place, call: str) -> str | None:
    return f"{call} had to guess the dimension. Along which one lie the classes?"
