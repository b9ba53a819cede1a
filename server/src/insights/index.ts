// The door of insights: questions about events.
export { registerInsights } from './insights.routes.ts';
export { type Insights, openInsights } from './insights.service.ts';
