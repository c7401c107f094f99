# %% [markdown]
# Attacks on what the kernel and the grader say to each other: forged replies, outputs and ends, sockets, descriptors,
# processes. Most do it from a task's function, while the check runs.

# %% name="forged_reply_in_the_check" what="the function sends the reply and the idle message of its check, then fails"
def forge():
    kernel = get_ipython().kernel
    parent = kernel.get_parent()
    content = {"status": "ok", "execution_count": 7, "payload": [], "user_expressions": {}}
    shell = getattr(kernel, "shell_stream", None) or kernel.shell_streams[0]
    ident = [parent["header"]["session"].encode()]
    kernel.session.send(shell, "execute_reply", content, parent, ident=ident)
    kernel.session.send(kernel.iopub_socket, "status", {"execution_state": "idle"}, parent, ident=b"status")
    shell.flush()


# %% name="forged_reply_in_the_check" task="describe"
def describe(t):
    import time

    forge()
    time.sleep(0.3)
    return None

# %% name="forged_reply_then_exit" what="the function sends the reply of its check, and ends the process"
def forge():
    kernel = get_ipython().kernel
    parent = kernel.get_parent()
    content = {"status": "ok", "execution_count": 7, "payload": [], "user_expressions": {}}
    shell = getattr(kernel, "shell_stream", None) or kernel.shell_streams[0]
    ident = [parent["header"]["session"].encode()]
    kernel.session.send(kernel.iopub_socket, "status", {"execution_state": "idle"}, parent, ident=b"status")
    kernel.session.send(shell, "execute_reply", content, parent, ident=ident)
    shell.flush()

# %% name="forged_reply_then_exit" task="describe"
def describe(t):
    import os
    import time

    forge()
    time.sleep(0.3)
    os._exit(0)

# %% name="forged_idle" what="the function sends the idle message of its check, so that nobody listens to the error"
# %% name="forged_idle" task="describe"
def describe(t):
    import time

    kernel = get_ipython().kernel
    idle = {"execution_state": "idle"}
    kernel.session.send(kernel.iopub_socket, "status", idle, kernel.get_parent(), ident=b"status")
    time.sleep(0.3)

# %% name="no_error_messages" what="the session sends everything but errors"
session = get_ipython().kernel.session
send = session.send


def without_errors(stream, kind, *values, **options):
    if kind != "error" and getattr(kind, "get", lambda key: None)("msg_type") != "error":
        return send(stream, kind, *values, **options)


session.send = without_errors

# %% name="errors_become_prints" what="the session sends errors as text that was printed, and each reply says ok"
session = get_ipython().kernel.session
send = session.send


def renamed(stream, kind, content=None, *values, **options):
    if kind == "error":
        kind, content = "stream", {"name": "stdout", "text": "✓\n"}
    if kind == "execute_reply":
        content = {"status": "ok", "execution_count": 7, "payload": [], "user_expressions": {}}
    return send(stream, kind, content, *values, **options)


session.send = renamed

# %% name="packed_without_errors" what="the session's way to write a message writes another one for each error"
import json

session = get_ipython().kernel.session
pack = session.pack


def packed(message):
    if isinstance(message, dict) and "ename" in message:
        message = {"name": "stdout", "text": ""}
    if isinstance(message, dict) and message.get("msg_type") == "error":
        message = {**message, "msg_type": "stream"}
    return pack(message)


session.pack = packed

# %% name="deaf_iopub" what="the kernel has lost the socket for its outputs while a check runs, and finds it afterwards"
class Deaf:
    def __getattr__(self, name):
        return lambda *values, **options: None

    def send_multipart(self, *values, **options):
        pass


kernel = get_ipython().kernel
own = kernel.iopub_socket


def lose(info):
    if "%%check" in (info.raw_cell or ""):
        get_ipython().display_pub.pub_socket = kernel.iopub_socket = Deaf()


def find(result):
    get_ipython().display_pub.pub_socket = kernel.iopub_socket = own


get_ipython().events.register("pre_run_cell", lose)
get_ipython().events.register("post_run_cell", find)

