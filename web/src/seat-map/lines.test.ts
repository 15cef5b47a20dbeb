import { describe, expect, it } from "vitest";

import { cross, lineOf, meets } from "./lines";

const BOX = { left: 10, top: 10, right: 20, bottom: 20 };

describe("lines", () => {
  it("cross where each has the other's ends on both sides", () => {
    expect(cross([0, 0, 10, 10], [0, 10, 10, 0])).toBe(true);
    expect(cross([0, 0, 10, 10], [0, 10, 4, 6.1])).toBe(false);
    expect(cross([0, 0, 10, 0], [0, 5, 10, 5])).toBe(false);
  });

  it("meet a box that they run through, end in, or lie in", () => {
    expect(meets([0, 15, 30, 15], BOX)).toBe(true);
    expect(meets([0, 0, 15, 15], BOX)).toBe(true);
    expect(meets([12, 12, 18, 13], BOX)).toBe(true);
    expect(meets([0, 5, 30, 5], BOX)).toBe(false);
    expect(meets([0, 0, 9, 40], BOX)).toBe(false);
  });

  it("lead from middle to middle", () => {
    expect(lineOf(BOX, { left: 0, top: 0, right: 2, bottom: 4 })).toEqual([15, 15, 1, 2]);
  });
});
