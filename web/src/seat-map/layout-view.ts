/** The map in the office: a layout to look at. */

import { Board, type Content } from "./board";
import type { Hall } from "./geometry";
import { hex } from "./palette";
import { FREE } from "./states";
import { words } from "./words";

export class LayoutView implements Content {
  readonly sells = false;
  readonly board: Board;
  private readonly counted: (value: number) => string;

  constructor(
    private readonly hall: Hall,
    locale: string,
    signal: AbortSignal,
  ) {
    const numbers = new Intl.NumberFormat(locale);
    this.counted = (value) => numbers.format(value);
    const counts = new Map<number, number>();
    for (const category of hall.category) counts.set(category, (counts.get(category) ?? 0) + 1);
    const legend = hall.categories.flatMap(({ label, color }, category) => {
      const count = counts.get(category);
      return count === undefined
        ? []
        : [{ category, color: hex(color), label, detail: words.seats(this.counted(count)) }];
    });
    this.board = new Board(hall, this, legend, [], signal);
  }

  stateOf(): number {
    return FREE;
  }

  priceOf(place: number): string {
    return this.hall.categories[this.hall.category[place]!]?.label ?? "";
  }

  canChoose(): boolean {
    return false;
  }

  sectionDetail(first: number, end: number): string {
    return words.seats(this.counted(end - first));
  }

  areaSummary(index: number): { detail: string; share: number } {
    return { detail: words.room(this.counted(this.hall.areas[index]!.capacity)), share: 1 };
  }

  choose(): void {
    // Nothing is chosen here.
  }

  chooseArea(): void {
    // Nor here.
  }
}
