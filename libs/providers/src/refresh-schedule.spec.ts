import fc from 'fast-check';
import { builtInDefinitions } from './builtin-definitions.js';
import { ProviderCatalogue } from './catalogue.js';
import { refreshDueAt, scheduledAt, type ScheduleFacts } from './refresh-schedule.js';

const start = new Date('2026-11-21T00:00:00Z');
const inSeconds = (seconds: number) => new Date(start.getTime() + seconds * 1000);
const dies = { accessTokenDiesOnRefresh: true, leadSeconds: 300 };
const survives = { accessTokenDiesOnRefresh: false, leadSeconds: 300 };

const github: ScheduleFacts = {
  lifetime: { refreshIdleSeconds: 15_897_600, expiryUnknown: false },
  refresh: dies,
  hasRefreshToken: true,
  hot: true,
  obtainedAt: start,
  accessExpiresAt: inSeconds(28_800),
  refreshExpiresAt: undefined,
  spread: 0,
};

const secondsOf = (facts: ScheduleFacts) => {
  const due = scheduledAt(facts);
  return due === undefined ? undefined : (due.getTime() - start.getTime()) / 1000;
};

describe('when a grant is due', () => {
  it('is as late as safe where the refresh kills the token that servers hold', () => {
    expect(secondsOf(github)).toBe(28_800 - 150);
    expect(secondsOf({ ...github, spread: 1 })).toBe(28_800 - 300);
  });

  it('is spread over a tenth of the life where it does not', () => {
    expect(secondsOf({ ...github, refresh: survives })).toBe(28_800 - 300);
    expect(secondsOf({ ...github, refresh: survives, spread: 1 })).toBe(28_800 - 300 - 2_880);
  });

  it('is half the inactivity limit for a grant that nobody uses', () => {
    expect(secondsOf({ ...github, hot: false })).toBe(15_897_600 / 2);
    expect(secondsOf({ ...github, hot: false, lifetime: { expiryUnknown: false } })).toBeUndefined();
    const ends = { refreshExpiresAt: inSeconds(1_000), lifetime: { expiryUnknown: false } };
    expect(secondsOf({ ...github, hot: false, ...ends })).toBe(500);
  });

  it('follows the assumed life where the provider does not say one, or nothing', () => {
    const unknown = { ...github, accessExpiresAt: undefined, lifetime: { expiryUnknown: true } };
    expect(secondsOf(unknown)).toBeUndefined();
    const assumed = { ...unknown, lifetime: { expiryUnknown: true, assumeAccessSeconds: 3_600 } };
    expect(secondsOf(assumed)).toBe(3_600 - 150);
    expect(secondsOf({ ...assumed, hot: false })).toBeUndefined();
  });

  it('is never without a refresh token, or a provider that refreshes', () => {
    expect(secondsOf({ ...github, hasRefreshToken: false })).toBeUndefined();
    expect(secondsOf({ ...github, refresh: undefined })).toBeUndefined();
  });

  it('never comes before half of the life, so that a short-lived token makes no storm', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000_000 }),
        fc.integer({ min: 0, max: 100_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.boolean(),
        (life, leadSeconds, spread, accessTokenDiesOnRefresh) => {
          const refresh = { accessTokenDiesOnRefresh, leadSeconds };
          const facts = {
            ...github,
            lifetime: { expiryUnknown: false },
            refresh,
            spread,
            accessExpiresAt: inSeconds(life),
          };
          const due = secondsOf(facts)!;
          return due >= life / 2 && due <= life;
        },
      ),
    );
  });
});

describe('when the pair of a grant is due', () => {
  const notion = new ProviderCatalogue(builtInDefinitions).get('notion')!;
  const definition = { ...notion, lifetime: { ...notion.lifetime, expiryUnknown: false } };
  const pair = {
    grantId: '0199f0c0-0000-7000-8000-000000000000',
    generation: 1,
    hot: true,
    hasRefreshToken: true,
    obtainedAt: start,
    accessExpiresAt: inSeconds(28_800),
    refreshExpiresAt: undefined,
  };
  const dueOf = (generation: number) => refreshDueAt(definition, { ...pair, generation })?.getTime();

  it('is the same every time, for the one who stores it and the one who looks whether it is time', () => {
    expect(dueOf(1)).toBe(dueOf(1));
  });

  it('differs between grants and generations, so that a herd does not stay together', () => {
    const grants = Array.from({ length: 20 }, (_, grant) => refreshDueAt(definition, { ...pair, grantId: `${grant}` }));
    expect(new Set(grants.map((due) => due?.getTime())).size).toBe(20);
    expect(dueOf(2)).not.toBe(dueOf(1));
  });
});
