/** Making elements in one expression. */

type Child = Node | string;

/** Make an element with attributes and children; `true` is an attribute without a value. */
export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Record<string, string | number | boolean> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== false) made.setAttribute(key, value === true ? "" : String(value));
  }
  made.append(...children);
  return made;
}

/** Make a button that acts; it never sends the form around it. */
export function makeButton(
  attributes: Record<string, string | number | boolean>,
  act: () => void,
  ...children: Child[]
): HTMLButtonElement {
  const made = make("button", { type: "button", ...attributes }, ...children);
  made.addEventListener("click", act);
  return made;
}
