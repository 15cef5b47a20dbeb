import { beforeEach, expect, it, vi } from "vitest";

import { Memory } from "./memory";

const KEY = "seat-map:house/show";

beforeEach(() => {
  const stored = new Map<string, string>();
  vi.stubGlobal("sessionStorage", {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
  });
});

it("remembers what was chosen when the page was left", () => {
  new Memory(KEY).keep([[3, "child"]]);

  expect(new Memory(KEY).recall([])).toEqual([[3, "child"]]);
});

it("forgets what was sent and could be had", () => {
  const memory = new Memory(KEY);
  memory.keep([[3, "child"]]);
  memory.send();
  memory.keep([[3, "child"]]);

  expect(new Memory(KEY).recall([])).toEqual([]);
});

it("keeps the ticket types of what could not be had", () => {
  const memory = new Memory(KEY);
  memory.keep([
    [3, "child"],
    [4, "adult"],
  ]);
  memory.send();

  expect(new Memory(KEY).recall([4, 9])).toEqual([
    [4, "adult"],
    [9, ""],
  ]);
});

it("does not stumble over what somebody else stored", () => {
  sessionStorage.setItem(KEY, "{broken");

  expect(new Memory(KEY).recall([])).toEqual([]);
});
