import { Standalone } from '../support/standalone.js';

describe('npm run demo', () => {
  it('walks from nothing to a token that works and a row that says so, printing each step', async () => {
    const demo = await Standalone.spawn('--demo');
    const code = await demo.exitCode();
    const { output } = demo;
    await demo.stop();
    expect(output).toContain('Allowed Notes on the consent page');
    expect(output).toMatch(/The token reads \d+ repositories/);
    expect(output).toMatch(/On record: \S+ token\.exchange allowed/);
    expect({ code, output }).toMatchObject({ code: 0 });
  }, 90_000);
});

describe('npm start', () => {
  let running: Standalone;

  beforeAll(async () => {
    running = await Standalone.spawn();
    await running.says('Press Ctrl-C to stop.');
  }, 60_000);

  afterAll(async () => {
    await running?.stop();
  });

  it('prints a ready curl for exchange whose credential works', async () => {
    const [, key] = /Bearer (te_sk_\w+)/.exec(running.output) ?? [];
    const answer = await fetch(`${running.at.exchange}/token/exchange`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: '{"user_id":"notes-1","provider":"github"}',
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      error: 'interaction_required',
      interaction_uri: expect.stringContaining(`${running.at.connections}/connect/`),
    });
  });

  it('says how to see the log, and the log answers', async () => {
    const [, key] = /Bearer (te_ak_\w+)/.exec(running.output) ?? [];
    const answer = await fetch(`${running.at.exchange}/audit/events?limit=1`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect(answer.status).toBe(200);
  });

  it('ends cleanly on Ctrl-C and leaves no program behind', async () => {
    expect(await running.stop()).toBe(0);
    const { connections, exchange, worker, sandbox, notes } = running.at;
    for (const url of [connections, exchange, worker, sandbox, notes]) await expect(fetch(url)).rejects.toThrow();
  }, 20_000);
});
