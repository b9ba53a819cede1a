// Door of the environments feature: managing them, comparing two, taking flags over.
export { registerEnvironments } from './environments.routes.ts';
