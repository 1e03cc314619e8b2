import { createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { newId, systemRandom } from '#libs/kernel';
import { authenticatedData, lengthPrefixed, type SealContext } from './context.js';
import { deriveRecordKey, type KeyMaterial } from './derive.js';
import { freshLength, openEnvelope, sealEnvelope } from './envelope.js';
import { SealBroken } from './errors.js';
import { encodeHeader, layout, overhead } from './header.js';
import { recordClasses, type RecordClass } from './record-class.js';
import { bodyForTwoKeys } from '../test/salamander.js';

const [organizationId, userId, recordId] = [newId(), newId(), newId()];
const material: KeyMaterial = { branchKey: randomBytes(32), shredSecret: randomBytes(32) };
const grant: SealContext = {
  class: 'grant.refresh_token',
  organizationId,
  userId,
  recordId,
  provider: 'github',
  generation: 1,
};
const plaintext = Buffer.from('ghr_refresh');

function seal(context: SealContext, keyVersion = 1, keys = material): Buffer {
  return sealEnvelope(plaintext, { context, keyVersion, material: keys, fresh: systemRandom.bytes(freshLength) });
}

function reasonOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof SealBroken) return error.reason;
    throw error;
  }
  return 'opened';
}

/** One context for each class, and around one of them one that differs in each single field. */
function contexts(): SealContext[] {
  const classes = Object.keys(recordClasses) as RecordClass[];
  const { provider: _provider, ...noProvider } = grant;
  const { generation: _generation, ...noGeneration } = grant;
  const link: SealContext = { class: 'connect_session.link', organizationId, recordId };
  return [
    ...classes.map((name): SealContext => {
      const base: SealContext = { class: name, organizationId, recordId };
      return recordClasses[name].user === 'required' ? { ...base, userId } : base;
    }),
    grant,
    { ...grant, organizationId: newId() },
    { ...grant, userId: newId() },
    { ...grant, recordId: newId() },
    { ...grant, provider: 'githu' },
    { ...grant, generation: 0 },
    { ...grant, generation: 2 ** 40 },
    { ...grant, userId: recordId, recordId: userId },
    noProvider,
    noGeneration,
    { ...link, userId },
    { ...link, userId, provider: 'github' },
  ];
}

