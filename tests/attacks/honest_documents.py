"""Honest notebooks that are unusual as documents: each function changes a solved one, and its first line says how."""

from __future__ import annotations

import copy

from attack_documents import of
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output


def windows_line_ends(notebook, folder):
    """Each line ends as on Windows."""
    for one in notebook.cells:
        if not one.metadata.get("nbgrader", {}).get("locked"):
            one.source = one.source.replace("\n", "\r\n")


def windows_line_ends_in_checks(notebook, folder):
    """Each line ends as on Windows, in checks too."""
    for one in notebook.cells:
        one.source = one.source.replace("\n", "\r\n")


def tabs_and_blanks(notebook, folder):
    """Tabs for blanks, blanks behind each line, and empty lines at the end of each cell."""
    for one in notebook.cells:
        if one.metadata.get("nbgrader", {}).get("solution"):
            one.source = one.source.replace("    ", "\t").replace("\n", "  \n") + "\n\n\n"


def run_out_of_order(notebook, folder):
    """Cells were run out of order before it was saved, and errors were saved with it."""
    code = [one for one in notebook.cells if one.cell_type == "code"]
    for place, one in enumerate(code):
        one.execution_count = (37 * place) % 101 + 1
        one.outputs = [
            new_output("error", ename="NameError", evalue="name 'x' is not defined", traceback=["NameError"])
        ]


def saved_with_outputs(notebook, folder):
    """It was saved with what each cell printed, on stderr too, and with results."""
    for place, one in enumerate(one for one in notebook.cells if one.cell_type == "code"):
        one.execution_count = place + 1
        one.outputs = [
            new_output("stream", name="stderr", text="a warning\n"),
            new_output("execute_result", data={"text/plain": "0"}, execution_count=place + 1),
        ]


def from_anaconda(notebook, folder):
    """The kernel is that of an environment which the grader does not have."""
    notebook.metadata.kernelspec = {
        "name": "conda-env-deep-py",
        "display_name": "Python [conda env:deep]",
        "language": "python",
    }
    notebook.metadata.language_info = {"name": "python", "version": "3.8.1"}


def without_kernel(notebook, folder):
    """It names no kernel and no language."""
    notebook.metadata.clear()


def from_colab(notebook, folder):
    """It was edited in Colab, with its metadata, forms and ids."""
    notebook.metadata.colab = {"provenance": [], "toc_visible": True}
    notebook.metadata.accelerator = "GPU"
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    for place, one in enumerate(notebook.cells):
        one.metadata.update(id=f"c{place}", colab={"base_uri": "https://localhost:8080/"}, cellView="form")


def from_vs_code(notebook, folder):
    """It was edited in VS Code, which adds languages and new ids."""
    for place, one in enumerate(notebook.cells):
        one.metadata.vscode = {"languageId": "python"}
        one.id = f"{place:08x}"


def with_tags(notebook, folder):
    """Cells have tags, are folded, and can't be deleted."""
    for one in notebook.cells:
        one.metadata.update(
            tags=["mine", "important"], jupyter={"source_hidden": True}, collapsed=True, deletable=False
        )


def many_cells(notebook, folder):
    """Empty cells and notes stand between all cells."""
    notebook.cells = [
        each
        for place, one in enumerate(notebook.cells)
        for each in (one, new_code_cell("", id=f"e{place}"), new_markdown_cell("A note: $x^2$ <b>bold", id=f"n{place}"))
    ]


def few_cells(notebook, folder):
    """All text and all cells that only show something are deleted."""
    notebook.cells = [
        one
        for one in notebook.cells
        if one.cell_type == "code" and not (one.metadata.get("kindling") or {}).get("show")
    ]


def runs_all_shows(notebook, folder):
    """Each cell that only shows something has another comment, so that it runs."""
    for one in notebook.cells:
        if (one.metadata.get("kindling") or {}).get("show"):
            one.source += "\n# Seen."


def copied_checks(notebook, folder):
    """A check was copied into a cell of its own to try it."""
    twin = copy.deepcopy(of(notebook, "describe_check"))
    twin.id, twin.metadata = "copy", NotebookNode()
    notebook.cells.append(twin)


def split_cells(notebook, folder):
    """A task's cell was split, and its helper stands above it."""
    task = of(notebook, "activation")
    place = notebook.cells.index(task)
    notebook.cells.insert(place, new_code_cell("def negative_exp(x):\n    return torch.exp(-x)", id="split"))
    task.source = "def activation(x):\n    return 1 / (1 + negative_exp(x))"


def helper_beside(notebook, folder):
    """A task's function is imported from a file beside the notebook."""
    (folder / "my_layers.py").write_text("import torch\n\n\ndef sigmoid(x):\n    return 1 / (1 + torch.exp(-x))\n")
    of(notebook, "activation").source = "from my_layers import sigmoid as activation"


def files_beside(notebook, folder):
    """Pictures, notes, an old version and a hidden folder lie beside the notebook."""
    (folder / "01_tensors_old.ipynb").write_text("{}")
    (folder / "notes.md").write_text("# Notes")
    (folder / ".idea").mkdir()
    (folder / ".idea" / "workspace.xml").write_text("<x/>")
    (folder / "photo.png").write_bytes(b"\x89PNG")


def other_lines(notebook, folder):
    """A task's cell has a form feed, a no-break space in a comment, and a line separator in a text."""
    of(notebook, "describe").source += "\n\x0c\n# here:\xa0!\ntext = 'a\u2028b'\n"


def points_read_by_eye(notebook, folder):
    """Words of a grader's stand in a task's cell as comments."""
    task = of(notebook, "describe")
    task.source = f"# YOUR CODE HERE\n# 1 point\n{task.source}\n# ### END SOLUTION\n"


CHANGES = {
    name: change
    for name, change in list(globals().items())
    if getattr(change, "__module__", "") == __name__ and not isinstance(change, type)
}
