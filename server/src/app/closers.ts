// What was opened is closed in reverse order, whatever goes wrong on the way.

type Closer = () => Promise<void> | void;

export type Closers = {
  /** Remembers how to close what was just opened. */
  add(closer: Closer): void;
  /** Closes everything, newest first; a failing one does not keep the others open. */
  close(): Promise<void>;
};

function createClosers(): Closers {
  const closers: Closer[] = [];
  return {
    add: (closer) => closers.push(closer),
    close: async () => {
      const failures: unknown[] = [];
      for (const closer of closers.splice(0).toReversed()) {
        try {
          await closer();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw new AggregateError(failures, 'closing failed');
    },
  };
}

/** Opens what `open` opens; when it fails half-way, closes what was open by then. */
export async function openAll<T>(open: (closers: Closers) => Promise<T>): Promise<T> {
  const closers = createClosers();
  try {
    return await open(closers);
  } catch (error) {
    await closers.close().catch(() => undefined);
    throw error;
  }
}
