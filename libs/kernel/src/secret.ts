import { inspect } from 'node:util';

const hidden = '[secret]';

/**
 * A text that must never be printed: a token, a key, a client secret.
 * Every ordinary way to show it (template, JSON, inspect, log) shows a placeholder; only `reveal()` gives the text.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return hidden;
  }

  toJSON(): string {
    return hidden;
  }

  [inspect.custom](): string {
    return hidden;
  }
}