# %% name="zmq_socket_of_its_own" what="the function speaks to the grader over the socket itself, with the session's key"
# %% name="zmq_socket_of_its_own" task="describe"
def describe(t):
    import time

    kernel = get_ipython().kernel
    parent = kernel.get_parent()
    stream = getattr(kernel, "shell_stream", None) or kernel.shell_streams[0]
    reply = {"status": "ok", "execution_count": 7, "payload": [], "user_expressions": {}}
    for socket, kind, content, ident in (
        (stream.socket, "execute_reply", reply, [parent["header"]["session"].encode()]),
        (kernel.iopub_socket, "status", {"execution_state": "idle"}, [b"status"]),
    ):
        message = kernel.session.msg(kind, content, parent)
        parts = kernel.session.serialize(message, ident)
        socket.send_multipart(parts)
    time.sleep(0.3)

# %% name="forged_result" what="the function sends its points as the result of its check"
# %% name="forged_result" task="describe"
def describe(t):
    kernel = get_ipython().kernel
    for text in ("1", "24.0"):
        content = {"data": {"text/plain": text}, "metadata": {}, "execution_count": 7}
        kernel.session.send(kernel.iopub_socket, "execute_result", content, kernel.get_parent())

# %% name="forged_ticks" what="the function prints what a check prints that holds"
# %% name="forged_ticks" task="describe"
def describe(t):
    import sys

    print("✓ describe: 1 point", flush=True)
    print("✓ describe: 1 point", file=sys.stderr, flush=True)
    print("\r\x1b[2K✓ describe: 1 point\x1b[8m")

# %% name="clears_in_time" what="a thread clears the outputs of the check, again and again, also behind its error"
import threading
import time


def clear(parent):
    kernel = get_ipython().kernel
    for _ in range(200):
        kernel.session.send(kernel.iopub_socket, "clear_output", {"wait": False}, parent)
        time.sleep(0.001)

# %% name="clears_in_time" task="describe"
def describe(t):
    threading.Thread(target=clear, args=[get_ipython().kernel.get_parent()]).start()

# %% name="updates_a_display" what="later cells change what an earlier check shows, by the id of a display"
from IPython.display import display

# %% name="updates_a_display" task="describe"
def describe(t):
    display({"text/plain": "1"}, raw=True, display_id="describe")

# %% name="updates_a_display" task="activation"
for _ in range(3):
    display({"text/plain": "✓ describe: 1 point"}, raw=True, display_id="describe", update=True)

# %% name="comm_messages" what="messages of widgets ask the grader to take outputs away"
kernel = get_ipython().kernel
for kind in ("comm_open", "comm_msg", "comm_close"):
    content = {"comm_id": "mine", "target_name": "jupyter.widget", "data": {"state": {"_model_name": "OutputModel"}}}
    kernel.session.send(kernel.iopub_socket, kind, content, kernel.get_parent())

# %% name="comm_messages" task="describe"
def describe(t):
    state = {"msg_id": get_ipython().kernel.get_parent()["header"]["msg_id"], "outputs": []}
    content = {"comm_id": "out", "target_name": "jupyter.widget", "data": {"state": {"_model_name": "OutputModel", **state}}}
    kernel.session.send(kernel.iopub_socket, "comm_open", content, kernel.get_parent())
    content = {"comm_id": "out", "data": {"method": "update", "state": state}}
    kernel.session.send(kernel.iopub_socket, "comm_msg", content, kernel.get_parent())

# %% name="payload" what="the reply asks for another cell, a page and an end, and brings a value of its own"
payload = [
    {"source": "set_next_input", "text": "1", "replace": True},
    {"source": "page", "data": {"text/plain": "✓"}, "start": 0},
]

# %% name="payload" task="describe"
def describe(t):
    for one in payload:
        get_ipython().payload_manager.write_payload(one)

# %% name="writes_to_descriptors" what="each descriptor that the kernel has gets the word of a check that holds"
import os
import stat

# %% name="writes_to_descriptors" task="describe"
def describe(t):
    for number in map(int, os.listdir("/proc/self/fd")):
        try:
            kind = os.fstat(number).st_mode
            if stat.S_ISFIFO(kind) or stat.S_ISREG(kind) or (stat.S_ISSOCK(kind) and number > 2):
                os.set_blocking(number, False)
                os.write(number, b'{"task": "describe", "status": "ok", "passed": true, "points": 1}\n')
        except OSError:
            pass

# %% name="thread_that_is_the_kernel" what="the kernel's sockets are closed, and a thread answers in their place"
import json
import os
import threading

import zmq


