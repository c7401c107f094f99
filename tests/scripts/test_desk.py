# ruff: noqa: E501 - a sentence stands on one line, however long
"""kindling.scripts: whatever a learner's script does, the check says so in one sentence, and nothing is left behind."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import commands
import nbformat
import pytest
import torch
from conftest import REPOSITORY, sample
from nbgrader.api import Gradebook

from kindling import scripts
from kindling.authoring import lessons, notebooks
from kindling.environment import inherited
from kindling.errors import CheckFailed, NotWritten
from kindling.grade import outcome, sandbox
from kindling.scripts import forkserver

LESSON = REPOSITORY / "course" / "08_final_exercise.py"
SOLUTIONS = {script.name: script.text for script in lessons.read_scripts(LESSON)}
STUBS = {script.name: script.stub for script in lessons.read_scripts(LESSON)}


def write(folder, texts):
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """Return a function that makes a desk for `train_command` with this text as main.py."""

    def make(main, task="train_command", start=forkserver.start, **others):
        write(tmp_path / "scripts", {"model.py": "", "data.py": "", **others, "main.py": main})
        monkeypatch.chdir(tmp_path)
        return scripts.Desk(task, start)

    return make


def new_python(command, cwd, env, stdout, stderr):
    return subprocess.Popen(
        command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, start_new_session=True
    )


def test_a_command_starts_as_the_desk_is_told(desk):
    """Here in a Python of its own, as on a system that can't fork; what comes of it is the same."""
    main = "import sys\nprint(sys.argv[1:], __name__, sys.stdin.read())\nprint('torch' in sys.modules)\nsys.exit('no data')"
    usual, new = desk(main).run("train"), desk(main, start=new_python).run("train")
    assert (new.lines[1], usual.lines[1]) == ("False", str(forkserver.can_fork()))
    for run in (usual, new):
        assert (run.code, run.lines[0], run.stderr) == (1, "['train'] __main__", "no data\n")


def test_a_command_runs_elsewhere_without_input_or_a_window(desk):
    run = desk(
        "import os, sys\nprint(os.getcwd())\nprint(sys.argv[1:], sys.stdin.read(), os.environ['MPLBACKEND'])"
    ).run("train", "--epochs", 1)
    assert run.command == "python main.py train --epochs 1"
    assert run.lines[1] == "['train', '--epochs', '1']  module://kindling.scripts.backend"
    assert "scripts" not in run.lines[0]


def test_nothing_is_left_when_the_desk_goes(desk):
    one = desk(
        "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(99)'])\nprint(1)"
    )
    path = one.path
    assert one.succeed("train").lines == ["1"]
    time.sleep(0.2)
    assert [p for p in Path("/proc").glob("[0-9]*/cwd") if os.path.realpath(p) == str(path)] == []
    del one
    assert not path.exists()


@pytest.mark.parametrize(
    ("main", "sentence"),
    [
        ("while True: pass", "`python main.py train` took longer than 1 s and was stopped. Does every loop in it end?"),
        ("import time; time.sleep(99)", "`python main.py train` took longer than 1 s and was stopped. Does every loop in it end?"),
        ("print('a')\n1 / 0", '`python main.py train` ends with exit code 1, and its last line is "ZeroDivisionError: division by zero".'),
        ("import torch\ntorch.zeros(3).view(2, 2)", "`python main.py train` ends with exit code 1, and its last line is \"RuntimeError: shape '[2, 2]' is invalid for input of size 3\". 2 × 2 are 4, and there are 3 numbers."),
        ("raise SystemExit(3)", "`python main.py train` ends with exit code 3 and prints nothing."),
        ("raise SystemExit('model.py is not written yet.')", "scripts/model.py is not written yet, and `python main.py train` needs it."),
    ],
)  # fmt: skip
def test_a_command_that_fails_is_one_sentence(desk, main, sentence, monkeypatch):
    monkeypatch.setattr(scripts.desk, "SECONDS", 1)
    with pytest.raises(CheckFailed) as raised:
        desk(main).succeed("train")
    assert str(raised.value) == sentence


