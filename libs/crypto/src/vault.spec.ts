import { newId, Secret } from '#libs/kernel';
import type { SealContext } from './context.js';
import { KeyNotInMemory, KeyUnavailable, SealBroken } from './errors.js';
import { describeEnvelope } from './header.js';
import { branchKeyContext } from './branch-key-loader.js';
import { ids, vaultWorld } from '../test/vault-world.js';

const { organizationId, userId, recordId } = ids;
const grant: SealContext = {
  class: 'grant.access_token',
  organizationId,
  userId,
  recordId,
  provider: 'notion',
  generation: 4,
};
const registration: SealContext = { class: 'registration.client_secret', organizationId, recordId };
const token = new Secret('ntn_ä-token');

describe('Vault', () => {
  it('opens what it sealed, making branch key and shred secret on the way', async () => {
    const { vault, branchKeys, shredSecrets } = vaultWorld();
    const sealed = await vault.seal(token, grant);
    expect((await vault.open(sealed, grant)).reveal()).toBe('ntn_ä-token');
    expect(branchKeys.records).toHaveLength(1);
    expect(shredSecrets.rows.size).toBe(1);
  });

  it('opens in another replica, which has to load the keys', async () => {
    const world = vaultWorld();
    const sealed = await world.vault.seal(token, grant);
    expect((await world.another().open(sealed, grant)).reveal()).toBe(token.reveal());
  });

  it('P5: holds no plaintext in the envelope and never the same bytes twice', async () => {
    const { vault } = vaultWorld();
    const [one, two] = [await vault.seal(token, grant), await vault.seal(token, grant)];
    expect(one.includes(token.reveal())).toBe(false);
    expect(one.equals(two)).toBe(false);
  });

  it('makes one branch key and one shred secret when replicas race for the first', async () => {
    const world = vaultWorld();
    const replicas = Array.from({ length: 8 }, () => world.another());
    const sealed = await Promise.all(replicas.map((replica) => replica.seal(token, grant)));
    expect(world.branchKeys.records).toHaveLength(1);
    expect(world.shredSecrets.rows.size).toBe(1);
    const opened = await Promise.all(sealed.map((bytes) => world.vault.open(bytes, grant)));
    expect(opened.map((secret) => secret.reveal())).toEqual(sealed.map(() => token.reveal()));
  });

  it('binds a wrapped branch key to application, purpose, organization and version', () => {
    expect(branchKeyContext(organizationId, 7)).toEqual({
      app: 'token-exchanger',
      purpose: 'branch_key',
      organization: organizationId,
      version: '7',
    });
  });

  it('refuses a wrapped branch key that was moved to another organization', async () => {
    const { vault, branchKeys } = vaultWorld();
    await vault.prepare(organizationId);
    const other = newId();
    branchKeys.records.push({ ...branchKeys.records[0]!, organizationId: other });
    await expect(vault.prepare(other)).rejects.toMatchObject({ name: 'KeyUnavailable', reason: 'key_service' });
  });

  it('R49: refuses to seal nothing', async () => {
    const { vault } = vaultWorld();
    await expect(vault.seal(new Secret(''), registration)).rejects.toThrow('nothing to seal');
  });

  it('refuses text that would not come out as it went in', async () => {
    const { vault } = vaultWorld();
    await expect(vault.seal(new Secret('a\ud800b'), registration)).rejects.toThrow('not valid Unicode');
  });

  it('says which key the synchronous path lacks', async () => {
    const world = vaultWorld();
    const sealed = await world.vault.seal(token, registration);
    const fresh = world.another();
    expect(() => fresh.openNow(sealed, registration, undefined)).toThrow(new KeyNotInMemory(organizationId, 1));
    expect(() => fresh.sealNow(token, registration, undefined)).toThrow(new KeyNotInMemory(organizationId, undefined));
    await fresh.prepare(organizationId);
    expect(fresh.openNow(sealed, registration, undefined).reveal()).toBe(token.reveal());
    expect(fresh.sealNow(token, registration, undefined)).toBeInstanceOf(Buffer);
  });

  it('seals and opens a person’s record synchronously with the wrapped shred secret', async () => {
    const { vault } = vaultWorld();
    const wrapped = await vault.prepareUser(userId, organizationId);
    const sealed = vault.sealNow(token, grant, wrapped);
    expect(vault.openNow(sealed, grant, wrapped).reveal()).toBe(token.reveal());
    expect((await vault.open(sealed, grant)).reveal()).toBe(token.reveal());
  });

  it('R51: opens nothing of a person whose shred secret is gone, not even with a new one', async () => {
    const { vault, shredSecrets } = vaultWorld();
    const sealed = await vault.seal(token, grant);
    shredSecrets.rows.clear();
    await expect(vault.open(sealed, grant)).rejects.toEqual(new KeyUnavailable('shred_secret_missing', organizationId));
    const wrapped = await vault.prepareUser(userId, organizationId);
    expect(() => vault.openNow(sealed, grant, wrapped)).toThrow(SealBroken);
  });

  it('never seals a person’s record without the shred secret', async () => {
    const { vault } = vaultWorld();
    await vault.prepare(organizationId);
    expect(() => vault.sealNow(token, grant, undefined)).toThrow(KeyUnavailable);
  });

  it('refuses the shred secret of another person', async () => {
    const { vault } = vaultWorld();
    const sealed = await vault.seal(token, grant);
    const theirs = await vault.prepareUser(newId(), organizationId);
    expect(() => vault.openNow(sealed, grant, theirs)).toThrow(SealBroken);
  });

  it('R50: seals under the new version after a rotation and still opens the old', async () => {
    const { vault, branchKeys, keyService, another } = vaultWorld();
    const old = await vault.seal(token, grant);
    const wrapped = await keyService.wrap(Buffer.alloc(32, 9), branchKeyContext(organizationId, 2));
    branchKeys.rotate({ organizationId, version: 2, wrapped, state: 'active' });
    const replica = another();
    const sealed = await replica.seal(token, grant);
    expect(describeEnvelope(sealed)?.keyVersion).toBe(2);
    expect((await replica.open(old, grant)).reveal()).toBe(token.reveal());
    expect((await vault.open(sealed, grant)).reveal()).toBe(token.reveal());
  });

  it('names neither secret nor key in its errors', async () => {
    const { vault } = vaultWorld();
    const sealed = await vault.seal(token, grant);
    const moved: unknown = await vault.open(sealed, { ...grant, generation: 5 }).catch((error: unknown) => error);
    expect(moved).toBeInstanceOf(SealBroken);
    expect(JSON.stringify(moved) + String(moved)).not.toContain(token.reveal());
    expect(moved).toMatchObject({ reason: 'commitment', recordClass: 'grant.access_token', recordId });
  });
});
