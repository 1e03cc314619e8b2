/** A person's browser as far as a form needs one: it keeps cookies, follows redirects by hand, and sends forms. */
export class TestBrowser {
  readonly #cookies = new Map<string, string>();

  async open(url: string, form?: URLSearchParams): Promise<Response> {
    const response = await fetch(url, {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form && { body: form }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = line.split(';', 1)[0]!.split('=', 2);
      if (value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return response;
  }

  /** Follows redirects while they stay on `origin`; returns the page, or the URL that leads away. */
  async follow(url: string, origin: string, form?: URLSearchParams): Promise<{ html: string; status: number } | URL> {
    let response = await this.open(url, form);
    let at = url;
    while (response.status >= 300 && response.status < 400) {
      const next = new URL(response.headers.get('location')!, at);
      if (next.origin !== origin) return next;
      at = next.href;
      response = await this.open(at);
    }
    return { html: await response.text(), status: response.status };
  }
}

/** The value of a hidden field of a page. */
export function hidden(html: string, name: string): string {
  const value = new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1];
  if (value === undefined) throw new Error(`the page has no field ${name}`);
  return value;
}
