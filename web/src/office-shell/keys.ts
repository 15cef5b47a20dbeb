/** `/` goes to the page's search, as in most tools of this kind; never while somebody types. */
export function findByKey(root: Document): void {
  root.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof Element && event.target.closest("input, textarea, select")) return;
    const search = root.querySelector<HTMLInputElement>("main input[type='search']");
    if (!search) return;
    event.preventDefault();
    search.focus();
    search.select();
  });
}
