"""Charts: a figure as data, drawn as SVG for pages and mail; the screen draws the same data."""
