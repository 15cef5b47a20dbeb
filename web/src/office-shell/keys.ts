/**
 * Function keys go where a page says: `data-key="F2"` on a field takes the cursor, on a link or a
 * button follows it. One that only chooses hands the cursor on to the field that `data-then` names.
 * Letters stay letters, so nothing fires while somebody types.
 */
export function goByKey(root: Document): void {
  root.addEventListener("keydown", (event) => {
    if (!/^F\d+$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const wanted = root.querySelector<HTMLElement>(`main [data-key="${event.key}"]`);
    if (!wanted) return;
    event.preventDefault();
    wanted.focus();
    if (wanted instanceof HTMLInputElement && wanted.type !== "radio") wanted.select();
    else wanted.click();
    if (!(wanted instanceof HTMLInputElement) || !wanted.dataset["then"]) return;
    const next = wanted.form?.elements.namedItem(wanted.dataset["then"]);
    if (next instanceof HTMLElement) next.focus();
  });
}
