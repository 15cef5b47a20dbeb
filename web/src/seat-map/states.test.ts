import { expect, it } from "vitest";

import { FREE, HELD, NOT_FOR_SALE, SeatStates, SOLD } from "./states";

const areas = [{ poolId: "floor", available: 7 }];

/** Seats 0 … 4: free, held, sold, not for sale, sold. */
const ALL = { version: "one", seatCount: 5, seats: btoa(String.fromCharCode(0b11100100, 0b10)), areas };

it("reads two bits a seat, the first in the lowest", () => {
  const states = new SeatStates();

  states.replace(ALL);

  expect([0, 1, 2, 3, 4, 5].map((number) => states.of(number))).toEqual([
    FREE,
    HELD,
    SOLD,
    NOT_FOR_SALE,
    SOLD,
    NOT_FOR_SALE,
  ]);
  expect(states.areas.get("floor")).toBe(7);
});

it("takes over changes, also of seats that are new", () => {
  const states = new SeatStates();
  states.replace(ALL);

  const changed = states.apply({
    version: "two",
    changes: [
      [1, FREE],
      [8, SOLD],
    ],
    areas: [{ poolId: "floor", available: 6 }],
  });

  expect(changed).toEqual([1, 8]);
  expect([states.of(1), states.of(7), states.of(8)]).toEqual([FREE, NOT_FOR_SALE, SOLD]);
  expect([states.version, states.areas.get("floor")]).toEqual(["two", 6]);
});

it("says which seats are different after everything was read again", () => {
  const states = new SeatStates();
  states.replace(ALL);

  const changed = states.replace({ ...ALL, seats: btoa(String.fromCharCode(0b11100110, 0b10)) });

  expect(changed).toEqual([0]);
});
