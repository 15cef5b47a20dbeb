/** Tables that a phone cannot show side by side are folded: each row a card (tables.css). */

const PHONE_PX = 640;

/** Fold every table that does not fit, or says `data-folds`, now and when the screen turns. */
export function foldTables(root: Document): void {
  const observer = new ResizeObserver((entries) => {
    for (const entry of entries) fit(entry.target as HTMLElement);
  });
  for (const scroll of root.querySelectorAll<HTMLElement>(".table-scroll")) {
    const table = scroll.querySelector("table");
    if (!table || table.matches(".calendar, .week") || table.tHead?.rows.length !== 1) continue;
    label(table, table.tHead.rows[0]!);
    observer.observe(scroll);
  }
}

/** Name each cell as its column is named; the first says what the row is, and needs no name. */
export function label(table: HTMLTableElement, head: HTMLTableRowElement): void {
  const names = [...head.cells].flatMap((cell) =>
    Array.from({ length: cell.colSpan }, () => nameOf(cell)),
  );
  for (const row of table.rows) {
    if (row === head) continue;
    let column = 0;
    for (const cell of row.cells) {
      const name = names[column];
      if (column > 0 && name) cell.dataset["label"] = name;
      column += cell.colSpan;
    }
  }
}

/** A heading that is only there to be heard needs no place on the card. */
function nameOf(cell: HTMLTableCellElement): string {
  return cell.querySelector(".visually-hidden") ? "" : (cell.textContent?.trim() ?? "");
}

function fit(scroll: HTMLElement): void {
  const width = String(scroll.clientWidth);
  if (scroll.dataset["fitted"] === width) return;
  scroll.dataset["fitted"] = width;
  scroll.classList.remove("folded");
  const overflows = scroll.scrollWidth > scroll.clientWidth + 1;
  const isCrowded = overflows || "folds" in scroll.dataset;
  scroll.classList.toggle("folded", isCrowded && scroll.clientWidth < PHONE_PX);
}
