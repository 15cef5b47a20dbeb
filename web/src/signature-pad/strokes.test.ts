import { expect, test } from "vitest";
import { inBox, pathOf } from "./strokes";

const pad = { left: 10, top: 20, width: 300, height: 90 } as DOMRect;

test("a pointer is where it is in the box", () => {
  expect(inBox({ x: 160, y: 65 }, pad)).toEqual({ x: 300, y: 90 });
});

test("a pointer that leaves the pad stays at its edge", () => {
  expect(inBox({ x: -50, y: 900 }, pad)).toEqual({ x: 0, y: 180 });
});

test("strokes become one path, dots are left out", () => {
  const line = [
    { x: 1, y: 2 },
    { x: 3, y: 4 },
  ];
  expect(pathOf([line, [{ x: 9, y: 9 }], line])).toBe("M1 2L3 4M1 2L3 4");
});
