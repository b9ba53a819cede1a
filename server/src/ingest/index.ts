// The door of ingest: bodies decoded, events accepted and kept, the list of events.
export { codecs } from './codecs.client.ts';
export { LIMITS, type DecodeLimits, decodeBody, inflateBody } from './decode.ts';
export { registerDeadLetters } from './dead-letter.routes.ts';
export { countRefused, deleteDeadLetters, forgetLettersOf } from './dead-letter.store.ts';
export { forgetErased, markEnvironmentErased, markErased } from './erased.store.ts';
export { registerEvents } from './events.routes.ts';
export { registerWarnings } from './warning.routes.ts';
export { clearWarnings, forgetExamples } from './warning.store.ts';
export type { EventOrigin } from './event-place.ts';
export type { FlagCall } from './flag-call.ts';
export { batchesOnWay, isAnyOnWay } from './mark.store.ts';
export { type Ingest, openIngest } from './ingest.service.ts';
export { type CapturePayload, readPayload } from './payload.ts';
