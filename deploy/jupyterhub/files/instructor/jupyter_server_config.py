"""JupyterLab shows the formgrader in a frame, which a hub's server forbids unless told otherwise."""

c = get_config()  # noqa: F821

c.ServerApp.tornado_settings = {"headers": {"Content-Security-Policy": "frame-ancestors 'self'"}}
