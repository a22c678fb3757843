# SPDX-License-Identifier: Apache-2.0
"""A drawing as SVG text that reads well on a light and on a dark page: every colour is a class of the style."""

from xml.sax.saxutils import escape, quoteattr

STYLE = """
text { font: 12px system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif; fill: #1f2328; }
.title { font-weight: 600; font-size: 13px; }
.faint { fill: #656d76; }
.grid { stroke: #d0d7de; stroke-width: 1; }
.ours { fill: #0969da; }
.reference { fill: #8c959f; }
.peer { fill: #c4cbd3; }
.line0 { stroke: #0969da; } .line1 { stroke: #bf5700; } .line2 { stroke: #1a7f37; } .line3 { stroke: #8250df; }
.mark0 { fill: #0969da; } .mark1 { fill: #bf5700; } .mark2 { fill: #1a7f37; } .mark3 { fill: #8250df; }
.line { fill: none; stroke-width: 2; }
.page { fill: #ffffff; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .faint { fill: #8b949e; }
  .grid { stroke: #30363d; }
  .ours { fill: #58a6ff; }
  .reference { fill: #8b949e; }
  .peer { fill: #484f58; }
  .line0 { stroke: #58a6ff; } .line1 { stroke: #f0883e; } .line2 { stroke: #3fb950; } .line3 { stroke: #bc8cff; }
  .mark0 { fill: #58a6ff; } .mark1 { fill: #f0883e; } .mark2 { fill: #3fb950; } .mark3 { fill: #bc8cff; }
  .page { fill: #0d1117; }
}
"""


class Drawing:
    """Shapes in the order in which they are drawn; lengths are pixels."""

    def __init__(self, width, height, title):
        self.width = width
        self.height = height
        self.parts = [f"<title>{escape(title)}</title>", f"<style>{STYLE}</style>"]
        self.rect(0, 0, width, height, "page")

    def add(self, element, text=None, **attributes):
        said = "".join(f" {name.rstrip('_').replace('_', '-')}={quoteattr(self.number(value))}"
                       for name, value in attributes.items())
        self.parts.append(f"<{element}{said}/>" if text is None else f"<{element}{said}>{escape(text)}</{element}>")

    @staticmethod
    def number(value):
        return f"{value:.1f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)

    def rect(self, x, y, width, height, class_):
        self.add("rect", x=x, y=y, width=width, height=height, class_=class_)

    def line(self, x1, y1, x2, y2, class_):
        self.add("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)

    def text(self, x, y, text, class_="", anchor="start"):
        self.add("text", text, x=x, y=y, class_=class_, text_anchor=anchor)

    def polyline(self, points, class_):
        joined = " ".join(f"{self.number(float(x))},{self.number(float(y))}" for x, y in points)
        self.add("polyline", points=joined, class_=class_)

    def circle(self, x, y, class_):
        self.add("circle", cx=x, cy=y, r=3, class_=class_)

    def written(self):
        head = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" '
                f'width="{self.width}" height="{self.height}" role="img">')
        return "\n".join([head, *self.parts, "</svg>"]) + "\n"
