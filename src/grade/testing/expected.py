"""Writes data/expected/*.json: what the answers to the exercises must give, from NumPy, SciPy and Keras.

.venv/bin/python src/grade/testing/expected.py && npx prettier --write data/expected
"""

from __future__ import annotations

from blocks import blocks
from by_hand import by_hand
from callbacks import callbacks

if __name__ == "__main__":
    blocks()
    by_hand()
    callbacks()
