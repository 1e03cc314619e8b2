import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { systemRandom, type Random } from '#libs/kernel';
import { checked } from './checked-random.js';
import { lengthPrefixed, textHex } from './context.js';
import { readOrCreateKeyFile } from './key-file.js';
import type { KeyContext, KeyService } from './ports.js';

const algorithm = 'aes-256-gcm';
const tagLength = 16;
const nonceLength = 12;
const prefix = Buffer.from([0x54, 0x4b, 1]); // "TK", format 1
const keyIdLength = 8;
const nonceAt = prefix.length + keyIdLength;
const ciphertextAt = nonceAt + nonceLength;

/**
 * A key service for one machine: a key of 32 bytes in a file, made with mode 0600 when absent.
 * Throws KeyFileRefused, naming file and rule, when others may read the file, its length is wrong or it cannot be made.
 */
export async function createLocalKeyService(keyFile: string, random: Random = systemRandom): Promise<KeyService> {
  const guarded = checked(random);
  return new LocalKeyService(await readOrCreateKeyFile(keyFile, guarded), guarded);
}

/** AES-256-GCM under the file's key with the context as additional data (docs/reference/envelope.md, "Local key file"). */
class LocalKeyService implements KeyService {
  readonly name = 'local';
  readonly #key: Buffer;
  readonly #head: Buffer;

  constructor(
    key: Buffer,
    private readonly random: Random,
  ) {
    this.#key = key;
    const keyId = createHmac('sha256', key).update('te/local/v1 key id').digest().subarray(0, keyIdLength);
    this.#head = Buffer.concat([prefix, keyId]);
  }

  async wrap(plaintext: Buffer, context: KeyContext): Promise<Buffer> {
    if (plaintext.length === 0) throw new RangeError('wrap: nothing to wrap');
    const nonce = this.random.bytes(nonceLength);
    const cipher = createCipheriv(algorithm, this.#key, nonce, { authTagLength: tagLength });
    cipher.setAAD(this.#aad(context));
    const body = cipher.update(plaintext);
    return Buffer.concat([this.#head, nonce, body, cipher.final(), cipher.getAuthTag()]);
  }

  async unwrap(wrapped: Buffer, context: KeyContext): Promise<Buffer> {
    if (wrapped.length <= ciphertextAt + tagLength || !wrapped.subarray(0, prefix.length).equals(prefix)) {
      throw new Error('wrapped key is not in the format of the local key file');
    }
    if (!wrapped.subarray(0, nonceAt).equals(this.#head)) throw new Error('wrapped key belongs to another key file');
    const nonce = wrapped.subarray(nonceAt, ciphertextAt);
    const decipher = createDecipheriv(algorithm, this.#key, nonce, { authTagLength: tagLength });
    decipher.setAAD(this.#aad(context)).setAuthTag(wrapped.subarray(-tagLength));
    const key = decipher.update(wrapped.subarray(ciphertextAt, -tagLength));
    try {
      decipher.final();
    } catch {
      key.fill(0);
      throw new Error('wrapped key is not authentic for this context');
    }
    return key;
  }

  #aad(context: KeyContext): Buffer {
    const pairs = Object.entries(context).toSorted(([left], [right]) => (left < right ? -1 : 1));
    return lengthPrefixed([this.#head.toString('hex'), ...pairs.flat().map(textHex)]);
  }
}
