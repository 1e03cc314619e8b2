import { CookieJar } from 'tough-cookie';
import { formsOf, type Form } from '../../../../apps/standalone/src/journey/html-forms.js';

export interface Page {
  readonly url: URL;
  readonly status: number;
  readonly html: string;
  readonly headers: Headers;
}

type BrowserRequest = Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> };

/** One person's browser: a cookie jar of its own, redirects followed as far as a test wants, forms filled in. */
export class Browser {
  readonly jar = new CookieJar();
  /** Every address visited, in order. */
  readonly visited: URL[] = [];

  /** One request, no redirect followed. */
  async request(address: string | URL, init: BrowserRequest = {}): Promise<Response> {
    const url = new URL(address);
    this.visited.push(url);
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { accept: 'text/html', cookie: await this.jar.getCookieString(url.href), ...init.headers },
    });
    for (const line of response.headers.getSetCookie()) await this.jar.setCookie(line, url.href);
    return response;
  }

  /** Follows redirects; stops before an address for which `until` says so, and returns it as a page without content. */
  async open(
    address: string | URL,
    options: { init?: BrowserRequest; until?: (url: URL) => boolean } = {},
  ): Promise<Page> {
    let url = new URL(address);
    let response = await this.request(url, options.init);
    while (response.status >= 300 && response.status < 400) {
      url = new URL(response.headers.get('location') ?? '', url);
      await response.body?.cancel();
      if (options.until?.(url)) return { url, status: 0, html: '', headers: response.headers };
      response = await this.request(url);
    }
    return { url, status: response.status, html: await response.text(), headers: response.headers };
  }

  /** Sends the form that has the button, with changes to its fields. */
  async press(
    page: Page,
    button: string,
    options: { change?: Record<string, string>; until?: (url: URL) => boolean } = {},
  ): Promise<Page> {
    const { form, pressed } = findButton(page, button);
    const fields = new URLSearchParams(form.fields.map(([name, value]) => [name, value]));
    if (pressed.name !== '') fields.set(pressed.name, pressed.value);
    for (const [name, value] of Object.entries(options.change ?? {})) fields.set(name, value);
    const init = { method: 'POST', body: fields, headers: { origin: page.url.origin } };
    return await this.open(new URL(form.action || page.url.href, page.url), {
      init,
      ...(options.until && { until: options.until }),
    });
  }
}

function findButton(page: Page, label: string): { form: Form; pressed: Form['buttons'][number] } {
  for (const form of formsOf(page.html)) {
    const pressed = form.buttons.find(({ name, value, text }) => [`${name}=${value}`, text].includes(label));
    if (pressed) return { form, pressed };
  }
  throw new Error(`${page.url.href} (${page.status}) has no button ${label}:\n${page.html.slice(0, 2000)}`);
}
