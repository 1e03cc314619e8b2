/** A form of a page, as far as somebody without a browser needs it. */
export interface Form {
  /** Where it goes; empty for the page itself. */
  readonly action: string;
  readonly method: 'get' | 'post';
  /** Hidden, text and checked fields with their values. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly buttons: readonly { readonly name: string; readonly value: string; readonly text: string }[];
}

/** The forms of a server-rendered page. Knows the HTML that the pages of this project are made of, not all of HTML. */
export function formsOf(html: string): Form[] {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(([, head = '', body = '']) => {
    const about = attributesOf(head);
    return {
      action: about.get('action') ?? '',
      method: about.get('method')?.toLowerCase() === 'post' ? 'post' : 'get',
      fields: [...body.matchAll(/<input\b([^>]*?)\/?>/g)].flatMap(([, input = '']) => fieldOf(attributesOf(input))),
      buttons: [...body.matchAll(/<button\b([^>]*)>([\s\S]*?)<\/button>/g)].map(([, button = '', text = '']) => ({
        name: attributesOf(button).get('name') ?? '',
        value: attributesOf(button).get('value') ?? '',
        text: text
          .replaceAll(/<[^>]*>/g, ' ')
          .replaceAll(/\s+/g, ' ')
          .trim(),
      })),
    };
  });
}

/** The address of a link, found by its id. */
export function linkById(html: string, id: string): string | undefined {
  for (const [, link = ''] of html.matchAll(/<a\b([^>]*)>/g)) {
    const attributes = attributesOf(link);
    if (attributes.get('id') === id) return attributes.get('href');
  }
  return undefined;
}

function fieldOf(input: ReadonlyMap<string, string>): (readonly [string, string])[] {
  const name = input.get('name');
  const type = input.get('type') ?? 'text';
  if (name === undefined || type === 'submit') return [];
  if ((type === 'checkbox' || type === 'radio') && !input.has('checked')) return [];
  return [[name, input.get('value') ?? (type === 'checkbox' ? 'on' : '')]];
}

function attributesOf(text: string): ReadonlyMap<string, string> {
  const pairs = [...text.matchAll(/([a-zA-Z-]+)(?:="([^"]*)")?/g)];
  return new Map(pairs.map(([, name = '', value = '']) => [name.toLowerCase(), decoded(value)]));
}

function decoded(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll(/&#x27;|&#39;/g, "'")
    .replaceAll('&amp;', '&');
}
