/**
 * `<seat-map organization="…" event="…">` in the form of an event's page, and
 * `<seat-map layout-view="…">` to look at a layout. What is in `[data-without-map]` works without
 * this, and steps back when the map is there.
 */

import { Feed, readGeometry } from "./feed";
import { readHall } from "./geometry";
import { LayoutView } from "./layout-view";
import { Memory } from "./memory";
import { PlaceFields } from "./place-fields";
import { Shop } from "./shop";
import type { Board } from "./board";

const MAX_DEFAULT = 10;

export class SeatMapElement extends HTMLElement {
  private ending = new AbortController();
  private board: Board | null = null;

  connectedCallback(): void {
    if (this.board !== null) return;
    this.ending = new AbortController();
    const { signal } = this.ending;
    const address = this.getAttribute("layout-view");
    const begun = address === null ? this.sell(signal) : this.showLayout(address, signal);
    begun.catch((error: unknown) => {
      if (signal.aborted) return;
      this.dataset["broken"] = "";
      console.warn(error);
    });
  }

  disconnectedCallback(): void {
    this.ending.abort();
    this.board?.root.remove();
    this.board = null;
  }

  /** Where a seat is in the window, so that others can point at it. */
  pointOf(seatNumber: number): { x: number; y: number } | null {
    const place = this.board?.hall.placeOf.get(seatNumber);
    if (this.board === null || place === undefined) return null;
    const box = this.board.stage.root.getBoundingClientRect();
    const [x, y] = this.board.stage.spotOf(place);
    return { x: box.left + x, y: box.top + y };
  }

  /** Bring a seat into view, and ring it. */
  showSeat(seatNumber: number): void {
    const place = this.board?.hall.placeOf.get(seatNumber);
    if (place !== undefined) this.board?.stage.focusOn(place);
  }

  private async sell(signal: AbortSignal): Promise<void> {
    const [organization, event] = [this.getAttribute("organization") ?? "", this.getAttribute("event") ?? ""];
    const feed = new Feed(organization, event, signal);
    const [offer, wire, states] = await Promise.all([
      feed.offer(),
      feed.geometry(this.getAttribute("layout")),
      feed.availability(),
    ]);
    if (signal.aborted) return;
    const form = this.closest("form");
    const memory = new Memory(`seat-map:${organization}/${event}`);
    form?.addEventListener("submit", () => memory.send(), { signal });
    const shop = new Shop(readHall(wire), offer, {
      locale: this.locale,
      max: Number(this.getAttribute("max")) || MAX_DEFAULT,
      chosen: (this.getAttribute("chosen") ?? "").split(",").filter(Boolean).map(Number),
      places: new PlaceFields(form, this),
      end: form?.querySelector<HTMLElement>("[data-with-choice]") ?? null,
      memory,
      signal,
    });
    this.take(shop.board);
    shop.start(feed, states);
  }

  private async showLayout(address: string, signal: AbortSignal): Promise<void> {
    const hall = readHall(await readGeometry(address, signal));
    if (signal.aborted) return;
    const view = new LayoutView(hall, this.locale, signal);
    this.take(view.board);
    view.board.start();
  }

  private get locale(): string {
    return this.getAttribute("locale") || document.documentElement.lang || "en";
  }

  /** Take the place of what works without a map: it is neither seen nor sent. */
  private take(board: Board): void {
    for (const fallback of this.querySelectorAll<HTMLElement>("[data-without-map]")) {
      fallback.hidden = true;
      for (const control of fallback.querySelectorAll<HTMLInputElement>("button, input, select, textarea")) {
        control.disabled = true;
      }
    }
    this.board = board;
    this.append(board.root);
    this.dataset["ready"] = "";
  }
}
