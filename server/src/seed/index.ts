// The door of the demo shop.
export { type Ask, openServer } from './seed.client.ts';
export { SeedError } from './seed-error.ts';
export { type SeedOptions, seedShop } from './seed.service.ts';
export { tableOf } from './report.ts';
