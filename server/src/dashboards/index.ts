// The door of dashboards.
export { registerDashboards } from './dashboards.routes.ts';
