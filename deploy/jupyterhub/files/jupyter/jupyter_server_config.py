"""JupyterLab on the class's machine, for everybody."""

c = get_config()  # noqa: F821

# Every account of the machine can read along at a kernel's port, and none at a socket in somebody's private folder.
c.KernelManager.transport = "ipc"
