import type { ConsentView } from '#libs/connecting';
import { publicId } from '#libs/kernel';
import type { Person } from '../browser-session/current-person.js';
import { Layout, nameOf } from './layout.js';
import { ScopeList } from './scope-list.js';

export interface ConsentPageProps {
  readonly view: ConsentView;
  readonly person: Person;
  readonly csrf: string;
  readonly action: string;
  readonly now: Date;
}

/** Everything that a person has to know before saying yes; no is as easy as yes. */
export function ConsentPage({ view, person, csrf, action, now }: ConsentPageProps) {
  const { server, provider } = view;
  const minutes = Math.max(1, Math.floor((view.expiresAt.getTime() - now.getTime()) / 60_000));
  return (
    <Layout title={`Connect ${provider.name}`} user={person.user}>
      <section className="card">
        <h1>{heading(view)}</h1>
        <Owner server={server} />
        <form method="post" action={action}>
          <input type="hidden" name="csrf" value={csrf} />
          <h2>{server.name} will be able to</h2>
          <ScopeList scopes={view.scopes} />
          <AlreadyAllowed view={view} />
          <AccountChoice view={view} />
          <DurationChoice />
          <LeavesHere view={view} />
          <div className="actions">
            <button name="decision" value="deny">
              Deny
            </button>
            <button className="main" name="decision" value="allow">
              Allow
            </button>
          </div>
          <WhoYouAre person={person} />
        </form>
        <p className="soft">
          Opened this because somebody sent it to you? Then choose Deny. This page works for {minutes} more minute
          {minutes === 1 ? '' : 's'}; afterwards you return to <b>{new URL(view.returnUrl).host}</b>.
        </p>
      </section>
    </Layout>
  );
}

function Owner({ server }: { server: ConsentView['server'] }) {
  const domain = server.verifiedDomain;
  return (
    <p className="soft">
      {server.name} is run by <b>{server.organizationName}</b>
      {domain && ' · '}
      {domain && <b>{domain}</b>}{' '}
      <span className={domain ? 'tag good' : 'tag warn'}>{domain ? 'verified' : 'no verified domain'}</span>
    </p>
  );
}

function WhoYouAre({ person: { user } }: { person: Person }) {
  const name = nameOf(user);
  return (
    <p className="soft">
      You are <b>{name}</b>
      {user.email && user.email !== name ? ` (${user.email})` : ''}.{' '}
      <button className="link" name="decision" value="switch">
        Not you? Switch
      </button>
    </p>
  );
}

function heading({ kind, server, provider }: ConsentView): string {
  switch (kind) {
    case 'connect':
      return `Let ${server.name} use your ${provider.name} account?`;
    case 'reconnect':
      return `Let ${server.name} use your ${provider.name} account again?`;
    case 'consent':
      return `Let ${server.name} do more with your ${provider.name} account?`;
  }
}

function AlreadyAllowed({ view }: { view: ConsentView }) {
  if (view.already.length === 0) return null;
  return (
    <p className="note">
      {view.server.name} can already use {view.already.map((consent) => consent.accountLabel).join(', ')}. Whatever you
      choose here replaces what you allowed before for the account that you use.
    </p>
  );
}

function AccountChoice({ view }: { view: ConsentView }) {
  const { reusable, provider } = view;
  if (reusable.length === 0) return null;
  return (
    <fieldset>
      <legend>Which {provider.name} account?</legend>
      {reusable.map((account, index) => (
        <label className="choice" key={account.connectionId}>
          <input
            type="radio"
            name="account"
            value={publicId('connection', account.connectionId)}
            defaultChecked={index === 0}
          />
          <span>
            <b>{account.accountLabel}</b>
            <small>Already connected; you need not visit {provider.name}</small>
          </span>
        </label>
      ))}
      <label className="choice">
        <input type="radio" name="account" value="new" />
        <span>
          <b>Another one</b>
          <small>You choose it at {provider.name}</small>
        </span>
      </label>
    </fieldset>
  );
}

function DurationChoice() {
  const choices = [
    { value: 'until_revoked', title: 'Until I take it back', says: 'You can do so on your page at any time' },
    { value: 'days_30', title: 'For 30 days', says: 'Then it ends by itself' },
    { value: 'once', title: 'Only for this task', says: 'It ends after one hour' },
  ];
  return (
    <fieldset>
      <legend>For how long?</legend>
      {choices.map(({ value, title, says }, index) => (
        <label className="choice" key={value}>
          <input type="radio" name="duration" value={value} defaultChecked={index === 0} />
          <span>
            <b>{title}</b>
            <small>{says}</small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function LeavesHere({ view: { server, provider, perServer } }: { view: ConsentView }) {
  return (
    <details>
      <summary>What leaves this service?</summary>
      <p>
        Short-lived access tokens of {provider.name}, each recorded on your page with its time and purpose. Your
        password and the long-lived token stay out of {server.name}&rsquo;s reach.{' '}
        {perServer
          ? `These tokens carry only what you allow here, and cutting off ${server.name} ends them at ${provider.name} too.`
          : `At ${provider.name} all servers share one authorization: its tokens can do what you choose there, and one that has left lives until ${provider.name} ends it.`}
      </p>
    </details>
  );
}
