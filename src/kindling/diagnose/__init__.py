"""What went wrong, told from what came: a relation between two values, or an error of Python or torch."""
