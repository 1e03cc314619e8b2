export { type AuditEvent, type AuditKind } from './audit-event.js';
export { appendAudit, appendAuditBatch } from './append.js';
export { personalContext, personalText, type PersonalNote } from './personal.js';
