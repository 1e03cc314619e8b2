import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemRandom } from '#libs/kernel';
import { KeyFileRefused } from './errors.js';
import { createLocalKeyService } from './local-key-service.js';

const context = { app: 'token-exchanger', purpose: 'branch_key', organization: 'o', version: '1' };
const branchKey = Buffer.alloc(32, 5);

describe('local key service', () => {
  let folder = '';
  let file = '';

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'te-key-'));
    file = join(folder, 'local.key');
  });

  afterEach(() => rm(folder, { recursive: true }));

  it('makes a key file for its owner alone and uses it again', async () => {
    const wrapped = await (await createLocalKeyService(file)).wrap(branchKey, context);
    const { mode, size } = await stat(file);
    expect([(mode & 0o777).toString(8), size]).toEqual(['600', 32]);
    expect(await (await createLocalKeyService(file)).unwrap(wrapped, context)).toEqual(branchKey);
    expect(await readdir(folder)).toEqual(['local.key']);
  });

  it('agrees on one key when several processes start at once', async () => {
    const services = await Promise.all(Array.from({ length: 10 }, () => createLocalKeyService(file)));
    const wrapped = await services[0]!.wrap(branchKey, context);
    for (const service of services) expect(await service.unwrap(wrapped, context)).toEqual(branchKey);
    expect(await readdir(folder)).toEqual(['local.key']);
  });

  it.each(['640', '604', '620', '602', '610', '601', '644', '666'])('refuses a file of mode 0%s', async (mode) => {
    await writeFile(file, systemRandom.bytes(32));
    await chmod(file, Number.parseInt(mode, 8));
    const refusal = createLocalKeyService(file);
    await expect(refusal).rejects.toThrow(KeyFileRefused);
    await expect(refusal).rejects.toThrow(`key file ${file}: mode must be 0600 (owner only) but is 0${mode}`);
  });

  it.each(['600', '400'])('takes a file of mode 0%s', async (mode) => {
    await writeFile(file, systemRandom.bytes(32), { mode: 0o600 });
    await chmod(file, Number.parseInt(mode, 8));
    expect((await createLocalKeyService(file)).name).toBe('local');
  });

  it.each([0, 31, 33, 64])('R49: refuses a file of %p bytes and leaves it as it is', async (size) => {
    await writeFile(file, systemRandom.bytes(size), { mode: 0o600 });
    await expect(createLocalKeyService(file)).rejects.toThrow(`must hold exactly 32 bytes but holds ${size}`);
    expect((await readFile(file)).length).toBe(size);
  });

  it('names the file when it cannot be made', async () => {
    const nowhere = join(folder, 'absent', 'local.key');
    await expect(createLocalKeyService(nowhere)).rejects.toThrow(
      `key file ${nowhere}: does not exist and cannot be made`,
    );
  });

  it('unwraps only in the context that it wrapped in', async () => {
    const service = await createLocalKeyService(file);
    const wrapped = await service.wrap(branchKey, context);
    const { version: _version, ...fewer } = context;
    const shifted = { ...context, purpose: 'branch_keyo', organization: '' };
    for (const other of [{ ...context, organization: 'p' }, { ...context, extra: '' }, fewer, shifted]) {
      await expect(service.unwrap(wrapped, other)).rejects.toThrow('not authentic');
    }
    const reordered = { version: '1', organization: 'o', purpose: 'branch_key', app: 'token-exchanger' };
    expect(await service.unwrap(wrapped, reordered)).toEqual(branchKey);
  });

  it('says so when a key was wrapped under another file', async () => {
    const wrapped = await (await createLocalKeyService(file)).wrap(branchKey, context);
    const other = await createLocalKeyService(join(folder, 'other.key'));
    await expect(other.unwrap(wrapped, context)).rejects.toThrow('belongs to another key file');
  });

  it('R48: refuses a wrapped key that is cut, blank or changed in any bit', async () => {
    const service = await createLocalKeyService(file);
    const wrapped = await service.wrap(branchKey, context);
    for (let length = 0; length < wrapped.length; length++) {
      await expect(service.unwrap(wrapped.subarray(0, length), context)).rejects.toThrow('wrapped key');
    }
    for (let bit = 0; bit < wrapped.length * 8; bit++) {
      const flipped = Buffer.from(wrapped);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      await expect(service.unwrap(flipped, context)).rejects.toThrow('wrapped key');
    }
    await expect(service.wrap(Buffer.alloc(0), context)).rejects.toThrow('nothing to wrap');
  });
});
