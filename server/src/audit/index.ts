// Door of the audit feature.
export { recordAudit, type AuditEntry } from './audit.service.ts';
export { listAudit } from './audit.store.ts';
export { AuditEntryBody, auditRoutes } from './audit.contract.ts';
export { registerAudit, toBody as auditEntryBody } from './audit.routes.ts';