def test_output_without_end_fills_no_memory(desk, monkeypatch):
    monkeypatch.setattr(scripts.desk, "LARGEST_FILE", 1_000_000)
    run = desk("while True: print('x' * 1000)").run("train")
    assert run.code == 1
    assert len(run.stdout) == scripts.desk.LARGEST_OUTPUT


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "scripts/model.py is missing. It belongs in the folder scripts/ beside this notebook."),
        (b"import torch\nx = '\xe9'\n", "scripts/model.py, line 2, is not UTF-8 text. Save the file as UTF-8."),
        (b"def f(:\n    pass\n", "scripts/model.py, line 1: Python refuses this line: invalid syntax."),
        (b"x = 1\0\n", "scripts/model.py, line 1: Python refuses this line: source code string cannot contain null bytes."),
    ],
)  # fmt: skip
def test_a_script_that_is_no_python_is_one_sentence(desk, content, sentence, tmp_path):
    desk("")
    path = tmp_path / "scripts" / "model.py"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    for task in ("model_script", "train_command"):
        with pytest.raises(CheckFailed) as raised:
            scripts.Desk(task)
        assert str(raised.value) == sentence
    scripts.Desk("data_script")  # another script's task does not suffer


def test_a_stub_says_that_its_task_is_not_written(desk):
    with pytest.raises(NotWritten) as raised:
        desk(STUBS["main.py"], **STUBS).run("train")
    assert str(raised.value) == "Not yet: `train_command` still needs your code."
    with pytest.raises(NotWritten) as raised:
        scripts.Desk("model_script").ask("from model import Net\nNet()")
    assert str(raised.value) == "Not yet: `model_script` still needs your code."


@pytest.mark.parametrize("folder", ["source", "release"])
def test_the_given_scripts_run_and_say_that_they_are_not_written(folder, tmp_path):
    main = REPOSITORY / folder / LESSON.stem / "scripts" / "main.py"
    for arguments in (("train",), ("evaluate", "trained_model.pt")):
        code, _, stdout, stderr = scripts.desk._execute(
            forkserver.start, [sys.executable, str(main), *arguments], tmp_path, seconds=20
        )
        assert (code, stdout, stderr) == (1, "", "main.py is not written yet.\n")


def test_the_solutions_are_checked_in_course_and_source_alone(tmp_path, monkeypatch):
    write(tmp_path, {"nbgrader_config.py": ""})
    for place in ("source", "release", "autograded/ada", "submitted/ada", "lab", "autograded/source"):
        here = tmp_path / place / LESSON.stem
        write(here / "scripts", STUBS)
        monkeypatch.chdir(here)
        expected = tmp_path / "course" / LESSON.stem if place == "source" else here
        assert scripts.folder() == expected / "scripts"
    monkeypatch.setattr(sys.modules["__main__"], "__file__", str(LESSON), raising=False)
    assert scripts.folder() == REPOSITORY / "course" / LESSON.stem / "scripts"


def test_a_curve_tells_its_axes_and_points(desk):
    plot = (
        "import matplotlib.pyplot as plt\nplt.plot([3, 2, 1])\nplt.xlabel('step')\nplt.ylabel('loss')\n"
        "plt.savefig('curve.png', bbox_inches='tight')\n"
    )
    one = desk(plot)
    one.succeed("train")
    curve = scripts.Curve.read(one.path / "curve.png")
    assert curve == scripts.Curve("step", "loss", 3)
    assert curve.axes == "named"
    assert scripts.Curve("", "", 3).axes == "unnamed"
    assert scripts.Curve("step", "", 3).axes == "half named"
    assert scripts.Curve("training loss", "step", 3).axes == "swapped"
    assert scripts.Curve("x", "Y axis", 3).axes == "letters"
    assert scripts.Curve("x: step", "y: loss", 3).axes == "named"
    assert scripts.Curve("step", "accuracy", 3).axes == "an accuracy"
    assert scripts.Curve(None, None, None).axes == "named"


