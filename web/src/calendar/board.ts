/** The table as a board: which cell is where, and what stands in it. */

import { slotsBetween } from "./slots";

/** A place on the board: a cell, its row, its first column, and its space. */
export interface Place {
  readonly cell: HTMLTableCellElement;
  readonly column: number;
  readonly space: string;
  readonly name: string;
}

/** Everything about the table that moving and drawing need to know. */
export class Board {
  constructor(readonly table: HTMLTableElement) {}

  /** How long one slot is. */
  get slotMinutes(): number {
    return Number(this.table.dataset["slot"]);
  }

  /** Return the cell under a point of the window, or null outside of the board. */
  at(x: number, y: number): Place | null {
    const cell = document.elementsFromPoint(x, y).find((each) => each instanceof HTMLTableCellElement);
    return cell && this.table.contains(cell) ? this.placeOf(cell as HTMLTableCellElement) : null;
  }

  /** Return where a cell is, or null for a heading. */
  placeOf(cell: HTMLTableCellElement): Place | null {
    const row = cell.closest("tr");
    const space = cell.closest<HTMLElement>("tbody[data-space]");
    if (!row || !space || cell.tagName !== "TD") return null;
    const cells = this.cellsOf(row);
    const widths = cells.map((each) => each.colSpan);
    return {
      cell,
      column: slotsBetween(widths, 0, cells.indexOf(cell)),
      space: space.dataset["space"] ?? "",
      name: space.dataset["name"] ?? "",
    };
  }

  /** Return the column under a point, also within a cell that is several columns wide. */
  columnAt(place: Place, x: number): number {
    const box = place.cell.getBoundingClientRect();
    const along = (x - box.left) / (box.width / place.cell.colSpan);
    return place.column + Math.max(0, Math.min(place.cell.colSpan - 1, Math.floor(along)));
  }

  /** Return the cells of a row that are time, in order. */
  cellsOf(row: HTMLTableRowElement): HTMLTableCellElement[] {
    return [...row.cells].filter((cell) => cell.tagName === "TD");
  }

  /** Return all rows that are time, from top to bottom. */
  rows(): HTMLTableRowElement[] {
    return [...this.table.querySelectorAll<HTMLTableRowElement>("tbody tr")];
  }

  /** Return the cell of a row that covers a column. */
  cellAt(row: HTMLTableRowElement, column: number): HTMLTableCellElement | null {
    let from = 0;
    for (const cell of this.cellsOf(row)) {
      if (column < from + cell.colSpan) return cell;
      from += cell.colSpan;
    }
    return null;
  }
}
