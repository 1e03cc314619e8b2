import { releaseHold } from '#libs/persistence';
import type { Attempt, RefreshCall } from './refresh-call.js';
import type { RefreshDeps } from './refresh-deps.js';
import type { Steps } from './steps.js';
import { claim as takeClaim, type Claim } from './steps/claim.js';
import { classify } from './steps/classify.js';
import { intend } from './steps/intend.js';
import { persist } from './steps/persist.js';
import { preflight, type Ready } from './steps/preflight.js';
import { recheck } from './steps/recheck.js';
import { reread, type Found } from './steps/reread.js';
import { settle } from './steps/settle.js';
import { spend } from './steps/spend.js';

/** One attempt to refresh one grant: the list of its steps. Throws only when the database does not answer. */
export async function refreshGrant(deps: RefreshDeps, steps: Steps, call: RefreshCall): Promise<Attempt> {
  const claimed = await steps.run('claim', () => takeClaim(deps, call));
  if ('answer' in claimed) return claimed.answer;
  const { claim } = claimed;
  const found = await steps.run('reread', () => reread(deps, call));
  if ('answer' in found) {
    await releaseHold(deps.database, claim.hold);
    return found.answer;
  }
  return await spendUnder(deps, steps, { call, claim, found });
}

async function spendUnder(
  deps: RefreshDeps,
  steps: Steps,
  { call, claim, found }: { readonly call: RefreshCall; readonly claim: Claim; readonly found: Found },
): Promise<Attempt> {
  const { because } = call;
  let ready: Ready | undefined;
  let tokens;
  try {
    const settled = await steps.run('settle', () => settle(deps, claim, found, because));
    if (settled) return settled;
    const atHand = await steps.run('preflight', () => preflight(deps, found, because === 'scheduled'));
    ready = atHand;
    await steps.run('intend', () => intend(deps, claim, found, because));
    const beforeSend = () => steps.runNow('recheck', () => recheck(deps.clock, claim, deps.times.deadlineMs));
    tokens = await steps.run('spend', () => spend(deps, claim, { found, ready: atHand }, beforeSend));
  } catch (error) {
    ready?.open.close();
    return await steps.run('classify', () => classify(deps, claim, found, error));
  }
  deps.gate.succeeded(found.grant.registrationId);
  const answered = { found, ready, tokens };
  return await steps.run('persist', () => persist(deps, claim, answered));
}