def test_a_curve_is_noted_whichever_backend_the_script_chooses(desk):
    plot = (
        "import matplotlib\nmatplotlib.use('Agg')\nfrom matplotlib.figure import Figure\nfigure = Figure()\n"
        "axes = figure.subplots()\naxes.plot([3, 2])\naxes.set(xlabel='step', ylabel='loss')\nfigure.savefig('curve.png')\n"
    )
    one = desk(plot)
    one.succeed("train")
    assert scripts.Curve.read(one.path / "curve.png") == scripts.Curve("step", "loss", 2)


@pytest.mark.parametrize(
    ("points", "steps", "covered"),
    [(11, 11, "every step"), (12, 11, "every step"), (3, 11, "some steps"), (1, 11, "one point"), (1, 1, "every step"), (9, None, "every step"), (None, 11, "every step")],
)  # fmt: skip
def test_a_curve_covers_each_step(points, steps, covered):
    assert scripts.Curve("step", "loss", points).covers(steps) == covered


# Two epochs of three steps, in which a test changes one line.
TRAINING = """
import torch
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Flatten(), nn.Dropout(0.1), nn.Linear(784, 10))
    def forward(self, images):
        return self.layers(images)
images, labels = torch.load("train_images.pt"), torch.zeros(6, dtype=torch.int64)
tests = (torch.load("test_images.pt") - images.mean()) / images.std()
model = Net()
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for epoch in range(2):
    for rows in torch.arange(6).split(2):
        optimizer.zero_grad()
        batch = images[rows]
        loss = nn.functional.cross_entropy(model(batch), labels[rows])
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        model.eval(), model(images)
    model.train()
"""


@pytest.mark.parametrize(
    ("line", "other", "found"),
    [
        ("", "", {}),
        ("        optimizer.zero_grad()\n", "", {"gradients": "old ones"}),
        ("        loss.backward()\n", "", {"gradients": "missing"}),
        ("        optimizer.step()\n", "", {"gradients": "unused", "steps": None, "rate": None, "passes": None}),
        ("    model.train()\n", "", {"mode": "inference"}),
        ("model(images)\n", "model(tests)\n", {"test_images": "seen"}),
        ("images[rows]", "tests[rows]", {"test_images": "learnt from"}),
        ("images[rows]", "torch.cat([images[rows], tests[rows]])[:2]", {"test_images": "learnt from"}),
        ("images[rows]", "images[rows] - tests.mean()", {}),
        ("lr=0.01", "lr=0.5", {"rate": 0.5}),
        ("model(batch)", "model(batch).softmax(dim=1)", {"softmaxed": True}),
        ("model(batch)", "model(batch).log_softmax(dim=1)", {}),
        ("range(2)", "range(3)", {"steps": 9, "passes": 3.0}),
        ("optimizer.zero_grad()", "model.zero_grad(set_to_none=False)", {}),
        ("loss.backward()", "loss.backward(); nn.utils.clip_grad_norm_(model.parameters(), 0.1)", {}),
    ],
)
def test_what_a_training_does_is_noted(desk, line, other, found):
    one = desk(TRAINING.replace(line, other) if line else TRAINING)
    scripts.write_data(one.path, train_images=torch.rand(6, 1, 28, 28), test_images=torch.rand(6, 1, 28, 28))
    run = one.succeed("train")
    usual = {"gradients": "fresh", "mode": "training", "test_images": "unused", "steps": 6, "rate": 0.01, "passes": 2.0}
    usual["softmaxed"] = False
    seen = {name: getattr(run, name) for name in usual if name != "passes"} | {"passes": run.passes(6)}
    assert seen == {**usual, **found}
    assert run.reads(one.path / "train_images.pt")
    assert run.reads(one.path)
    assert not run.reads(one.path / "scripts")


def test_weights_from_before_the_first_step_are_known_again(desk):
    save = "torch.save(model.state_dict(), '{}.pt')\n"
    one = desk(TRAINING.replace("model = Net()\n", "model = Net()\n" + save.format("before")) + save.format("after"))
    scripts.write_data(one.path, train_images=torch.rand(6, 1, 28, 28), test_images=torch.rand(6, 1, 28, 28))
    run = one.succeed("train")
    states = [torch.load(one.path / f"{name}.pt") for name in ("before", "after")]
    assert [run.untrained(state) for state in states] == [True, False]
    assert not scripts.Run("python main.py train", 0, "", "").untrained(states[0])


