// Door of the flags feature: the snapshots that answer from memory, the verbs that change flags, and
// their routes. Pure parts have doors of their own (`#flags/evaluate`, `#flags/flag`).
export {
  type UpdateBody as FlagChangeBody,
  toBody as flagBodyOf,
  toChange as flagChangeOf,
} from './flag-wire.routes.ts';
export { cohortsInFilters } from './cohort-references.ts';
export { flagsUsingCohort } from './cohort-uses.service.ts';
export { registerFlags } from './flags.routes.ts';
export { type Clearance, reasonOr, refuseUncleared } from './clearance.service.ts';
export { registerHoldouts } from './holdouts.routes.ts';
export { registerComments } from './comments.routes.ts';
export { registerBulk } from './bulk.routes.ts';
export { registerOverrides } from './overrides.routes.ts';
export {
  fillEnvironment,
  listEnvironmentFlags,
  listGroupTypeNames,
} from './environment-flags.service.ts';
export { forEveryone, variantProblem } from './everyone.ts';
export { rollOut } from './one-press.service.ts';
export { type OnePressDeps, registerOnePress } from './one-press.routes.ts';
export type { FiltersInput } from './filters-input.ts';
export { type FlagState, stateOf } from './flag-change.ts';
export { findFeatureOfFlag, findRunningExperiment } from './flag-feature.store.ts';
export { lockFlagsOf } from './flag-stamp.store.ts';
export { checkedFilters } from './flag-rules.service.ts';
export { announceFlags, findFlagNamed, getFlag } from './flag-writes.service.ts';
export {
  createFlag,
  findFlag,
  updateFlag,
  writeFlagFilters,
  type FlagRecord,
} from './flags.service.ts';
export { type Selection, evaluateFlags } from './flag-set.ts';
export { type StoredNeeds, storedNeeds } from './stored-needs.ts';
export type { SavedFlags } from './environment-memory.service.ts';
export { openSavedSnapshots } from './saved-flags.service.ts';
export { type FlagSnapshots, openSnapshots } from './snapshot.service.ts';
export type { FlagSnapshot, SnapshotChange } from './snapshot.ts';
export { hashKeyOverridesOf } from './hash-keys.ts';
export type { CohortSupport } from './served-groups.ts';
export {
  findOverriddenIds,
  removeFlagOverrides,
  setFlagOverrides,
} from './flag-overrides.service.ts';
export { findKillInForce } from './kill-switch.service.ts';
export { findUsableSwitch, pullKillSwitch } from './kill.service.ts';
