"""`python -m sim` is `journeysim`."""

from sim.cli import main

main()