@pytest.mark.parametrize(
    ("line", "rises"),
    [(range(1, 10), True), (range(1, 9), False), (range(9, 0, -1), False), ([2] * 6 + [2.3] * 3, False), ("abcdefghi", False), ([], False)],
)  # fmt: skip
def test_a_curve_that_rises_is_known(desk, line, rises):
    plot = f"import matplotlib.pyplot as plt\nplt.plot({list(line)!r})\nplt.savefig('curve.png')\n"
    one = desk(plot)
    one.succeed("train")
    assert scripts.Curve.read(one.path / "curve.png").rises == rises


@pytest.mark.parametrize(
    ("shown", "name"),
    [(0.59, "right"), (0.5911, "right"), (0.591, "right"), (0.5912, "right"), (0.6, "another number"), (0.594, "another number")],
)  # fmt: skip
def test_a_number_is_compared_to_its_decimals(shown, name):
    assert scripts.nearest_name(shown, {"right": 120 / 203}) == name


@pytest.mark.parametrize(
    ("printed", "progress"),
    [
        ("", "nothing"),
        ("hi\n", "no progress"),
        ("Training for 3 epochs\nDone\n", "no progress"),
        ("Epoch 1 ━━━━━━━━━━ 100% 0:00:04\n", "shown"),
        ("step 3 of 9\n", "shown"),
        ("......\n", "shown"),
        ("epoch 0, step 1\nepoch 0, step 2\n", "shown"),
        ("loss 2.30\nloss 1.1e-05\n", "shown"),
    ],
)
def test_progress_is_told_from_other_words(printed, progress):
    assert scripts.Run("python main.py train", 0, printed, "").progress == progress


def test_a_run_has_one_thread(desk):
    run = desk("import os, torch\nprint(torch.get_num_threads(), os.environ['OMP_THREAD_LIMIT'])").run("train")
    assert run.lines == ["1 1"]


def test_a_picture_that_shows_nothing_is_named(tmp_path):
    from PIL import Image

    path = tmp_path / "training_curve.png"

    def said():
        with pytest.raises(CheckFailed) as raised:
            scripts.Curve.read(path)
        return str(raised.value)

    assert said() == "training_curve.png was not written to the folder that --out names."
    path.write_text("no picture")
    assert said() == "training_curve.png is not a picture that can be opened. Does `savefig` write it?"
    Image.linear_gradient("L").save(path, format="JPEG")
    assert said() == "training_curve.png holds a JPEG picture. Does its name end in .png when it is saved?"
    Image.linear_gradient("L").resize((30, 30)).save(path)
    assert said() == "training_curve.png has 30×30 pixels, too few to see a curve."
    Image.new("L", (300, 200), 255).save(path)
    assert said() == "training_curve.png is blank. Is it saved before `plt.show()` or `plt.close()`?"


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("Expected (n, 1, 28, 28), got (6, 3, 28, 28).", "both shapes"),
        ("got torch.Size([6, 3, 28, 28]) but 1x28x28 is wanted", "both shapes"),
        ("Expected each sample to have shape [1, 28, 28], not [3, 28, 28]", "both shapes"),
        ("want (B,1,28,28); have 6 x 3 x 28 x 28", "both shapes"),
        ("Expected (n, 1, 28, 28)", "the expected shape"),
        ("Not (6, 3, 28, 28)!", "the given shape"),
        ("Wrong shape with 4 dimensions", "no shape"),
    ],
)
def test_any_way_to_write_a_shape_names_it(message, said):
    assert scripts.shapes_named_in(message, (1, 28, 28), (6, 3, 28, 28)) == said


