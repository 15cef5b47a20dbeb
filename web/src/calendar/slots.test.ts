import { describe, expect, it } from "vitest";
import { drawn, later, slotsBetween, written } from "./slots";

describe("slots", () => {
  it("reckons over midnight and the ends of months", () => {
    expect(later("2035-05-31T23:30", 60)).toBe("2035-06-01T00:30");
    expect(later("2036-03-01T00:00", -1440)).toBe("2036-02-29T00:00");
  });

  it("draws in either direction, with the last slot included", () => {
    expect(drawn("2035-05-01T18:00", "2035-05-01T20:00", 60)).toEqual(["2035-05-01T18:00", "2035-05-01T21:00"]);
    expect(drawn("2035-05-01T20:00", "2035-05-01T18:00", 60)).toEqual(["2035-05-01T18:00", "2035-05-01T21:00"]);
  });

  it("takes a day that is drawn for its evening", () => {
    expect(drawn("2035-05-01T00:00", "2035-05-03T00:00", 1440)).toEqual(["2035-05-01T18:00", "2035-05-03T22:00"]);
  });

  it("counts columns that are more than one slot wide", () => {
    expect(slotsBetween([1, 4, 1, 1], 0, 3)).toBe(6);
    expect(slotsBetween([1, 4, 1, 1], 3, 0)).toBe(-6);
    expect(slotsBetween([1, 1], 1, 1)).toBe(0);
  });
});

describe("what was drawn, in words", () => {
  it("names the day once, and no instant", () => {
    const said = written("2035-05-01T18:00", "2035-05-01T22:00", "en");
    expect(said).toMatch(/^Tue, May 1, 2035, 18:00\s*–\s*22:00$/);
  });

  it("names both days of a night", () => {
    const said = written("2035-05-01T18:00", "2035-05-02T02:00", "en");
    expect(said).toContain("Tue, May 1, 2035, 18:00");
    expect(said).toContain("Wed, May 2, 2035, 02:00");
  });
});
