import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './cruise.js';

const folder = join(root, 'docs', 'walkthroughs');

const walkthroughs = existsSync(folder)
  ? readdirSync(folder).filter((name) => name.endsWith('.md') && name !== 'README.md')
  : [];

/** Texts in backticks that are paths of files: they have a slash and an ending. */
function filesNamedIn(text: string): string[] {
  const quoted = [...text.matchAll(/`([^`\s]+)`/g)].map((match) => match[1] ?? '');
  return [...new Set(quoted.filter((word) => /^[\w.-]+(\/[\w.@-]+)+\.(tsx?|mjs|cjs|sql|md|json)$/.test(word)))];
}

describe('the walkthroughs', () => {
  it('name files that exist, in every one of them', () => {
    const missing = walkthroughs.flatMap((name) =>
      filesNamedIn(readFileSync(join(folder, name), 'utf8'))
        .filter((file) => !existsSync(join(root, file)))
        .map((file) => `${name}: ${file}`),
    );

    expect(missing).toEqual([]);
  });

  it('each name at least three files, or they lead nowhere', () => {
    const thin = walkthroughs.filter((name) => filesNamedIn(readFileSync(join(folder, name), 'utf8')).length < 3);

    expect(thin).toEqual([]);
  });

  it('would be caught naming a file that is gone', () => {
    const named = filesNamedIn('First `libs/kernel/src/id.ts`, then `apps/nowhere/src/main.ts`, `npm test` and `a/b`.');

    expect(named).toEqual(['libs/kernel/src/id.ts', 'apps/nowhere/src/main.ts']);
    expect(named.filter((file) => !existsSync(join(root, file)))).toEqual(['apps/nowhere/src/main.ts']);
  });
});
