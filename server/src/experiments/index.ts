// Door of the experiments feature. Contracts have doors of their own.
export { registerExperiments } from './experiments.routes.ts';
