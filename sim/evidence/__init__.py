"""The evidence: does the simulator reproduce what marketing science has published?

One experiment per published fact, in the modules named after the themes of `data/facts.csv`. Each runs a shipped market
as a laboratory (`lab`), with an intervention and a paired control, and returns measures with the band they should lie in
(`experiment`). `battery` runs them all and `page` shows them. `docs/evidence.md` explains the method.
"""