def test_what_a_network_gives_is_told_from_logits():
    logits = torch.randn(20, 10, generator=torch.Generator().manual_seed(0))
    for outputs, name in (
        (logits, "logits"),
        (logits.softmax(dim=1), "probabilities"),
        (logits.log_softmax(dim=1), "log-probabilities"),
        (logits.relu(), "ReLU's"),
        (logits.sigmoid(), "between 0 and 1"),
        (logits[:1].repeat(20, 1), "the same in each row"),
        (None, "no table of numbers"),
    ):
        assert scripts.output_kind(outputs) == name


@pytest.mark.parametrize(
    ("stdout", "result"),
    [
        ("Test accuracy: 0.93\n", 0.93),
        ("loading\nTest accuracy: 1.0000\n", 1.0),
        ("Accuracy 0.9", 'no line "Test accuracy: …" on stdout, wanted one.'),
        ("Test accuracy: 0.93\nTest accuracy: 0.94", '2 lines "Test accuracy: …" on stdout, wanted one.'),
        ("Test accuracy: 93.1%", '"Test accuracy: 93.1%". A share goes from 0 to 1.'),
        ("Test accuracy: 0.9", 'wanted a number with two to four decimals, like "Test accuracy: 0.93".'),
        ("Test accuracy: nan", 'wanted a number with two to four decimals, like "Test accuracy: 0.93".'),
    ],
)
def test_the_accuracy_is_read_from_one_line(stdout, result):
    run = scripts.Run("python main.py evaluate", 0, stdout, "")
    if isinstance(result, float):
        assert run.accuracy == result
    else:
        with pytest.raises(CheckFailed) as raised:
            _ = run.accuracy
        assert str(raised.value).endswith(result)


@pytest.mark.parametrize(
    ("code", "stdout", "stderr", "mode"),
    [
        (1, "", "There is no file x.pt.\n", "one line, exit code 1"),
        (1, "There is no file x.pt.\n", "", "one line, exit code 1"),
        (1, "", "Traceback (most recent call last):\n  …\nError: x\n", "a traceback"),
        (0, "There is no file.", "", "exit code 0"),
        (2, "", "usage: main.py\nmain.py: error: x\n", "exit code 2"),
        (1, "", "", "no word"),
        (1, "Error\n", "", "other lines"),
        (1, "Something\n", "is wrong here\n", "other lines"),
    ],
)
def test_how_a_command_failed(code, stdout, stderr, mode):
    assert scripts.Run("", code, stdout, stderr).failure_mode == mode


def test_any_form_of_checkpoint_is_found(desk, tmp_path):
    one = desk(
        "",
        **{
            "model.py": "from torch import nn\nclass Net(nn.Linear):\n    def __init__(self):\n        super().__init__(2, 3)\n"
        },
    )
    state = torch.nn.Linear(2, 3).state_dict()
    for content in (state, {"state_dict": state, "epoch": 3}, {"a": {"b": dict(state)}, "c": [1]}):
        torch.save(content, tmp_path / "trained_model.pt")
        assert torch.equal(one.state_dict(tmp_path / "trained_model.pt")["bias"], state["bias"])
        one.write_untrained(tmp_path / "trained_model.pt", tmp_path / "other.pt")
        assert not torch.equal(one.state_dict(tmp_path / "other.pt")["bias"], state["bias"])
    for content, sentence in (
        ({"epoch": 3}, "trained_model.pt holds no state_dict. Save model.state_dict()."),
        (torch.nn.Linear(2, 3), "trained_model.pt does not load with weights_only=True. Save the state_dict, not the model itself."),
    ):  # fmt: skip
        torch.save(content, tmp_path / "trained_model.pt")
        with pytest.raises(CheckFailed) as raised:
            one.state_dict(tmp_path / "trained_model.pt")
        assert str(raised.value) == sentence


# A `train` that tells how often it has run.
COUNTED = """
import sys
from pathlib import Path
import torch
from model import Net
with open({path!r}, "a") as file:
    print(sys.argv[1], file=file)
if {fails}:
    sys.exit("no memory")
out = Path(sys.argv[sys.argv.index("--out") + 1])
out.mkdir(parents=True)
torch.save(Net().state_dict(), out / "trained_model.pt")
print("done")
"""
NET = "from torch import nn\nclass Net(nn.Linear):\n    def __init__(self):\n        super().__init__(2, 3)\n"


