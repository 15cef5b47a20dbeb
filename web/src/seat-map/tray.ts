/** What is chosen, with ticket types and the total; and steppers for places without numbers. */

import type { Choice } from "./choice";
import { make, makeButton } from "./dom";
import { priceOf, type TicketType } from "./offer";
import { words, type SeatName } from "./words";

export interface TrayEvents {
  remove(number: number): void;
  retype(number: number, typeId: string): void;
  quantity(typeId: string, wanted: number): void;
}

/** A pool that can be bought from here. */
export interface PoolOffer {
  poolId: string;
  types: TicketType[];
}

export class Tray {
  readonly root: HTMLElement;
  private readonly heading = make("h2", { id: "seat-map-tray-title", tabindex: -1 }, words.yours);
  private readonly empty = make("p", { class: "muted" }, words.nothingYet);
  private readonly list = make("ul", { class: "seat-map-seats" });
  private readonly sum = make("output");
  private readonly total = make("p", { class: "seat-map-total" }, make("span", {}, words.total), this.sum);
  private act: HTMLElement | null = null;
  private readonly lines = new Map<number, HTMLElement>();
  private readonly steppers = new Map<string, { input: HTMLInputElement; left: HTMLElement }>();

  constructor(
    private readonly choice: Choice,
    private readonly nameOf: (number: number) => SeatName,
    private readonly typesOf: (number: number) => TicketType[],
    private readonly money: (amount: number) => string,
    pools: PoolOffer[],
    private readonly events: TrayEvents,
  ) {
    this.root = make(
      "section",
      { class: "seat-map-tray", "aria-labelledby": this.heading.id },
      this.heading,
      ...(pools.length > 0 ? [this.places(pools)] : []),
      this.empty,
      this.list,
      this.total,
    );
  }

  /** Put below the total what is done with the choice. */
  end(act: HTMLElement): void {
    this.act = act;
    this.root.append(act);
  }

  /** Show what is chosen now. */
  update(available: (type: TicketType) => number, counted: (value: number) => string): void {
    const numbers = new Set(this.choice.seatNumbers);
    for (const [number, line] of this.lines) {
      if (numbers.has(number)) continue;
      line.remove();
      this.lines.delete(number);
    }
    for (const number of numbers) {
      const line = this.lines.get(number) ?? this.addLine(number);
      line.querySelector("[data-price]")!.textContent = this.money(this.choice.priceOfSeat(number));
    }
    for (const [id, { input, left }] of this.steppers) {
      const quantity = this.choice.quantityOf(id);
      if (Number(input.value) !== quantity) input.value = String(quantity);
      left.textContent = words.left(counted(available(this.typeOf(id))));
    }
    this.empty.hidden = this.choice.count > 0;
    this.total.hidden = this.choice.count === 0;
    if (this.act !== null) this.act.hidden = this.choice.count === 0;
    this.sum.textContent = `${words.tickets(this.choice.count)} · ${this.money(this.choice.total)}`;
  }

  /** Put the focus on the stepper of a pool. */
  focusPool(poolId: string): void {
    const found = [...this.types.values()].find((type) => type.poolId === poolId);
    if (found !== undefined) this.steppers.get(found.id)?.input.focus();
  }

  private readonly types = new Map<string, TicketType>();

  private typeOf(id: string): TicketType {
    return this.types.get(id)!;
  }

  private addLine(number: number): HTMLElement {
    const name = this.nameOf(number);
    const types = this.typesOf(number);
    const only = types.length > 1 ? [] : types.map((type) => type.name);
    const line = make(
      "li",
      {},
      make("strong", {}, words.seat(name)),
      make("span", { "data-price": true }),
      this.remover(number, name),
      make("span", { class: "muted" }, [name.section, ...only].filter((part) => part !== "").join(" · ")),
      ...(types.length > 1 ? [this.chooser(number, name, types)] : []),
    );
    this.lines.set(number, line);
    this.list.append(line);
    return line;
  }

  private chooser(number: number, name: SeatName, types: TicketType[]): HTMLElement {
    const select = make("select", { "aria-label": words.ticketType(name) });
    const chosen = this.choice.typeOfSeat(number)?.id;
    for (const type of types) select.append(make("option", { value: type.id, selected: type.id === chosen }, type.name));
    select.addEventListener("change", () => this.events.retype(number, select.value));
    return select;
  }

  private remover(number: number, name: SeatName): HTMLElement {
    return makeButton({ class: "quiet", "aria-label": words.remove(name), title: words.remove(name) }, () => {
      const line = this.lines.get(number);
      const next = line?.nextElementSibling ?? line?.previousElementSibling;
      this.events.remove(number);
      (next?.querySelector<HTMLElement>("button") ?? this.heading).focus();
    }, "×");
  }

  private places(pools: PoolOffer[]): HTMLElement {
    const group = make("div", { role: "group", "aria-label": words.places, class: "seat-map-places" });
    for (const type of pools.flatMap((pool) => pool.types)) group.append(this.stepper(type));
    return group;
  }

  private stepper(type: TicketType): HTMLElement {
    this.types.set(type.id, type);
    const left = make("span", { class: "muted" });
    const input = make("input", { type: "number", inputmode: "numeric", min: 0, value: 0, "aria-label": type.name });
    const step = (by: number): void => this.events.quantity(type.id, Number(input.value) + by);
    input.addEventListener("change", () => this.events.quantity(type.id, Number(input.value)));
    this.steppers.set(type.id, { input, left });
    return make(
      "div",
      { class: "seat-map-stepper" },
      make("span", { class: "seat-map-name" }, make("strong", {}, type.name), make("span", {}, this.money(priceOf(type))), left),
      makeButton({ class: "quiet", "aria-label": words.fewer(type.name) }, () => step(-1), "−"),
      input,
      makeButton({ class: "quiet", "aria-label": words.more(type.name) }, () => step(1), "+"),
    );
  }
}