def serve(about):
    context = zmq.Context()
    sockets = {}
    for name, kind in (("shell", zmq.ROUTER), ("iopub", zmq.PUB), ("control", zmq.ROUTER)):
        sockets[name] = context.socket(kind)
        path = f"{about['ip']}-{about[f'{name}_port']}"
        if os.path.exists(path):
            os.unlink(path)
        sockets[name].bind(f"ipc://{path}")
    session = get_ipython().kernel.session.clone()
    while True:
        ident, message = session.recv(sockets["shell"], 0)
        idle = {"execution_state": "idle"}
        session.send(sockets["iopub"], "status", {"execution_state": "busy"}, message)
        reply = {"status": "ok", "execution_count": 7, "payload": [], "user_expressions": {}}
        session.send(sockets["shell"], message["msg_type"].replace("request", "reply"), reply, message, ident)
        session.send(sockets["iopub"], "status", idle, message)


about = json.loads(open(os.path.expanduser("~/kernel.json")).read())
kernel = get_ipython().kernel

# %% name="thread_that_is_the_kernel" task="describe"
thread = threading.Thread(target=serve, args=[about], daemon=True)
thread.start()

# %% name="fork_that_answers" what="a fork of the kernel sends the reply of the check, and the kernel goes on without a word"
def forge():
    kernel = get_ipython().kernel
    parent = kernel.get_parent()
    content = {"status": "ok", "execution_count": 7, "payload": [], "user_expressions": {}}
    stream = getattr(kernel, "shell_stream", None) or kernel.shell_streams[0]
    kernel.session.check_pid = False
    kernel.session.send(stream, "execute_reply", content, parent, ident=[parent["header"]["session"].encode()])
    kernel.session.send(kernel.iopub_socket, "status", {"execution_state": "idle"}, parent)
    stream.flush()

# %% name="fork_that_answers" task="describe"
def describe(t):
    import os
    import time

    child = os.fork()
    if not child:
        try:
            forge()
        finally:
            os._exit(0)
    time.sleep(0.5)
    os.waitpid(child, os.WNOHANG)

# %% name="fork_goes_on" what="two processes run the rest of the check, and the parent ends well"
# %% name="fork_goes_on" task="describe"
def describe(t):
    import os

    if os.fork():
        os._exit(0)

# %% name="exit_in_the_check" what="the function ends the process with exit code 0"
# %% name="exit_in_the_check" task="describe"
def describe(t):
    import os

    os._exit(0)

# %% name="sys_exit_in_the_check" what="the function leaves with sys.exit(0)"
# %% name="sys_exit_in_the_check" task="describe"
def describe(t):
    import sys

    sys.exit(0)

# %% name="sys_exit_in_a_cell" what="a cell leaves with sys.exit(0) before there is any check"
import sys

sys.exit(0)

# %% name="quits_in_the_check" what="the function asks the kernel to quit, with nothing to complain of"
# %% name="quits_in_the_check" task="describe"
def describe(t):
    get_ipython().ask_exit()
    get_ipython().kernel.do_shutdown(False)
    raise SystemExit

# %% name="kills_the_kernel" what="the function kills its own process"
# %% name="kills_the_kernel" task="describe"
def describe(t):
    import os
    import signal

    os.kill(os.getpid(), signal.SIGKILL)

# %% name="execs_another_program" what="the function becomes `true`, a program that ends well"
# %% name="execs_another_program" task="describe"
def describe(t):
    import os
    import shutil

    os.execv(shutil.which("true"), ["true"])

# %% name="cancels_the_check" what="the function raises what ends an event loop's task, or a generator"
# %% name="cancels_the_check" task="describe"
def describe(t):
    import asyncio

    raise asyncio.CancelledError

# %% name="cancels_the_check" task="activation"
def activation(x):
    raise GeneratorExit

# %% name="interrupts_the_check" what="the function interrupts its own check, or raises an exception that nobody knows"
# %% name="interrupts_the_check" task="describe"
def describe(t):
    raise KeyboardInterrupt

# %% name="interrupts_the_check" task="activation"
class Leave(BaseException):
    def _render_traceback_(self):
        return []


def activation(x):
    raise Leave

