import type { Card } from './cards.js';
import { html, type Html } from './html.js';
import { csrf, layout } from './layout.js';
import { PEOPLE } from './people.js';
import type { Source } from './providers.js';
import type { Session } from './sessions.js';

/** Who are you? */
export const signInPage = (session: Session): string =>
  layout(
    'Welcome',
    html`<h1>Who are you?</h1>
      <p>Notes is a demo without passwords. Pick a person.</p>
      <form class="people" method="post" action="/sign-in">
        ${csrf(session)} ${PEOPLE.map((one) => html`<button name="person" value="${one.id}">${one.name}</button>`)}
      </form>`,
    { session },
  );

/** Notes and connected accounts. */
export function homePage(session: Session, notes: readonly string[], cards: readonly Card[]): string {
  const flash = session.flash;
  session.flash = undefined;
  return layout(
    'Your notes',
    html`${flash !== undefined && html`<p class="flash" role="status">${flash}</p>`}
      <h1>Your notes</h1>
      <form class="add" method="post" action="/notes">
        ${csrf(session)}
        <input name="note" maxlength="500" required aria-label="New note" placeholder="Write something down" />
        <button>Add</button>
      </form>
      <ul class="notes">
        ${notes.map((note) => html`<li>${note}</li>`)}
      </ul>
      <h2>Your accounts</h2>
      <div class="cards">${cards.map((card) => cardView(session, card))}</div>`,
    { session },
  );
}

/** One message with one way on. */
export const messagePage = (session: Session | undefined, title: string, body: Html): string =>
  layout(
    title,
    html`<h1>${title}</h1>
      ${body}
      <p><a class="button" href="/">Back to your notes</a></p>`,
    {
      ...(session && { session }),
    },
  );

/** Leads the browser to the connect page, by itself or by the link. */
export const leavingPage = (source: Source, connectUrl: string): string =>
  layout(
    `Connect ${source.name}`,
    html`<h1>Connect ${source.name}</h1>
      <p>Taking you to the Token Exchanger, where you can see and decide what Notes may do.</p>
      <p><a class="button" id="continue" href="${connectUrl}">Continue</a></p>`,
    { refreshTo: connectUrl },
  );

export const connectButton = (session: Session, source: Source, label = `Connect ${source.name}`): Html =>
  html`<form method="post" action="/connect/${source.provider}">${csrf(session)}<button>${label}</button></form>`;

function cardView(session: Session, { source, accounts, state, message, items }: Card): Html {
  const again = accounts.length > 0 ? `Reconnect ${source.name}` : undefined;
  return html`<section class="card" id="${source.provider}">
    <h3>${source.name}</h3>
    ${accounts.map(
      (one) =>
        html`<form class="account" method="post" action="/disconnect/${source.provider}">
          ${csrf(session)}<input type="hidden" name="connection" value="${one.connectionId}" />
          <span>${one.account.label}</span><button class="quiet">Disconnect</button>
        </form>`,
    )}
    ${message !== undefined && html`<p class="message">${message}</p>`}
    ${state === 'connect' && connectButton(session, source, again)} ${state === 'connected' && itemList(source, items)}
  </section>`;
}

const itemList = (source: Source, items: Card['items']): Html =>
  items.length === 0
    ? html`<p class="message">No ${source.itemsAre.toLowerCase()} yet.</p>`
    : html`<h4>${source.itemsAre}</h4>
        <ul class="items">
          ${items.map(
            ({ title, hint, link }) =>
              html`<li>
                ${link === undefined ? title : html`<a href="${link}" rel="noreferrer">${title}</a>`}
                <small>${hint}</small>
              </li>`,
          )}
        </ul>`;
