export { changed, firstRow, type Sql } from './sql.js';
export { Database, type DatabaseOptions } from './database.js';
export { closeGate, passGate } from './gate.js';
export { insertAuditEvents, type AuditEventRow } from './audit-events.js';
export { BranchKeyTable, FingerprintKeyTable, ShredSecretTable, type BranchKeyRow } from './key-stores.js';
export {
  findRegistration,
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
export { isConnectionLoss, isDataError, isUniqueViolation } from './errors.js';
export { findAuditEvent, queryAuditEvents, type AuditFilter, type AuditRecord } from './audit-query.js';
export { listSubjectConnections, type SubjectConnectionRow } from './subject-connections.js';
