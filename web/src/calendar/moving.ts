/** Moving and stretching bookings: the server decides, the page says what it said. */

import type { Board } from "./board";

/** What is asked of a booking: so many slots later, so many longer, perhaps in another space. */
export interface Wish {
  readonly shift: number;
  readonly stretch: number;
  readonly space?: string;
}

/** Send a wish; on success the page is shown anew, otherwise the board stays and says why. */
export async function send(board: Board, chip: HTMLElement, wish: Wish, say: (said: string) => void): Promise<void> {
  if (wish.shift === 0 && wish.stretch === 0 && !wish.space) return;
  const body = new FormData();
  body.set("booking", chip.dataset["booking"] ?? "");
  body.set("line", chip.dataset["line"] ?? "");
  body.set("version", chip.dataset["version"] ?? "");
  body.set("shift", String(wish.shift * board.slotMinutes));
  body.set("stretch", String(wish.stretch * board.slotMinutes));
  if (wish.space) body.set("space", wish.space);
  chip.classList.add("dragged");
  say("Moving …");
  const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
  try {
    const answer = await fetch(board.table.dataset["move"] ?? "", {
      method: "POST",
      body,
      headers: { "x-csrf-token": token, accept: "application/json" },
    });
    const { said } = (await answer.json()) as { said: string };
    if (answer.ok) {
      sessionStorage.setItem(FOCUS, chip.dataset["line"] ?? "");
      location.reload();
      return;
    }
    say(said);
  } catch {
    say("The server could not be reached. Nothing was moved.");
  }
  chip.classList.remove("dragged");
}

const FOCUS = "calendar-focus";

/** Return the line that was moved just before the page was shown anew, once. */
export function movedJustNow(): string {
  const line = sessionStorage.getItem(FOCUS) ?? "";
  sessionStorage.removeItem(FOCUS);
  return line;
}
