/** On a phone the navigation is a strip: let it begin at the place that is open. */
export function showHere(root: Document): void {
  const strip = root.querySelector<HTMLElement>(".office-nav");
  const here = strip?.querySelector<HTMLElement>("[aria-current='page']");
  if (!strip || !here || strip.scrollWidth <= strip.clientWidth) return;
  strip.scrollLeft = here.offsetLeft - (strip.clientWidth - here.offsetWidth) / 2;
}
