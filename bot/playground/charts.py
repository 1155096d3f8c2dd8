"""The geometry of a `data_visualization` block: numbers in, coordinates out. chart.html draws them as SVG."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from bot.playground.wire import Json

Scale = Callable[[float], float]
Write = Callable[[float], str]

WIDTH, HEIGHT = 640, 280
LEFT, RIGHT, TOP, BOTTOM = 56, 12, 14, 46
PIE_RADIUS = 100
MOST_LABELS = 10
FLAT = 0.4  # a line whose lowest value is above this part of its highest is not drawn from zero


@dataclass(frozen=True, slots=True)
class Tick:
    """A label beside an axis, at its place along it."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of one series."""

    series: int
    x: float
    y: float
    width: float
    height: float
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """One series as a line: `path` through its `points`, `area` down to the base."""

    series: int
    path: str
    area: str
    points: list[tuple[float, float, str]]


@dataclass(frozen=True, slots=True)
class Plot:
    """A chart with axes."""

    kind: str
    names: list[str]
    across: list[Tick]
    up: list[Tick]
    bars: list[Bar]
    lines: list[Line]
    base: float


@dataclass(frozen=True, slots=True)
class Slice:
    """One segment of a pie."""

    series: int
    path: str
    label: str
    share: float
    value: float


def number(value: float) -> str:
    """A figure as short as it is exact."""
    return f"{value:.0f}" if float(value).is_integer() else f"{value:g}"


def plot(chart: Json, write: Write = number) -> Plot:
    """The layout of a bar, line or area chart; `write` writes figures as the reader does."""
    categories: list[str] = chart["axis_config"]["categories"]
    rows = [[float(point["value"]) for point in series["data"]] for series in chart["series"]]
    low, high, step = _scale([value for row in rows for value in row], from_zero=chart["type"] != "line")
    slot = (WIDTH - LEFT - RIGHT) / len(categories)
    xs = [LEFT + slot * (index + 0.5) for index in range(len(categories))]

    def y(value: float) -> float:
        return round(TOP + (high - value) / (high - low) * (HEIGHT - TOP - BOTTOM), 1)

    base = y(min(max(0.0, low), high))
    every = math.ceil(len(categories) / MOST_LABELS)
    bars, lines = [], []
    if chart["type"] == "bar":
        bars = _bars(chart, rows, slot, y, base, write)
    else:
        words = [[f"{name}: {write(value)}" for name, value in zip(categories, row, strict=True)] for row in rows]
        lines = [_line(index, xs, [*map(y, row)], words[index], base) for index, row in enumerate(rows)]
    steps = round((high - low) / step)
    return Plot(
        kind=chart["type"],
        names=[series["name"] for series in chart["series"]],
        across=[Tick(round(x, 1), label) for x, label in list(zip(xs, categories, strict=True))[::every]],
        up=[Tick(y(low + step * index), write(round(low + step * index, 9))) for index in range(steps + 1)],
        bars=bars,
        lines=lines,
        base=base,
    )


def slices(chart: Json) -> list[Slice]:
    """The segments of a pie, clockwise from the top."""
    total = sum(segment["value"] for segment in chart["segments"])
    found, turned = [], 0.0
    for index, segment in enumerate(chart["segments"]):
        share = segment["value"] / total if total else 0
        path = _sector(turned, turned + share)
        found.append(Slice(index, path, segment["label"], share, segment["value"]))
        turned += share
    return found


def _scale(values: list[float], from_zero: bool) -> tuple[float, float, float]:
    """Lowest and highest of the axis, and the step between its round labels."""
    low, high = min(values), max(values)
    if from_zero or low < FLAT * high or low == high:
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        high = low + 1
    rough = (high - low) / 4
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * nice for nice in (1, 2, 2.5, 5, 10) if power * nice >= rough)
    if all(value.is_integer() for value in values):
        step = max(1.0, power * 5 if step == power * 2.5 and power < 10 else step)
    return math.floor(low / step) * step, math.ceil(high / step) * step, step


def _bars(chart: Json, rows: list[list[float]], slot: float, y: Scale, base: float, write: Write) -> list[Bar]:
    width = slot * 0.72 / len(rows)
    bars = []
    for index, row in enumerate(rows):
        for place, value in enumerate(row):
            left = LEFT + slot * (place + 0.14) + width * index
            top, bottom = sorted((y(value), base))
            label = f"{chart['axis_config']['categories'][place]}: {write(value)}"
            bars.append(Bar(index, round(left, 1), top, round(width, 1), round(bottom - top, 1), label))
    return bars


def _line(index: int, xs: list[float], ys: list[float], labels: list[str], base: float) -> Line:
    path = "M" + "L".join(f"{x:.1f} {y}" for x, y in zip(xs, ys, strict=True))
    area = f"{path}L{xs[-1]:.1f} {base}L{xs[0]:.1f} {base}Z"
    return Line(index, path, area, [(round(x, 1), y, label) for x, y, label in zip(xs, ys, labels, strict=True)])


def _sector(start: float, end: float) -> str:
    """From one part of the turn to another; the whole turn is two halves, since an arc cannot end where it began."""
    if end - start > 0.9999:
        half = f"A{PIE_RADIUS} {PIE_RADIUS} 0 1 1 0"
        return f"M0 {-PIE_RADIUS}{half} {PIE_RADIUS}{half} {-PIE_RADIUS}Z"
    (x1, y1), (x2, y2) = (
        (PIE_RADIUS * math.sin(2 * math.pi * part), -PIE_RADIUS * math.cos(2 * math.pi * part)) for part in (start, end)
    )
    large = int(end - start > 0.5)
    return f"M0 0L{x1:.2f} {y1:.2f}A{PIE_RADIUS} {PIE_RADIUS} 0 {large} 1 {x2:.2f} {y2:.2f}Z"
