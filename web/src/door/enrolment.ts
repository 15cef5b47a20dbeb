/** The office's QR code leads to `/door#code=…`: what stands behind the hash is never sent or logged. */

export function fillCodeFromAddress(page: Document): void {
  const field = page.querySelector<HTMLInputElement>("[data-enrolment] input[name=code]");
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  if (field === null || code === null) return;
  field.value = code;
  history.replaceState(null, "", location.pathname);
  field.form?.querySelector<HTMLButtonElement>("button")?.focus();
}
