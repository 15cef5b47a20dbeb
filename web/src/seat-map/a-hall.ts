/** A small hall for tests: two rows of stalls, one seat on the balcony, and a floor. */

import { readHall, type Hall, type WireGeometry } from "./geometry";

export const PITCH = 200;

export const WIRE: WireGeometry = {
  layoutId: "layout",
  name: "Small hall",
  bounds: [0, 0, 400, 1200],
  focal: null,
  categories: [
    { key: "near", label: "Near", color: "#112233", accessible: false },
    { key: "far", label: "Far", color: "#445566", accessible: false },
  ],
  sections: [
    { label: "Stalls", first: 0, count: 4 },
    { label: "Balcony", first: 4, count: 1, entrance: "C" },
  ],
  rows: [
    { label: "A", first: 0, count: 2 },
    { label: "B", first: 2, count: 2 },
    { label: "A", first: 4, count: 1 },
  ],
  numbers: [5, 1, 1, 2, 2, 1, 1, 1],
  x: [100, 200, -200, 200, -200],
  y: [100, 0, 220, 0, 580],
  seatCategories: [0, 3, 1, 2],
  labels: ["1", "2", "1", "2", "1"],
  flags: [
    [1, 1],
    [4, 4],
  ],
  areas: [
    { id: "area", poolId: "pool", label: "Floor", category: 1, outline: [0, 1000, 400, 0, 0, 200, -400, 0], capacity: 50 },
  ],
  elements: [],
};

/** Make the hall. */
export function aHall(): Hall {
  return readHall(WIRE);
}
