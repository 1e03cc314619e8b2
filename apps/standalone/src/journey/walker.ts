import { formsOf, type Form } from './html-forms.js';

export interface VisitedPage {
  readonly url: URL;
  readonly status: number;
  readonly html: string;
}

const mostRedirects = 20;

/** Goes through pages as a person would whose browser runs no script: keeps cookies, follows redirects, sends forms. */
export class Walker {
  // As in a browser, a cookie belongs to a host, whatever the port.
  private readonly cookies = new Map<string, Map<string, string>>();

  async open(address: string | URL, form?: URLSearchParams): Promise<VisitedPage> {
    let url = new URL(address);
    let response = await this.request(url, form);
    for (let count = 0; isRedirect(response); count++) {
      if (count === mostRedirects) throw new Error(`too many redirects at ${url.origin}${url.pathname}`);
      url = new URL(response.headers.get('location') ?? '', url);
      await response.body?.cancel();
      response = await this.request(url);
    }
    return { url, status: response.status, html: await response.text() };
  }

  /** Presses the button of a page that is `name=value`, or whose text begins with `label`. */
  async press(page: VisitedPage, label: string): Promise<VisitedPage> {
    for (const form of formsOf(page.html)) {
      const button = form.buttons.find(
        ({ name, value, text }) => `${name}=${value}` === label || text.startsWith(label),
      );
      if (button) return await this.submit(page, form, button.name === '' ? [] : [[button.name, button.value]]);
    }
    throw new Error(`${page.url.origin}${page.url.pathname} has no button "${label}" (status ${page.status})`);
  }

  private async submit(page: VisitedPage, form: Form, pressed: [string, string][]): Promise<VisitedPage> {
    const target = new URL(form.action || page.url.href, page.url);
    const fields = new URLSearchParams([...form.fields.map(([name, value]) => [name, value]), ...pressed]);
    if (form.method === 'post') return await this.open(target, fields);
    target.search = fields.toString();
    return await this.open(target);
  }

  private async request(url: URL, form?: URLSearchParams): Promise<Response> {
    const jar = this.cookies.get(url.hostname) ?? new Map<string, string>();
    this.cookies.set(url.hostname, jar);
    const response = await fetch(url, {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: {
        cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
        accept: 'text/html',
        ...(form && { origin: url.origin }),
      },
      ...(form && { body: form }),
    });
    for (const line of response.headers.getSetCookie()) keep(jar, line);
    return response;
  }
}

function keep(jar: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split(';');
  const [, name = '', value = ''] = /^\s*([^=]+)=(.*)$/.exec(pair) ?? [];
  const gone = attributes.some((attribute) => /^\s*(max-age=0|expires=Thu, 01 Jan 1970.*)\s*$/i.test(attribute));
  if (gone || value === '') jar.delete(name);
  else jar.set(name, value);
}

function isRedirect({ status, headers }: Response): boolean {
  return status >= 300 && status < 400 && headers.has('location');
}
