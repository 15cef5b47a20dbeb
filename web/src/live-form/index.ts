/** `<form data-live="…" data-shows="…">`: what the form would come to, shown while one types. */

import "./live-form.css";

const PAUSE = 250;

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-live]")) follow(form);

function follow(form: HTMLFormElement): void {
  const target = document.getElementById(form.dataset["shows"] ?? "");
  const address = form.dataset["live"];
  if (target === null || address === undefined) return;
  let timer = 0;
  let asked = 0;
  const ask = async (): Promise<void> => {
    const mine = ++asked;
    const body = new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)]));
    const answer = await fetch(address, { method: "POST", body }).catch(() => undefined);
    if (answer?.ok !== true || mine !== asked) return;
    const html = await answer.text();
    if (mine === asked) target.innerHTML = html;
  };
  form.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), PAUSE);
  });
  if (target.childElementCount === 0) void ask();
}
