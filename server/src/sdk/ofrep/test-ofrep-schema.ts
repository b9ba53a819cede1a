// What OFREP 0.3.0 says answers look like, as schemas for tests (open-feature/protocol service/openapi.yaml,
// service/event-streams.yaml). Stricter in one point: fields that the protocol does not know are named here.
import { z } from 'zod';

const errorCode = z.enum([
  'PARSE_ERROR',
  'TARGETING_KEY_MISSING',
  'INVALID_CONTEXT',
  'FLAG_NOT_FOUND',
  'GENERAL',
]);
const metadata = z.record(z.string(), z.union([z.boolean(), z.string(), z.number()]));

const Success = z.strictObject({
  key: z.string(),
  reason: z.enum(['STATIC', 'TARGETING_MATCH', 'SPLIT', 'DEFAULT', 'DISABLED', 'STALE']),
  value: z
    .union([z.boolean(), z.string(), z.number(), z.record(z.string(), z.unknown())])
    .optional(),
  // The protocol lets it be left out; openfeature-provider-ofrep 0.3.0 (Python) does not.
  variant: z.string().min(1),
  metadata,
});

const FailureItem = z.strictObject({
  key: z.string(),
  errorCode,
  errorDetails: z.string().min(1),
  metadata: metadata.optional(),
});

const EventStream = z
  .strictObject({
    type: z.literal('sse'),
    url: z.url().optional(),
    endpoint: z
      .strictObject({ requestUri: z.string().startsWith('/'), origin: z.url().optional() })
      .optional(),
    inactivityDelaySec: z.number().int().min(1).optional(),
  })
  .refine(({ url, endpoint }) => (url === undefined) !== (endpoint === undefined));

/** 200 of a single evaluation. */
export const SingleSuccess = Success;

/** 200 of a bulk evaluation. */
export const BulkSuccess = z.strictObject({
  flags: z.array(z.union([Success, FailureItem])),
  metadata: metadata.optional(),
  eventStreams: z.array(EventStream).optional(),
});

/** Any other status of a single evaluation. */
export const SingleFailure = FailureItem.extend({ request_id: z.uuid().optional() });

/** Any other status of a bulk evaluation. */
export const BulkFailure = z.strictObject({
  errorCode,
  errorDetails: z.string().min(1),
  request_id: z.uuid(),
});

/** The data of an event of the stream. */
export const RefetchEvent = z.strictObject({
  type: z.literal('refetchEvaluation'),
  etag: z.string().min(1),
});
