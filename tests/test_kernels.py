"""For which processor kernels are compiled."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from sim.kernels import features_for

ASK = (
    "import sim.kernels, numba.core.registry as r; print(r.cpu_target.target_context.codegen().magic_tuple()[2][-20:])"
)


def test_wide_vectors_where_the_processor_does_not_slow_down_for_them():
    wide = features_for("-amx,+avx512vbmi2,+sse2")
    assert wide == "-amx,+avx512vbmi2,+sse2,-prefer-256-bit"
    assert features_for("+sse2,+avx512f,-avx512vbmi2") is None
    assert features_for("") is None


@pytest.mark.parametrize("said", ["+sse2", "+sse2,+sse4.2"])
def test_what_the_user_says_of_the_processor_stands(said):
    environment = os.environ | {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": said}
    seen = subprocess.run([sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, check=True)
    assert seen.stdout.strip() == said
