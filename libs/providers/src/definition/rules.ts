import type { z } from 'zod';
import { paramProblem } from './params.js';
import type { ProviderDefinition } from './schema.js';

interface Problem {
  readonly path: (string | number)[];
  readonly message: string;
}

/** Parameters of the redirect that belong to the platform; whoever sets them owns the flow. */
const reserved = [
  'state',
  'redirect_uri',
  'client_id',
  'response_type',
  'scope',
  'code_challenge',
  'code_challenge_method',
];
const reservedAtToken = [
  'client_id',
  'client_secret',
  'grant_type',
  'code',
  'redirect_uri',
  'code_verifier',
  'refresh_token',
];

/** What no single field can check alone: that the parts of a definition fit together. */
export function checkRules(definition: ProviderDefinition, context: z.RefinementCtx): void {
  const checks = [
    paramProblems,
    templateProblems,
    reservedProblems,
    scopeProblems,
    errorProblems,
    refreshProblems,
    revocationProblems,
  ];
  for (const { path, message } of checks.flatMap((check) => check(definition))) {
    context.addIssue({ code: 'custom', path, message });
  }
}

function paramProblems(definition: ProviderDefinition): Problem[] {
  return Object.entries(definition.params).flatMap(([name, param]) => {
    if (name === 'client_id') return [{ path: ['params', name], message: 'is a name of the platform' }];
    try {
      new RegExp(param.pattern, 'u');
    } catch {
      return [{ path: ['params', name, 'pattern'], message: 'must be a regular expression' }];
    }
    const problem = param.default === undefined ? undefined : paramProblem(param, param.default);
    return problem === undefined ? [] : [{ path: ['params', name, 'default'], message: problem }];
  });
}

function templateProblems(definition: ProviderDefinition): Problem[] {
  const { authorize, token, refresh, revocation, identity, origins } = definition;
  const templates: [string[], string | undefined][] = [
    [['authorize', 'url'], authorize.url],
    [['token', 'url'], token.url],
    [['refresh', 'endpoint', 'url'], refresh?.endpoint?.url],
    [['revocation', 'url'], revocation?.url],
    [['identity', 'endpoint', 'url'], identity.endpoint.url],
    ...origins.endpoints.map((url, at): [string[], string] => [['origins', 'endpoints', String(at)], url]),
    ...origins.token.map((url, at): [string[], string] => [['origins', 'token', String(at)], url]),
  ];
  return templates.flatMap(([path, url]) =>
    [...(url ?? '').matchAll(/\{([^}]*)\}/g)].flatMap(([, name = ''], at) => {
      const kind = name === 'client_id' ? 'text' : definition.params[name]?.kind;
      if (kind === undefined)
        return [{ path, message: `names the parameter "${name}", which params does not declare` }];
      const leads = at === 0 && url?.startsWith('{') === true;
      if (leads === (kind === 'baseUrl')) return [];
      return [{ path, message: `"${name}": a baseUrl parameter stands at the start, a text parameter never does` }];
    }),
  );
}

function reservedProblems({ authorize, token, refresh }: ProviderDefinition): Problem[] {
  const check = (path: string[], params: Record<string, string> | undefined, names: readonly string[]) =>
    Object.keys(params ?? {})
      .filter((name) => names.includes(name))
      .map((name) => ({ path: [...path, name], message: 'is set by the platform and may not be in a definition' }));
  return [
    ...check(['authorize', 'params'], authorize.params, reserved),
    ...check(['authorize', 'accountPicker'], authorize.accountPicker, reserved),
    ...check(['token', 'params'], token.params, reservedAtToken),
    ...check(['refresh', 'endpoint', 'params'], refresh?.endpoint?.params, reservedAtToken),
  ];
}

function scopeProblems({ scopes }: ProviderDefinition): Problem[] {
  const known = new Set(Object.keys(scopes.catalogue));
  const implied = Object.entries(scopes.catalogue).flatMap(([scope, { implies }]) =>
    implies
      .filter((name) => !known.has(name))
      .map((name) => ({
        path: ['scopes', 'catalogue', scope, 'implies'],
        message: `"${name}" is not in the catalogue`,
      })),
  );
  if (scopes.kind === 'capabilities') return implied;
  const both = scopes.pseudo
    .filter((scope) => known.has(scope))
    .map((scope) => ({
      path: ['scopes', 'pseudo'],
      message: `"${scope}" is in the catalogue too; a pseudo scope is no power`,
    }));
  return [...implied, ...both];
}

function errorProblems({ errors }: ProviderDefinition): Problem[] {
  const all = [...errors.reconnect, ...errors.operator, ...errors.transient];
  const twice = new Set(all.filter((code, at) => all.indexOf(code) !== at));
  return [...twice].map((code) => ({ path: ['errors'], message: `"${code}" is listed in more than one class` }));
}

function refreshProblems({ refresh }: ProviderDefinition): Problem[] {
  if (refresh === undefined || refresh.rotation === 'rotating') return [];
  const wrong = (field: string, message: string) => [{ path: ['refresh', field], message }];
  if (refresh.reuseRevokesFamily) return wrong('reuseRevokesFamily', 'is true, so rotation must be "rotating"');
  if (refresh.graceSeconds > 0) return wrong('graceSeconds', 'needs rotation "rotating"');
  return [];
}

function revocationProblems({ revocation }: ProviderDefinition): Problem[] {
  if (revocation === undefined) return [];
  const wrong = (field: string, message: string) => [{ path: ['revocation', field], message }];
  if (revocation.encoding === 'none' && revocation.auth !== 'bearer') {
    return wrong('encoding', '"none" needs auth "bearer": a token may not travel in a URL');
  }
  if (revocation.goneStatuses.length === 0 || revocation.token === 'access') return [];
  return wrong('goneStatuses', 'needs token "access": only an access token can be tried');
}
