"""The what-if lab: from plans and seeds to answers.

It uses what everybody may use (`load`, `run`, `Run`, `Engine`); the engine knows nothing of it. `figures` has the one list of
headline figures that comparisons, sweeps, response curves and the app report.
"""
