import type { Person } from '../browser-session/current-person.js';
import { Layout } from './layout.js';

export interface Message {
  readonly title: string;
  readonly words: readonly string[];
  readonly person?: Person | undefined;
  /** Where the person can go back to. */
  readonly back?: string | undefined;
  readonly links?: readonly { readonly href: string; readonly text: string }[] | undefined;
  /** To mention when asking for help. */
  readonly requestId?: string | undefined;
}

/** Says one thing in plain words, and what can be done next. */
export function MessagePage({ title, words, person, back, links = [], requestId }: Message) {
  return (
    <Layout title={title} user={person?.user}>
      <section className="card">
        <h1>{title}</h1>
        {words.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
        <p className="actions">
          {back && (
            <a className="button" href={back}>
              Go back
            </a>
          )}
          {links.map(({ href, text }) => (
            <a className="button" key={href} href={href}>
              {text}
            </a>
          ))}
        </p>
        {requestId && (
          <p className="soft">
            Request <code>{requestId}</code>
          </p>
        )}
      </section>
    </Layout>
  );
}
