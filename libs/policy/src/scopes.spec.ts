import fc from 'fast-check';
import { closure, covers, generators, intersect, type ScopeLattice } from './scopes.js';

const scope = fc.constantFrom('admin', 'write', 'read', 'mail', 'x', '__proto__', 'constructor');
const scopes = fc.array(scope, { maxLength: 6 });
const anyLattice: fc.Arbitrary<ScopeLattice> = fc
  .array(fc.tuple(scope, scopes), { maxLength: 6 })
  .map((rows) => new Map(rows.map(([key, implied]) => [key, new Set(implied)])));

describe('scope algebra', () => {
  const chain: ScopeLattice = new Map([
    ['admin', new Set(['write'])],
    ['write', new Set(['read'])],
  ]);

  it('follows implied scopes over several steps', () => {
    expect([...closure(['admin'], chain)].sort()).toEqual(['admin', 'read', 'write']);
  });

  it('lets a wide scope cover a narrow one, and never the reverse', () => {
    expect(covers(['admin'], ['read'], chain)).toBe(true);
    expect(covers(['read'], ['admin'], chain)).toBe(false);
  });

  it('treats an unknown scope as covered by itself alone', () => {
    expect(covers(['admin'], ['admin:billing'], chain)).toBe(false);
    expect(covers(['admin:billing'], ['admin:billing'], chain)).toBe(true);
  });

  it('finds the common part of scopes that overlap only by implication', () => {
    expect([...intersect(['admin'], ['write', 'mail'], chain)].sort()).toEqual(['read', 'write']);
  });

  it('ends on a circle and keeps one scope of it', () => {
    const circle: ScopeLattice = new Map([
      ['a', new Set(['b'])],
      ['b', new Set(['a'])],
    ]);
    expect(closure(['a'], circle)).toEqual(new Set(['a', 'b']));
    expect(generators(['b', 'a'], circle)).toEqual(['a']);
  });

  it('holds its laws over random lattices', () => {
    fc.assert(
      fc.property(scopes, scopes, anyLattice, (a, b, lattice) => {
        const closed = closure(a, lattice);
        expect(closure(closed, lattice)).toEqual(closed);
        expect(closure(generators(a, lattice), lattice)).toEqual(closed);
        const common = intersect(a, b, lattice);
        expect(closure(common, lattice)).toEqual(common);
        expect(covers(a, common, lattice) && covers(b, common, lattice)).toBe(true);
        expect(covers(a, b, lattice)).toBe(intersect(a, b, lattice).size === closure(b, lattice).size);
      }),
    );
  });

  it('keeps no generator that another one implies', () => {
    fc.assert(
      fc.property(scopes, anyLattice, (a, lattice) => {
        const kept = generators(a, lattice);
        for (const one of kept) {
          expect(
            covers(
              kept.filter((other) => other !== one),
              [one],
              lattice,
            ),
          ).toBe(false);
        }
      }),
    );
  });
});
