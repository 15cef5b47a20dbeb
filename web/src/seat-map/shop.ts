/** The map on an event's page: seats are chosen, and the form around it sends them. */

import { Board, type Content } from "./board";
import { Choice } from "./choice";
import { make, makeButton } from "./dom";
import type { Feed } from "./feed";
import { ACCESSIBLE, COMPANION, type Hall } from "./geometry";
import { hex } from "./palette";
import type { Memory } from "./memory";
import type { PlaceFields } from "./place-fields";
import { moneyWriter, priceRange, typesOfCategory, typesOfPool, type Offer, type TicketType } from "./offer";
import { CHOSEN } from "./seat-marks";
import { FREE, SeatStates, type WireAvailability } from "./states";
import { Tray, type PoolOffer } from "./tray";
import { words } from "./words";

export interface ShopOptions {
  locale: string;
  max: number;
  /** Where the choice is kept while the page is away. */
  memory: Memory;
  /** What the page was sent with, when that could not be had. */
  chosen: number[];
  /** The page's own fields for places without numbers. */
  places: PlaceFields;
  /** The page's own button that holds what is chosen, and what is said beside it. */
  end: HTMLElement | null;
  signal: AbortSignal;
}

export class Shop implements Content {
  readonly sells = true;
  readonly root: HTMLElement;
  readonly board: Board;
  private readonly states = new SeatStates();
  private readonly choice: Choice;
  private readonly tray: Tray;
  private readonly fields = make("div", { hidden: true });
  private readonly notice = make("p", { class: "alert", role: "alert", hidden: true });
  private readonly asGood = makeButton({ class: "quiet", hidden: true }, () => this.takeAsGood(), words.asGood);
  private readonly lost = new Set<number>();
  private readonly live = make("p", { class: "visually-hidden", role: "status" });
  private readonly money: (amount: number) => string;
  private readonly counted: (value: number) => string;

  constructor(
    private readonly hall: Hall,
    private readonly offer: Offer,
    private readonly options: ShopOptions,
  ) {
    colorCategories(hall, offer);
    const numbers = new Intl.NumberFormat(options.locale);
    this.counted = (value) => numbers.format(value);
    this.money = moneyWriter(options.locale, offer.currency);
    this.choice = new Choice(offer, Math.min(options.max, offer.maxTicketsPerHold));
    this.board = new Board(hall, this, this.legend(), ["free", "chosen", "held", "sold"], options.signal);
    this.tray = new Tray(
      this.choice,
      (number) => this.board.nameOf(this.placeOf(number)),
      (number) => typesOfCategory(offer, this.categoryOf(this.placeOf(number))),
      this.money,
      this.pools(),
      {
        remove: (number) => this.remove(number),
        retype: (number, typeId) => this.retype(number, typeId),
        quantity: (typeId, wanted) => this.setQuantity(typeId, wanted),
      },
    );
    if (options.end !== null) this.tray.end(options.end);
    this.board.putBeside(this.tray.root);
    this.root = this.board.root;
    this.root.prepend(this.notice, this.asGood);
    this.root.append(this.live, this.fields);
    if (!offer.isOnSale) this.tell(words.unsold);
  }

  /** Begin, when the map is in the page: with the states of now, and then as they change. */
  start(feed: Feed, states: WireAvailability): void {
    this.states.replace(states);
    this.remember();
    this.board.start();
    this.show();
    this.options.places.listen((typeId, quantity) => this.setQuantity(typeId, quantity), this.options.signal);
    feed.follow(states.version, {
      everything: (wire) => this.take(this.states.replace(wire)),
      changes: (delta) => this.take(this.states.apply(delta)),
      connection: (isGood) => this.tell(isGood ? words.online : words.offline),
    });
  }

  stateOf(place: number): number {
    const number = this.hall.number[place]!;
    return this.choice.has(number) ? CHOSEN : this.states.of(number);
  }

  priceOf(place: number): string {
    const number = this.hall.number[place]!;
    if (this.choice.has(number)) return this.money(this.choice.priceOfSeat(number));
    return this.rangeOf(this.categoryOf(place));
  }

  canChoose(place: number): boolean {
    const state = this.stateOf(place);
    return state === CHOSEN || (state === FREE && typesOfCategory(this.offer, this.categoryOf(place)).length > 0);
  }

  sectionDetail(first: number, end: number, free: number): string {
    if (free === 0) return words.soldOut;
    let least = Infinity;
    const keys = new Set(this.hall.category.subarray(first, end));
    for (const category of keys) {
      const range = priceRange(this.offer, this.hall.categories[category]?.key ?? "");
      if (range !== null) least = Math.min(least, range[0]);
    }
    return words.free(this.counted(free), least === Infinity ? "" : this.money(least));
  }

  areaSummary(index: number): { detail: string; share: number } {
    const area = this.hall.areas[index]!;
    const left = area.poolId === null ? 0 : (this.states.areas.get(area.poolId) ?? 0);
    const detail = left > 0 ? words.left(this.counted(left)) : words.soldOut;
    return { detail, share: Math.min(1, left / (area.capacity || 1)) };
  }

  choose(place: number): void {
    const number = this.hall.number[place]!;
    if (this.choice.has(number)) {
      this.remove(number);
      return;
    }
    const name = this.board.nameOf(place);
    const state = this.states.of(number);
    if (state !== FREE) {
      this.say(words.notFree(name, state));
      return;
    }
    switch (this.choice.add(number, this.categoryOf(place))) {
      case "chosen":
        if (this.hall.flags[place]! & (ACCESSIBLE | COMPANION)) this.tell(words.kept);
        else this.dismiss();
        this.say(words.chosen(name, this.money(this.choice.priceOfSeat(number)), this.choice.count, this.money(this.choice.total)));
        break;
      case "full":
        this.tell(words.full(this.choice.max));
        break;
      case "not-for-sale":
        this.say(words.notForSale);
    }
    this.show([place]);
  }

