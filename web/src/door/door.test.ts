import { expect, test } from "vitest";
import { isSigned, markOfShortCode, readCode } from "./code";
import { newId } from "./ids";
import { OfflineJudge } from "./offline";
import { Queue } from "./queue";
import type { Scan, Setup } from "./types";

/** Made by `ticketing/codes.py` with the private key 00 01 02 … 1f. */
const CODE =
  "HF1$+AWKB+8000000077E88G000000100+8000000077EBOHL60$Y88IHZ10PR8Z10PE9000700OACEG6NV4**AJP2XXM0F0D*" +
  "8NGTVL3Q367LSS4NICR:C74AIS$A9TE+3OOM6M56SKG+Y3I3EYZ1.:HQF26/J-SEPK8V88THC";
const KEY_ID = "56475aa7";
const KEY = "A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg";
const EVENT = "01900000-0000-7000-8000-000000000001";
const SHORT_CODE = "014D2-PF2DB";
const OTHER_KEY = base64url(new Uint8Array(32).fill(9).buffer);
const MARK = "456789ab";
const DURING = new Date("2030-01-01T20:00:00Z");

class Memory implements Storage {
  #kept = new Map<string, string>();

  get length(): number {
    return this.#kept.size;
  }
  clear(): void {
    this.#kept.clear();
  }
  getItem(name: string): string | null {
    return this.#kept.get(name) ?? null;
  }
  key(at: number): string | null {
    return [...this.#kept.keys()][at] ?? null;
  }
  removeItem(name: string): void {
    this.#kept.delete(name);
  }
  setItem(name: string, value: string): void {
    this.#kept.set(name, value);
  }
}

async function aManifest(changes: object = {}): Promise<{ setup: Setup; signed: { payload: string; signature: string } }> {
  const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const payload = JSON.stringify({
    eventId: EVENT,
    keys: { [KEY_ID]: KEY },
    sold: `00000000${MARK}`,
    inside: "",
    validFrom: "2030-01-01T16:00:00Z",
    validUntil: "2030-01-02T03:00:00Z",
    expiresAt: "2030-01-02T04:00:00Z",
    ...changes,
  });
  const signature = await crypto.subtle.sign("Ed25519", pair.privateKey, new TextEncoder().encode(payload));
  const setup: Setup = {
    door: "/door/playhouse",
    eventId: EVENT,
    gateId: null,
    manifestKey: base64url(await crypto.subtle.exportKey("raw", pair.publicKey)),
    words: {},
  };
  return { setup, signed: { payload, signature: base64url(signature) } };
}

async function aJudge(changes: object = {}, store: Storage = new Memory()): Promise<OfflineJudge> {
  const { setup, signed } = await aManifest(changes);
  const judge = new OfflineJudge(setup, store);
  await judge.learn(signed);
  return judge;
}

function base64url(bytes: ArrayBuffer): string {
  const plain = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return plain.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function aScan(sequence: number): Scan {
  return {
    scanId: newId(),
    eventId: EVENT,
    gateId: null,
    code: CODE,
    direction: "in",
    scannedAt: DURING.toISOString(),
    sequence,
    isOffline: true,
    offlineResult: "ok",
  };
}

test("a code is read as the server writes it", async () => {
  const code = readCode(` ${CODE.toLowerCase()}\n`);

  expect(code).toMatchObject({ keyId: KEY_ID, eventId: EVENT, mark: MARK });
  expect(await isSigned(KEY, code!.signed, code!.signature)).toBe(true);
  code!.signed[20]! ^= 1;
  expect(await isSigned(KEY, code!.signed, code!.signature)).toBe(false);
});

test.each(["", "HELLO", CODE.slice(1), `X${CODE.slice(1)}`, `${CODE.slice(0, -3)}:::`, `${CODE.slice(0, -1)}é`])(
  "%j is no code",
  (text) => {
    expect(readCode(text)).toBeNull();
  },
);

test("a short code leads to the same ticket", () => {
  expect(markOfShortCode(SHORT_CODE)).toBe(MARK);
  expect(markOfShortCode(SHORT_CODE.toLowerCase().replace("-", " "))).toBe(MARK);
  expect(markOfShortCode("UUUUU-UUUUU")).toBeNull();
});

test("nothing is said without a manifest, or with one that is not ours", async () => {
  const { setup } = await aManifest();
  const { signed } = await aManifest();
  const judge = new OfflineJudge(setup, new Memory());
  await judge.learn(signed);

  expect(judge.isReady).toBe(false);
  expect(await judge.judge(CODE, "in", DURING)).toBeNull();
});

test("a ticket lets in once, and again only after leaving", async () => {
  const judge = await aJudge();
  const said: (string | null)[] = [];
  for (const direction of ["out", "in", "in", "out", "in"] as const) {
    const result = await judge.judge(CODE, direction, DURING);
    if (["ok", "ok_reentry", "exit_ok"].includes(result ?? "")) judge.note(CODE, direction);
    said.push(result);
  }

  expect(said).toEqual(["exit_without_entry", "ok", "already_in", "exit_ok", "ok_reentry"]);
});

test.each([
  [{ inside: MARK }, "already_in"],
  [{ sold: "" }, "revoked"],
  [{ keys: {} }, "bad_signature"],
  [{ keys: { [KEY_ID]: OTHER_KEY } }, "bad_signature"],
  [{ keys: {}, revokedKeys: { [KEY_ID]: OTHER_KEY } }, "bad_signature"],
  [{ validFrom: "2030-01-01T21:00:00Z" }, "not_yet_valid"],
  [{ validUntil: "2030-01-01T19:00:00Z" }, "expired"],
  [{ expiresAt: "2030-01-01T19:00:00Z" }, null],
])("with %j the verdict is %s", async (changes, result) => {
  const judge = await aJudge(changes);

  expect(await judge.judge(CODE, "in", DURING)).toBe(result);
});

test("what a revoked key has signed was ours, and lets nobody in", async () => {
  const judge = await aJudge({ keys: {}, revokedKeys: { [KEY_ID]: KEY } });

  expect(await judge.judge(CODE, "in", DURING)).toBe("revoked");
});

test("a typed code of no ticket that lets in here is for the house to judge", async () => {
  const judge = await aJudge({ sold: "" });

  expect(await judge.judge(SHORT_CODE, "in", DURING)).toBeNull();
});

test("what a phone saw is known after the page is loaded again", async () => {
  const store = new Memory();
  const { setup, signed } = await aManifest();
  const before = new OfflineJudge(setup, store);
  await before.learn(signed);
  before.note(CODE, "in");

  const after = new OfflineJudge(setup, store);
  await after.remember();

  expect(await after.judge(CODE, "in", DURING)).toBe("already_in");
  after.forget(CODE);
  expect(await after.judge(SHORT_CODE, "in", DURING)).toBe("ok");
});

test("scans wait in their order until they are answered", () => {
  const store = new Memory();
  const queue = new Queue(store);
  const [first, second] = [aScan(queue.next()), aScan(queue.next())];
  queue.keep(second);
  queue.keep(first);
  queue.keep({ ...first, offlineResult: "already_in" });

  const again = new Queue(store);
  expect(again.waiting()).toEqual([{ ...first, offlineResult: "already_in" }, second]);
  again.drop(first.scanId);
  expect(queue.waiting()).toEqual([second]);
  expect(again.next()).toBe(3);
});

test("ids are UUIDv7 and sort by time", () => {
  const ids = [1_700_000_000_000, 1_700_000_000_001, 1_900_000_000_000].map((now) => newId(now));

  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect([...ids].sort()).toEqual(ids);
});
