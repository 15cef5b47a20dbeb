/** What somebody has chosen so far: seats with their ticket types, and places without numbers. */

import { priceOf, typesOfCategory, type Offer, type TicketType } from "./offer";

export type Outcome = "chosen" | "full" | "not-for-sale";

interface ChosenSeat {
  category: string;
  type: TicketType;
}

export class Choice {
  private readonly seats = new Map<number, ChosenSeat>();
  private readonly quantities = new Map<string, number>();

  constructor(
    private readonly offer: Offer,
    readonly max: number,
  ) {}

  /** The chosen seats in the order of choosing. */
  get seatNumbers(): number[] {
    return [...this.seats.keys()];
  }

  /** How many tickets that makes. */
  get count(): number {
    return [...this.quantities.values()].reduce((sum, quantity) => sum + quantity, this.seats.size);
  }

  /** What all of it costs. */
  get total(): number {
    let total = 0;
    for (const seat of this.seats.values()) total += priceOf(seat.type, seat.category);
    for (const [id, quantity] of this.quantities) total += quantity * priceOf(this.typeOf(id));
    return total;
  }

  has(number: number): boolean {
    return this.seats.has(number);
  }

  /** Choose a seat, as the usual type or the one that is named. */
  add(number: number, category: string, typeId?: string): Outcome {
    const types = typesOfCategory(this.offer, category);
    const type = types.find((one) => one.id === typeId) ?? types[0];
    if (type === undefined) return "not-for-sale";
    if (!this.seats.has(number) && this.count >= this.max) return "full";
    this.seats.set(number, { category, type });
    return "chosen";
  }

  /** Give a seat back; return whether it had been chosen. */
  remove(number: number): boolean {
    return this.seats.delete(number);
  }

  /** The ticket type that a chosen seat is bought as. */
  typeOfSeat(number: number): TicketType | undefined {
    return this.seats.get(number)?.type;
  }

  /** What a chosen seat costs. */
  priceOfSeat(number: number): number {
    const seat = this.seats.get(number);
    return seat === undefined ? 0 : priceOf(seat.type, seat.category);
  }

  /** How many places of this type are chosen. */
  quantityOf(typeId: string): number {
    return this.quantities.get(typeId) ?? 0;
  }

  /** Set how many places of a type there shall be, as far as that is possible; return how many. */
  setQuantity(typeId: string, wanted: number, available: number): number {
    const others = this.count - this.quantityOf(typeId);
    const most = Math.min(available, this.max - others, this.typeOf(typeId).maxPerOrder);
    const quantity = Math.max(0, Math.min(Math.trunc(wanted) || 0, most));
    if (quantity > 0) this.quantities.set(typeId, quantity);
    else this.quantities.delete(typeId);
    return quantity;
  }

  /** What the form sends. */
  fields(): [string, string][] {
    const fields: [string, string][] = [];
    for (const [number, seat] of this.seats) {
      fields.push(["seat", String(number)], [`type-${number}`, seat.type.id]);
    }
    for (const [id, quantity] of this.quantities) fields.push([`places-${id}`, String(quantity)]);
    return fields;
  }

  private typeOf(id: string): TicketType {
    const type = this.offer.ticketTypes.find((one) => one.id === id);
    if (type === undefined) throw new RangeError(`no ticket type is called ${id}`);
    return type;
  }
}