  chooseArea(index: number): void {
    const { poolId } = this.hall.areas[index]!;
    const types = poolId === null ? [] : typesOfPool(this.offer, poolId);
    if (!types.some((type) => this.options.places.focus(type.id)) && poolId !== null) this.tray.focusPool(poolId);
  }

  private remove(number: number): void {
    if (!this.choice.remove(number)) return;
    const place = this.placeOf(number);
    this.dismiss();
    this.say(words.removed(this.board.nameOf(place), this.choice.count, this.money(this.choice.total)));
    this.show([place]);
  }

  private retype(number: number, typeId: string): void {
    const place = this.placeOf(number);
    this.choice.add(number, this.categoryOf(place), typeId);
    this.say(`${words.tickets(this.choice.count)}, ${this.money(this.choice.total)}`);
    this.show([place]);
  }

  private setQuantity(typeId: string, wanted: number): void {
    const type = this.offer.ticketTypes.find((one) => one.id === typeId);
    if (type === undefined) return;
    const got = this.choice.setQuantity(typeId, wanted, this.leftOf(type));
    this.options.places.set(typeId, got);
    if (wanted > got && this.choice.count >= this.choice.max) this.tell(words.full(this.choice.max));
    else this.dismiss();
    this.say(`${words.tickets(this.choice.count)}, ${this.money(this.choice.total)}`);
    this.show([]);
  }

  /** Seats have changed hands: show it, and take what is lost out of the choice. */
  private take(numbers: number[]): void {
    const lost = numbers.filter((number) => this.choice.has(number) && this.states.of(number) !== FREE);
    for (const number of lost) this.choice.remove(number);
    for (const number of lost) this.lost.add(number);
    if (lost.length > 0) this.asGood.hidden = false;
    if (lost.length > 0) this.tell(words.taken(lost.map((number) => this.board.nameOf(this.placeOf(number)))));
    this.show(numbers.flatMap((number) => this.hall.placeOf.get(number) ?? []));
  }

  /** Ask for places as good as all that was chosen, what others got too. */
  private takeAsGood(): void {
    this.fields.append(make("input", { type: "hidden", name: "as_good", value: "yes" }));
    this.root.closest("form")?.requestSubmit();
  }

  /** Bring everything up to date after seats at these places (or all) have changed. */
  private show(places?: number[]): void {
    this.board.refresh(places);
    this.tray.update((type) => this.leftOf(type), this.counted);
    this.fields.replaceChildren(
      ...this.choice
        .fields()
        .filter(([name]) => !this.options.places.has(name))
        .map(([name, value]) => make("input", { type: "hidden", name, value })),
      ...[...this.lost].map((number) => make("input", { type: "hidden", name: "instead", value: number })),
    );
    const numbers = this.choice.seatNumbers;
    this.options.memory.keep(numbers.map((number) => [number, this.choice.typeOfSeat(number)?.id ?? ""]));
    this.root.dispatchEvent(new CustomEvent("seat-map-change", { bubbles: true, detail: { count: this.choice.count } }));
  }

  /** Choose again what was chosen before, as far as it is free. */
  private remember(): void {
    const { memory, chosen, places } = this.options;
    for (const [number, typeId] of memory.recall(chosen)) {
      const place = this.hall.placeOf.get(number);
      if (place !== undefined && this.states.of(number) === FREE) this.choice.add(number, this.categoryOf(place), typeId);
    }
    for (const [typeId, quantity] of places.quantities()) this.setQuantity(typeId, quantity);
  }

  private legend(): { category: number; color: string; label: string; detail: string }[] {
    return this.hall.categories.flatMap(({ key, label, color }, category) => {
      const detail = this.rangeOf(key);
      return detail === "" ? [] : [{ category, color, label, detail }];
    });
  }

  private rangeOf(key: string): string {
    const range = priceRange(this.offer, key);
    if (range === null) return "";
    const [least, most] = range.map(this.money);
    return least === most ? least! : `${least}–${most}`;
  }

  private pools(): PoolOffer[] {
    const ids = new Set(this.offer.ticketTypes.flatMap((type) => type.poolId ?? []));
    const isHere = (type: TicketType): boolean => !this.options.places.has(`places-${type.id}`);
    return [...ids]
      .map((poolId) => ({ poolId, types: typesOfPool(this.offer, poolId).filter(isHere) }))
      .filter(({ types }) => types.length > 0);
  }

  private leftOf(type: TicketType): number {
    return this.states.areas.get(type.poolId ?? "") ?? type.available ?? 0;
  }

  private categoryOf(place: number): string {
    return this.hall.categories[this.hall.category[place]!]?.key ?? "";
  }

  private placeOf(number: number): number {
    return this.hall.placeOf.get(number)!;
  }

  /** Say something that ears need and eyes see anyway. */
  private say(text: string): void {
    this.live.textContent = text;
  }

  /** Say something that everybody needs. */
  private tell(text: string): void {
    this.notice.textContent = text;
    this.notice.hidden = false;
  }

  private dismiss(): void {
    this.notice.hidden = true;
    this.asGood.hidden = true;
    this.lost.clear();
  }
}

/** The event's own names and colours of categories come before the plan's. */
function colorCategories(hall: Hall, offer: Offer): void {
  for (const category of hall.categories) {
    const offered = offer.categories.find((one) => one.key === category.key);
    category.label = offered?.name || category.label;
    category.color = hex(offered?.color || category.color);
  }
}
