// A store that cannot be started, said so that the person at the terminal knows the way out.

/** Its message is meant for the person who starts Serin. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
}
