// The door of cohorts: their routes, what flags read of them, and the walk through all people.
export { type CohortUsers, type FlagUse, type WaitingUse } from './cohorts.service.ts';
export { registerCohorts } from './cohorts.routes.ts';
export { holdCohorts, readCohorts } from './cohorts.store.ts';
export { deleteListedIds, findListedIds, readMembers } from './members.store.ts';
export { type Scan, type ScannedSubject, extrapolate, scanPeople } from './people-scan.service.ts';
