import type { Clock, Random, Uuid } from '#libs/kernel';
import { systemRandom } from '#libs/kernel';
import type {
  BranchKeyRecord,
  BranchKeyStore,
  FingerprintKeyStore,
  KeyContext,
  KeyService,
  ShredSecretStore,
} from '../src/ports.js';

/** A clock that stands until it is moved. */
export class StoppedClock implements Clock {
  #ms = Date.UTC(2026, 0, 1);

  now(): Date {
    return new Date(this.#ms);
  }

  monotonic(): number {
    return this.#ms;
  }

  advance(ms: number): void {
    this.#ms += ms;
  }
}

/** Branch keys as the database would hold them; every method yields first, so that races happen. */
export class MemoryBranchKeys implements BranchKeyStore {
  readonly records: BranchKeyRecord[] = [];
  reads = 0;

  async active(organizationId: Uuid): Promise<BranchKeyRecord | undefined> {
    this.reads++;
    await Promise.resolve();
    return this.records.find((record) => record.organizationId === organizationId && record.state === 'active');
  }

  async find(organizationId: Uuid, version: number): Promise<BranchKeyRecord | undefined> {
    this.reads++;
    await Promise.resolve();
    return this.records.find((record) => record.organizationId === organizationId && record.version === version);
  }

  async insertFirst(record: BranchKeyRecord): Promise<void> {
    await Promise.resolve();
    if (!this.records.some(({ organizationId }) => organizationId === record.organizationId)) this.records.push(record);
  }

  /** What a rotation does: a new active version, the older ones only for opening. */
  rotate(record: BranchKeyRecord): void {
    const older = this.records.map((one) =>
      one.organizationId === record.organizationId ? { ...one, state: 'decrypt_only' as const } : one,
    );
    this.records.splice(0, this.records.length, ...older, record);
  }
}

export class MemoryShredSecrets implements ShredSecretStore {
  readonly rows = new Map<string, Buffer>();

  async find(userId: Uuid, organizationId: Uuid): Promise<Buffer | undefined> {
    await Promise.resolve();
    return this.rows.get(`${userId}/${organizationId}`);
  }

  async insertIfAbsent(userId: Uuid, organizationId: Uuid, wrapped: Buffer): Promise<void> {
    await Promise.resolve();
    const id = `${userId}/${organizationId}`;
    if (!this.rows.has(id)) this.rows.set(id, wrapped);
  }
}

export class MemoryFingerprintKeys implements FingerprintKeyStore {
  readonly rows: { version: number; sealed: Buffer }[] = [];

  async list(): Promise<readonly { version: number; sealed: Buffer }[]> {
    await Promise.resolve();
    return [...this.rows];
  }

  async insertFirst(version: number, sealed: Buffer): Promise<void> {
    await Promise.resolve();
    if (this.rows.length === 0) this.rows.push({ version, sealed });
  }
}

/**
 * A key service outside the process: it remembers what it wrapped, can be switched off, and keeps hold of every buffer
 * that it gave away, so that a test can see when it was zeroed.
 */
export class RemoteKeyService implements KeyService {
  readonly name = 'aws';
  readonly givenOut: Buffer[] = [];
  unwraps = 0;
  down = false;
  /** Resolves before an answer is given; replace it to hold the answers back. */
  gate: Promise<void> = Promise.resolve();
  readonly #known = new Map<string, { plaintext: Buffer; context: string }>();

  constructor(private readonly random: Random = systemRandom) {}

  async wrap(plaintext: Buffer, context: KeyContext): Promise<Buffer> {
    const copy = Buffer.from(plaintext);
    await this.gate;
    if (this.down) throw new Error('connect ECONNREFUSED');
    const blob = this.random.bytes(40);
    this.#known.set(blob.toString('hex'), { plaintext: copy, context: JSON.stringify(context) });
    return blob;
  }

  async unwrap(wrapped: Buffer, context: KeyContext): Promise<Buffer> {
    this.unwraps++;
    await this.gate;
    if (this.down) throw new Error('connect ECONNREFUSED');
    const entry = this.#known.get(wrapped.toString('hex'));
    if (entry?.context !== JSON.stringify(context)) throw new Error('InvalidCiphertextException');
    const key = Buffer.from(entry.plaintext);
    this.givenOut.push(key);
    return key;
  }
}
