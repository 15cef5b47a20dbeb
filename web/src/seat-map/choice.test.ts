import { expect, it } from "vitest";

import { Choice } from "./choice";
import { moneyWriter, priceRange, typesOfCategory, type Offer, type TicketType } from "./offer";

function aType(id: string, fields: Partial<TicketType>): TicketType {
  return {
    id,
    name: id,
    description: "",
    categories: Object.keys(fields.prices ?? {}),
    poolId: null,
    saleState: "on_sale",
    saleStartsAt: null,
    minPerOrder: 1,
    maxPerOrder: 10,
    prices: {},
    available: null,
    ...fields,
  };
}

function euros(amount: number): { amount: number; currency: string } {
  return { amount, currency: "EUR" };
}

const OFFER: Offer = {
  currency: "EUR",
  isOnSale: true,
  maxTicketsPerHold: 10,
  ticketTypes: [
    aType("later", { prices: { stalls: euros(1) }, saleState: "not_yet" }),
    aType("adult", { prices: { stalls: euros(4000), balcony: euros(2500) } }),
    aType("child", { prices: { stalls: euros(2000) } }),
    aType("floor", { prices: { floor: euros(1500) }, poolId: "pool", maxPerOrder: 4 }),
  ],
  categories: [],
};

it("takes the usual ticket type, or the one that is named, of those on sale", () => {
  const choice = new Choice(OFFER, 10);

  choice.add(1, "stalls");
  choice.add(2, "stalls", "child");
  choice.add(3, "balcony", "child");
  choice.add(4, "stalls", "later");

  expect(choice.fields()).toEqual([
    ["seat", "1"],
    ["type-1", "adult"],
    ["seat", "2"],
    ["type-2", "child"],
    ["seat", "3"],
    ["type-3", "adult"],
    ["seat", "4"],
    ["type-4", "adult"],
  ]);
  expect(choice.total).toBe(4000 + 2000 + 2500 + 4000);
});

it("does not take what has no price", () => {
  const choice = new Choice(OFFER, 10);

  expect(choice.add(1, "lounge")).toBe("not-for-sale");
  expect(choice.fields()).toEqual([]);
});

it("stops at the limit, over seats and places together", () => {
  const choice = new Choice(OFFER, 5);
  choice.add(1, "stalls");
  choice.add(2, "stalls");

  expect(choice.setQuantity("floor", 9, 100)).toBe(3);
  expect(choice.add(3, "stalls")).toBe("full");
  expect(choice.add(1, "stalls", "child")).toBe("chosen");
  expect(choice.count).toBe(5);
  expect(choice.total).toBe(2000 + 4000 + 3 * 1500);
});

it("offers no more places than are left, than an order may have, or than none", () => {
  const choice = new Choice(OFFER, 10);

  expect(choice.setQuantity("floor", 3, 2)).toBe(2);
  expect(choice.setQuantity("floor", 9, 100)).toBe(4);
  expect(choice.setQuantity("floor", -1, 100)).toBe(0);
  expect(choice.setQuantity("floor", NaN, 100)).toBe(0);
  expect(choice.fields()).toEqual([]);
});

it("gives seats back", () => {
  const choice = new Choice(OFFER, 10);
  choice.add(1, "stalls");

  expect(choice.remove(1)).toBe(true);
  expect(choice.remove(1)).toBe(false);
  expect([choice.count, choice.total]).toEqual([0, 0]);
});

it("says what a category costs, from the least to the most", () => {
  expect(priceRange(OFFER, "stalls")).toEqual([2000, 4000]);
  expect(priceRange(OFFER, "lounge")).toBeNull();
  expect(typesOfCategory(OFFER, "stalls").map((type) => type.id)).toEqual(["adult", "child"]);
});

it("writes amounts with as many digits as the currency has", () => {
  expect(moneyWriter("en", "EUR")(4708)).toBe("€47.08");
  expect(moneyWriter("en", "JPY")(4708)).toBe("¥4,708");
  expect(moneyWriter("en", "BHD")(4708)).toMatch(/4\.708/);
});
