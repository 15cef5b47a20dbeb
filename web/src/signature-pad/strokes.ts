/** Strokes as the server reads them: `M10 20L11 24…`, whole numbers in a box of 600 by 180. */

export const WIDTH = 600;
export const HEIGHT = 180;

export interface Point {
  x: number;
  y: number;
}

/** Where a pointer is in the box, whatever size the pad has on the screen. */
export function inBox(client: Point, pad: DOMRect): Point {
  const scale = (at: number, start: number, size: number, whole: number): number =>
    Math.min(whole, Math.max(0, Math.round(((at - start) / size) * whole)));
  return {
    x: scale(client.x, pad.left, pad.width, WIDTH),
    y: scale(client.y, pad.top, pad.height, HEIGHT),
  };
}

/** The path of all strokes; a stroke of one point draws nothing and is left out. */
export function pathOf(strokes: readonly (readonly Point[])[]): string {
  return strokes
    .filter((points) => points.length > 1)
    .map((points) => points.map((at, place) => `${place ? "L" : "M"}${at.x} ${at.y}`).join(""))
    .join("");
}
