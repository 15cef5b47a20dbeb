/** With the pointer: draw over free time to hold it, drag a booking to move it, its end to stretch. */

import type { Board, Place } from "./board";
import { send } from "./moving";

const GRIP_PIXELS = 10;
const DRAG_STARTS_AFTER_PIXELS = 6;

/** Let the pointer draw and drag on the board. */
export function followPointer(
  board: Board,
  say: (said: string) => void,
  hold: (from: Place, to: Place) => void,
): void {
  board.table.addEventListener("pointerdown", (down) => {
    if (down.button !== 0 || down.pointerType === "touch") return;
    const target = down.target as HTMLElement;
    const chip = target.closest<HTMLElement>(".chip[data-movable]");
    const free = target.closest<HTMLTableCellElement>("td.free");
    if (chip) drag(board, chip, down, say);
    else if (free && "mayHold" in board.table.dataset) draw(board, free, down, hold);
  });
}

function draw(
  board: Board,
  cell: HTMLTableCellElement,
  down: PointerEvent,
  hold: (from: Place, to: Place) => void,
): void {
  const from = board.placeOf(cell);
  if (!from) return;
  down.preventDefault();
  let to = from;
  const show = (): void => {
    const [first, last] = [Math.min(from.column, to.column), Math.max(from.column, to.column)];
    for (const each of board.table.querySelectorAll<HTMLTableCellElement>("td.free")) {
      const place = board.placeOf(each);
      const isIn = place?.space === from.space && each.parentElement === cell.parentElement;
      each.classList.toggle("drawn", isIn && place.column >= first && place.column <= last);
    }
  };
  show();
  follow(
    (move) => {
      const place = board.at(move.clientX, move.clientY);
      if (place?.space === from.space && place.cell.classList.contains("free")) to = place;
      show();
    },
    () => hold(from, to),
    () => board.table.querySelectorAll(".drawn").forEach((each) => each.classList.remove("drawn")),
  );
}

function drag(board: Board, chip: HTMLElement, down: PointerEvent, say: (said: string) => void): void {
  const origin = board.at(down.clientX, down.clientY);
  if (!origin) return;
  down.preventDefault();
  const isEnd = chip.getBoundingClientRect().right - down.clientX < GRIP_PIXELS;
  const from = board.columnAt(origin, down.clientX);
  let [columns, space, isDragged] = [0, "", false];
  follow(
    (move) => {
      const far = Math.hypot(move.clientX - down.clientX, move.clientY - down.clientY);
      if (far > DRAG_STARTS_AFTER_PIXELS) isDragged = true;
      if (!isDragged) return;
      chip.classList.add("dragged");
      const place = board.at(move.clientX, move.clientY);
      if (!place) return;
      columns = board.columnAt(place, move.clientX) - from;
      space = !isEnd && place.space !== origin.space ? place.space : "";
    },
    () => {
      if (!isDragged) return;
      window.addEventListener("click", swallow, { capture: true, once: true });
      window.setTimeout(() => window.removeEventListener("click", swallow, { capture: true }), 0);
      const wish = isEnd ? { shift: 0, stretch: columns } : { shift: columns, stretch: 0, space };
      void send(board, chip, wish, say);
    },
    () => chip.classList.remove("dragged"),
  );
}

/** Follow the pointer until it is let go; Escape gives up. `over` is called in either case. */
function follow(moved: (move: PointerEvent) => void, done: () => void, over: () => void): void {
  const stop = new AbortController();
  const end = (isDone: boolean): void => {
    stop.abort();
    over();
    if (isDone) done();
  };
  const { signal } = stop;
  window.addEventListener("pointermove", moved, { signal });
  window.addEventListener("pointerup", () => end(true), { signal });
  window.addEventListener("pointercancel", () => end(false), { signal });
  window.addEventListener("keydown", (key) => key.key === "Escape" && end(false), { signal });
}

function swallow(click: Event): void {
  click.preventDefault();
  click.stopPropagation();
}
