import { link, open, unlink } from 'node:fs/promises';
import type { Random } from '#libs/kernel';
import { KeyFileRefused } from './errors.js';

const keyFileLength = 32;
const groupOrOthers = 0o077;

/** The 32 bytes in the file, which is made with mode 0600 when it does not exist. Throws KeyFileRefused. */
export async function readOrCreateKeyFile(file: string, random: Random): Promise<Buffer> {
  return (await readKeyFile(file)) ?? (await createKeyFile(file, random));
}

async function readKeyFile(file: string): Promise<Buffer | undefined> {
  const handle = await open(file, 'r').catch((cause: unknown) => {
    if (errorCode(cause) === 'ENOENT') return undefined;
    throw new KeyFileRefused(file, 'cannot be read', { cause });
  });
  if (!handle) return undefined;
  try {
    // Asked of the opened file, so that it cannot be exchanged between the check and the reading.
    const { mode, size } = await handle.stat();
    // Windows has no such bits; there the folder's access list guards the file.
    if (process.platform !== 'win32' && (mode & groupOrOthers) !== 0) {
      const found = (mode & 0o777).toString(8).padStart(4, '0');
      throw new KeyFileRefused(file, `mode must be 0600 (owner only) but is ${found}; run chmod 600 on it`);
    }
    if (size !== keyFileLength) {
      throw new KeyFileRefused(
        file,
        `must hold exactly ${keyFileLength} bytes but holds ${size}; restore it from a backup`,
      );
    }
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/** Written aside and linked into place, which fails when a peer was first: nobody ever reads half a key. */
async function createKeyFile(file: string, random: Random): Promise<Buffer> {
  const key = Buffer.from(random.bytes(keyFileLength));
  const aside = `${file}.${random.bytes(8).toString('hex')}.new`;
  try {
    await writeNew(aside, key);
    await link(aside, file);
    return key;
  } catch (cause) {
    key.fill(0);
    const theirs = errorCode(cause) === 'EEXIST' ? await readKeyFile(file) : undefined;
    if (theirs) return theirs;
    throw new KeyFileRefused(file, 'does not exist and cannot be made; its folder must exist and be writable', {
      cause,
    });
  } finally {
    await unlink(aside).catch(() => undefined);
  }
}

async function writeNew(file: string, bytes: Buffer): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function errorCode(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