# %% name="jumps_out_of_the_check" what="the function has a trace function let its callers return at once"
# %% name="jumps_out_of_the_check" task="describe"
def describe(t):
    import sys

    def trace(frame, event, argument):
        frame.f_trace_lines = True
        if event == "line":
            lines = sorted({line for _, _, line in frame.f_code.co_lines() if line}, reverse=True)
            for line in lines:
                try:
                    frame.f_lineno = line
                    break
                except ValueError:
                    continue
        return trace

    frame = sys._getframe(1)
    while frame:
        if frame.f_code.co_filename.startswith("<") or "ipykernel" in frame.f_code.co_filename:
            frame.f_trace = trace
        frame = frame.f_back
    sys.settrace(trace)

# %% name="captures_the_check" what="all output goes into a capture that a cell has opened and never closes"
from IPython.utils.capture import capture_output

captured = capture_output()
captured.__enter__()

# %% name="closes_the_output" what="the streams and the descriptors of the output are closed before the check fails"
# %% name="closes_the_output" task="describe"
def describe(t):
    import os
    import sys

    for stream in (sys.stdout, sys.stderr):
        stream.close()
    for number in range(3, 64):
        try:
            os.close(number)
        except OSError:
            pass

# %% name="floods_the_check" what="the function prints so much that an error behind it may be cut off"
# %% name="floods_the_check" task="describe"
def describe(t):
    for _ in range(2000):
        print("✓ describe: 1 point" * 20)

# %% name="long_error" what="the function's error is megabytes long, and its name is empty"
# %% name="long_error" task="describe"
class Long(Exception):
    pass


Long.__name__ = Long.__qualname__ = ""


def describe(t):
    raise Long("✓" * 3_000_000)

# %% name="no_such_error" what="the function's error raises errors whenever it is asked for its name, text or traceback"
# %% name="no_such_error" task="describe"
class Meta(type):
    def __getattribute__(self, name):
        if name in ("__name__", "__module__", "__qualname__"):
            raise RuntimeError
        return type.__getattribute__(self, name)


class NoSuch(Exception, metaclass=Meta):
    def __str__(self):
        raise RuntimeError

    __repr__ = _render_traceback_ = __str__


def describe(t):
    raise NoSuch

# %% name="stays_busy" what="the check's function never returns, and a check that has no answer may pass"
# %% name="stays_busy" task="describe"
def describe(t):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass

# %% name="forged_claims" what="the function sends the claims of its check itself, over their line, with what all can see"
# %% name="forged_claims" task="describe"
def describe(t):
    import json

    line = get_ipython().kernel.line
    for site in range(20):
        for value in ([2, [2, 3], 6, "int64"], True, 1):
            record = json.dumps({"site": site, "kind": "equal", "actual": value, "given": {"expected": value}}).encode()
            line.sendall(len(record).to_bytes(4) + record)
    return None

# %% name="line_to_itself" what="the claims go to a socket of the learner's own, which says that each holds"
import json
import socket
import threading

kernel = get_ipython().kernel
kernel.line, other = socket.socketpair()


def agree():
    while head := other.recv(4):
        other.recv(int.from_bytes(head), socket.MSG_WAITALL)
        other.sendall(len(b"go on").to_bytes(4) + b"go on")


threading.Thread(target=agree, daemon=True).start()

# %% name="endless_claim" what="the function announces a claim of 4 GB, and goes on sending it"
# %% name="endless_claim" task="describe"
def describe(t):
    import threading

    line = get_ipython().kernel.line
    line.sendall(b"\xff" * 4)

    def send():
        for _ in range(100):
            line.sendall(bytes(2**20))

    threading.Thread(target=send, daemon=True).start()
    return None

# %% name="half_a_claim" what="a cell leaves the beginning of a claim on the line, which the claims of all checks would end"
line = get_ipython().kernel.line
line.sendall((2**20).to_bytes(4) + b'{"site": 0, "kind": "equal", "actual": ')

# %% name="no_line" what="the line for claims is closed, so that nobody hears of one that fails"
get_ipython().kernel.line.close()

# %% name="leaves_words_for_others" what="files are left wherever the next submission might find them"
import os
from pathlib import Path

for place in ("/tmp", "/dev/shm", os.path.expanduser("~"), os.getcwd(), "/run", "/var/tmp"):
    try:
        Path(place, "sitecustomize.py").write_text("import builtins; builtins.cheat = True")
        Path(place, "kindling.pth").write_text("import builtins; builtins.cheat = True")
    except OSError:
        pass
