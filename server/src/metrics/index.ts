// Door of the metrics feature: asking the event store what a rollout's people did. The pure parts have
// doors of their own (`#metrics/guardrail`, `#metrics/outcome`,
// `#metrics/verdict`, `#metrics/observation`).
export { observePairs, observeWeeks } from './earlier.query.ts';
export { type AffectedQuestion, incidenceOf } from './affected-sql.ts';
export {
  type AffectedPerson,
  type AffectedSession,
  countActive,
  countAffected,
  findSessions,
  findSessionsWithout,
  listAffected,
} from './affected.query.ts';
export { type Answer, countAnswers, listAnswers } from './answer.query.ts';
export { findDailyShare, findPercentile, findSumPercentile } from './baseline.query.ts';
export type { Assignment, ExposureQuestion } from './exposure-sql.ts';
export { type Counting, countOn } from './counting.service.ts';
export type { ExposedPerson } from './metrics.query.ts';
export { countOutcomes, findBusyHours, saveToldApart } from './metrics.query.ts';
export { lookTogether, type Together } from './together.service.ts';
export { readHistories } from './person-history.query.ts';
export { type Arrivals, findArrivals } from './population.query.ts';
export { measureRecent } from './recent.query.ts';
