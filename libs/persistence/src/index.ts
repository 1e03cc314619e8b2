export { type Sql } from './sql.js';
export { Database, type DatabaseOptions } from './database.js';
export { closeGate, passGate } from './gate.js';
export { insertAuditEvents, isRefusalRecorded, type AuditEventRow } from './audit-events.js';
export { BranchKeyTable, FingerprintKeyTable, ShredSecretTable, type BranchKeyRow } from './key-stores.js';
export {
  findRegistration,
  findRegistrationOwner,
  findServingRegistration,
  insertRegistration,
  listServingRegistrations,
  type RegistrationRow,
} from './registrations.js';
export {
  findServer,
  findServerCap,
  isReturnUrlRegistered,
  listServerCaps,
  putServerCap,
  type ServerCapRow,
  type ServerRow,
} from './servers.js';
export {
  findPlatformOrganization,
  insertAuditorKey,
  insertOrganization,
  insertServer,
  insertServerKey,
  type NewKeyRow,
} from './provisioning.js';
export { findAuditor, findCallingServer, type AuditorRow, type CallingServerRow } from './caller-keys.js';
export { readExchangeFacts, type ConsentFacts, type ExchangeQuestion, type QuestionFacts } from './exchange-facts.js';
export { findHandOut, markHandedOut, type HandOutRow } from './hand-outs.js';
export { isConnectionLoss, isDatabaseUnavailable, isDataError } from './errors.js';
export { findAuditEvent, queryAuditEvents, type AuditFilter, type AuditRecord } from './audit-query.js';
export { listSubjectConnections, type SubjectConnectionRow } from './subject-connections.js';
export { findUser, signInUser, type SignedInIdentity, type UserRow } from './users.js';
export {
  findSubject,
  fixSubjectRegistration,
  linkSubject,
  listLinkedSubjects,
  lockSubject,
  lockSubjectById,
  type LinkedSubjectRow,
  type SubjectRow,
} from './subjects.js';
export {
  clearRefusal,
  findRefusal,
  liftRefusal,
  listRefusals,
  putRefusal,
  type StandingRefusalRow,
} from './refusals.js';
export {
  bindSessionToBrowser,
  findConnectSession,
  findReusableSession,
  findSessionByLink,
  findSessionByState,
  insertConnectSession,
  lockConnectSession,
  releaseSessionFromBrowser,
  type ConnectKind,
  type ConnectOrigin,
  type ConnectSessionRow,
  type ConnectStatus,
  type NewConnectSession,
} from './connect-sessions.js';
export {
  askToConfirm,
  claimSpending,
  endSession,
  finishSession,
  giveTryBack,
  holdProviderCode,
  holdWithGrant,
  keepTokens,
  listOverdueSessions,
  releaseSpending,
  replaceCompletionCode,
  startAuthorizing,
  takeTry,
  type AllowedRow,
  type Opener,
  type ProofRow,
} from './connect-session-steps.js';
export {
  findConsentAccount,
  insertEndedConnection,
  listAllowedAlready,
  listSharedGrants,
  lockLiveGrant,
  putConnection,
  type AccountRow,
  type AllowedAlreadyRow,
  type ConsentAccountRow,
  type SharedGrantRow,
} from './connections.js';
export {
  insertGrant,
  insertRevokedGrant,
  countAccountGrants,
  listCrowdedAccounts,
  repointConsents,
  supersedeGrant,
  type CrowdedAccountRow,
  type NewGrantRow,
  type SupersededGrantRow,
} from './granting.js';
export { putConsent, type ConsentTerms } from './consents.js';
export { listAccountAccess, listRecentEvents, type AccountAccessRow, type RecentEventRow } from './account-page.js';
export { findRefreshGrant, type RefreshGrantRow } from './refresh-grants.js';
export {
  claimForRefresh,
  claimForRevocation,
  intendLastSpend,
  intendSpend,
  releaseHold,
  releaseLapsedClaims,
  settleLastSpend,
  type Hold,
} from './refresh-lease.js';
export {
  markNeedsReauth,
  noteRefreshFailure,
  rescheduleRefresh,
  storeRefreshedPair,
  type RefreshedPairRow,
  type RefreshFailureRow,
  type ReplacedRow,
} from './refresh-outcomes.js';
export { listDueGrants, listUnsettledGrants, type DueGrantRow } from './due-grants.js';
export {
  findUpstreamRevocation,
  finishUpstreamRevocation,
  insertUpstreamRevocation,
  keepTokenToRevoke,
  listDueRevocations,
  postponeUpstreamRevocation,
  wipeRevokedGrant,
  type UpstreamRevocationRow,
} from './upstream-revocations.js';
export {
  endConsents,
  endEmptyConnections,
  findOwnConnection,
  findTokenOwner,
  hasLiveConsents,
  listEndedGrants,
  listLiveGrants,
  listUpstreamStates,
  revokeUnusedGrants,
  unlinkSubjectOf,
  type ConsentFilter,
  type EndedConsentRow,
  type EndReason,
  type LeftGrantRow,
  type OwnConnectionRow,
  type TokenOwnerRow,
  type UpstreamStateRow,
} from './ending-access.js';
export { addAuditPartitions, pruneBrowserSessions } from './housekeeping.js';
