import type { Uuid } from '#libs/kernel';
import { systemClock, systemRandom } from '#libs/kernel';
import { Revocations } from '#libs/revocation';
import { silentLogger } from '#libs/telemetry';
import { freshDatabase } from '../../support/database.js';
import type { Replica } from '../refresh/replica.js';
import { ScriptedProvider } from '../refresh/scripted-provider.js';
import { World, type App, type TestGrant, type TokenAnswer } from '../refresh/world.js';

export const app: App = { provider: 'scripted', clientId: 'one', clientSecret: 'one-secret', params: {} };

export const server = { actor: 'server' } as const;
export const user = { actor: 'user' } as const;
export const done = { revoked: true, upstream: 'revoked' };

export interface Connected {
  readonly grant: TestGrant;
  readonly answer: TokenAnswer;
  readonly subject: string;
  readonly consentId: Uuid;
}

/** A provider, a platform and somebody who takes access away. */
export class Stage {
  #people = 0;

  private constructor(
    readonly provider: ScriptedProvider,
    readonly world: World,
    readonly replica: Replica,
    readonly revocations: Revocations,
    private readonly drop: () => Promise<void>,
  ) {}

  static async set(name: string): Promise<Stage> {
    const fresh = await freshDatabase(name);
    const provider = await ScriptedProvider.start({ accessTokenDiesOnRefresh: true });
    const world = await World.start(fresh, [provider.url]);
    const replica = await world.replica({ definitions: [provider.definition()] });
    return new Stage(provider, world, replica, revocationsAt(replica), () => fresh.drop());
  }

  async clear(): Promise<void> {
    await this.revocations.close();
    await this.world.stop();
    await this.provider.close();
    await this.drop();
  }

  /** A living grant with one consent of a new person. */
  async connected(
    more: { readonly expiresInS?: number; readonly serverId?: Uuid | null; readonly userId?: Uuid } = {},
  ): Promise<Connected> {
    const answer = this.provider.authorize();
    const grant = await this.world.grant(app, answer, { expiresInS: 3600, ...more });
    const subject = `person-${++this.#people}`;
    return { grant, answer, subject, consentId: await this.world.consent(grant, subject) };
  }

  /** What a server gives up when it gives up a person. */
  access(subject: string, serverId: Uuid = this.world.serverId) {
    return { serverId, subject, provider: 'scripted' };
  }
}

export function revocationsAt(replica: Replica, inlineMs?: number): Revocations {
  const { database, vault, fingerprinter, catalogue, providers } = replica;
  return new Revocations({
    database,
    vault,
    fingerprinter,
    catalogue,
    providers,
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    redirectUri: () => 'http://localhost:4000/callback',
    ...(inlineMs !== undefined && { inlineMs }),
  });
}
