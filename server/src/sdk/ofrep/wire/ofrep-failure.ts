// What a question gets instead of values. Every refusal has an error code, and the flag's key where one was named:
// ofrep-core 0.1.4 understands no other body, not even with status 500.
import type { SerinError } from '#kernel/errors';

/** OpenFeature's codes (open-feature/spec types.md) that a server gives. */
export type OfrepErrorCode =
  | 'PARSE_ERROR'
  | 'TARGETING_KEY_MISSING'
  | 'INVALID_CONTEXT'
  | 'FLAG_NOT_FOUND'
  | 'GENERAL';

/** A question that cannot be answered as asked. */
export class OfrepFailure extends Error {
  readonly code: OfrepErrorCode;

  constructor(code: OfrepErrorCode, message: string) {
    super(message);
    this.name = 'OfrepFailure';
    this.code = code;
  }

  /** By OFREP 0.3.0: 404 for a flag that there is not, 400 for the rest. */
  get status(): number {
    return this.code === 'FLAG_NOT_FOUND' ? 404 : 400;
  }
}

export type FailureBody = {
  readonly key?: string;
  readonly errorCode: OfrepErrorCode;
  readonly errorDetails: string;
};

export function failureBody(
  key: string | undefined,
  errorCode: OfrepErrorCode,
  errorDetails: string,
): FailureBody {
  return key === undefined ? { errorCode, errorDetails } : { key, errorCode, errorDetails };
}

/** The code for an error of ours: what could not be decoded is a parse error, the rest is general. */
export function codeOf({ code }: Pick<SerinError, 'code'>): OfrepErrorCode {
  return code === 'invalid_payload' ? 'PARSE_ERROR' : 'GENERAL';
}
