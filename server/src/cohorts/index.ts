// The door of cohorts: their routes, what flags read of them, and the walk through all people.
export type { CohortUsers, FlagUse, WaitingUse } from './cohort-uses.service.ts';
export {
  type Claim,
  addCalculations,
  claimCalculation,
  deleteCalculation,
  failCalculation,
  findCalculations,
  findNeedless,
  publishCalculation,
  returnCalculation,
} from './calculations.store.ts';
export { dropCalculations, findCalculationNumbers } from './calculated-people.query.ts';
export { registerCohorts } from './cohorts.routes.ts';
export { holdCohorts, readCohorts } from './cohorts.store.ts';
export { deleteListedIds, findListedIds, readMembers } from './members.store.ts';
export { createListed } from './static-cohorts.service.ts';
export { type Scan, type ScannedSubject, extrapolate, scanPeople } from './people-scan.service.ts';
