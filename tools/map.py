"""Make the map of Göteborg from the borders: `.venv/bin/python tools/map.py FOLDER`.

FOLDER holds `gbg_stadsdelar_2011_2020.geojson` and `gbg_stadsomraden_2021.geojson` (their README says where they
come from and how exact they are). Written is `app/maps/goteborg.json`: for each district and city area an SVG
path and the place of its numbered disc, in one coordinate system. Borders are simplified as chains between the
points where three areas meet, so that neighbours still share every line.
"""

from __future__ import annotations

import itertools
import json
import math
import sys
from collections import defaultdict
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "app" / "maps" / "goteborg.json"
WIDTH = 500.0  # of the drawing
TOLERANCE = 0.9  # how far a simplified line may stray, in drawing units
SMALLEST = 6e-5  # islands below this area are left out, in square degrees (about 0.4 square kilometres)
NOTE = (
    "Derived from the R package swemaps2 (github.com/filipwastberg/swemaps2), whose package declares CC0. "
    "Simplified for drawing. Borders of 2021 dissolved; approximate between Östra Göteborg and Örgryte-Härlanda, "
    "and some of Lundby and Västra Göteborg assigned from knowledge. Not for measuring."
)

Point = tuple[float, float]
Ring = list[Point]


class Projection:
    """Longitude and latitude to the drawing: equirectangular at the city's own latitude."""

    def __init__(self, points: list[Point]) -> None:
        west, east = min(x for x, _ in points), max(x for x, _ in points)
        south, self._north = min(y for _, y in points), max(y for _, y in points)
        self._west = west
        shrink = math.cos(math.radians((south + self._north) / 2))
        self._scale = WIDTH / ((east - west) * shrink)
        self._across = shrink * self._scale
        self.height = (self._north - south) * self._scale

    def __call__(self, point: Point) -> Point:
        return ((point[0] - self._west) * self._across, (self._north - point[1]) * self._scale)


def read(path: Path) -> dict[str, list[Ring]]:
    """The outer rings of each named area, largest first, as longitude and latitude."""
    features = json.loads(path.read_text("utf-8"))["features"]
    return {
        feature["properties"].get("namn") or feature["properties"]["stadsomrade2021"]: sorted(
            (
                ring
                for polygon in feature["geometry"]["coordinates"]
                if area_of(ring := _ring(polygon)) >= SMALLEST
            ),
            key=area_of,
            reverse=True,
        )
        for feature in features
    }


def _ring(polygon: list[list[list[float]]]) -> Ring:
    return [(x, y) for x, y in polygon[0][:-1]]


def area_of(ring: Ring) -> float:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True))) / 2


def junctions(rings: list[Ring]) -> set[Point]:
    """Points where the set of neighbouring points is not simply one before and one after."""
    neighbours: dict[Point, set[Point]] = defaultdict(set)
    for ring in rings:
        for index, point in enumerate(ring):
            neighbours[point] |= {ring[index - 1], ring[(index + 1) % len(ring)]}
    return {point for point, near in neighbours.items() if len(near) > 2}


def simplify(ring: Ring, fixed: set[Point]) -> Ring:
    """The ring with each chain between fixed points simplified in the same way for both neighbours."""
    cuts = [index for index, point in enumerate(ring) if point in fixed]
    if len(cuts) < 2:
        # An island, or a ring with one fixed point: cut it at the farthest pair we can name without searching.
        start = cuts[0] if cuts else ring.index(min(ring))
        turned = ring[start:] + ring[:start]
        far = max(range(len(turned)), key=lambda index: math.dist(turned[0], turned[index]))
        return chain(turned[: far + 1])[:-1] + chain([*turned[far:], turned[0]])[:-1]
    result: Ring = []
    for here, there in zip(cuts, cuts[1:] + cuts[:1], strict=True):
        part = ring[here : there + 1] if there > here else ring[here:] + ring[: there + 1]
        result += chain(part)[:-1]
    return result


def chain(points: Ring) -> Ring:
    """Douglas and Peucker's simplification, the same in both directions."""
    if points[0] > points[-1]:
        return _chain(points[::-1])[::-1]
    return _chain(points)


