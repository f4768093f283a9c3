"""The same day, told one person at a time: a plain market of Mesa agents that the compiled one must agree with.

Read `consumer.py` from top to bottom for a consumer's day, `morning.py` for what the market does before anybody is up,
`night.py` for what people do to one another and for the books. It is slow on purpose: no arrays, no compiled code, one
short method for each mechanism.
"""
