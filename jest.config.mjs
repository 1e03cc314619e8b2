/**
 * Tests are sorted by what they need, and a kind is a folder:
 *
 * | project                                              | needs                                   | run by     |
 * |------------------------------------------------------|-----------------------------------------|------------|
 * | unit                                                 | nothing                                 | `npm test` |
 * | architecture                                         | the source tree                         | `npm test` |
 * | integration, e2e, contract, conformance, security    | the embedded PostgreSQL                 | `npm test` |
 * | services                                             | a Redis server                          | `.ci/run`  |
 * | browser                                              | Chromium                                | `.ci/run`  |
 * | faults                                               | the embedded PostgreSQL, and minutes    | `.ci/run`  |
 */

// Jest on Node 20 cannot let CommonJS require an ES module, plain Node can: these two are recompiled for Fastify's
// inject(), and only where they sit below light-my-request, because other copies are imported as ES modules.
const commonJs = {
  swcrc: false,
  jsc: { target: 'es2023', parser: { syntax: 'ecmascript' } },
  module: { type: 'commonjs' },
};

const base = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.data/', '<rootDir>/test-output/'],
  transform: {
    '^.+\\.tsx?$': '@swc/jest',
    '/light-my-request/node_modules/(cookie|content-disposition)/.+\\.js$': ['@swc/jest', commonJs],
  },
  transformIgnorePatterns: ['/node_modules/(?!(.*/node_modules/)?(cookie|content-disposition)/)'],
};

const project = (name, folders, more = {}) => ({
  ...base,
  displayName: name,
  testMatch: folders.map((folder) => `<rootDir>/${folder}/**/*.spec.{ts,tsx}`),
  ...more,
});

const kind = (name, more = {}) => project(name, [`test/${name}`], more);

const withDatabase = {
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
};

export default {
  testTimeout: 20_000,
  // Jest would leave one processor free; on two that halves the speed.
  maxWorkers: '100%',
  projects: [
    project('unit', ['libs', 'apps', 'prisma-free-migrations', 'sdk', 'examples']),
    kind('architecture'),
    kind('integration', withDatabase),
    kind('e2e', withDatabase),
    kind('contract', withDatabase),
    kind('conformance', withDatabase),
    kind('security', withDatabase),
    kind('services', withDatabase),
    kind('browser', withDatabase),
    kind('faults', withDatabase),
  ],
};
