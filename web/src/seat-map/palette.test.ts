import { expect, it } from "vitest";

import { contrast } from "../styles/contrast";
import { blend, inkOn } from "./palette";

it("mixes colours", () => {
  expect(blend("#000000", "#ffffff", 0.5)).toBe("#808080");
  expect(blend("#102030", "#ffffff", 0)).toBe("#102030");
});

it.each(["#2f6f9f", "#e08a00", "#000000", "#ffffff", "#777777", "#fca700"])("writes legibly on %s", (color) => {
  expect(contrast(inkOn(color), color)).toBeGreaterThanOrEqual(4.5);
});
