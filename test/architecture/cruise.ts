import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');

export interface Violation {
  readonly rule: { readonly name: string };
  readonly from: string;
  readonly to: string;
}

interface Report {
  readonly summary: { readonly violations: Violation[]; readonly totalCruised: number };
}

/** What the import rules say about the folders below `baseDir`. */
export function cruise(baseDir: string, folders: readonly string[]): Report['summary'] {
  const program = join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');
  const config = join(root, '.dependency-cruiser.cjs');
  const args = [program, '--config', config, '--output-type', 'json', ...folders];
  const result = spawnSync(process.execPath, args, { cwd: baseDir, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (!result.stdout.startsWith('{')) throw new Error(`dependency-cruiser failed: ${result.stderr}${result.stdout}`);
  return (JSON.parse(result.stdout) as Report).summary;
}

/** Cruises a house in miniature, made of the given files (path → text), with the real rules. */
export function cruiseHouse(files: Readonly<Record<string, string>>): Violation[] {
  const house = mkdtempSync(join(tmpdir(), 'house-'));
  try {
    const all = { 'package.json': JSON.stringify(manifest), 'tsconfig.json': '{}', ...files };
    for (const [path, text] of Object.entries(all)) {
      mkdirSync(dirname(join(house, path)), { recursive: true });
      writeFileSync(join(house, path), text);
    }
    symlinkSync(join(root, 'node_modules'), join(house, 'node_modules'));
    return cruise(house, [...new Set(Object.keys(files).map((path) => path.split('/')[0] ?? ''))]).violations;
  } finally {
    rmSync(house, { recursive: true, force: true });
  }
}

const manifest = {
  type: 'module',
  imports: { '#libs/*': './libs/*/src/index.ts', '#migrations': './prisma-free-migrations/index.ts' },
  dependencies: { typeorm: '*', '@nestjs/common': '*' },
  devDependencies: { 'fast-check': '*' },
};
