"""The benches' own modules."""

from __future__ import annotations

import sys
from pathlib import Path

BENCH = Path(__file__).resolve().parents[2] / "bench"
sys.path[:0] = [str(BENCH / "compare"), str(BENCH / "growth"), str(BENCH)]
