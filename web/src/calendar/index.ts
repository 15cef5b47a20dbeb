/** The calendar: the page works without this; with it, holds are drawn and bookings are dragged. */

import "./calendar.css";
import { Board, type Place } from "./board";
import { followKeys, goTo } from "./keyboard";
import { movedJustNow } from "./moving";
import { followPointer } from "./pointer";
import { drawn, written } from "./slots";

const table = document.querySelector<HTMLTableElement>("table[data-calendar]");
if (table) enliven(new Board(table));

function enliven(board: Board): void {
  nameCells(board);
  followPointer(board, say, hold(board));
  followKeys(board, say, hold(board));
  showToday(board);
  const line = movedJustNow();
  const moved = line && board.table.querySelector<HTMLElement>(`.chip[data-line="${CSS.escape(line)}"]`);
  if (moved) {
    goTo(board, moved);
    say("Moved.");
  }
}

/** Open at today, beside the names of the spaces, where the table is wider than the page. */
function showToday(board: Board): void {
  const today = board.table.querySelector<HTMLElement>("th.today");
  const region = board.table.parentElement;
  const corner = board.table.querySelector<HTMLElement>(".corner");
  if (!today || !region || !corner) return;
  region.scrollLeft = today.offsetLeft - corner.offsetWidth;
}

/** Say for those who hear where a free cell is. */
function nameCells(board: Board): void {
  const day = new Intl.DateTimeFormat(document.documentElement.lang, {
    dateStyle: "full",
    timeZone: "UTC",
    ...(board.slotMinutes < 1440 && { timeStyle: "short" }),
  });
  for (const cell of board.table.querySelectorAll<HTMLTableCellElement>("td.free")) {
    const space = cell.closest<HTMLElement>("tbody")?.dataset["name"] ?? "";
    const at = new Date(`${cell.dataset["at"] ?? ""}:00Z`);
    cell.setAttribute("aria-label", `${space}, ${day.format(at)}: free`);
  }
}

/** Fill the form below with what was drawn, and lead there. */
function hold(board: Board): (from: Place, to: Place) => void {
  return (from, to) => {
    const form = document.querySelector<HTMLFormElement>("form[data-hold]");
    if (!form) return;
    const [starts, ends] = drawn(from.cell.dataset["at"] ?? "", to.cell.dataset["at"] ?? "", board.slotMinutes);
    set(form, "space", from.space);
    set(form, "starts_at", starts);
    set(form, "ends_at", ends);
    say(`${from.name}, ${written(starts, ends, document.documentElement.lang)}. Say for what.`);
    form.scrollIntoView({ block: "center" });
    form.querySelector<HTMLInputElement>('[name="title"]')?.focus();
  };
}

function set(form: HTMLFormElement, name: string, value: string): void {
  const field = form.elements.namedItem(name);
  if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) field.value = value;
}

/** Say something where it is seen and heard. */
function say(said: string): void {
  const place = document.querySelector<HTMLElement>("[data-said]");
  if (!place) return;
  place.textContent = said;
  place.className = said === "" || said === "Moving …" ? "visually-hidden" : "notice";
}
