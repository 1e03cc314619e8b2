import {
  AccessDeniedError,
  AccountSelectionRequiredError,
  type Connection,
  InteractionRequiredError,
  type TokenExchanger,
  TokenExchangerError,
} from '@token-exchanger/sdk';
import type { Person } from './people.js';
import type { Item, Source } from './providers.js';

/** What the home page shows of one provider. */
export interface Card {
  readonly source: Source;
  readonly accounts: readonly Connection[];
  /** `connect`: the person has to do something. `trouble`: there is nothing that the person could do now. */
  readonly state: 'connect' | 'connected' | 'trouble';
  readonly message: string | undefined;
  readonly items: readonly Item[];
}

/** One card for each provider. A provider that is down spoils its own card only. */
export async function loadCards(
  tokens: TokenExchanger,
  person: Person,
  all: readonly Source[],
): Promise<readonly Card[]> {
  try {
    const connections = await tokens.connections(person.id);
    return await Promise.all(
      all.map((source) => {
        const accounts = connections.filter((one) => one.provider === source.provider);
        return loadCard(tokens, person, { source, accounts });
      }),
    );
  } catch (error) {
    note(error);
    const message = 'The Token Exchanger cannot be reached right now.';
    return all.map((source) => ({ source, accounts: [], state: 'trouble', message, items: [] }));
  }
}

type Base = Pick<Card, 'source' | 'accounts'>;

function troubleWith({ name }: Source, status: number): string {
  if (status !== 401) return `${name} answered ${status}.`;
  return `${name} no longer accepts this connection. Disconnect it and connect it again.`;
}

async function loadCard(tokens: TokenExchanger, person: Person, base: Base): Promise<Card> {
  const { source, accounts } = base;
  const account = accounts.find((one) => one.isDefault) ?? accounts[0];
  if (!account) return { ...base, state: 'connect', message: undefined, items: [] };
  const { connectionId } = account;
  const options = { connectionId, purpose: source.purpose, tool: 'home' };
  try {
    const response = await tokens.withToken(person.id, source.provider, source.request, options);
    if (!response.ok) return { ...base, state: 'trouble', message: troubleWith(source, response.status), items: [] };
    return { ...base, state: 'connected', message: undefined, items: source.items(await response.json()) };
  } catch (error) {
    return { ...base, ...whatNow(error, source), items: [] };
  }
}

function whatNow(error: unknown, { name }: Source): Pick<Card, 'state' | 'message'> {
  if (error instanceof InteractionRequiredError) {
    return { state: 'connect', message: `${name} needs your permission again.` };
  }
  if (error instanceof AccountSelectionRequiredError) {
    return { state: 'trouble', message: `Several ${name} accounts are connected and none is your default one.` };
  }
  if (error instanceof AccessDeniedError) {
    return {
      state: 'trouble',
      message: `Notes is not allowed to use ${name} (${error.deniedBy ?? 'no reason given'}).`,
    };
  }
  note(error);
  return { state: 'trouble', message: `${name} cannot be reached right now.` };
}

/** For the log: enough to ask the operator, and nothing of a person. */
export function note(error: unknown): void {
  if (error instanceof TokenExchangerError)
    console.error(`${error.name} ${error.message} (${error.requestId ?? 'no request id'})`);
  else console.error(error instanceof Error ? `${error.name}: ${error.message}` : 'unknown error');
}