def test_the_same_scripts_are_briefly_trained_once(desk, tmp_path):
    ran = tmp_path / "ran"
    main = COUNTED.format(path=str(ran), fails=False)
    desk(main, **{"model.py": NET})
    run, out = scripts.briefly_trained("train_command")
    assert run.command == "python main.py train --epochs 1 --data bars --out new/out"
    assert (run.lines, sorted(path.name for path in out.iterdir())) == (["done"], ["trained_model.pt"])
    assert scripts.briefly_trained("evaluate_command") == (run, out)
    assert ran.read_text() == "train\n"
    desk(main + "# another version", **{"model.py": NET})
    assert scripts.briefly_trained("evaluate_command")[1] != out
    assert ran.read_text() == "train\n" * 2
    assert not out.exists()  # the old one's folder goes


def test_a_brief_training_that_fails_is_made_once_too(desk, tmp_path):
    ran = tmp_path / "ran"
    desk(COUNTED.format(path=str(ran), fails=True), **{"model.py": NET})
    for task in ("train_command", "evaluate_command"):
        with pytest.raises(CheckFailed) as raised:
            scripts.briefly_trained(task)
        assert str(raised.value) == (
            "`python main.py train --epochs 1 --data bars --out new/out` ends with exit code 1, "
            'and its last line is "no memory".'
        )
    assert ran.read_text() == "train\n"


def test_a_stub_is_asked_anew_for_each_task(desk):
    desk(STUBS["main.py"], **STUBS)
    for task in ("train_command", "evaluate_command"):
        with pytest.raises(NotWritten) as raised:
            scripts.briefly_trained(task)
        assert str(raised.value) == f"Not yet: `{task}` still needs your code."


def test_a_network_reads_the_same_digits_once(desk, tmp_path):
    asked = tmp_path / "asked"
    look = f"""
import torch
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))
    def forward(self, images):
        with open({str(asked)!r}, "a") as file:
            print(len(images), file=file)
        return images[:, 0, :10, 0] + self.weight
"""
    data = "import torch\ndef corrupt_mnist(root):\n    return None, [(one[None], 0) for one in torch.load(root + '/test_images.pt')]\n"
    one = desk("", **{"model.py": look, "data.py": data})
    images = torch.eye(28).repeat(3, 1, 1)
    torch.save({"weight": torch.zeros(1)}, tmp_path / "trained_model.pt")
    for _ in range(2):
        assert one.read(tmp_path / "trained_model.pt", images).tolist() == [0, 0, 0]
    assert asked.read_text() == "3\n"
    one.read(tmp_path / "trained_model.pt", images[:2])
    torch.save({"weight": torch.ones(1)}, tmp_path / "trained_model.pt")
    one.read(tmp_path / "trained_model.pt", images)
    assert asked.read_text() == "3\n2\n3\n"


