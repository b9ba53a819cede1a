// Doing something to see what would come of it, and taking it back: so that what waits is checked by exactly
// what checks it when it is done at once.
import { type Ctx, inTransaction } from './ctx.ts';

/** Carries a result out of the transaction that is rolled back. */
class TakenBack<R> extends Error {
  readonly result: R;

  constructor(result: R) {
    super('taken back');
    this.result = result;
  }
}

/** What `verb` returns, without its writes. Must not run inside a transaction. */
export async function tryOut<C extends Ctx, R>(ctx: C, verb: (tx: C) => Promise<R>): Promise<R> {
  if (ctx.db.isTransaction) throw new Error('this would take the caller’s writes back too');
  try {
    return await inTransaction(ctx, async (tx): Promise<never> => {
      throw new TakenBack(await verb(tx));
    });
  } catch (error) {
    if (error instanceof TakenBack) return error.result as R;
    throw error;
  }
}
