// What several ask at about the same moment, asked once: the same question, or questions of one shape.

/** Something failed that was asked for several: each may still succeed alone. */
export class NotTogetherError extends Error {}

export type Limits = {
  /** How many ask; one waits for nobody. */
  readonly looks: number;
  /** How long the first waits for the others, in milliseconds. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
};

type Shape = {
  /** Only what has the same key is asked at once… */
  readonly key: string;
  /** …and goes by pieces of its own. */
  readonly pieces: readonly string[];
};

type Waiting<Asked, Answer> = {
  readonly asked: Asked;
  readonly pieces: readonly string[];
  readonly answered: PromiseWithResolvers<Answer>;
};

type Gathered<Asked, Answer> = {
  /** Asked once more, alone, when it failed for several. */
  readonly orAlone: (shape: Shape, asked: Asked) => Promise<Answer>;
  /** @throws NotTogetherError when it failed for several */
  readonly orFail: (shape: Shape, asked: Asked) => Promise<Answer>;
};

/** Asks at once what looks of one shape ask at about the same time. */
export function gathered<Asked, Answer>(
  { looks, waitMs, signal }: Limits,
  ask: (all: readonly Asked[]) => Promise<readonly Answer[]>,
): Gathered<Asked, Answer> {
  const waiting = new Map<string, Waiting<Asked, Answer>[]>();
  const alone = async (asked: Asked): Promise<Answer> => {
    const [answer] = await ask([asked]);
    return answer as Answer;
  };
  const sendAll = (key: string, all: readonly Waiting<Asked, Answer>[]): void => {
    if (waiting.get(key) !== all) return;
    waiting.delete(key);
    void answerAll(all, ask);
  };
  const orFail = ({ key, pieces }: Shape, asked: Asked): Promise<Answer> => {
    if (looks < 2) return alone(asked);
    const answered = Promise.withResolvers<Answer>();
    const before = waiting.get(key);
    // Rows of a piece are of one question: whoever counts the same as another waits for the next statement.
    const isOwn = !before?.some((other) => other.pieces.some((piece) => pieces.includes(piece)));
    if (before && !isOwn) sendAll(key, before);
    const all = before && isOwn ? before : [];
    all.push({ asked, pieces, answered });
    waiting.set(key, all);
    if (all.length >= looks) sendAll(key, all);
    else if (all.length === 1) setTimeout(sendAll, waitMs, key, all).unref();
    return answered.promise;
  };
  return {
    orFail,
    orAlone: (shape, asked) =>
      orFail(shape, asked).catch((error: unknown) => {
        signal.throwIfAborted();
        if (error instanceof NotTogetherError) return alone(asked);
        throw error;
      }),
  };
}

async function answerAll<Asked, Answer>(
  all: readonly Waiting<Asked, Answer>[],
  ask: (all: readonly Asked[]) => Promise<readonly Answer[]>,
): Promise<void> {
  try {
    const answers = await ask(all.map(({ asked }) => asked));
    all.forEach(({ answered }, i) => answered.resolve(answers[i] as Answer));
  } catch (cause) {
    const isOne = all.length === 1;
    const error = isOne ? cause : new NotTogetherError('failed for several', { cause });
    for (const { answered } of all) answered.reject(error);
  }
}

/** Finds once what has the same key. What failed is asked anew: one fault is not to make all looks read everything. */
export function shared<T>(): (key: string, find: () => Promise<T>) => Promise<T> {
  const found = new Map<string, Promise<T>>();
  return (key, find) => {
    const known = found.get(key);
    if (known) return known;
    const asked = find().catch((error: unknown) => {
      found.delete(key);
      throw error;
    });
    found.set(key, asked);
    return asked;
  };
}
