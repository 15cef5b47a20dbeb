const PAUSE = 3000;
const ASKED_MAX = 200;

/**
 * A page that waits for news looks for them: `<section data-awaits="a payment's id">` is read anew
 * when the server no longer shows that it waits for this.
 */
export function followNews(root: Document, pause = PAUSE): void {
  const awaited = root.querySelector<HTMLElement>("[data-awaits]")?.dataset["awaits"];
  if (awaited === undefined) return;
  let asked = 0;
  const look = async (): Promise<void> => {
    asked += 1;
    if (!root.hidden && (await isThere(location.href, awaited))) return location.reload();
    if (asked < ASKED_MAX) setTimeout(() => void look(), pause);
  };
  setTimeout(() => void look(), pause);
}

/** Whether the page no longer waits for this; a server that does not answer says nothing. */
async function isThere(address: string, awaited: string): Promise<boolean> {
  try {
    const answer = await fetch(address);
    if (!answer.ok) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.querySelector<HTMLElement>("[data-awaits]")?.dataset["awaits"] !== awaited;
  } catch {
    return false;
  }
}
