"""Loaded once by the process that the desk's workers are forked from (`workers.Crew`): whoever imports this is warm.

Nothing else imports it. What is in memory now is shared by all workers as long as none of them writes there, so the collector
is told to leave it alone.
"""

import gc
import os

os.environ["NUMBA_NUM_THREADS"] = "1"  # as `prepare` sets it in every worker, and numba must not see it change

from sim.app.workers import warm

warm()
gc.collect()
gc.freeze()
