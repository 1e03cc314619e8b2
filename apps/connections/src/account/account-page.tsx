import { publicId } from '#libs/kernel';
import type { Person } from '../browser-session/current-person.js';
import { Layout } from '../pages/layout.js';
import type { AccountView, ConnectedAccount, ServerAccess } from './account-view.js';

export interface AccountPageProps {
  readonly view: AccountView;
  readonly person: Person;
  readonly csrf: string;
  readonly signOutCsrf: string;
}

/** What a person has here: accounts, who may use them, what happened lately. */
export function AccountPage({ view, person, csrf, signOutCsrf }: AccountPageProps) {
  return (
    <Layout title="Your connections" user={person.user}>
      <h1>Your connections</h1>
      {view.accounts.length === 0 && (
        <section className="card">
          <p>Nothing is connected. A tool that wants to use one of your accounts will send you here.</p>
        </section>
      )}
      {view.accounts.map((account) => (
        <Account account={account} csrf={csrf} key={account.connectionId} />
      ))}
      <Names view={view} csrf={csrf} />
      <Recent view={view} />
      <form method="post" action="/signout">
        <input type="hidden" name="csrf" value={signOutCsrf} />
        <button>Sign out</button>
      </form>
    </Layout>
  );
}

function Act({ csrf, act, id, children }: { csrf: string; act: string; id: string; children: string }) {
  return (
    <form method="post" action={`/account/${act}`} className="inline">
      <input type="hidden" name="csrf" value={csrf} />
      <input type="hidden" name="id" value={id} />
      <button className="danger">{children}</button>
    </form>
  );
}

function Account({ account, csrf }: { account: ConnectedAccount; csrf: string }) {
  const name = `${account.label} at ${account.providerName}`;
  return (
    <section className="card" aria-label={name}>
      <h2>
        {account.providerName} · {account.label}
      </h2>
      <p className="soft">Connected on {day(account.connectedAt)}</p>
      {account.servers.length === 0 && <p>No tool may use it.</p>}
      <ul className="rows">
        {account.servers.map((server) => (
          <Server server={server} csrf={csrf} key={server.consentId} />
        ))}
      </ul>
      <Act csrf={csrf} act="disconnect" id={publicId('connection', account.connectionId)}>
        Disconnect this account
      </Act>
    </section>
  );
}

function Server({ server, csrf }: { server: ServerAccess; csrf: string }) {
  return (
    <li>
      <span>
        <b>{server.serverName}</b> <small>by {server.organizationName}</small>
        <br />
        {server.may.length === 0 ? 'See who you are there' : server.may.join(' · ')}
        <br />
        <small>
          {server.lastHandOutAt ? `Last token: ${moment(server.lastHandOutAt)}` : 'No token handed out yet'}
          {server.expiresAt && ` · ends ${moment(server.expiresAt)}`}
        </small>
        {server.needsReconnect && <span className="tag warn">has to be connected again</span>}
      </span>
      <Act csrf={csrf} act="end-consent" id={publicId('consent', server.consentId)}>
        Cut off
      </Act>
    </li>
  );
}

function Names({ view, csrf }: { view: AccountView; csrf: string }) {
  if (view.subjects.length + view.refusals.length === 0) return null;
  return (
    <section className="card">
      <h2>Tools that know you</h2>
      <ul className="rows">
        {view.subjects.map((subject) => (
          <li key={subject.id}>
            <span>
              <b>{subject.serverName}</b> <small>by {subject.organizationName}</small>
              <br />
              knows you as <code>{subject.externalId}</code>
            </span>
            <Act csrf={csrf} act="unlink" id={subject.id}>
              Unlink
            </Act>
          </li>
        ))}
        {view.refusals.map((refusal) => (
          <li key={`${refusal.subjectId} ${refusal.provider}`}>
            <span>
              <b>{refusal.serverName}</b> may not ask you for {refusal.provider}
              <br />
              <small>You said no; until {moment(refusal.until)}</small>
            </span>
            <Act csrf={csrf} act="lift-refusal" id={`${refusal.subjectId} ${refusal.provider}`}>
              Let it ask again
            </Act>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Recent({ view: { recent } }: { view: AccountView }) {
  return (
    <section className="card">
      <h2>What happened lately</h2>
      {recent.length === 0 && <p>Nothing yet.</p>}
      <ul className="rows">
        {recent.map(({ id, at, says }) => (
          <li key={id}>
            <span>{says}</span>
            <small>{moment(at)}</small>
          </li>
        ))}
      </ul>
    </section>
  );
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function moment(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
