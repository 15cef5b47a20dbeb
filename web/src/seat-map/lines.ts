/** Straight lines on the screen, and what they meet. */

import type { Box } from "./geometry";

/** Two points: x, y, x, y. */
export type Line = [number, number, number, number];

export function lineOf(from: Box, to: Box): Line {
  return [...middleOf(from), ...middleOf(to)];
}

/** Whether the two have a point in common that is an end of neither. */
export function cross([ax, ay, bx, by]: Line, [cx, cy, dx, dy]: Line): boolean {
  const side = (px: number, py: number, qx: number, qy: number, x: number, y: number) =>
    Math.sign((qx - px) * (y - py) - (qy - py) * (x - px));
  return (
    side(ax, ay, bx, by, cx, cy) * side(ax, ay, bx, by, dx, dy) < 0 &&
    side(cx, cy, dx, dy, ax, ay) * side(cx, cy, dx, dy, bx, by) < 0
  );
}

/** Whether a line runs into a box, or lies in it. */
export function meets(line: Line, { left, top, right, bottom }: Box): boolean {
  const isWithin = (x: number, y: number) => x > left && x < right && y > top && y < bottom;
  return (
    isWithin(line[0], line[1]) ||
    isWithin(line[2], line[3]) ||
    cross(line, [left, top, right, bottom]) ||
    cross(line, [left, bottom, right, top])
  );
}

function middleOf({ left, top, right, bottom }: Box): [number, number] {
  return [(left + right) / 2, (top + bottom) / 2];
}
