import { describe, expect, it } from "vitest";

import { aHall, PITCH } from "./a-hall";
import { hull, isInside, nearestSeat, rowAt, sectionAt } from "./geometry";

describe("a hall", () => {
  const hall = aHall();

  it("has every seat where it belongs", () => {
    const said = Array.from(hall.number, (number, place) => {
      const seat = `${sectionAt(hall, place).label} ${rowAt(hall, place).label}${hall.labels[place]}`;
      return `${number}: ${seat} ${hall.x[place]},${hall.y[place]} ${hall.categories[hall.category[place]!]?.key}`;
    });

    expect(said).toEqual([
      "5: Stalls A1 100,100 near",
      "6: Stalls A2 300,100 near",
      "7: Stalls B1 100,320 near",
      "9: Stalls B2 300,320 far",
      "10: Balcony A1 100,900 far",
    ]);
  });

  it("knows what is special about seats, and how far they are apart", () => {
    expect([...hall.flags]).toEqual([0, 1, 0, 0, 4]);
    expect(hall.pitch).toBe(PITCH);
    expect(hall.placeOf.get(9)).toBe(3);
  });

  it("gives a section without an outline one that holds its seats", () => {
    const { outline } = hall.sections[0]!;

    for (const [x, y] of [[100, 100], [300, 100], [100, 320], [300, 320]] as const) {
      expect(isInside(outline, x, y)).toBe(true);
    }
    expect(isInside(outline, 100, 900)).toBe(false);
  });

  it("finds the nearest seat within reach, and none beyond", () => {
    expect(nearestSeat(hall, 285, 110, 80)).toBe(1);
    expect(nearestSeat(hall, 200, 210, 80)).toBe(-1);
  });

  it("reads standing areas with their pools", () => {
    expect(hall.areas).toMatchObject([{ poolId: "pool", label: "Floor", capacity: 50 }]);
    expect(hall.areas[0]!.box).toEqual({ left: 0, top: 1000, right: 400, bottom: 1200 });
  });
});

describe("a hull", () => {
  it("leaves out what lies within", () => {
    const corners = hull([[0, 0], [10, 0], [0, 10], [10, 10], [5, 5]], 1);

    expect(corners).toHaveLength(8);
    expect(new Set(corners)).toEqual(new Set([-1, 11]));
  });
});
