import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Random } from '#libs/kernel';
import { branchKeyContext } from '../src/branch-key-loader.js';
import { authenticatedData, type SealContext } from '../src/context.js';
import { deriveRecordKey, type KeyMaterial } from '../src/derive.js';
import { sealEnvelope } from '../src/envelope.js';
import { encodeHeader } from '../src/header.js';
import { createLocalKeyService } from '../src/local-key-service.js';
import { recordClasses } from '../src/record-class.js';

/** 32 bytes counting up from `start`. */
function counting(start: number, length = 32): Buffer {
  return Buffer.from(Array.from({ length }, (_, at) => (start + at) & 0xff));
}

const organizationId = '01990000-0000-7000-8000-0000000000a1';
const userId = '01990000-0000-7000-8000-0000000000b2';
const grantId = '01990000-0000-7000-8000-0000000000c3';
const keyFile = counting(0xe0);
const branchKey = counting(0x00);
const shredSecret = counting(0x20);
const keyVersion = 1;

/** Each draw counts up from where the last one ended; the two draws of the health check come first. */
function countingRandom(): Random {
  let next = 0;
  return {
    bytes: (size) => {
      const drawn = counting(next, size);
      next += size;
      return drawn;
    },
  };
}

interface RecordInput {
  readonly context: SealContext;
  readonly plaintext: Buffer;
  readonly material: KeyMaterial;
  readonly salt: Buffer;
  readonly nonce: Buffer;
}

function record({ context, plaintext, material, salt, nonce }: RecordInput) {
  const header = encodeHeader(context, keyVersion);
  const aad = authenticatedData(header, context);
  const { key, commitment } = deriveRecordKey(material, salt, aad);
  const envelope = sealEnvelope(plaintext, { context, keyVersion, material, fresh: Buffer.concat([salt, nonce]) });
  const { table, column } = recordClasses[context.class];
  return {
    context: {
      table,
      column,
      organization: context.organizationId,
      user: context.userId ?? null,
      record: context.recordId,
      provider: context.provider ?? null,
      generation: context.generation ?? null,
    },
    header: header.toString('hex'),
    aad: aad.toString('hex'),
    salt: salt.toString('hex'),
    nonce: nonce.toString('hex'),
    record_key: key.toString('hex'),
    commitment: commitment.toString('hex'),
    plaintext: plaintext.toString('hex'),
    envelope: envelope.toString('hex'),
  };
}

async function localKeyService() {
  const folder = await mkdtemp(join(tmpdir(), 'te-vector-'));
  try {
    const file = join(folder, 'local.key');
    await writeFile(file, keyFile, { mode: 0o600 });
    const service = await createLocalKeyService(file, countingRandom());
    const context = branchKeyContext(organizationId, keyVersion);
    const wrapped = await service.wrap(branchKey, context);
    return { key_file: keyFile.toString('hex'), context, wrapped: wrapped.toString('hex') };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The worked example of docs/reference/envelope.md, made by the code that seals. */
export async function envelopeVector() {
  const person = { organizationId, userId };
  return {
    branch_key: branchKey.toString('hex'),
    wrapped_branch_key: await localKeyService(),
    shred_secret: record({
      context: { class: 'shred_secret', ...person, recordId: userId },
      plaintext: shredSecret,
      material: { branchKey },
      salt: counting(0x40),
      nonce: counting(0x60, 12),
    }),
    access_token: record({
      context: { class: 'grant.access_token', ...person, recordId: grantId, provider: 'notion', generation: 7 },
      plaintext: Buffer.from('ntn_example-token'),
      material: { branchKey, shredSecret },
      salt: counting(0x70),
      nonce: counting(0x90, 12),
    }),
  };
}
