/** A hall as maps draw it: read once from the packed geometry, in whole numbers of the plan. */

export interface WireGeometry {
  layoutId: string;
  name: string;
  bounds: [number, number, number, number];
  focal: [number, number] | null;
  categories: { key: string; label: string; color: string; accessible: boolean }[];
  sections: { label: string; first: number; count: number; outline?: number[]; entrance?: string }[];
  rows: { label: string; first: number; count: number }[];
  numbers: number[];
  x: number[];
  y: number[];
  seatCategories: number[];
  labels: string[];
  flags: [number, number][];
  areas: WireArea[];
  elements: { kind: string; label: string; x: number; y: number; size: number; outline?: number[]; color?: string }[];
}

interface WireArea {
  id: string;
  poolId: string | null;
  label: string;
  category: number;
  outline: number[];
  capacity: number;
}

export const ACCESSIBLE = 1;
export const COMPANION = 2;
export const RESTRICTED_VIEW = 4;

/** Corners as x, y, x, y, … */
export type Outline = number[];

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface Category {
  key: string;
  label: string;
  color: string;
}

/** The seats `first` … `end - 1` of the hall's order. */
export interface Row {
  label: string;
  section: number;
  first: number;
  end: number;
  box: Box;
}

export interface Section {
  label: string;
  entrance: string;
  first: number;
  end: number;
  rows: Row[];
  outline: Outline;
  box: Box;
}

export interface Area {
  poolId: string | null;
  label: string;
  category: number;
  capacity: number;
  outline: Outline;
  box: Box;
}

export interface HallElement {
  kind: string;
  label: string;
  x: number;
  y: number;
  size: number;
  outline: Outline;
  color: string;
}

/** Columns are over the seats in one order; `number` is what a seat is called elsewhere. */
export interface Hall {
  layoutId: string;
  box: Box;
  pitch: number;
  categories: Category[];
  sections: Section[];
  rows: Row[];
  areas: Area[];
  elements: HallElement[];
  count: number;
  number: Int32Array;
  x: Float64Array;
  y: Float64Array;
  category: Int16Array;
  flags: Uint8Array;
  rowOf: Int32Array;
  labels: string[];
  /** The position in the order, by seat number. */
  placeOf: Map<number, number>;
}

/** Unpack a geometry. */
export function readHall(wire: WireGeometry): Hall {
  const number = Int32Array.from(sums(spread(wire.numbers)));
  const x = Float64Array.from(sums(wire.x));
  const y = Float64Array.from(sums(wire.y));
  const rowOf = new Int32Array(number.length);
  const sections = wire.sections.map((section): Section => {
    const end = section.first + section.count;
    const outline = sums2(section.outline ?? []);
    const rows: Row[] = [];
    return { label: section.label, entrance: section.entrance ?? "", first: section.first, end, rows, outline, box: EMPTY };
  });
  const rows = wire.rows.map((row, index): Row => {
    const end = row.first + row.count;
    rowOf.fill(index, row.first, end);
    const section = sections.findIndex((one) => row.first >= one.first && row.first < one.end);
    return { label: row.label, section, first: row.first, end, box: boxOfSeats(x, y, row.first, end) };
  });
  for (const row of rows) sections[row.section]?.rows.push(row);
  const pitch = usualDistance(rows, x, y);
  for (const section of sections) encloseSection(section, x, y, pitch);
  const flags = new Uint8Array(number.length);
  for (const [place, bits] of wire.flags) flags[place] = bits;
  const [left, top, right, bottom] = wire.bounds;
  return {
    layoutId: wire.layoutId,
    box: grow({ left, top, right, bottom }, pitch),
    pitch,
    categories: wire.categories,
    sections: sections.filter((section) => section.end > section.first),
    rows,
    areas: wire.areas.map(readArea),
    elements: wire.elements.map((one) => ({ ...one, outline: sums2(one.outline ?? []), color: one.color ?? "" })),
    count: number.length,
    number,
    x,
    y,
    category: Int16Array.from(spread(wire.seatCategories)),
    flags,
    rowOf,
    labels: wire.labels,
    placeOf: new Map(Array.from(number, (seat, place) => [seat, place])),
  };
}

/** The section of the seat at this place of the order. */
export function sectionAt(hall: Hall, place: number): Section {
  const found = hall.sections.find((section) => place >= section.first && place < section.end);
  if (found === undefined) throw new RangeError(`no section has the place ${place}`);
  return found;
}

/** The row of the seat at this place of the order. */
export function rowAt(hall: Hall, place: number): Row {
  return hall.rows[hall.rowOf[place]!]!;
}

/** The nearest seat's place within reach of a point, or -1. */
export function nearestSeat(hall: Hall, x: number, y: number, reach: number): number {
  let found = -1;
  let least = reach * reach;
  for (const row of hall.rows) {
    if (!contains(row.box, x, y, reach)) continue;
    for (let place = row.first; place < row.end; place++) {
      const distance = (hall.x[place]! - x) ** 2 + (hall.y[place]! - y) ** 2;
      if (distance <= least) {
        least = distance;
        found = place;
      }
    }
  }
  return found;
}