# What each student hands in besides the solutions, and the points of the three graded cells, with their sentences.
# One in two, or all in `make test-all`: each has two runs, with a process of their own that imports torch.
NO_END = "`python main.py train --epochs 1 --data bars --out new/out` took longer than 3 s and was stopped. Does every loop in it end, and does it use the images that --data names?"
CLASS = {
    "broken": ({"main.py": b"def main(:\n"}, [1, 2, 0], "scripts/main.py, line 1: Python refuses this line: invalid syntax."),
    "endless": ({"main.py": b"while True: pass\n"}, [1, 2, 0], NO_END),
    "latin": ({"model.py": "# Übung\n".encode("latin-1")}, [1, 0, 0], "scripts/model.py, line 1, is not UTF-8 text. Save the file as UTF-8."),
    "missing": ({"model.py": None}, [1, 0, 0], "scripts/model.py is missing. It belongs in the folder scripts/ beside this notebook."),
    "right": ({}, [1, 2, 3], None),
    "stubs": ({name: text.encode() for name, text in STUBS.items()}, [1, 0, 0], "Not yet: `train_command` still needs your code."),
}  # fmt: skip
CLASS = dict(sample(list(CLASS.items()), 4))


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The root of a course after `nbgrader generate_assignment` and `autograde` of three of the lesson's graded cells."""
    root = tmp_path_factory.mktemp("course")
    configuration = (REPOSITORY / "nbgrader_config.py").read_text(encoding="utf-8")
    configuration += '\nc.Execute.environment["KINDLING_SCRIPT_SECONDS"] = "3"\n'
    configuration += "c.Execute.sandbox = False\n" if sandbox.missing() else ""
    (root / "nbgrader_config.py").write_text(configuration, encoding="utf-8")
    # As in the repository: the solutions are where they always are, and source/ is as it was built.
    shutil.copytree(REPOSITORY / "course" / LESSON.stem, root / "course" / LESSON.stem)
    shutil.copytree(REPOSITORY / "source" / LESSON.stem / "scripts", root / "source" / LESSON.stem / "scripts")
    node = notebooks.notebook(lessons.read(LESSON))
    cells = {
        cell.metadata.get("nbgrader", {}).get("grade_id", cell.source.partition("\n")[0]): cell for cell in node.cells
    }
    # The check that most of them fail comes first: after such a failure all that stands above it runs once more.
    wanted = "import math", "corruption", "corruption_check", "train_command_check", "model_script_check"
    node.cells = [cells[name] for name in wanted]
    nbformat.write(node, root / "source" / LESSON.stem / f"{LESSON.stem}.ipynb")
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")
    environment = inherited(**{name: str(root / name) for name in names})

    def nbgrader(*arguments):
        done = commands.run(["nbgrader", *arguments, LESSON.stem], root, environment)
        assert done.returncode == 0, done.stderr

    nbgrader("generate_assignment")
    release = nbformat.read(root / "release" / LESSON.stem / f"{LESSON.stem}.ipynb", as_version=4)
    next(
        cell for cell in release.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == "corruption"
    ).source = 'corruption = "rotation"'
    for student, (changes, _, _) in CLASS.items():
        folder = root / "submitted" / student / LESSON.stem
        write(folder / "scripts", SOLUTIONS)
        nbformat.write(release, folder / f"{LESSON.stem}.ipynb")
        for name, content in changes.items():
            if content is None:
                (folder / "scripts" / name).unlink()
            else:
                (folder / "scripts" / name).write_bytes(content)
    nbgrader("autograde")
    return root


def test_nbgrader_releases_the_stubs(course):
    """Nothing that nbgrader does can carry a solution into release/."""
    found = {path.name: path.read_text("utf-8") for path in (course / "release").rglob("*.py")}
    assert found == STUBS
    secret = [line.strip() for text in SOLUTIONS.values() for line in text.splitlines() if len(line.strip()) > 40]
    given = "\n".join(STUBS.values())
    for path in (path for path in (course / "release").rglob("*") if path.is_file()):
        assert [line for line in secret if line not in given and line in path.read_text("utf-8")] == []


@pytest.mark.parametrize("student", CLASS)
def test_each_script_is_graded_as_it_was_handed_in(course, student):
    """A script that is missing, no text, no Python or without end costs its own points, and says why."""
    changes, points, sentence = CLASS[student]
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        grades = gradebook.find_submission_notebook(LESSON.stem, LESSON.stem, student).grades
        earned = {grade.name: grade.auto_score for grade in grades}
    folder = course / "autograded" / student / LESSON.stem
    node = nbformat.read(folder / f"{LESSON.stem}.ipynb", as_version=4)
    found = outcome.failures(node)
    assert found.get("train_command") == sentence
    names = ("corruption_check", "model_script_check", "train_command_check")
    assert [earned[name] for name in names] == points, json.dumps(found)
    # nbgrader keeps what was handed in; one that is missing it adds from source/, which is a stub.
    for name, text in SOLUTIONS.items():
        wanted = changes.get(name, text.encode())
        assert wanted is None or (folder / "scripts" / name).read_bytes() == wanted
