// Door of the audit feature.
export { listEntries, recordAudit } from './audit.service.ts';
export { registerAudit } from './audit.routes.ts';
