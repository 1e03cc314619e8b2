import { createRequire } from 'node:module';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { brokenFiles, keptFiles, otherFiles } from './broken-house.js';
import { cruise, cruiseHouse, root, type Violation } from './cruise.js';

const rules = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as { forbidden: { name: string }[] };

describe('the imports of the source tree', () => {
  it('follow the table: no lib reaches upwards or sideways, every lib has one door, nothing goes in circles', () => {
    const folders = ['apps', 'libs', 'prisma-free-migrations', 'sdk/typescript/src', 'examples', 'test'];

    const { violations, totalCruised } = cruise(
      root,
      folders.filter((folder) => existsSync(join(root, folder))),
    );

    expect(violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);
    expect(totalCruised).toBeGreaterThan(100);
  });

  it('have a rule for every lib', () => {
    const libs = readdirSync(join(root, 'libs')).filter((name) => name !== 'testing');
    const ruled = rules.forbidden.map((rule) => rule.name);

    expect(libs.filter((lib) => !ruled.includes(`lib-${lib}`))).toEqual([]);
  });
});

describe('the import rules', () => {
  let violations: Violation[];

  beforeAll(() => {
    const broken = Object.fromEntries(brokenFiles.map(({ file, text }) => [file, text]));
    violations = cruiseHouse({ ...keptFiles, ...otherFiles, ...broken });
  });

  it.each(brokenFiles)('$rule catches $file', ({ rule, file }) => {
    expect(violations.filter(({ from }) => from === file).map((violation) => violation.rule.name)).toContain(rule);
  });

  it('find nothing in files that keep them', () => {
    const accused = violations.filter(({ from }) => from in keptFiles);

    expect(accused.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);
  });

  it('are all seen to fail, those of the libs by some examples', () => {
    const seen = brokenFiles.map(({ rule }) => rule);
    const names = rules.forbidden.map((rule) => rule.name).filter((name) => !name.startsWith('lib-'));

    expect(names.filter((name) => !seen.includes(name))).toEqual([]);
  });
});
