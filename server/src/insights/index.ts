// The door of insights: questions about events.
export { registerInsights } from './insights.routes.ts';
