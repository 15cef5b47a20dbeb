/** The till: the change is reckoned while it is typed, and a ticket type changes when it is chosen. */

import { changeDue, readAmount } from "./change";

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-till]")) reckon(form);
for (const select of document.querySelectorAll<HTMLSelectElement>("select[data-change]")) {
  select.addEventListener("change", () => select.form?.requestSubmit());
}
for (const part of document.querySelectorAll<HTMLElement>("[data-without-scripts]")) part.hidden = true;

function reckon(form: HTMLFormElement): void {
  const shown = form.querySelector<HTMLOutputElement>("[data-change-due]");
  const cash = form.elements.namedItem("tendered");
  const due = readAmount(form.dataset["due"] ?? "");
  if (!shown || !(cash instanceof HTMLInputElement) || due === null) return;
  const money = new Intl.NumberFormat(form.dataset["locale"], {
    style: "currency",
    currency: form.dataset["currency"] ?? "EUR",
  });
  const show = (): void => {
    const change = changeDue(cash.value, due);
    shown.textContent = change === null ? "" : change < 0 ? `${money.format(-change)} are missing` : `Change ${money.format(change)}`;
    shown.toggleAttribute("data-missing", change !== null && change < 0);
  };
  cash.addEventListener("input", show);
  show();
}
