/** What the scanner needs to be opened again without a network, kept on the phone. */

export const KEPT = "door";

/** Keep this page and what it loaded, and let the worker hand them out when the network is gone. */
export async function keepPage(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register("/door/worker.js", { scope: "/door/" });
    const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
    const cache = await caches.open(KEPT);
    await cache.addAll([location.href, ...new Set(loaded.filter(isBuilt))]);
    for (const kept of await cache.keys()) {
      if (kept.url !== location.href && !isBuilt(kept.url)) await cache.delete(kept);
    }
  } catch {
    // No network now, no room, or not allowed: what was kept before stays.
  }
}

function isBuilt(address: string): boolean {
  return new URL(address).pathname.startsWith("/static/");
}
