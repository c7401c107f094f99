"""What learners use outside of a notebook: their copy of the lessons, and JupyterLab on it."""
