// The door of properties to what is not pure: people's patterns, in an engine that none can stall. The pure
// parts have doors of their own.
export { compileRe2 } from './regex.client.ts';