def _chain(points: Ring) -> Ring:
    if len(points) < 3:
        return points
    distance, index = max(
        (_distance(point, points[0], points[-1]), place) for place, point in enumerate(points[1:-1], 1)
    )
    if distance <= TOLERANCE:
        return [points[0], points[-1]]
    return _chain(points[: index + 1])[:-1] + _chain(points[index:])


def _distance(point: Point, start: Point, end: Point) -> float:
    length = math.dist(start, end)
    if length == 0:
        return math.dist(point, start)
    across = (end[0] - start[0]) * (start[1] - point[1]) - (start[0] - point[0]) * (end[1] - start[1])
    return abs(across) / length


def centre(ring: Ring) -> Point:
    """The point inside the ring that lies farthest from its border, on a grid fine enough for a disc."""
    west, east = min(x for x, _ in ring), max(x for x, _ in ring)
    top, bottom = min(y for _, y in ring), max(y for _, y in ring)
    steps = 40
    grid = [
        (west + (east - west) * i / steps, top + (bottom - top) * j / steps)
        for i in range(1, steps)
        for j in range(1, steps)
    ]
    edges = list(zip(ring, ring[1:] + ring[:1], strict=True))
    return max((point for point in grid if _inside(point, edges)), key=lambda point: _clearance(point, edges))


def _inside(point: Point, edges: list[tuple[Point, Point]]) -> bool:
    x, y = point
    crossings = [
        (a[1] > y) != (b[1] > y) and x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0] for a, b in edges
    ]
    return sum(crossings) % 2 == 1


def _clearance(point: Point, edges: list[tuple[Point, Point]]) -> float:
    def to(a: Point, b: Point) -> float:
        length = math.dist(a, b) ** 2
        along = (
            ((point[0] - a[0]) * (b[0] - a[0]) + (point[1] - a[1]) * (b[1] - a[1])) / length
            if length
            else 0.0
        )
        along = min(1.0, max(0.0, along))
        return math.dist(point, (a[0] + along * (b[0] - a[0]), a[1] + along * (b[1] - a[1])))

    return min(to(a, b) for a, b in edges)


def path(rings: list[Ring]) -> str:
    """The rings as one SVG path in relative steps of a tenth."""
    return "".join(_path(ring) for ring in rings)


def _path(ring: Ring) -> str:
    tenths = [(round(x * 10), round(y * 10)) for x, y in ring]
    text = f"M{_number(tenths[0][0])} {_number(tenths[0][1])}l"
    steps = []
    for before, after in itertools.pairwise(tenths):
        if before != after:
            steps.append(f"{_number(after[0] - before[0])} {_number(after[1] - before[1])}")
    return (text + " ".join(steps)).replace(" -", "-") + "z"


def _number(tenths: int) -> str:
    text = f"{tenths / 10:.1f}".removesuffix(".0")
    return text.replace("0.", ".") if text.startswith(("0.", "-0.")) else text


def draw(areas: dict[str, list[Ring]], project: Projection) -> dict[str, dict[str, object]]:
    drawn = {name: [[project(point) for point in ring] for ring in rings] for name, rings in areas.items()}
    fixed = junctions([ring for rings in drawn.values() for ring in rings])
    result: dict[str, dict[str, object]] = {}
    for name, rings in drawn.items():
        x, y = centre(rings[0])
        kept = [simplify(ring, fixed) for ring in rings]
        result[name] = {"path": path([ring for ring in kept if len(ring) > 2]), "x": round(x), "y": round(y)}
    return result


def main() -> int:
    folder = Path(sys.argv[1])
    districts = read(folder / "gbg_stadsdelar_2011_2020.geojson")
    city_areas = read(folder / "gbg_stadsomraden_2021.geojson")
    points = [
        point
        for areas in (districts, city_areas)
        for rings in areas.values()
        for ring in rings
        for point in ring
    ]
    project = Projection(points)
    drawing = {
        "note": NOTE,
        "viewBox": f"0 0 {WIDTH:.0f} {math.ceil(project.height)}",
        "stadsdelar": draw(districts, project),
        "stadsomraden": draw(city_areas, project),
    }
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(drawing, ensure_ascii=False, indent=1) + "\n", "utf-8")
    sys.stdout.write(f"{TARGET}: {TARGET.stat().st_size} bytes\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
