// The one catalogue of errors. Every failure that a client may see has a stable code here; anything
// else becomes a 500 whose id is in the log.

/** `type` of the wire error: what the PostHog SDKs parse. */
type ErrorType = 'validation_error' | 'authentication_error' | 'invalid_request' | 'server_error';

type CatalogueEntry = {
  readonly status: number;
  readonly type: ErrorType;
  readonly detail: string;
  /** True when the same request may succeed later, unchanged. */
  readonly retryable?: true;
};

export const ERRORS = {
  invalid_input: { status: 400, type: 'validation_error', detail: 'A value is not valid.' },
  required: { status: 400, type: 'validation_error', detail: 'This field is required.' },
  /** PostHog's code. */
  behavioral_cohort_found: {
    status: 400,
    type: 'validation_error',
    detail: 'Cohorts that ask for events cannot be used by flags.',
  },
  unknown_event: {
    status: 400,
    type: 'validation_error',
    detail: 'No such event has arrived lately.',
  },
  unique: { status: 400, type: 'validation_error', detail: 'This value is taken.' },
  invalid_payload: {
    status: 400,
    type: 'validation_error',
    detail: 'The body could not be decoded.',
  },
  not_authenticated: {
    status: 401,
    type: 'authentication_error',
    detail: 'Authentication credentials were not provided.',
  },
  authentication_failed: {
    status: 401,
    type: 'authentication_error',
    detail: 'The credentials are not valid.',
  },
  invalid_api_key: {
    status: 401,
    type: 'authentication_error',
    detail: 'The project token is not known here.',
  },
  permission_denied: {
    status: 403,
    type: 'authentication_error',
    detail: 'The key or user lacks the permission for this.',
  },
  approval_required: {
    status: 403,
    type: 'invalid_request',
    detail: 'Changes here need the approval of somebody else; propose the change instead.',
  },
  confirmation_required: {
    status: 400,
    type: 'validation_error',
    detail: 'This cannot be undone; confirm it.',
  },
  not_found: { status: 404, type: 'invalid_request', detail: 'Not found.' },
  method_not_allowed: {
    status: 405,
    type: 'invalid_request',
    detail: 'This method is not allowed here.',
  },
  conflict: {
    status: 409,
    type: 'invalid_request',
    detail: 'The resource has changed meanwhile; reload it and try again.',
  },
  has_dependents: {
    status: 409,
    type: 'invalid_request',
    detail: 'Other resources need this one.',
  },
  query_cancelled: {
    status: 400,
    type: 'invalid_request',
    detail: 'The question was cancelled before it was answered.',
  },
  query_too_expensive: {
    status: 400,
    type: 'invalid_request',
    detail: 'The question takes too long, or too much memory.',
  },
  cohort_not_calculated: {
    status: 409,
    type: 'invalid_request',
    detail: 'The people of the cohort are not known yet; try again shortly.',
    retryable: true,
  },
  payload_too_large: { status: 413, type: 'invalid_request', detail: 'The body is too large.' },
  unsupported_content_type: {
    status: 415,
    type: 'invalid_request',
    detail: 'This content type or encoding is not supported.',
  },
  rate_limit_exceeded: {
    status: 429,
    type: 'invalid_request',
    detail: 'Too many requests.',
    retryable: true,
  },
  internal_error: {
    status: 500,
    type: 'server_error',
    detail: 'Something went wrong here; the log has the request id.',
  },
  unavailable: {
    status: 503,
    type: 'server_error',
    detail: 'Not available right now; try again shortly.',
    retryable: true,
  },
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof ERRORS;

/** The error body of every API answer. */
export type ErrorBody = {
  readonly type: ErrorType;
  readonly code: ErrorCode;
  readonly detail: string;
  /** The field at fault (dotted path), or null when it is the request as a whole. */
  readonly attr: string | null;
};

export type FailOptions = {
  readonly detail?: string;
  readonly attr?: string;
  readonly cause?: unknown;
  /** Keys of what needs the resource, for callers within; the wire has them in the detail. */
  readonly dependents?: readonly string[];
  /** Whole seconds for the Retry-After header of retryable errors. */
  readonly retryAfterSeconds?: number;
};

/** An error that a client may see. Throw it with {@link fail}. */
export class SerinError extends Error {
  readonly code: ErrorCode;
  readonly attr: string | null;
  readonly dependents: readonly string[];
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, options: FailOptions = {}) {
    super(options.detail ?? ERRORS[code].detail, { cause: options.cause });
    this.name = 'SerinError';
    this.code = code;
    this.attr = options.attr ?? null;
    this.dependents = options.dependents ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }

  toBody(): ErrorBody {
    return { type: ERRORS[this.code].type, code: this.code, detail: this.message, attr: this.attr };
  }
}

/** Throws a {@link SerinError}: `fail('not_found', { detail: 'No flag 12.' })`. */
export function fail(code: ErrorCode, options: FailOptions = {}): never {
  throw new SerinError(code, options);
}
