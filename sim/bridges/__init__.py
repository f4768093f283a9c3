"""Bridges to other tools: what mix models, process mining and network libraries read, made from a simulated market.

`sim.bridges.weekly` and `geo` make the tables that mix models are fitted to, `truth` the effects they should find, `events` a
log for process mining, `network` graphs of NetworkX and igraph from ties and back, `export` whole folders to hand out. The
engine knows nothing of them.
"""
