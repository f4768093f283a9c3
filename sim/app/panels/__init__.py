"""Larger parts of pages: the bar of cases and plans, the levers, the time line. Each is a component over one in `vue/`."""