describe('envelope', () => {
  it('opens in the context it was sealed in, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 5000 }),
        fc.nat(),
        fc.nat(),
        (bytes, version, generation) => {
          const context = { ...grant, generation };
          const fresh = systemRandom.bytes(freshLength);
          const sealed = sealEnvelope(Buffer.from(bytes), { context, keyVersion: version + 1, material, fresh });
          expect(sealed.length).toBe(bytes.length + overhead);
          expect(openEnvelope(sealed, context, () => material)).toEqual(Buffer.from(bytes));
        },
      ),
    );
  });

  it('R45: opens in no other context, for every pair of contexts', () => {
    const all = contexts().map((context) => ({ context, sealed: seal(context) }));
    const openedIn = (sealed: Buffer) =>
      all.filter(({ context }) => reasonOf(() => openEnvelope(sealed, context, () => material)) === 'opened');
    for (const one of all) expect(openedIn(one.sealed)).toEqual([one]);
    expect(all.length).toBeGreaterThan(20);
  });

  it('R45: opens in no context that random fields make different', () => {
    const field = fc.constantFrom('a', 'b', 'ab', 'a-b', 'abab');
    const context = fc
      .record({ provider: fc.option(field, { nil: undefined }), generation: fc.option(fc.nat(3), { nil: undefined }) })
      .map(({ provider, generation }): SealContext => {
        const base: SealContext = { class: 'grant.access_token', organizationId, userId, recordId };
        return { ...base, ...(provider && { provider }), ...(generation !== undefined && { generation }) };
      });
    fc.assert(
      fc.property(context, context, (sealedIn, openedIn) => {
        const same = JSON.stringify(sealedIn) === JSON.stringify(openedIn);
        const outcome = reasonOf(() => openEnvelope(seal(sealedIn), openedIn, () => material));
        expect(outcome).toBe(same ? 'opened' : 'commitment');
      }),
    );
  });

  it('refuses an envelope with any single bit flipped', () => {
    const sealed = seal(grant);
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const flipped = Buffer.from(sealed);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(reasonOf(() => openEnvelope(flipped, grant, () => material))).not.toBe('opened');
    }
  });

  it('R46: refuses a key other than the committed one before any decryption', () => {
    const sealed = seal(grant);
    const other = { ...material, branchKey: randomBytes(32) };
    expect(reasonOf(() => openEnvelope(sealed, grant, () => other))).toBe('commitment');
    expect(reasonOf(() => openEnvelope(sealed, grant, () => ({ branchKey: material.branchKey })))).toBe('commitment');
  });

  it('R46: refuses a body that GCM itself accepts under two keys', () => {
    const keys = [material, { ...material, branchKey: randomBytes(32) }] as const;
    const sealed = seal(grant);
    const [salt, nonce] = [sealed.subarray(25, 57), sealed.subarray(89, 101)];
    const aad = authenticatedData(sealed.subarray(0, 25), grant);
    const derived = [deriveRecordKey(keys[0], salt, aad), deriveRecordKey(keys[1], salt, aad)] as const;
    const body = bodyForTwoKeys([derived[0].key, derived[1].key], nonce, aad);
    for (const { key } of derived) {
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 });
      decipher.setAAD(aad).setAuthTag(body.subarray(16));
      expect(Buffer.concat([decipher.update(body.subarray(0, 16)), decipher.final()])).toHaveLength(16);
    }
    const crafted = derived.map(({ commitment }) => Buffer.concat([sealed.subarray(0, 57), commitment, nonce, body]));
    const outcomes = crafted.map((bytes) => keys.map((one) => reasonOf(() => openEnvelope(bytes, grant, () => one))));
    expect(outcomes).toEqual([
      ['opened', 'commitment'],
      ['commitment', 'opened'],
    ]);
  });

  it('R48: refuses tags of 4, 8, 12 and 15 bytes', () => {
    const sealed = seal(grant);
    for (const length of [4, 8, 12, 15]) {
      const cut = sealed.subarray(0, sealed.length - 16 + length);
      expect(['tag', 'short']).toContain(reasonOf(() => openEnvelope(cut, grant, () => material)));
    }
  });

  it('R48, R49: refuses every shorter envelope, the empty one and plaintext', () => {
    const sealed = seal(grant);
    for (let length = 0; length < sealed.length; length++) {
      expect(reasonOf(() => openEnvelope(sealed.subarray(0, length), grant, () => material))).not.toBe('opened');
    }
    const text = Buffer.from('gho_a-token-that-somebody-stored-as-it-is'.repeat(4));
    expect(reasonOf(() => openEnvelope(text, grant, () => material))).toBe('format');
    expect(reasonOf(() => openEnvelope(Buffer.alloc(200), grant, () => material))).toBe('format');
  });

  it('R49: refuses blanked salt, commitment, nonce, body or tag', () => {
    const sealed = seal(grant);
    for (const [from, to] of [
      [25, 57],
      [57, 89],
      [89, 101],
      [101, -16],
      [-16, undefined],
    ] as const) {
      const blanked = Buffer.from(sealed);
      blanked.subarray(from, to).fill(0);
      expect(['commitment', 'tag']).toContain(reasonOf(() => openEnvelope(blanked, grant, () => material)));
    }
  });

  it('derives as HKDF-SHA-256 of RFC 5869 does', () => {
    const bytes = (length: number) =>
      fc.uint8Array({ minLength: length, maxLength: length }).map((b) => Buffer.from(b));
    const aad = fc.uint8Array({ maxLength: 300 }).map((b) => Buffer.from(b));
    fc.assert(
      fc.property(bytes(32), bytes(32), bytes(32), aad, (branchKey, shredSecret, salt, data) => {
        const { key, commitment } = deriveRecordKey({ branchKey, shredSecret }, salt, data);
        const ikm = Buffer.concat([branchKey, shredSecret]);
        const expected = Buffer.from(hkdfSync('sha256', ikm, salt, Buffer.concat([Buffer.from('te/v1'), data]), 64));
        expect(Buffer.concat([key, commitment])).toEqual(expected);
      }),
    );
  });
});

describe('seal context', () => {
  it('gives every record class a number and a place of its own', () => {
    const entries = Object.values(recordClasses);
    expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
    expect(new Set(entries.map(({ table, column }) => `${table}.${column}`)).size).toBe(entries.length);
  });

  it('never joins two different lists of fields to the same bytes', () => {
    const field = fc.uint8Array({ maxLength: 4, max: 3 }).map((bytes) => Buffer.from(bytes).toString('hex'));
    const list = fc.array(field, { maxLength: 4 });
    fc.assert(
      fc.property(list, list, (left, right) => {
        const same = left.length === right.length && left.join('/') === right.join('/');
        expect(lengthPrefixed(left).equals(lengthPrefixed(right))).toBe(same);
      }),
    );
  });

  it.each<[string, SealContext]>([
    ['grant.refresh_token needs a userId', { class: 'grant.refresh_token', organizationId, recordId }],
    ['takes no userId', { class: 'registration.client_secret', organizationId, recordId, userId }],
    ['recordId must be', { ...grant, recordId: 'con_1' }],
    ['organizationId must be', { ...grant, organizationId: organizationId.toUpperCase() }],
    ['userId must be', { ...grant, userId: '' }],
    ['provider must be', { ...grant, provider: '' }],
    ['provider must be', { ...grant, provider: 'x'.repeat(65) }],
    ['generation must be', { ...grant, generation: -1 }],
    ['generation must be', { ...grant, generation: 1.5 }],
  ])('refuses a context that breaks a rule and names it: %s', (rule, context) => {
    expect(() => authenticatedData(encodeHeader(context, 1), context)).toThrow(rule);
  });

  it.each([0, -1, 1.5, 2 ** 32])('refuses %p as a branch key version', (version) => {
    expect(() => encodeHeader(grant, version)).toThrow('branch key version');
  });

  it('keeps the layout that stored envelopes have', () => {
    expect(overhead).toBe(117);
    expect(layout.headerLength).toBe(encodeHeader(grant, 1).length);
  });
});
