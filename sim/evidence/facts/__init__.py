"""Experiments on published facts, a module a theme; `sim.evidence.battery.experiments` finds every module here."""
