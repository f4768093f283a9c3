"""The app: a strategist asks "what if?" in the browser. Pages in Solara are thin; what they show is made by plain modules.

Only this room knows Solara, and only its pages do; it is imported by `journeysim app` and nothing else.
"""
