// What every thread of recordings says and is told.

/** By its number an answer finds who asked. */
export type Numbered = { readonly id: number };

/** A failure that the client is told of; {@link import('#kernel/errors').SerinError} in pieces. */
export type Failure = Numbered & {
  readonly failure: {
    readonly code: string;
    readonly detail: string;
    readonly attr: string | null;
    readonly retryAfterSeconds: number | undefined;
  };
};

export const isFailure = (answer: Numbered): answer is Failure => 'failure' in answer;
