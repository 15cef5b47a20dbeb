/** The verdict, over the whole screen: colour, word, symbol, sound, and what to do next. */

import { tell } from "./feedback";
import type { Ticket, Tone, Words } from "./types";

const SYMBOLS: Record<Tone, string> = { ok: "✓", warn: "!", stop: "✕" };
const OK_SHOWN_MS = 2500;

export interface Shown extends Words {
  ticket: Ticket | null;
  note: string;
  canUndo: boolean;
}

export class VerdictDialog {
  #dialog: HTMLDialogElement;
  #timer = 0;
  #tone: Tone = "ok";
  undo: () => void = () => undefined;

  constructor(dialog: HTMLDialogElement) {
    this.#dialog = dialog;
    this.#part("next").addEventListener("click", () => this.close());
    this.#part("undo").addEventListener("click", () => {
      this.close();
      this.undo();
    });
    dialog.addEventListener("close", () => window.clearTimeout(this.#timer));
  }

  /** Whether the verdict has to be seen before another ticket is read. */
  get isHolding(): boolean {
    return this.#dialog.open && this.#tone !== "ok";
  }

  show(shown: Shown): void {
    this.#tone = shown.tone;
    this.#dialog.dataset["tone"] = shown.tone;
    this.#part("symbol").textContent = SYMBOLS[shown.tone];
    this.#part("title").textContent = shown.title;
    this.#part("detail").textContent = shown.detail;
    this.#part("note").textContent = shown.note;
    this.#part("ticket").replaceChildren(...ticketLines(shown.ticket));
    this.#part("undo").hidden = !shown.canUndo;
    window.clearTimeout(this.#timer);
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#part("next").focus();
    tell(shown.tone);
    if (shown.tone === "ok") this.#timer = window.setTimeout(() => this.close(), OK_SHOWN_MS);
  }

  close(): void {
    if (this.#dialog.open) this.#dialog.close();
  }

  #part(name: string): HTMLElement {
    const part = this.#dialog.querySelector<HTMLElement>(`[data-${name}]`);
    if (part === null) throw new Error(`the verdict has no ${name}`);
    return part;
  }
}

/** Return the lines that say whose ticket it is, and for where. */
function ticketLines(ticket: Ticket | null): HTMLElement[] {
  if (ticket === null) return [];
  const seat = [
    ticket.section,
    ticket.row && `Row ${ticket.row}`,
    ticket.seat && `Seat ${ticket.seat}`,
  ].filter(Boolean);
  return [seat.join(" · "), ticket.ticketType, ticket.holderName].filter(Boolean).map((line, at) => {
    const element = document.createElement(at === 0 ? "strong" : "span");
    element.textContent = line;
    return element;
  });
}
