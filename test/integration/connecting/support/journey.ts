import { createHash, randomBytes } from 'node:crypto';
import type { ConnectRequest, OpenedSession } from '#libs/connecting';
import { Browser, type Page } from './browser.js';
import type { ConnectWorld, WorldServer } from './connect-world.js';

export type PersonName = 'ada' | 'grace' | 'kenji';
export const githubLogins = { ada: 'ada-lindqvist', grace: 'gokafor', kenji: 'kenji-mori' } as const;

/** A nonce as it is in a person's browser, and what the platform is told of it. */
export function newBinding(): { nonce: string; binding: Buffer } {
  const nonce = randomBytes(32).toString('base64url');
  return { nonce, binding: createHash('sha256').update(nonce).digest() };
}

/** The ways that people go, step by step. */
export class Journey {
  constructor(
    private readonly world: ConnectWorld,
    readonly server: WorldServer,
  ) {}

  open(request: Partial<ConnectRequest> = {}): Promise<OpenedSession> {
    return this.world.opening.execute({
      server: this.server,
      subject: 'user-1',
      provider: 'github',
      scopes: request.provider === 'notion' ? ['read'] : ['read:user'],
      kind: 'connect',
      origin: 'api',
      ...request,
    });
  }

  /** Opens a link, signing in as `person` where that is asked; returns the consent page, or whatever came instead. */
  async visit(browser: Browser, link: OpenedSession, person: PersonName): Promise<Page> {
    const page = await browser.open(link.connectUrl.reveal());
    return page.html.includes('name="sub"') ? await this.signIn(browser, page, person) : page;
  }

  async signIn(browser: Browser, page: Page, person: PersonName): Promise<Page> {
    return await browser.press(page, `sub=person-${person}`);
  }

  /** From the consent page to GitHub and back; stops before the callback when `stop` says so. */
  async allowAtGithub(
    browser: Browser,
    consent: Page,
    options: { login?: string; change?: Record<string, string>; stopAtCallback?: boolean } = {},
  ): Promise<Page> {
    const authorize = await browser.press(consent, 'decision=allow', { change: options.change ?? {} });
    return await browser.press(authorize, 'decision=authorize', {
      change: { account: options.login ?? githubLogins.ada },
      until: (url) => url.port === '4999' || (options.stopAtCallback === true && url.pathname.startsWith('/callback/')),
    });
  }

  async allowAtNotion(browser: Browser, consent: Page): Promise<Page> {
    const seat = await browser.press(consent, 'decision=allow', { change: { account: 'new' } });
    const pages = await browser.press(seat, 'decision=workspace');
    return await browser.press(pages, 'decision=allow', { until: (url) => url.port === '4999' });
  }

  /** Everything at once, for tests about what comes after. */
  async connect(
    person: PersonName = 'ada',
    request: Partial<ConnectRequest> = {},
    browser = new Browser(),
  ): Promise<{ consentId: string; browser: Browser; sessionId: string }> {
    const { nonce, binding } = newBinding();
    const link = await this.open({ ...request, binding });
    const consent = await this.visit(browser, link, person);
    const back =
      request.provider === 'notion'
        ? await this.allowAtNotion(browser, consent)
        : await this.allowAtGithub(browser, consent, { login: githubLogins[person] });
    const completionCode = back.url.searchParams.get('completion_code');
    if (completionCode === null) throw new Error(`no completion code: ${back.url.href} ${back.status} ${back.html}`);
    const done = await this.world.completing.execute({
      serverId: this.server.id,
      id: link.id,
      subject: request.subject ?? 'user-1',
      completionCode,
      bindingNonce: nonce,
    });
    return { consentId: done.consentId, browser, sessionId: link.id };
  }
}
