import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { envelopeVector } from '../test/envelope-vector.js';
import { authenticatedData } from './context.js';
import { encodeHeader } from './header.js';
import { recordClasses } from './record-class.js';

const page = `${import.meta.dirname}/../../../docs/reference/envelope.md`;
const text = readFileSync(page, 'utf8');

describe('docs/reference/envelope.md', () => {
  it('shows the test vector that the code makes', async () => {
    const shown = /```json test-vector\n([^]*?)```/.exec(text)?.[1];
    const made = JSON.stringify(await envelopeVector(), null, 2);
    expect(shown?.trim()).toBe(made);
  });

  it('lists every record class with its number, place and user rule, and no other', () => {
    const rows = text.matchAll(/^\| +(\d+) +\| +`([\w.]+)` +\| +`(\w+)` +\| +`(\w+)` +\| +(\w+) +\|/gm);
    const listed = [...rows].map(([, id, name, table, column, user]) => [Number(id), name, table, column, user]);
    const known = Object.entries(recordClasses).map(([name, { id, table, column, user }]) => [
      id,
      name,
      table,
      column,
      user,
    ]);
    expect(listed).toEqual(known);
  });

  it('shows the authenticated data of an absent field as length 0', () => {
    const id = '01990000-0000-7000-8000-0000000000c3';
    const context = { class: 'registration.client_secret', organizationId: id, recordId: id } as const;
    const aad = authenticatedData(encodeHeader(context, 1), context);
    expect(aad.toString('hex').endsWith(`0000${'0010'}${id.replaceAll('-', '')}00000000`)).toBe(true);
  });

  // A machine without Python still proves the page by the tests above.
  const withPython = spawnSync('python3', ['--version']).status === 0 ? it : it.skip;
  withPython('is enough for a program in another language to open an envelope', () => {
    const { stdout, stderr } = spawnSync('python3', [`${import.meta.dirname}/../test/open_envelope.py`, page], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(stdout.trim()).toBe('ntn_example-token');
  });
});