/** Whether a point lies in a closed outline. */
export function isInside(outline: Outline, x: number, y: number): boolean {
  let inside = false;
  for (let i = 0, j = outline.length - 2; i < outline.length; j = i, i += 2) {
    const [xi, yi, xj, yj] = [outline[i]!, outline[i + 1]!, outline[j]!, outline[j + 1]!];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

/** Whether a point lies in the box, or so near to it. */
export function contains(box: Box, x: number, y: number, reach = 0): boolean {
  return x >= box.left - reach && x <= box.right + reach && y >= box.top - reach && y <= box.bottom + reach;
}

/** Whether two boxes share a point. */
export function overlap(one: Box, other: Box): boolean {
  return one.left <= other.right && one.right >= other.left && one.top <= other.bottom && one.bottom >= other.top;
}

/** The box with a margin around it. */
export function grow(box: Box, by: number): Box {
  return { left: box.left - by, top: box.top - by, right: box.right + by, bottom: box.bottom + by };
}

/** The least convex outline around points, each with room around it. */
export function hull(points: [number, number][], room: number): Outline {
  const spots = points
    .flatMap(([x, y]): [number, number][] => [
      [x - room, y - room],
      [x + room, y - room],
      [x - room, y + room],
      [x + room, y + room],
    ])
    .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (ordered: [number, number][]): [number, number][] => {
    const kept: [number, number][] = [];
    for (const spot of ordered) {
      while (kept.length > 1 && turn(kept[kept.length - 2]!, kept[kept.length - 1]!, spot) <= 0) kept.pop();
      kept.push(spot);
    }
    return kept.slice(0, -1);
  };
  return [...half(spots), ...half([...spots].reverse())].flat();
}

const EMPTY: Box = { left: 0, top: 0, right: 0, bottom: 0 };

function readArea(area: WireArea): Area {
  const outline = sums2(area.outline);
  const { poolId, label, category, capacity } = area;
  return { poolId, label, category, capacity, outline, box: boxOfOutline(outline) };
}

/** Give a section its box, and the outline that the plan leaves out. */
function encloseSection(section: Section, x: Float64Array, y: Float64Array, pitch: number): void {
  if (section.end === section.first) return;
  if (section.outline.length === 0) {
    const ends = section.rows.flatMap((row) => extremes(row, x, y));
    section.outline = hull(ends.map((place) => [x[place]!, y[place]!]), pitch * 0.8);
  }
  const seats = boxOfSeats(x, y, section.first, section.end);
  const drawn = boxOfOutline(section.outline);
  section.box = {
    left: Math.min(seats.left, drawn.left),
    top: Math.min(seats.top, drawn.top),
    right: Math.max(seats.right, drawn.right),
    bottom: Math.max(seats.bottom, drawn.bottom),
  };
}

/** The seats of a row that stand out: its ends, and those farthest to each side. */
function extremes(row: Row, x: Float64Array, y: Float64Array): number[] {
  const found = [row.first, row.first, row.first, row.first];
  for (let place = row.first; place < row.end; place++) {
    if (x[place]! < x[found[0]!]!) found[0] = place;
    if (x[place]! > x[found[1]!]!) found[1] = place;
    if (y[place]! < y[found[2]!]!) found[2] = place;
    if (y[place]! > y[found[3]!]!) found[3] = place;
  }
  return found;
}

/** How far seats are from their neighbours, usually. */
function usualDistance(rows: Row[], x: Float64Array, y: Float64Array): number {
  const distances: number[] = [];
  for (const row of rows) {
    for (let place = row.first + 1; place < row.end; place++) {
      const distance = Math.hypot(x[place]! - x[place - 1]!, y[place]! - y[place - 1]!);
      if (distance > 0) distances.push(distance);
    }
  }
  distances.sort((a, b) => a - b);
  return distances[distances.length >> 1] ?? 200;
}

function boxOfSeats(x: Float64Array, y: Float64Array, first: number, end: number): Box {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (let place = first; place < end; place++) {
    box.left = Math.min(box.left, x[place]!);
    box.right = Math.max(box.right, x[place]!);
    box.top = Math.min(box.top, y[place]!);
    box.bottom = Math.max(box.bottom, y[place]!);
  }
  return box;
}

function boxOfOutline(outline: Outline): Box {
  if (outline.length === 0) return EMPTY;
  const xs = Float64Array.from(outline.filter((_, at) => at % 2 === 0));
  const ys = Float64Array.from(outline.filter((_, at) => at % 2 === 1));
  return boxOfSeats(xs, ys, 0, xs.length);
}

function turn(a: [number, number], b: [number, number], c: [number, number]): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

function spread(runs: number[]): number[] {
  const values: number[] = [];
  for (let at = 0; at < runs.length; at += 2) {
    for (let times = runs[at + 1]!; times > 0; times--) values.push(runs[at]!);
  }
  return values;
}

function sums(differences: number[]): number[] {
  let total = 0;
  return differences.map((difference) => (total += difference));
}

function sums2(pairs: number[]): Outline {
  let [x, y] = [0, 0];
  return pairs.map((difference, at) => (at % 2 === 0 ? (x += difference) : (y += difference)));
}
