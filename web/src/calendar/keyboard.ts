/** With the keyboard: one stop in the page's order, and arrows from cell to cell. */

import type { Board, Place } from "./board";
import { send } from "./moving";

const ACROSS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1 };
const DOWN: Record<string, number> = { ArrowUp: -1, ArrowDown: 1 };

/** Let arrows walk on the board, Enter open or hold, Shift move, and Alt stretch. */
export function followKeys(
  board: Board,
  say: (said: string) => void,
  hold: (from: Place, to: Place) => void,
): void {
  for (const stop of board.table.querySelectorAll<HTMLElement>("td.free, .chip")) stop.tabIndex = -1;
  const first = board.rows()[0] && stopAt(board, board.rows()[0]!, 0);
  if (first) first.tabIndex = 0;
  board.table.addEventListener("keydown", (key) => {
    const here = (key.target as HTMLElement).closest<HTMLElement>("td.free, .chip");
    const cell = here?.closest<HTMLTableCellElement>("td");
    const place = cell && board.placeOf(cell);
    if (!here || !place) return;
    const across = ACROSS[key.key] ?? 0;
    const isMovable = "movable" in here.dataset;
    if (across && isMovable && (key.shiftKey || key.altKey)) {
      const wish = key.shiftKey ? { shift: across, stretch: 0 } : { shift: 0, stretch: across };
      void send(board, here, wish, say);
    } else if (across || DOWN[key.key]) {
      walk(board, here, place, across, DOWN[key.key] ?? 0);
    } else if (key.key === "Enter" && here.matches("td.free") && "mayHold" in board.table.dataset) {
      hold(place, place);
    } else return;
    key.preventDefault();
  });
}

/** Put the one stop of the page's order on an element, and go there. */
export function goTo(board: Board, stop: HTMLElement): void {
  board.table.querySelectorAll<HTMLElement>('[tabindex="0"]').forEach((each) => (each.tabIndex = -1));
  stop.tabIndex = 0;
  stop.focus();
}

function walk(board: Board, here: HTMLElement, place: Place, across: number, down: number): void {
  const rows = board.rows();
  const row = here.closest("tr");
  if (!row) return;
  const column = across > 0 ? place.column + place.cell.colSpan : place.column + across;
  const target = rows[rows.indexOf(row) + down];
  const stop = target && stopAt(board, target, column);
  if (stop) goTo(board, stop);
}

function stopAt(board: Board, row: HTMLTableRowElement, column: number): HTMLElement | null {
  const cell = board.cellAt(row, column);
  return cell?.classList.contains("free") ? cell : (cell?.querySelector<HTMLElement>(".chip") ?? null);
}
