import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './cruise.js';

interface LintConfig {
  readonly rules: Record<string, unknown>;
  readonly overrides: { readonly files: string[]; readonly rules: Record<string, unknown> }[];
}

const config = JSON.parse(readFileSync(join(root, '.oxlintrc.json'), 'utf8')) as LintConfig;

const sizeRules = ['max-lines', 'max-lines-per-function', 'max-depth', 'complexity'].map((rule) => `eslint/${rule}`);

const lines = (count: number, line = '  void 0;'): string => `${line}\n`.repeat(count);

/** For each rule a text that breaks it. */
const offences: Record<string, string> = {
  'eslint(max-lines)': lines(251, 'export {};'),
  'eslint(max-lines-per-function)': `export function long(): void {\n${lines(40)}}\n`,
  'house(max-params)': 'export const five = (a: 1, b: 1, c: 1, d: 1, e: 1): number => a + b + c + d + e;\n',
  'eslint(max-depth)':
    'export function deep(x: boolean): void {\nif (x) { if (x) { if (x) { if (x) { void 0; } } } }\n}\n',
  'eslint(complexity)': `export function maze(x: number): void {\n${lines(12, '  if (x) void 0;')}}\n`,
  'node(no-process-env)': 'export const home = process.env;\n',
  'eslint(no-restricted-globals)': "export const page = fetch('http://localhost');\n",
  'typescript(no-floating-promises)': 'export function forget(): void {\n  Promise.resolve(1);\n}\n',
  'typescript(switch-exhaustiveness-check)':
    "export function half(x: 'a' | 'b'): void {\n  switch (x) {\n    case 'a':\n      break;\n  }\n}\n",
};

interface Finding {
  readonly code: string;
  readonly filename: string;
}

/** What the linter says about the texts (file name → text), with the project's own configuration. */
function lint(texts: Readonly<Record<string, string>>): Finding[] {
  const folder = mkdtempSync(join(tmpdir(), 'lint-'));
  try {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'tsconfig.json'), '{ "compilerOptions": { "strict": true } }');
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text);
    const program = join(root, 'node_modules', 'oxlint', 'bin', 'oxlint');
    const options = ['--type-aware', '--config', join(root, '.oxlintrc.json'), '--format', 'json'];
    const args = [program, ...options, ...Object.keys(texts)];
    const result = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    return (JSON.parse(result.stdout) as { diagnostics: Finding[] }).diagnostics;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function linesOfProductionFiles(): number[] {
  return ['apps', 'libs']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(root, folder, name)),
    )
    .filter((path) => /\.tsx?$/.test(path) && !/\.spec\.tsx?$/.test(path) && !path.includes('node_modules'))
    .map((path) => readFileSync(path, 'utf8').split('\n').length - 1)
    .sort((a, b) => a - b);
}

describe('the limits of files and functions', () => {
  it('are those of the house: 250 lines a file, 40 a function, depth 3, complexity 12', () => {
    expect(sizeRules.map((rule) => config.rules[rule])).toEqual([
      ['error', { max: 250 }],
      ['error', expect.objectContaining({ max: 40 })],
      ['error', { max: 3 }],
      ['error', { max: 12 }],
    ]);
    expect(config.rules['house/max-params']).toBe('error');
  });

  it('are loosened for tests and for the SQL of migrations only, and for them only the length of a function', () => {
    const loosened = config.overrides
      .map(({ files, rules }) => ({ files, rules: Object.keys(rules).filter((rule) => isSizeRule(rule)) }))
      .filter(({ rules }) => rules.length > 0);

    expect(loosened).toEqual([
      { files: expect.arrayContaining(['**/*.spec.ts', 'test/**']), rules: ['eslint/max-lines-per-function'] },
      { files: ['prisma-free-migrations/steps/**'], rules: ['eslint/max-lines-per-function'] },
    ]);
  });

  it('are kept by the linter: each of the rules catches a text that breaks it', () => {
    const names = Object.keys(offences).map((rule, index) => [rule, `offence-${index}.ts`] as const);

    const findings = lint(Object.fromEntries(names.map(([rule, file]) => [file, offences[rule] ?? ''])));

    const missed = names.filter(
      ([rule, file]) => !findings.some((finding) => finding.code === rule && finding.filename.endsWith(file)),
    );
    expect(missed).toEqual([]);
  });

  it('leave room to breathe: half of the files have at most 80 lines', () => {
    const sizes = linesOfProductionFiles();

    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThanOrEqual(80);
  });
});

const isSizeRule = (rule: string): boolean => sizeRules.includes(rule) || rule === 'house/max-params';
