/** A person of Notes. Notes is a demo: whoever clicks on a name is that person. */
export interface Person {
  /** Stable and without personal data: this is what the Token Exchanger gets as `user_id`. */
  readonly id: string;
  readonly name: string;
}

export const PEOPLE: readonly Person[] = [
  { id: 'notes-1', name: 'Mia' },
  { id: 'notes-2', name: 'Tom' },
];

const LONGEST_NOTE = 500;
const MOST_NOTES = 50;

/** Everyone's notes, for as long as the process lives. */
export class Notebook {
  readonly #notes = new Map<string, readonly string[]>([
    ['notes-1', ['Ask Tom about the release', 'Water the plants']],
    ['notes-2', ['Show Mia the new repository']],
  ]);

  of(person: Person): readonly string[] {
    return this.#notes.get(person.id) ?? [];
  }

  /** Puts a note on top; what is empty is ignored, what is too long is cut. */
  add(person: Person, text: string): void {
    const note = text.trim().slice(0, LONGEST_NOTE);
    if (note) this.#notes.set(person.id, [note, ...this.of(person)].slice(0, MOST_NOTES));
  }
}
