/** The same seats as a list: a section's rows as a grid for keyboard and screen reader. */

import { make } from "./dom";
import type { Hall, Section } from "./geometry";
import { words } from "./words";

export interface ListEvents {
  section(index: number): void;
  seat(place: number): void;
  /** The seat that has the focus, or -1. */
  focus(place: number): void;
}

/** What the list says of a seat. */
export interface SeatFace {
  name: string;
  /** free, chosen, held, sold, off */
  mark: string;
  isChosen: boolean;
  canChoose: boolean;
}

export class SeatList {
  readonly root: HTMLElement;
  private readonly select = make("select");
  private readonly grid = make("div", { class: "seat-map-grid", role: "grid", hidden: true });
  private readonly help = make("p", { class: "muted", id: "seat-map-list-help", hidden: true }, words.listHelp);
  private readonly cells = new Map<number, HTMLElement>();
  private opened = -1;

  constructor(
    private readonly hall: Hall,
    private readonly chooses: boolean,
    private readonly face: (place: number) => SeatFace,
    private readonly events: ListEvents,
  ) {
    this.select.append(make("option", { value: "" }, words.chooseSection));
    hall.sections.forEach((section, at) => this.select.append(make("option", { value: at }, section.label)));
    this.select.addEventListener("change", () => this.open(this.select.value === "" ? -1 : Number(this.select.value), true));
    this.grid.addEventListener("keydown", (event) => this.key(event));
    this.grid.addEventListener("click", (event) => this.click(event));
    this.grid.addEventListener("focusin", (event) => this.events.focus(this.placeOf(event.target)));
    this.grid.addEventListener("focusout", () => this.events.focus(-1));
    this.grid.setAttribute("aria-describedby", this.help.id);
    if (chooses) this.grid.setAttribute("aria-multiselectable", "true");
    else this.help.textContent = words.lookHelp;
    this.root = make(
      "section",
      { class: "seat-map-list", "aria-labelledby": "seat-map-list-title" },
      make("h2", { id: "seat-map-list-title" }, words.list),
      make("label", {}, words.section, this.select),
      this.help,
      this.grid,
    );
  }

  /** Say of each section how it stands, in the choice of sections. */
  summarize(details: string[]): void {
    this.hall.sections.forEach((section, at) => {
      const option = this.select.options[at + 1]!;
      const text = `${section.label} – ${details[at] ?? ""}`;
      if (option.textContent !== text) option.textContent = text;
    });
  }

  /** List the seats of a section; -1 closes the list. */
  open(index: number, isChoice = false): void {
    if (index !== this.opened) this.fill(index);
    if (isChoice && index >= 0) this.events.section(index);
  }

  /** Show these seats as they are now, when they are listed. */
  update(places: Iterable<number>): void {
    for (const place of places) {
      const cell = this.cells.get(place);
      if (cell !== undefined) this.dress(cell, place);
    }
  }

  private fill(index: number): void {
    this.opened = index;
    this.select.value = index < 0 ? "" : String(index);
    this.cells.clear();
    const section = this.hall.sections[index];
    this.grid.hidden = this.help.hidden = section === undefined;
    this.grid.replaceChildren(...(section === undefined ? [] : this.rowsOf(section)));
    this.grid.scrollTop = 0;
    if (section === undefined) return;
    this.grid.setAttribute("aria-label", section.label);
    const first = this.cells.get(section.first);
    if (first !== undefined) first.tabIndex = 0;
  }

  private rowsOf(section: Section): HTMLElement[] {
    return section.rows.map((row) => {
      const line = make("div", { role: "row" }, make("span", { role: "rowheader" }, words.row(row.label) || words.seats(String(row.end - row.first))));
      for (let place = row.first; place < row.end; place++) {
        const cell = make("span", { role: "gridcell", tabindex: -1, "data-seat": this.hall.number[place]! }, this.hall.labels[place]!);
        this.dress(cell, place);
        this.cells.set(place, cell);
        line.append(cell);
      }
      return line;
    });
  }

  private dress(cell: HTMLElement, place: number): void {
    const { name, mark, isChosen, canChoose } = this.face(place);
    cell.setAttribute("aria-label", name);
    cell.dataset["mark"] = mark;
    if (!this.chooses) return;
    cell.setAttribute("aria-selected", String(isChosen));
    if (canChoose) cell.removeAttribute("aria-disabled");
    else cell.setAttribute("aria-disabled", "true");
  }

  private click(event: MouseEvent): void {
    const place = this.placeOf(event.target);
    if (place < 0) return;
    this.go(place);
    this.events.seat(place);
  }

  private key(event: KeyboardEvent): void {
    const place = this.placeOf(event.target);
    if (place < 0 || event.altKey || event.metaKey) return;
    if (event.key === " " || event.key === "Enter") this.events.seat(place);
    else if (event.key === "PageDown" || event.key === "PageUp") this.turn(event.key === "PageDown" ? 1 : -1);
    else {
      const next = this.next(place, event.key, event.ctrlKey);
      if (next === null) return;
      this.go(next);
    }
    event.preventDefault();
  }

  private next(place: number, key: string, isFar: boolean): number | null {
    const section = this.hall.sections[this.opened]!;
    const at = section.rows.findIndex((row) => place >= row.first && place < row.end);
    const row = section.rows[at]!;
    const inRow = (index: number): number => {
      const other = section.rows[Math.min(Math.max(index, 0), section.rows.length - 1)]!;
      return Math.min(other.first + (place - row.first), other.end - 1);
    };
    switch (key) {
      case "ArrowRight":
        return Math.min(place + 1, row.end - 1);
      case "ArrowLeft":
        return Math.max(place - 1, row.first);
      case "ArrowDown":
        return inRow(at + 1);
      case "ArrowUp":
        return inRow(at - 1);
      case "Home":
        return isFar ? section.first : row.first;
      case "End":
        return isFar ? section.end - 1 : row.end - 1;
      default:
        return null;
    }
  }

  private turn(by: number): void {
    const index = this.opened + by;
    const section = this.hall.sections[index];
    if (section === undefined) return;
    this.open(index, true);
    this.go(section.first);
  }

  private placeOf(target: EventTarget | null): number {
    const cell = target instanceof Element ? target.closest<HTMLElement>("[data-seat]") : null;
    return cell === null ? -1 : (this.hall.placeOf.get(Number(cell.dataset["seat"])) ?? -1);
  }

  /** Move the one stop of the Tab key to a seat, and the focus with it. */
  private go(place: number): void {
    for (const cell of this.grid.querySelectorAll<HTMLElement>("[tabindex='0']")) cell.tabIndex = -1;
    const cell = this.cells.get(place);
    if (cell === undefined) return;
    cell.tabIndex = 0;
    cell.focus();
  }
}
