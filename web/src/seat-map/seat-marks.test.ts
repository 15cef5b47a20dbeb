import { expect, it } from "vitest";

import { ACCESSIBLE, COMPANION, RESTRICTED_VIEW } from "./geometry";
import { CHOSEN, lookOf, stateOfLook } from "./seat-marks";
import { FREE, HELD, NOT_FOR_SALE, SOLD } from "./states";

it("gives every state, property and category a look of its own", () => {
  const looks = new Set<number>();
  let count = 0;
  for (const category of [-1, 0, 1, 300]) {
    for (const state of [FREE, HELD, SOLD, NOT_FOR_SALE, CHOSEN]) {
      for (let flags = 0; flags <= (ACCESSIBLE | COMPANION | RESTRICTED_VIEW); flags++) {
        for (const isDimmed of [false, true]) {
          const look = lookOf(category, state, flags, isDimmed);
          expect(stateOfLook(look)).toBe(state);
          looks.add(look);
          count += 1;
        }
      }
    }
  }
  expect(looks.size).toBe(count);
});
