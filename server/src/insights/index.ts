// The door of insights: questions about events.
export { peopleBehind, personIdsBehind } from './actors/people-behind.service.ts';
export { openCohortCalculation } from './cohorts/calculate.job.ts';
export { registerInsights } from './insights.routes.ts';
export { type Asking, type Insights, openInsights } from './insights.service.ts';
export { openEventInquiry } from './running/open-inquiry.service.ts';
export { runQuery } from './running/run-query.service.ts';
export { insightBody } from './saved/saved-insights.routes.ts';
export { type SavedInsight, findInsights, saveInsight } from './saved/saved-insights.service.ts';
