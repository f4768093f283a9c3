"""Sweeps: a study file says what to vary; runs stream to a folder, survive crashes, and load as one data frame.

study.py (what is asked), designs.py (which points), runner.py (computing them), store.py (keeping them), results.py (tables),
analysis.py and discovery.py (what follows), pictures.py and report.py (showing it).
"""
