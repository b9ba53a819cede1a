/** Seeding cannot go on, and the message says what to do. */
export class SeedError extends Error {}
