/** Hand scanners type like keyboards: a burst of characters and Enter, wherever the focus is. */

const GAP_MS = 300;
const SHORTEST = 6;
const SURELY_A_BURST = 3;

export function listenToWedge(target: Document, found: (code: string) => void): () => void {
  let typed = "";
  let last = 0;
  const hear = (event: KeyboardEvent): void => {
    if (event.target instanceof HTMLInputElement && event.target.type === "text") return;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const isBurst = event.timeStamp - last < GAP_MS;
    last = event.timeStamp;
    if (event.key === "Enter") {
      const code = typed;
      typed = "";
      if (!isBurst || code.length < SHORTEST) return;
      event.preventDefault();
      event.stopPropagation();
      found(code);
    } else if (event.key.length === 1) {
      typed = isBurst ? typed + event.key : event.key;
      if (typed.length > SURELY_A_BURST) event.preventDefault();
    }
  };
  target.addEventListener("keydown", hear, true);
  return () => {
    target.removeEventListener("keydown", hear, true);
  };
}
