/** Ticket codes, read and verified as the server does it (see `ticketing/codes.py`). */

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODE_CHARACTERS = 171;
const VERSION_TEXT = "HF1";
const SIGNED_BYTES = 50;
const MARK_CHARACTERS = 8;

export interface Code {
  keyId: string;
  eventId: string;
  mark: string;
  signed: Uint8Array<ArrayBuffer>;
  signature: Uint8Array<ArrayBuffer>;
}

/** Read a signed code; null for anything else. */
export function readCode(text: string): Code | null {
  const cleaned = text.replace(/[\r\n\t]/g, "").trim().toUpperCase();
  if (cleaned.length !== CODE_CHARACTERS || !cleaned.startsWith(VERSION_TEXT)) return null;
  const bytes = base45(cleaned);
  if (bytes === null) return null;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return {
    keyId: hex.slice(4, 12),
    eventId: dashed(hex.slice(12, 44)),
    mark: hex.slice(76 - MARK_CHARACTERS, 76),
    signed: bytes.slice(0, SIGNED_BYTES),
    signature: bytes.slice(SIGNED_BYTES),
  };
}

/** Return the mark of a short code such as `7K3QX-0M9TD`, which proves nothing; null otherwise. */
export function markOfShortCode(text: string): string | null {
  const cleaned = text.toUpperCase().replace(/[-\s]/g, "");
  if (cleaned.length !== 10) return null;
  let number = 0n;
  for (const character of cleaned) {
    const value = CROCKFORD.indexOf(character);
    if (value < 0) return null;
    number = (number << 5n) | BigInt(value);
  }
  return (number & 0xffffffffn).toString(16).padStart(MARK_CHARACTERS, "0");
}

/** Whether `key` (base64url) signed the bytes; null where the browser cannot tell. */
export async function isSigned(
  key: string,
  signed: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
): Promise<boolean | null> {
  try {
    const raw = fromBase64url(key);
    const imported = await crypto.subtle.importKey("raw", raw, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", imported, signature, signed);
  } catch {
    return null;
  }
}

export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

function base45(text: string): Uint8Array<ArrayBuffer> | null {
  const bytes = new Uint8Array((text.length / 3) * 2);
  for (let group = 0; group * 3 < text.length; group += 1) {
    const [low, middle, high] = [0, 1, 2].map((at) => ALPHABET.indexOf(text[group * 3 + at] ?? ""));
    if (low === undefined || middle === undefined || high === undefined) return null;
    if (low < 0 || middle < 0 || high < 0) return null;
    const number = low + 45 * middle + 2025 * high;
    if (number > 0xffff) return null;
    bytes[group * 2] = number >> 8;
    bytes[group * 2 + 1] = number & 0xff;
  }
  return bytes;
}

function dashed(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
