import { newId, Secret } from '#libs/kernel';
import { KeyNotInMemory, KeyUnavailable } from './errors.js';
import type { SealContext } from './context.js';
import { ids, minute, settled, vaultWorld } from '../test/vault-world.js';

const { organizationId, recordId } = ids;
const registration: SealContext = { class: 'registration.client_secret', organizationId, recordId };
const secret = new Secret('client-secret');

async function sealedWorld(options: Parameters<typeof vaultWorld>[0] = {}) {
  const world = vaultWorld(options);
  const sealed = await world.vault.seal(secret, registration);
  world.calls.length = 0;
  const open = () => world.vault.openNow(sealed, registration, undefined).reveal();
  return { ...world, sealed, open };
}

describe('branch keys in memory', () => {
  it('serve any number of records without asking the key service', async () => {
    const { vault, calls, open, clock } = await sealedWorld();
    clock.advance(4 * minute);
    for (let count = 0; count < 1000; count++) {
      open();
      vault.sealNow(secret, registration, undefined);
    }
    await settled();
    expect(calls).toEqual([]);
  });

  it('are refreshed in the background past the soft age, by one call for reading and writing together', async () => {
    const { vault, calls, open, clock } = await sealedWorld();
    clock.advance(5 * minute);
    for (let count = 0; count < 100; count++) {
      expect(open()).toBe('client-secret');
      vault.sealNow(secret, registration, undefined);
    }
    await settled();
    expect(calls).toEqual(['unwrap ok']);
    clock.advance(4 * minute);
    open();
    await settled();
    expect(calls).toEqual(['unwrap ok']);
  });

  it('F19: serve on while the key service is down, until the hard age and not a moment longer', async () => {
    const { keyService, calls, open, clock, vault } = await sealedWorld();
    keyService.down = true;
    for (let passed = 5; passed < 60; passed += 5) {
      clock.advance(5 * minute);
      expect(open()).toBe('client-secret');
      await settled();
    }
    expect(calls).toEqual(Array.from({ length: 11 }, () => 'unwrap failed'));
    clock.advance(5 * minute - 1);
    expect(open()).toBe('client-secret');
    clock.advance(1);
    expect(open).toThrow(KeyNotInMemory);
    await expect(vault.prepare(organizationId)).rejects.toMatchObject({
      name: 'KeyUnavailable',
      reason: 'key_service',
    });
    keyService.down = false;
    await vault.prepare(organizationId);
    expect(open()).toBe('client-secret');
  });

  it('try a failed refresh again only after a pause', async () => {
    const { keyService, calls, open, clock } = await sealedWorld();
    keyService.down = true;
    clock.advance(5 * minute);
    for (let count = 0; count < 50; count++) {
      open();
      await settled();
    }
    expect(calls).toHaveLength(1);
    clock.advance(minute / 2);
    open();
    await settled();
    expect(calls).toHaveLength(2);
  });

  it('age by wall time too, because monotonic time stands still in a suspended machine', async () => {
    const { clock, open } = await sealedWorld();
    const frozen = clock.monotonic();
    clock.monotonic = () => frozen;
    clock.advance(60 * minute);
    expect(open).toThrow(KeyNotInMemory);
  });

  it('do not live longer when the wall clock steps back', async () => {
    const { clock, open } = await sealedWorld();
    const before = clock.now();
    clock.now = () => new Date(before.getTime() - 600 * minute);
    clock.advance(60 * minute);
    expect(open).toThrow(KeyNotInMemory);
  });

  it('are loaded once for all who ask at the same moment', async () => {
    const world = await sealedWorld();
    const fresh = world.another();
    await Promise.all(Array.from({ length: 100 }, () => fresh.open(world.sealed, registration)));
    await Promise.all(Array.from({ length: 100 }, () => fresh.prepare(organizationId)));
    expect(world.calls).toEqual(['unwrap ok']);
  });

  it('fail for all who ask at the same moment with one call, and are tried anew by the next', async () => {
    const world = await sealedWorld();
    const fresh = world.another();
    world.keyService.down = true;
    const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => fresh.prepare(organizationId, 1)));
    expect(outcomes.every((outcome) => outcome.status === 'rejected')).toBe(true);
    expect(world.calls).toEqual(['unwrap failed']);
    world.keyService.down = false;
    await fresh.prepare(organizationId, 1);
  });

  it('are loaded again by prepare when they would run out within the soft age', async () => {
    const { vault, clock, calls, keyService, open } = await sealedWorld();
    keyService.down = true;
    clock.advance(54 * minute);
    await vault.prepare(organizationId);
    await settled();
    clock.advance(minute);
    await expect(vault.prepare(organizationId)).rejects.toThrow(KeyUnavailable);
    expect(open()).toBe('client-secret');
    keyService.down = false;
    calls.length = 0;
    await vault.prepare(organizationId);
    expect(calls).toEqual(['unwrap ok']);
    clock.advance(59 * minute);
    expect(open()).toBe('client-secret');
  });

  it('R50: stop at the next refresh when their version was destroyed', async () => {
    const { branchKeys, clock, open, keyService, vault } = await sealedWorld();
    branchKeys.records.length = 0;
    clock.advance(5 * minute);
    open();
    await settled();
    expect(open).toThrow(KeyNotInMemory);
    expect(keyService.givenOut.every((key) => key.equals(Buffer.alloc(32)))).toBe(true);
    await expect(vault.prepare(organizationId, 1)).rejects.toMatchObject({ reason: 'not_found' });
  });

  it('say so when the database does not answer', async () => {
    const { vault, branchKeys } = vaultWorld();
    branchKeys.active = () => Promise.reject(new Error('connection terminated'));
    await expect(vault.prepare(organizationId)).rejects.toMatchObject({ name: 'KeyUnavailable', reason: 'key_store' });
  });
});

