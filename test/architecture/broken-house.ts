/** A file that breaks a rule, by what it says. */
export interface BrokenFile {
  readonly rule: string;
  readonly file: string;
  readonly text: string;
}

const breaks = (rule: string, file: string, text: string): BrokenFile => ({ rule, file, text });

/** Every rule broken at least once; a rule that cannot fail is no rule. */
export const brokenFiles: readonly BrokenFile[] = [
  breaks('lib-kernel', 'libs/kernel/src/upwards.ts', "import '#libs/policy';"),
  breaks('lib-policy', 'libs/policy/src/sideways.ts', "import type { X } from '#libs/persistence'; export type Y = X;"),
  breaks('lib-http', 'libs/http/src/sideways.ts', "import '#libs/persistence';"),
  breaks('lib-caller-auth', 'libs/caller-auth/src/sideways.ts', "import '#libs/policy';"),
  breaks('one-door', 'apps/exchange/src/by-the-window.ts', "import '../../../libs/policy/src/inside.js';"),
  breaks('one-door-among-libs', 'libs/policy/src/by-the-window.ts', "import '../../kernel/src/inside.js';"),
  breaks('door-is-for-others', 'libs/kernel/src/own-door.ts', "import '#libs/kernel';"),
  breaks('libs-below-apps', 'libs/kernel/src/to-an-app.ts', "import '../../../apps/exchange/src/main.js';"),
  breaks('apps-are-strangers', 'apps/exchange/src/to-an-app.ts', "import '../../worker/src/main.js';"),
  breaks('standalone-uses-the-cli-only', 'apps/standalone/src/to-an-app.ts', "import '../../worker/src/main.js';"),
  breaks('sandbox-is-foreign', 'apps/sandbox/src/to-a-lib.ts', "import '#libs/policy';"),
  breaks('sdk-and-examples-are-outside', 'examples/notes/src/to-a-lib.ts', "import '#libs/kernel';"),
  breaks('sdk-and-examples-are-outside', 'sdk/typescript/src/to-a-lib.ts', "import '#libs/kernel';"),
  breaks('migrations-stand-alone', 'prisma-free-migrations/to-a-lib.ts', "import '#libs/kernel';"),
  breaks('only-apps-import-config', 'libs/http/src/settings.ts', "import '#libs/config';"),
  breaks(
    'tests-stay-out-of-production',
    'apps/exchange/src/to-a-test.ts',
    "import '../../../test/support/database.js';",
  ),
  breaks('tests-stay-out-of-production', 'apps/exchange/src/to-fakes.ts', "import '#libs/testing';"),
  breaks('typeorm-in-two-places', 'apps/exchange/src/typeorm.ts', "import 'typeorm';"),
  breaks('nest-at-the-edges', 'libs/policy/src/nest.ts', "import { Module } from '@nestjs/common'; Module({});"),
  breaks('egress-only', 'libs/providers/src/direct.ts', "import { request } from 'node:https'; request('');"),
  breaks('egress-only', 'apps/exchange/src/direct.ts', "import { connect } from 'node:tls'; connect({});"),
  breaks('no-development-packages', 'libs/kernel/src/development.ts', "import 'fast-check';"),
  breaks('no-cycles', 'libs/kernel/src/circle-a.ts', "import './circle-b.js';"),
  breaks('resolvable', 'libs/kernel/src/lost.ts', "import './nowhere.js';"),
];

/** Files that keep the rules, some of them closely. */
export const keptFiles: Readonly<Record<string, string>> = {
  'libs/kernel/src/index.ts': "export { x } from './inside.js';",
  'libs/kernel/src/inside.ts': 'export const x = 1;',
  'libs/config/src/index.ts': "export { x } from '#libs/kernel';",
  'libs/policy/src/index.ts': "export { x } from '#libs/kernel';",
  'libs/policy/src/inside.ts': 'export const x = 1;',
  'libs/persistence/src/index.ts': "import 'typeorm'; export interface X {}",
  'libs/http/src/index.ts': "import type { Server } from 'node:http'; export type S = Server;",
  'libs/egress/src/index.ts': "import { request } from 'node:https'; export const r = request;",
  'libs/testing/src/index.ts': "import 'fast-check';",
  'apps/exchange/src/main.ts':
    "import '#libs/policy'; import '#libs/config'; import '#libs/http'; import '#libs/egress';",
  'apps/worker/src/main.ts': "import { Module } from '@nestjs/common'; Module({});",
  'apps/cli/src/main.ts': "import '#migrations';",
  'apps/standalone/src/main.ts': "import '../../cli/src/main.js'; import { get } from 'node:http'; get('');",
  'apps/sandbox/src/main.ts': "import '#libs/kernel'; import { createServer } from 'node:http'; createServer();",
  'prisma-free-migrations/index.ts': "import 'typeorm';",
  'test/support/database.ts': "import '#migrations'; import '../../libs/policy/src/inside.js';",
};

/** Needed by a broken file, and broken or not with it. */
export const otherFiles: Readonly<Record<string, string>> = {
  'libs/kernel/src/circle-b.ts': "import './circle-a.js';",
};
