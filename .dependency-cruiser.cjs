/**
 * Which part may import which. Imports point down only, siblings are strangers, each lib has one door.
 * `npm run deps` checks it, and so does test/architecture, where every rule is also seen to fail.
 */

/** lib → the libs it may import. A lib that is not here may not exist (test/architecture looks). */
const mayImport = {
  kernel: [],
  config: ['kernel'],
  telemetry: ['kernel'],
  crypto: ['kernel'],
  policy: ['kernel'],
  jobs: ['kernel'],
  egress: ['kernel', 'telemetry'],
  persistence: ['kernel', 'telemetry'],
  http: ['kernel', 'telemetry'],
  providers: ['kernel', 'telemetry', 'egress'],
  audit: ['kernel', 'crypto', 'persistence', 'telemetry'],
  'token-refresh': ['kernel', 'crypto', 'persistence', 'providers', 'audit', 'telemetry'],
  connecting: ['kernel', 'crypto', 'persistence', 'providers', 'audit', 'telemetry', 'policy'],
  revocation: ['kernel', 'crypto', 'persistence', 'providers', 'audit', 'telemetry'],
  foundations: ['kernel', 'crypto', 'persistence', 'egress', 'providers', 'telemetry'],
  'caller-auth': ['kernel', 'crypto', 'persistence', 'audit', 'egress', 'telemetry'],
};

/** Inside is plain TypeScript; Nest is for the edges. */
const withoutNest = [
  ...['kernel', 'policy', 'crypto', 'providers', 'egress', 'persistence', 'audit'],
  ...['token-refresh', 'connecting', 'revocation', 'foundations'],
];

/** Tests beside the code, and what only they use. */
const spec = '\\.(spec|fixture)\\.tsx?$|/(fixtures|testing)/';
const testing = '^libs/testing/';
const doors = '^libs/[^/]+/src/index\\.ts$';
const packageNamed = (name) => `(^|/)node_modules/${name}/|^${name}(/|$)`;
const outboundModules = '^(node:)?(http|https|http2|net|tls|dgram)$';

const error = (name, comment, from, to) => ({ name, severity: 'error', comment, from, to });

const libRules = Object.entries(mayImport).map(([lib, allowed]) =>
  error(
    `lib-${lib}`,
    `libs/${lib} may import ${allowed.length > 0 ? allowed.join(', ') : 'no lib'}.`,
    { path: `^libs/${lib}/`, pathNot: spec },
    { path: '^libs/', pathNot: [lib, ...allowed].map((name) => `^libs/${name}/`) },
  ),
);

const houseRules = [
  error(
    'one-door',
    'A lib is entered by src/index.ts only.',
    { pathNot: ['^libs/', '^test/'] },
    { path: '^libs/', pathNot: doors },
  ),
  error(
    'one-door-among-libs',
    'A lib is entered by src/index.ts only, by its siblings too.',
    { path: '^libs/([^/]+)/' },
    { path: '^libs/', pathNot: [doors, '^libs/$1/'] },
  ),
  error(
    'door-is-for-others',
    'A lib does not import its own door: that makes cycles.',
    { path: '^libs/([^/]+)/', pathNot: spec },
    { path: '^libs/$1/src/index\\.ts$' },
  ),
  error(
    'libs-below-apps',
    'A lib knows neither apps nor migrations.',
    { path: '^libs/', pathNot: spec },
    { path: '^(apps|prisma-free-migrations|examples|sdk)/' },
  ),
  error(
    'apps-are-strangers',
    'Apps do not import apps.',
    { path: '^apps/([^/]+)/', pathNot: [spec, '^apps/standalone/'] },
    { path: '^apps/', pathNot: '^apps/$1/' },
  ),
  error(
    'standalone-uses-the-cli-only',
    'standalone starts the other apps as processes; it may import the CLI.',
    { path: '^apps/standalone/', pathNot: spec },
    { path: '^apps/', pathNot: '^apps/(standalone|cli)/' },
  ),
  error(
    'sandbox-is-foreign',
    'The sandbox stands for systems that are not ours.',
    { path: '^apps/sandbox/' },
    { path: '^(libs|prisma-free-migrations)/', pathNot: '^libs/kernel/' },
  ),
  error(
    'sdk-and-examples-are-outside',
    'The SDK and the examples live in other repositories in real life.',
    { path: '^(sdk|examples)/' },
    { path: '^(libs|apps|prisma-free-migrations)/' },
  ),
  error(
    'migrations-stand-alone',
    'A migration must mean the same for ever, so it imports nothing that changes.',
    { path: '^prisma-free-migrations/', pathNot: spec },
    { path: '^(libs|apps|sdk|examples)/' },
  ),
  error(
    'only-apps-import-config',
    'Settings are read once, by an app, and handed down.',
    { pathNot: ['^apps/', '^libs/config/', '^test/'] },
    { path: '^libs/config/' },
  ),
  error(
    'tests-stay-out-of-production',
    'Production imports neither tests nor what only they need.',
    { path: '^(apps|libs|prisma-free-migrations|sdk|examples)/', pathNot: [spec, testing, '^sdk/[^/]+/test/'] },
    { path: [spec, testing, '^test/'], pathNot: 'node_modules/' },
  ),
];

const packageRules = [
  error(
    'typeorm-in-two-places',
    'Only persistence and the migrations know TypeORM.',
    { pathNot: ['^libs/persistence/', '^prisma-free-migrations/', '^test/', 'node_modules/'] },
    { path: packageNamed('typeorm') },
  ),
  error(
    'nest-at-the-edges',
    'Inside is plain TypeScript; Nest is for HTTP, queues, lifecycle and wiring.',
    { path: `^libs/(${withoutNest.join('|')})/` },
    { path: packageNamed('@nestjs') },
  ),
  error(
    'egress-only',
    'All outbound traffic goes through libs/egress. (Global fetch is forbidden by the linter.)',
    {
      path: '^(apps|libs|prisma-free-migrations)/',
      // config only asks `net` whether a text is an IP address.
      pathNot: ['^libs/egress/', '^apps/(sandbox|standalone)/', '^libs/config/src/rules\\.ts$', spec],
    },
    { path: [outboundModules, packageNamed('undici')], dependencyTypesNot: ['type-only'] },
  ),
  error(
    'no-development-packages',
    'What runs in production is among the dependencies.',
    {
      path: '^(apps|libs|prisma-free-migrations|sdk|examples)/',
      pathNot: [spec, testing, '^sdk/[^/]+/test/'],
    },
    { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: 'node_modules/@types/' },
  ),
  error('no-cycles', 'A cycle has no order in which to read it.', {}, { circular: true }),
  error('resolvable', 'Every import leads somewhere.', {}, { couldNotResolve: true }),
];

module.exports = {
  forbidden: [...libRules, ...houseRules, ...packageRules],
  options: {
    doNotFollow: { path: ['node_modules', '^dist/'] },
    exclude: { path: ['^dist/', '^sdk/typescript/dist/', '^test-output/', '^\\.data/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.d.ts'],
    },
  },
};
