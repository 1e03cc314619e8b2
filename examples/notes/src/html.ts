/** Markup that is safe to send: every value that was put into it has been escaped. */
export class Html {
  constructor(readonly markup: string) {}
}

type Value = Html | string | number | undefined | false | readonly Value[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Template tag: literal parts are markup, values are escaped. Attributes must be quoted in the template. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(parts.reduce((markup, part, index) => markup + render(values[index - 1]) + part));
}

/** A link target out of an API's answer; anything but a web address (`javascript:`, say) becomes nothing. */
export const webAddress = (value: unknown): string | undefined =>
  typeof value === 'string' && /^https?:\/\//i.test(value) && URL.canParse(value) ? value : undefined;

function render(value: Value): string {
  if (value instanceof Html) return value.markup;
  if (Array.isArray(value)) return value.map(render).join('');
  if (typeof value !== 'string' && typeof value !== 'number') return '';
  return String(value).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
