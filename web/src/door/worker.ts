/** Lets the scanner's page be opened again without a network: what it needs was kept by the page. */

export {};

/** As in `kept.ts`; this file is served by itself, and so imports nothing. */
const KEPT = "door";

interface FetchEvent extends Event {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

const SCANNER = /^\/door\/[^/]+\/scan$/;
const PATIENCE_MS = 6000;

self.addEventListener("fetch", (event) => {
  const asked = event as FetchEvent;
  const { method, url } = asked.request;
  const address = new URL(url);
  if (method !== "GET" || address.origin !== location.origin) return;
  if (address.pathname.startsWith("/static/")) asked.respondWith(keptFirst(asked.request));
  else if (SCANNER.test(address.pathname)) asked.respondWith(freshFirst(asked.request));
});

/** Built files never change under their name. */
async function keptFirst(request: Request): Promise<Response> {
  const kept = await caches.match(request);
  if (kept !== undefined) return kept;
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(KEPT)).put(request, answer.clone());
  return answer;
}

/** The page comes from the server if it can: a phone that is out of service is told so. */
async function freshFirst(request: Request): Promise<Response> {
  const kept = await caches.match(request);
  try {
    const answer = await (kept === undefined ? fetch(request) : fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) }));
    if (kept === undefined || answer.status < 500) return answer;
    return kept;
  } catch (error) {
    if (kept !== undefined) return kept;
    throw error;
  }
}
