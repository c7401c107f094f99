"""The warm process and its kernels."""
