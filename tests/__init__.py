"""Tests; a process of them computes in one thread, since as many are at work as there are cores, or more."""

import os

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")  # before NumPy comes
