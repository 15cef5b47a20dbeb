import { expect, test } from "vitest";
import { changeDue, readAmount } from "./change";

test("change is reckoned to the cent, with comma or point", () => {
  const due = readAmount("83.30") ?? 0;
  expect(changeDue("100", due)).toBe(16.7);
  expect(changeDue("83,30", due)).toBe(0);
  expect(changeDue("80.05", due)).toBe(-3.25);
});

test("what is no amount says nothing", () => {
  expect(changeDue("", 100)).toBeNull();
  expect(changeDue("ten", 100)).toBeNull();
  expect(changeDue("1.2.3", 100)).toBeNull();
});
