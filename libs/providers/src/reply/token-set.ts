import { Secret } from '#libs/kernel';
import type { ProviderDefinition } from '../definition/schema.js';
import { withoutPseudo } from '../scopes.js';
import { numberAt, plainText, textAt, valueAt, type Fields } from './reply.js';

/** What a token endpoint gave. */
export interface TokenSet {
  readonly accessToken: Secret;
  /** Undefined: the provider sent none, so the one that was used stays. */
  readonly refreshToken?: Secret;
  /** As the provider returned them, without pseudo scopes. */
  readonly scopes: readonly string[];
  /** The provider did not say; `scopes` are those that were asked for, or known before. */
  readonly scopesInferred: boolean;
  /** Undefined: unknown, or never; the definition's `expiryUnknown` tells which. */
  readonly accessExpiresAt?: Date;
  readonly refreshExpiresAt?: Date;
  /** Further facts that the definition keeps, for instance a workspace id. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface TokenSetContext {
  readonly definition: ProviderDefinition;
  /** When the request left. */
  readonly sentAt: Date;
  /** Taken as granted where the provider does not say. */
  readonly scopesIfUnsaid: readonly string[];
}

/**
 * Reads the tokens out of an answer; undefined when there is no access token in it. From there on nothing can fail:
 * a field that makes no sense is left out, because the tokens beside it may be the only ones that still work.
 */
export function readTokenSet(fields: Fields | undefined, context: TokenSetContext): TokenSet | undefined {
  const { response } = context.definition;
  const accessToken = secretAt(fields, response.accessToken);
  if (accessToken === undefined) return undefined;
  const refreshToken = secretAt(fields, response.refreshToken);
  const accessExpiresAt = accessExpiry(fields, context);
  const refreshExpiresAt = after(context.sentAt, numberAt(fields, response.refreshExpiresIn));
  return {
    accessToken,
    ...(refreshToken === undefined ? {} : { refreshToken }),
    ...scopesOf(fields, context),
    ...(accessExpiresAt === undefined ? {} : { accessExpiresAt }),
    ...(refreshExpiresAt === undefined ? {} : { refreshExpiresAt }),
    metadata: metadataOf(fields, response.metadata),
  };
}

function secretAt(fields: Fields | undefined, paths: readonly string[]): Secret | undefined {
  for (const path of paths) {
    const value = valueAt(fields, path);
    if (typeof value === 'string' && value.trim() !== '') return new Secret(value);
  }
  return undefined;
}

function accessExpiry(fields: Fields | undefined, { definition, sentAt }: TokenSetContext): Date | undefined {
  const { expiresIn, expiresInUnit, expiresAt } = definition.response;
  const life = numberAt(fields, expiresIn);
  const relative = after(sentAt, life === undefined || expiresInUnit === 's' ? life : life / 1000);
  if (relative !== undefined || expiresAt === undefined) return relative;
  const absolute = numberAt(fields, expiresAt);
  return absolute === undefined ? undefined : after(sentAt, absolute - sentAt.getTime() / 1000);
}

/** Zero, negative and beyond ten years are not lifetimes; several providers mean "never" by them. */
function after(start: Date, seconds: number | undefined): Date | undefined {
  if (seconds === undefined || seconds <= 0 || seconds > 315_360_000) return undefined;
  return new Date(start.getTime() + Math.floor(seconds * 1000));
}

function scopesOf(fields: Fields | undefined, context: TokenSetContext): Pick<TokenSet, 'scopes' | 'scopesInferred'> {
  const { definition, scopesIfUnsaid } = context;
  if (definition.scopes.kind === 'capabilities') return { scopes: [...scopesIfUnsaid], scopesInferred: true };
  const { responsePaths, responseSeparators, alwaysAdded } = definition.scopes;
  const said = responsePaths
    .map((path) => split(valueAt(fields, path), responseSeparators))
    .find((list) => list !== undefined);
  const scopes = withoutPseudo(definition, [...(said ?? scopesIfUnsaid), ...alwaysAdded]);
  return { scopes: [...scopes], scopesInferred: said === undefined };
}

function split(value: unknown, separators: readonly string[]): string[] | undefined {
  const parts: unknown[] | undefined = Array.isArray(value) ? value : typeof value === 'string' ? [value] : undefined;
  // A scope with odd characters is kept in a form that nothing allows: to drop it would make the token look narrower.
  return parts
    ?.filter((part) => typeof part === 'string')
    .flatMap((part) => separators.reduce((list, by) => list.flatMap((item) => item.split(by)), [part]))
    .map((scope) =>
      scope
        .trim()
        .replace(/[^\x21-\x7e]/g, '?')
        .slice(0, 200),
    )
    .filter((scope) => scope !== '');
}

function metadataOf(fields: Fields | undefined, wanted: Readonly<Record<string, string>>): Record<string, string> {
  const found = Object.entries(wanted).map(([name, path]) => [name, textAt(fields, [path])] as const);
  return Object.fromEntries(
    found.flatMap(([name, value]) => (value === undefined ? [] : [[name, plainText(value, 500)]])),
  );
}
