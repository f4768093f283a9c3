"""Journeysim: an agent-based consumer-journey simulator for paired what-ifs about the marketing mix."""

__version__ = "0.1.0"
