/** The form's own fields for places without numbers, `places-<ticket type>`, beside the map. */

export class PlaceFields {
  private readonly inputs = new Map<string, HTMLInputElement>();

  constructor(form: HTMLFormElement | null, map: HTMLElement) {
    for (const input of form?.querySelectorAll<HTMLInputElement>("input[name^='places-']") ?? []) {
      if (!map.contains(input)) this.inputs.set(input.name, input);
    }
  }

  /** Whether the form has a field of this name. */
  has(name: string): boolean {
    return this.inputs.has(name);
  }

  /** How many places are wanted, by ticket type. */
  quantities(): [string, number][] {
    return [...this.inputs].map(([name, input]) => [typeOf(name), Number(input.value)]);
  }

  /** Show how many it has become. */
  set(typeId: string, quantity: number): void {
    const input = this.inputs.get(`places-${typeId}`);
    if (input !== undefined && Number(input.value) !== quantity) input.value = String(quantity);
  }

  /** Put the focus on the field of a type; false when there is none. */
  focus(typeId: string): boolean {
    const input = this.inputs.get(`places-${typeId}`);
    input?.focus();
    return input !== undefined;
  }

  /** Tell what is entered. */
  listen(entered: (typeId: string, quantity: number) => void, signal: AbortSignal): void {
    for (const [name, input] of this.inputs) {
      input.addEventListener("change", () => entered(typeOf(name), Number(input.value)), { signal });
    }
  }
}

function typeOf(name: string): string {
  return name.slice("places-".length);
}
