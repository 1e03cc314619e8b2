import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler, type Express } from 'express';
import type { JWKS } from 'oidc-provider';
import { systemClock, systemRandom, type Clock, type Random } from '#libs/kernel';
import { controlRoutes } from './control/control.routes.js';
import { Faults } from './control/faults.js';
import { githubApi, githubWeb } from './github/github.js';
import { GithubState } from './github/state.js';
import { notionRoutes } from './notion/notion.js';
import { NotionState } from './notion/state.js';
import { HomePage } from './pages/home-page.js';
import { sendPage } from './pages/page.js';
import { style } from './pages/style.js';
import type { SandboxSettings } from './settings.js';
import { createProvider } from './signin/provider.js';
import { newSigningKeys } from './signin/signing-keys.js';
import { signInRoutes } from './signin/signin.routes.js';
import { Witness } from './witness/witness.js';
import { witnessRoutes } from './witness/witness.routes.js';
import { SandboxClock } from './world/sandbox-clock.js';
import type { World } from './world/world.js';

export interface RunningSandbox {
  /** Without a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

/** What a test may bring along. */
export interface SandboxParts {
  readonly clock?: Clock;
  readonly random?: Random;
  /** For the sign-in's id tokens; by default made anew, which takes some tenths of a second. */
  readonly signingKeys?: JWKS;
}

/** Starts GitHub, Notion and the sign-in service on one port. Port 0 takes a free one. Rejects when the port is taken. */
export async function startSandbox(settings: SandboxSettings, deps: SandboxParts = {}): Promise<RunningSandbox> {
  // Listening comes first: the issuer and every link carry the port, which is known only then.
  const server = createServer();
  await listen(server, settings);
  const url = settings.publicUrl ?? `http://localhost:${(server.address() as AddressInfo).port}`;
  const clock = new SandboxClock(deps.clock ?? systemClock);
  const world: World = {
    url,
    clock,
    random: deps.random ?? systemRandom,
    witness: new Witness(clock),
    faults: new Faults(),
  };
  server.on('request', await assemble(world, settings, deps.signingKeys ?? (await newSigningKeys())));
  return { url, close: () => close(server) };
}

async function assemble(world: World, settings: SandboxSettings, keys: JWKS): Promise<Express> {
  const github = new GithubState(world, settings.github);
  const notion = new NotionState(world, settings.notion);
  const provider = await createProvider(world, settings.signIn, keys);
  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.use((_req, res, next) => {
    // Clients reckon expiry from this header: it must tell the time by which the tokens live.
    res.set('Date', world.clock.now().toUTCString());
    next();
  });
  app.get('/', (_req, res) => sendPage(res, 200, HomePage({ url: world.url })));
  app.get('/sandbox.css', (_req, res) => void res.type('css').send(style));
  app.use('/github', githubWeb(github));
  app.use('/github-api', githubApi(github));
  app.use('/notion', notionRoutes(notion));
  app.use('/signin', signInRoutes(world, provider));
  app.use('/control', controlRoutes(world, github, notion));
  app.use('/witness', witnessRoutes(world.witness));
  app.use(sendProblem);
  return app;
}

/** The last resort, in GitHub's words for a body that cannot be read; says nothing of the inside. */
const sendProblem: ErrorRequestHandler = (error: { status?: number }, _req, res, next) => {
  if (res.headersSent) return next(error);
  const status = error.status ?? 500;
  res
    .status(status)
    .json({ message: status < 500 ? 'Problems parsing the request' : 'Server Error', status: String(status) });
};

function listen(server: Server, { port, host }: SandboxSettings): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // Calls that a fault keeps waiting would never end by themselves.
  const cut = setTimeout(() => server.closeAllConnections(), 500);
  server.closeIdleConnections();
  await closed;
  clearTimeout(cut);
}