describe('branch keys are zeroed', () => {
  const zero = Buffer.alloc(32);

  it('when a newer copy replaces them', async () => {
    const { keyService, clock, open } = await sealedWorld();
    clock.advance(5 * minute);
    open();
    await settled();
    expect(keyService.givenOut.map((key) => key.equals(zero))).toEqual([true, false]);
  });

  it('when the least recently used has to make room', async () => {
    const { vault, keyService, open } = await sealedWorld({ cache: { max: 3 } });
    const others = [newId(), newId(), newId()];
    await vault.prepare(others[0]!);
    await vault.prepare(others[1]!);
    open();
    await vault.prepare(others[2]!);
    expect(keyService.givenOut.map((key) => key.equals(zero))).toEqual([false, true, false, false]);
    expect(open()).toBe('client-secret');
  });

  it('when nobody asks for them past the hard age', async () => {
    const { vault, keyService, clock } = await sealedWorld();
    clock.advance(60 * minute);
    vault.dropExpired();
    expect(keyService.givenOut.map((key) => key.equals(zero))).toEqual([true]);
  });

  it('when the vault is closed, which is for good', async () => {
    const { vault, keyService, open, sealed } = await sealedWorld();
    vault.close();
    expect(keyService.givenOut.map((key) => key.equals(zero))).toEqual([true]);
    expect(open).toThrow(KeyNotInMemory);
    await expect(vault.open(sealed, registration)).rejects.toMatchObject({ reason: 'closed' });
    await expect(vault.prepare(organizationId)).rejects.toMatchObject({ reason: 'closed' });
  });

  it('when the vault is closed while one is on its way', async () => {
    const { another, keyService } = await sealedWorld();
    const fresh = another();
    let answer = () => undefined as void;
    keyService.gate = new Promise((resolve) => (answer = resolve));
    const loading = fresh.prepare(organizationId, 1);
    await settled();
    fresh.close();
    answer();
    await expect(loading).rejects.toMatchObject({ reason: 'closed' });
    expect(keyService.givenOut.at(-1)?.equals(zero)).toBe(true);
  });
});

describe('cache limits', () => {
  it.each([{ softMs: 0 }, { softMs: 31 * minute }, { max: 2 }, { hardMs: Number.NaN }])('refuses %p', (cache) => {
    expect(() => vaultWorld({ cache })).toThrow(RangeError);
  });
});
