export interface Person {
  readonly sub: string;
  readonly name: string;
  readonly email: string;
}

/** Who one can be at the sandbox's sign-in. */
export const people: readonly Person[] = [
  { sub: 'person-ada', name: 'Ada Lindqvist', email: 'ada@lindqvist.example' },
  { sub: 'person-grace', name: 'Grace Okafor', email: 'grace@harbour.example' },
  { sub: 'person-kenji', name: 'Kenji Mori', email: 'kenji@mori.example' },
];

export function findPerson(sub: string | undefined): Person | undefined {
  return people.find((person) => person.sub === sub);
}
