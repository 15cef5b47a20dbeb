/** The last scans, the newest first: what was said, what still waits, what can be taken back. */

import type { Scan, Ticket, Words } from "./types";

const SHOWN = 8;
const CODE_SHOWN = 14;

interface More {
  ticket: Ticket | null;
  canUndo: boolean;
}

export class LastScans {
  #place: HTMLElement;
  #list: HTMLElement;
  #takeBack: (scan: Scan) => void;

  constructor(place: HTMLElement, takeBack: (scan: Scan) => void) {
    this.#place = place;
    this.#list = place.querySelector("[data-list]") ?? place;
    this.#takeBack = takeBack;
  }

  /** Show a scan, or what became of one that is shown already. */
  put(scan: Scan, words: Words, note: string, more: More = { ticket: null, canUndo: false }): void {
    const line = document.createElement("li");
    line.dataset["scan"] = scan.scanId;
    line.dataset["tone"] = words.tone;
    line.append(text("strong", words.title), text("span", where(scan, more.ticket)));
    if (note !== "") line.append(text("em", note));
    if (more.canUndo) line.append(this.#undoButton(scan));
    const shown = [...this.#list.children].find((each) => (each as HTMLElement).dataset["scan"] === scan.scanId);
    if (shown !== undefined) shown.replaceWith(line);
    else this.#list.prepend(line);
    while (this.#list.children.length > SHOWN) this.#list.lastElementChild?.remove();
    this.#place.hidden = false;
  }

  #undoButton(scan: Scan): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet";
    button.textContent = "Undo";
    button.addEventListener("click", () => this.#takeBack(scan));
    return button;
  }
}

function where(scan: Scan, ticket: Ticket | null): string {
  if (ticket === null) return scan.code.length > CODE_SHOWN ? `${scan.code.slice(0, CODE_SHOWN)}…` : scan.code;
  const seat = [ticket.section, ticket.row, ticket.seat].filter(Boolean).join(" · ");
  return seat || ticket.ticketType;
}

function text(tag: string, content: string): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = content;
  return element;
}
