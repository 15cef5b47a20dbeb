import { expect, test } from "vitest";
import { inWords } from "./words";

test.each([
  [600_000, "10 min 00 s"],
  [304_200, "5 min 05 s"],
  [59_001, "1 min 00 s"],
  [9_400, "10 s"],
  [0, "0 s"],
  [-5, "0 s"],
])("%i ms are %s", (milliseconds, words) => {
  expect(inWords(milliseconds)).toBe(words);
});
