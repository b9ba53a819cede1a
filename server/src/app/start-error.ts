// A start that cannot go on for a reason that the person at the terminal can mend.

/** Its message tells what to do. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
