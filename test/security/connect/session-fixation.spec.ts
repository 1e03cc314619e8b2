import { randomBytes } from 'node:crypto';
import { Browser } from '../../integration/connecting/support/browser.js';
import { ConnectWorld } from '../../integration/connecting/support/connect-world.js';
import { Journey, newBinding } from '../../integration/connecting/support/journey.js';

let world: ConnectWorld;
let journey: Journey;

beforeAll(async () => {
  world = await ConnectWorld.start('fixation');
}, 60_000);

afterAll(async () => {
  await world?.stop();
});

beforeEach(async () => {
  journey = new Journey(world, await world.server());
});

const spent = () => world.witness({ event: 'code_spent' });

describe('a link that was made for somebody else (cross-user session fixation, R4, P6)', () => {
  it('gives the attacker nothing when a victim opens it and allows everything', async () => {
    const before = (await spent()).length;
    // Mallory asks for a link for herself, keeps the nonce in her own browser, and sends the link to Ada.
    const mallory = newBinding();
    const link = await journey.open({ subject: 'mallory', binding: mallory.binding });
    const ada = new Browser();
    const back = await journey.allowAtGithub(ada, await journey.visit(ada, link, 'ada'));
    // Ada's browser lands at the server, which knows her by another name and finds no cookie of Mallory's in it.
    const code = back.url.searchParams.get('completion_code') ?? '';
    const attempt = world.completing.execute({
      serverId: journey.server.id,
      id: link.id,
      subject: 'ada-at-the-server',
      completionCode: code,
    });
    await expect(attempt).rejects.toMatchObject({ code: 'access_denied' });

    expect(await spent()).toHaveLength(before);
    const [row] = await world.database.query<Record<string, unknown>>(
      'SELECT status, failure, code_sealed, verifier_sealed, tokens_sealed, consent_id FROM connect_sessions WHERE id = $1',
      [link.id],
    );
    expect(row).toEqual({
      status: 'failed',
      failure: 'link_user_mismatch',
      code_sealed: null,
      verifier_sealed: null,
      tokens_sealed: null,
      consent_id: null,
    });
    expect(await world.events('connect.link_user_mismatch')).toContainEqual(
      expect.objectContaining({ connect_session_id: link.id, outcome: 'denied', reason: 'other_subject' }),
    );
    const [subject] = await world.database.query<{ user_id: string | null }>(
      `SELECT user_id FROM subjects WHERE external_id = 'mallory' AND server_id = $1`,
      [journey.server.id],
    );
    expect(subject?.user_id).toBeNull();
    expect(await world.count('connections')).toBe(0);
  });

  it('is not completed by a server that echoes what it stored: the nonce is in one browser only', async () => {
    const before = (await spent()).length;
    const { binding } = newBinding();
    const link = await journey.open({ subject: 'mallory', binding });
    const ada = new Browser();
    const back = await journey.allowAtGithub(ada, await journey.visit(ada, link, 'ada'));
    const attempt = world.completing.execute({
      serverId: journey.server.id,
      id: link.id,
      subject: 'mallory',
      completionCode: back.url.searchParams.get('completion_code') ?? '',
      bindingNonce: binding.toString('base64url'),
    });
    await expect(attempt).rejects.toMatchObject({ code: 'access_denied' });
    expect(await spent()).toHaveLength(before);
  });

  it.each([
    ['a wrong completion code', { completionCode: randomBytes(32).toString('base64url') }],
    ['no nonce at all', { bindingNonce: undefined }],
  ])('destroys what is held at %s, so that the right answer comes too late', async (_name, wrong) => {
    const before = (await spent()).length;
    const { nonce, binding } = newBinding();
    const link = await journey.open({ binding });
    const browser = new Browser();
    const back = await journey.allowAtGithub(browser, await journey.visit(browser, link, 'ada'));
    const right = {
      serverId: journey.server.id,
      id: link.id,
      subject: 'user-1',
      completionCode: back.url.searchParams.get('completion_code') ?? '',
      bindingNonce: nonce,
    };
    await expect(world.completing.execute({ ...right, ...wrong })).rejects.toMatchObject({ code: 'access_denied' });
    await expect(world.completing.execute(right)).rejects.toMatchObject({ code: 'conflict' });
    expect(await spent()).toHaveLength(before);
  });

  it('cannot be completed by another server, and looks to it as if it did not exist', async () => {
    const { nonce, binding } = newBinding();
    const link = await journey.open({ binding });
    const browser = new Browser();
    const back = await journey.allowAtGithub(browser, await journey.visit(browser, link, 'ada'));
    const other = await world.server('Other');
    const completionCode = back.url.searchParams.get('completion_code') ?? '';
    const request = { serverId: other.id, id: link.id, subject: 'user-1', completionCode, bindingNonce: nonce };
    await expect(world.completing.execute(request)).rejects.toMatchObject({ code: 'not_found' });
    await expect(world.reading.execute({ serverId: other.id, id: link.id })).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe('a subject that is linked to another person', () => {
  it('turns away whoever else opens its link, without a name, and says how it can be unlinked', async () => {
    await journey.connect('ada', { subject: 'shared-laptop' });
    const link = await journey.open({ subject: 'shared-laptop' });
    const page = await journey.visit(new Browser(), link, 'grace');
    expect(page.status).toBe(403);
    expect(page.html).toContain('This link is for somebody else');
    expect(page.html).not.toMatch(/Ada|ada@/);
    expect(page.html).toContain('Nobody else can');
    expect(await world.events('connect.link_opened')).toContainEqual(
      expect.objectContaining({ connect_session_id: link.id, outcome: 'denied', reason: 'linked_to_other' }),
    );
  });
});

describe('a code to type, where the server has no browser of its own', () => {
  async function held(): Promise<{ id: string; code: string; page: string; browser: Browser }> {
    const link = await journey.open();
    const browser = new Browser();
    const page = await journey.allowAtGithub(browser, await journey.visit(browser, link, 'ada'));
    const code = /<code>([0-9A-Z]{4}-[0-9A-Z]{4})<\/code>/.exec(page.html)?.[1] ?? '';
    return { id: link.id, code, page: page.html, browser };
  }

  const complete = (id: string, completionCode: string) =>
    world.completing.execute({ serverId: journey.server.id, id, subject: 'user-1', completionCode });

  it('is shown with a warning, and connects when it is typed as people type', async () => {
    const { id, code, page } = await held();
    expect(code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
    expect(page).toContain('Give this code to nobody');
    const done = await complete(id, ` ${code.toLowerCase().replace('-', ' ')} `);
    expect(done.account).toBe('ada-lindqvist');
  });

  it('allows five tries; then everything is destroyed and the right code comes too late', async () => {
    const before = (await spent()).length;
    const { id, code } = await held();
    for (let tries = 0; tries < 4; tries += 1)
      await expect(complete(id, 'ZZZZ-ZZZZ')).rejects.toMatchObject({ code: 'invalid_request' });
    await expect(complete(id, 'ZZZZ-ZZZZ')).rejects.toMatchObject({ code: 'access_denied' });
    await expect(complete(id, code)).rejects.toMatchObject({ code: 'conflict' });
    expect(await spent()).toHaveLength(before);
  });

  it('does not become more tries when many guesses come at once', async () => {
    const { id } = await held();
    const guesses = Array.from({ length: 30 }, (_, i) => complete(id, `AAAA-AA${String(i).padStart(2, '0')}`));
    const outcomes = await Promise.allSettled(guesses);
    const wrong = outcomes.filter((one) => one.status === 'rejected' && one.reason.code === 'invalid_request');
    expect(wrong.length).toBeLessThanOrEqual(4);
    const view = await world.reading.execute({ serverId: journey.server.id, id });
    expect(view).toMatchObject({ status: 'failed', failure: 'link_user_mismatch' });
  });

  it('is shown again when the page is loaded again, in that browser only', async () => {
    const { browser, code } = await held();
    const address = browser.visited.at(-1)!;
    expect((await browser.open(address)).html).toContain(code);
    const stranger = new Browser();
    expect((await stranger.open(address)).html).not.toContain(code);
  });
});
