import { github } from '../builtin/github.js';
import { notion } from '../builtin/notion.js';
import { builtInDefinitions } from '../builtin-definitions.js';
import { ProviderCatalogue } from '../catalogue.js';
import { DefinitionInvalid, parseDefinition } from './parse-definition.js';
import type { DefinitionInput } from './schema.js';

const problems = (input: unknown): readonly string[] => {
  try {
    parseDefinition(input);
  } catch (error) {
    if (error instanceof DefinitionInvalid) return error.problems;
    throw error;
  }
  return [];
};

const changed = (change: object): unknown => ({ ...structuredClone(github), ...change });
const scopes = github.scopes as Extract<DefinitionInput['scopes'], { kind: 'oauth' }>;

describe('parseDefinition', () => {
  it('accepts the built-in definitions, which survive a trip through JSON', () => {
    expect(problems(github)).toEqual([]);
    expect(problems(JSON.parse(JSON.stringify(builtInDefinitions[1])))).toEqual([]);
  });

  it.each([
    [{ slug: 'Git Hub' }, /^slug: must be 2 to 32/],
    [{ colour: 'red' }, /colour/],
    [{ token: { ...github.token, auth: 'magic' } }, /^token\.auth: /],
    [{ token: { ...github.token, url: 'http://github.com/token' } }, /^token\.url: must start with https/],
    [{ token: { ...github.token, url: '{nowhere}/token' } }, /^token\.url: names the parameter "nowhere"/],
    [{ token: { ...github.token, url: 'https://x.example/{web}' } }, /^token\.url: "web": a baseUrl parameter/],
    [{ token: { ...github.token, url: '{client_id}/token' } }, /^token\.url: "client_id"/],
    [{ token: { ...github.token, params: { client_secret: 'x' } } }, /^token\.params\.client_secret: is set by/],
    [{ token: { ...github.token, headers: { Authorization: 'x' } } }, /^token\.headers: must not set/],
    [{ authorize: { ...github.authorize, params: { state: 'x' } } }, /^authorize\.params\.state: is set by/],
    [{ authorize: { ...github.authorize, accountPicker: { redirect_uri: 'x' } } }, /^authorize\.accountPicker/],
    [
      { params: { ...github.params, web: { ...github.params?.web, pattern: '(' } } },
      /^params\.web\.pattern: must be a reg/,
    ],
    [
      { params: { ...github.params, web: { ...github.params?.web, default: 'https://a/?b' } } },
      /^params\.web\.default/,
    ],
    [
      { scopes: { ...scopes, catalogue: { a: { says: 'A', risk: 'low', implies: ['b'] } } } },
      /^scopes\.catalogue\.a\.implies: "b" is not in the catalogue/,
    ],
    [{ scopes: { ...scopes, catalogue: { a: { says: 'A', risk: 'extreme' } } } }, /^scopes\.catalogue\.a\.risk: /],
    [{ scopes: { ...scopes, pseudo: ['gist'] } }, /^scopes\.pseudo: "gist" is in the catalogue/],
    [{ errors: { reconnect: ['x'], transient: ['x'] } }, /^errors: "x" is listed in more than one class/],
    [{ refresh: { ...github.refresh, rotation: 'none', graceSeconds: 5 } }, /^refresh\.graceSeconds: needs rotation/],
    [{ refresh: { ...github.refresh, rotation: 'none', reuseRevokesFamily: true } }, /^refresh\.reuseRevokesFamily/],
    [{ revocation: { ...github.revocation, encoding: 'none' } }, /^revocation\.encoding: "none" needs auth/],
    [{ revocation: { ...github.revocation, token: 'both' } }, /^revocation\.goneStatuses: needs token "access"/],
    [{ lifetime: { codeSeconds: -1 } }, /^lifetime\.codeSeconds: /],
  ])('names the field and the rule: %j', (change, expected) => {
    expect(problems(changed(change))).toEqual([expect.stringMatching(expected)]);
  });

  it('names every problem at once', () => {
    expect(problems({ ...notion, slug: '', name: '' })).toHaveLength(2);
    expect(problems(null)).toEqual([expect.stringMatching(/^\(whole\): /)]);
  });
});

describe('ProviderCatalogue', () => {
  it('finds by slug and refuses two of one name', () => {
    const catalogue = new ProviderCatalogue(builtInDefinitions);
    expect(catalogue.get('notion')?.name).toBe('Notion');
    expect(catalogue.get('toString')).toBeUndefined();
    expect(catalogue.list().map(({ slug }) => slug)).toEqual(['github', 'notion']);
    expect(() => new ProviderCatalogue([...builtInDefinitions, ...builtInDefinitions])).toThrow(/same slug/);
  });
});
