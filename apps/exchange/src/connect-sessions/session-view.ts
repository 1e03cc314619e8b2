import type { CompletedConnection, ConnectSessionView, OpenedSession } from '#libs/connecting';
import { publicId } from '#libs/kernel';

type WireStatus = 'open' | 'held' | 'completed' | 'denied' | 'failed' | 'expired';

/** A server need not know at which page the person is: before the end, a session is open or waits for its proof. */
const wireStatus: Readonly<Record<ConnectSessionView['status'], WireStatus>> = {
  open: 'open',
  authorizing: 'open',
  confirming: 'open',
  held: 'held',
  completed: 'completed',
  denied: 'denied',
  failed: 'failed',
  expired: 'expired',
};

export function openedView(session: OpenedSession) {
  return {
    id: publicId('connectSession', session.id),
    connect_url: session.connectUrl.reveal(),
    status: wireStatus[session.status],
    expires_in: secondsUntil(session.expiresAt),
  };
}

export function sessionView(session: ConnectSessionView) {
  return {
    id: publicId('connectSession', session.id),
    status: wireStatus[session.status],
    provider: session.provider,
    expires_in: secondsUntil(session.expiresAt),
    ...(session.consentId !== undefined && { connection_id: publicId('consent', session.consentId) }),
    ...(session.failure !== undefined && { error: session.failure }),
  };
}

export function completedView(done: CompletedConnection) {
  return {
    id: publicId('connectSession', done.id),
    status: 'completed',
    connection_id: publicId('consent', done.consentId),
    provider: done.provider,
    scope: done.scopes.join(' '),
    account: { label: done.account },
  };
}

/** Both clocks are those of our own machines; a second more or less does not matter to whoever polls. */
function secondsUntil(moment: Date): number {
  return Math.max(0, Math.floor((moment.getTime() - Date.now()) / 1000));
}
