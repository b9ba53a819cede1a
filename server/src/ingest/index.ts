// The door of ingest: bodies decoded, events accepted and kept, the list of events.
export { codecs } from './codecs.client.ts';
export { LIMITS, type DecodeLimits, decodeBody, inflateBody } from './decode.ts';
export { registerDeadLetters } from './dead-letter.routes.ts';
export { countRefused, deleteDeadLetters, forgetLettersOf } from './dead-letter.store.ts';
export { forgetErased, markEnvironmentErased, markErased, withoutErased } from './erased.store.ts';
export { registerEvents } from './events.routes.ts';
export { registerWarnings } from './warning.routes.ts';
export { clearWarnings, forgetExamples } from './warning.store.ts';
export type { EventOrigin } from './event-place.ts';
export type { FlagCall } from './flag-call.ts';
export { type EventLog, openEventLog } from './event-log.store.ts';
export { isDataError } from './events.store.ts';
export { FRAME_BYTES, type LogPosition, comparePositions } from './log-format.ts';
export { batchesOnWay, findMark, isAnyOnWay, lockMark, writeMark } from './mark.store.ts';
export { nodeIdOf } from './node-id.store.ts';
export { type Ingest, openIngest } from './ingest.service.ts';
export { type CapturePayload, readPayload } from './payload.ts';
