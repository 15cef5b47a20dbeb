/**
 * Forms that cannot be taken back ask once: `<form data-confirm="Really cancel?">`.
 *
 * Who said yes sends `sure` along: a server that asks where no script has does not ask again.
 */
export function askBeforeSending(root: Document): void {
  root.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    const question = form.dataset["confirm"];
    if (question === undefined || form.dataset["confirmed"] === "yes") return;
    event.preventDefault();
    ask(root, question, () => {
      form.dataset["confirmed"] = "yes";
      form.append(said(root));
      form.requestSubmit();
    });
  });
}

function ask(root: Document, question: string, proceed: () => void): void {
  const dialog = root.createElement("dialog");
  const text = root.createElement("p");
  text.textContent = question;
  const actions = root.createElement("menu");
  actions.append(button(root, "No, go back", "quiet", () => dialog.close()));
  actions.append(
    button(root, "Yes", "danger", () => {
      dialog.close();
      proceed();
    }),
  );
  dialog.append(text, actions);
  dialog.addEventListener("close", () => dialog.remove());
  root.body.append(dialog);
  dialog.showModal();
}

function said(root: Document): HTMLInputElement {
  const made = root.createElement("input");
  made.type = "hidden";
  made.name = "sure";
  made.value = "yes";
  return made;
}

function button(root: Document, label: string, kind: string, act: () => void): HTMLButtonElement {
  const made = root.createElement("button");
  made.type = "button";
  made.className = kind;
  made.textContent = label;
  made.addEventListener("click", act);
  return made;
}
