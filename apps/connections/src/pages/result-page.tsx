import type { ResultView } from '#libs/connecting';
import type { Person } from '../browser-session/current-person.js';
import { Layout } from './layout.js';

export interface ResultPageProps {
  readonly view: ResultView;
  readonly person: Person;
  readonly csrf: string;
  readonly action: string;
}

/** How the attempt stands: waiting for proof, a question, done, or failed. */
export function ResultPage({ view, person, csrf, action }: ResultPageProps) {
  return (
    <Layout title={title(view)} user={person.user}>
      <section className="card">
        <h1>{title(view)}</h1>
        <Body view={view} csrf={csrf} action={action} />
      </section>
    </Layout>
  );
}

function title({ status, typedCode, provider }: ResultView): string {
  switch (status) {
    case 'open':
    case 'authorizing':
      return 'Not finished yet';
    case 'held':
      return typedCode ? 'One more step' : 'Not connected yet';
    case 'confirming':
      return 'That is another account';
    case 'completed':
      return `${provider.name} is connected`;
    case 'denied':
      return 'Not connected';
    case 'failed':
      return 'That did not work';
    case 'expired':
      return 'Too late';
  }
}

function Body({ view, csrf, action }: Omit<ResultPageProps, 'person'>) {
  switch (view.status) {
    case 'open':
    case 'authorizing':
      return <p>You have not come back from {view.provider.name} yet.</p>;
    case 'held':
      return <Held view={view} csrf={csrf} action={action} />;
    case 'confirming':
      return <OtherAccount view={view} csrf={csrf} action={action} />;
    case 'completed':
      return <Done view={view} />;
    case 'denied':
      return <Nothing view={view} words="You said no. Nothing was connected." />;
    case 'failed':
      return <Nothing view={view} words={failureWords[view.failure ?? ''] ?? failureWords.other} />;
    case 'expired':
      return <Nothing view={view} words="Too much time went by. Nothing was connected." />;
  }
}

const failureWords: Record<string, string> & { readonly other: string } = {
  link_user_mismatch: 'The place where you came back to does not know you as the one who asked. Nothing was connected.',
  outcome_unknown: 'The provider broke off in the middle. Nothing was stored here.',
  expired: 'Too much time went by. Nothing was connected.',
  grant_gone: 'The account was disconnected in the meantime. Nothing was connected.',
  too_many_grants:
    'The provider allows no more servers for this account. Cut off one that you do not need on the page of your connections, then ask for a new link. Nothing was connected.',
  other: 'Nothing was connected. Ask for a new link and try again.',
};

function Held({ view, csrf, action }: Omit<ResultPageProps, 'person'>) {
  const { serverName, provider } = view;
  if (view.proven)
    return (
      <form method="post" action={action}>
        <input type="hidden" name="csrf" value={csrf} />
        <p>{provider.name} could not be reached just now. What you allowed is kept for a few minutes.</p>
        <button className="main" name="answer" value="retry">
          Try again
        </button>
      </form>
    );
  if (!view.typedCode)
    return <p>Not connected yet: {serverName} has to confirm that it was you who asked. Go back there.</p>;
  return (
    <>
      <p>
        Type this code at the place where you asked {serverName} to connect {provider.name}:
      </p>
      <p className="code">
        <code>{view.typedCode.reveal()}</code>
      </p>
      <p className="warning" role="note">
        <b>Give this code to nobody.</b> If somebody sent you here, or asks you for the code in a message or on the
        phone, they are trying to get at your {provider.name} account. Close this page.
      </p>
      <p className="soft">Not connected yet. The code works for a few minutes and for five tries.</p>
    </>
  );
}

function OtherAccount({ view, csrf, action }: Omit<ResultPageProps, 'person'>) {
  return (
    <form method="post" action={action}>
      <input type="hidden" name="csrf" value={csrf} />
      <p>
        You signed in at {view.provider.name} as <b>{view.account}</b>. The connection to renew belongs to{' '}
        <b>{view.renewedAccount}</b>. Until you answer, nothing is connected.
      </p>
      <div className="actions">
        <button name="answer" value="cancel">
          Cancel
        </button>
        <button className="main" name="answer" value="keep_both">
          Connect {view.account} as well
        </button>
      </div>
    </form>
  );
}

function Done({ view }: { view: ResultView }) {
  return (
    <>
      <p>
        {view.serverName} can use <b>{view.account}</b> at {view.provider.name}, within what you allowed.
      </p>
      {view.beyond.length > 0 && (
        <p className="warning" role="note">
          {view.provider.name} gave more than you allowed here: {view.beyond.join('; ')}. We do not hand out a token
          that can do more than you allowed.
        </p>
      )}
      <p className="actions">
        <a className="button main" href={view.returnUrl}>
          Go back to {view.serverName}
        </a>
        <a className="button" href="/account">
          Your connections
        </a>
      </p>
    </>
  );
}

function Nothing({ view, words }: { view: ResultView; words: string }) {
  return (
    <>
      <p>{words}</p>
      <p className="actions">
        <a className="button" href={view.returnUrl}>
          Go back to {view.serverName}
        </a>
      </p>
    </>
  );
}
