// The door of ingest: bodies decoded, events accepted and kept, the list of events.
export { codecs } from './codecs.client.ts';
export { LIMITS, type DecodeLimits, type RawRequest, decodeBody } from './decode.ts';
export type { ServedEvaluations } from './evaluation-recorder.service.ts';
export { EVALUATED_EVENT } from './event.ts';
export { registerEvents } from './events.routes.ts';
export {
  type AcceptInput,
  type Ingest,
  type IngestStats,
  type OpenIngestOptions,
  openIngest,
} from './ingest.service.ts';
export { type CapturePayload, type PayloadSource, readPayload } from './payload.ts';
export type { EventOutcome } from './request-events.ts';
