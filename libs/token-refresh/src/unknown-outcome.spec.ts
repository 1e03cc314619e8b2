import { settleAfterProbe, settleAfterRefusal, settleUnknown, type UnknownOutcome } from './unknown-outcome.js';

const severe: UnknownOutcome = {
  refresh: { rotation: 'rotating', graceSeconds: 0, accessTokenDiesOnRefresh: true, reuseRevokesFamily: true },
  ageMs: 20_000,
  deadlineMs: 10_000,
  accessExpired: false,
};
const withRefresh = (
  refresh: Partial<UnknownOutcome['refresh']>,
  more: Partial<UnknownOutcome> = {},
): UnknownOutcome => ({
  ...severe,
  ...more,
  refresh: { ...severe.refresh, ...refresh },
});

describe('an outcome that nobody knows (P3)', () => {
  it('is tried again where that costs nothing', () => {
    expect(settleUnknown(withRefresh({ rotation: 'none', reuseRevokesFamily: false }))).toBe('spend');
    expect(settleUnknown(withRefresh({ rotation: 'keepIfAbsent', reuseRevokesFamily: false }))).toBe('spend');
    expect(settleUnknown(withRefresh({ reuseRevokesFamily: false }))).toBe('spend');
  });

  it('is tried again within the grace, if the call surely arrives in it', () => {
    expect(settleUnknown(withRefresh({ graceSeconds: 31 }))).toBe('spend');
    expect(settleUnknown(withRefresh({ graceSeconds: 30 }))).toBe('probe');
    expect(settleUnknown(severe)).toBe('probe');
  });

  it('is judged by the old access token where repetition could kill a pair that is on its way', () => {
    expect(settleAfterProbe(severe, 'alive')).toBe('spend');
    expect(settleAfterProbe(severe, 'dead')).toBe('give_up');
    expect(settleAfterProbe(severe, 'unknown')).toBe('wait');
  });

  it('is not judged by a token whose life or death proves nothing', () => {
    expect(settleAfterProbe(withRefresh({ accessTokenDiesOnRefresh: false }), 'alive')).toBe('wait');
    expect(settleAfterProbe(withRefresh({ accessTokenDiesOnRefresh: false }), 'dead')).toBe('spend');
    expect(settleAfterProbe({ ...severe, accessExpired: true }, 'dead')).toBe('spend');
  });

  it('is lost only when the repetition was refused and the old access token is dead', () => {
    expect(settleAfterRefusal('dead')).toBe('give_up');
    expect(settleAfterRefusal('alive')).toBe('wait');
    expect(settleAfterRefusal('unknown')).toBe('wait');
  });
});
