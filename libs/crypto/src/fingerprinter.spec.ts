import { createHmac } from 'node:crypto';
import { newId, Secret, systemRandom } from '#libs/kernel';
import { MemoryFingerprintKeys } from '../test/memory-keys.js';
import { ids, vaultWorld } from '../test/vault-world.js';
import { SealBroken } from './errors.js';
import { Fingerprinter } from './fingerprinter.js';

const { organizationId } = ids;
const token = new Secret('gho_token');

function world() {
  const { vault, keyService } = vaultWorld();
  const store = new MemoryFingerprintKeys();
  const deps = { vault, store, random: systemRandom, organizationId };
  return { store, vault, keyService, deps, load: () => Fingerprinter.load(deps) };
}

async function addVersion(version: number, key: Buffer, { store, vault }: ReturnType<typeof world>): Promise<void> {
  const context = { class: 'fingerprint_key', organizationId, recordId: organizationId, generation: version } as const;
  store.rows.push({ version, sealed: await vault.seal(new Secret(key.toString('base64')), context) });
}

describe('Fingerprinter', () => {
  it('gives a token the same fingerprint in every replica, also when they start at once', async () => {
    const { store, load } = world();
    const replicas = await Promise.all([load(), load(), load()]);
    const values = replicas.map((replica) => replica.fingerprint(token).value.toString('hex'));
    expect(new Set(values).size).toBe(1);
    expect(store.rows).toHaveLength(1);
    expect(replicas[0]!.fingerprint(new Secret('gho_other')).value.toString('hex')).not.toBe(values[0]);
  });

  it('is HMAC-SHA-256 under the newest key, and finds rows of every age', async () => {
    const around = world();
    const [old, young] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    await addVersion(1, old, around);
    await addVersion(2, young, around);
    const fingerprinter = await around.load();
    const hmac = (key: Buffer) => createHmac('sha256', key).update('gho_token').digest();
    expect(fingerprinter.fingerprint(token)).toEqual({ version: 2, value: hmac(young) });
    expect(fingerprinter.all(token)).toEqual([
      { version: 2, value: hmac(young) },
      { version: 1, value: hmac(old) },
    ]);
  });

  it('P5: stores its key sealed, bound to its version and organization', async () => {
    const { store, deps, load } = world();
    await load();
    store.rows[0]!.version = 2;
    await expect(load()).rejects.toThrow(SealBroken);
    store.rows[0]!.version = 1;
    await expect(Fingerprinter.load({ ...deps, organizationId: newId() })).rejects.toThrow(SealBroken);
  });

  it('does not start without its key', async () => {
    const { keyService, load } = world();
    keyService.down = true;
    await expect(load()).rejects.toMatchObject({ name: 'KeyUnavailable' });
  });

  it('refuses an empty token', async () => {
    const fingerprinter = await world().load();
    expect(() => fingerprinter.fingerprint(new Secret(''))).toThrow(RangeError);
  });
});
