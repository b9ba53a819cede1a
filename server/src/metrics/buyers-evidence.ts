// Evidence that a change costs money: fewer people buy, or those who buy spend less. Whether somebody buys tells from the
// first buyers on, what people spend only from many. Source: docs/statistics.md §3, "Revenue".
import { meanOfLogE } from '#stats/combine';
import type { Evidence } from './evidence.ts';
import type { Guardrail } from './guardrail.ts';
import { SUMS, weighTally } from './mean-evidence.ts';
import type { GuardrailData } from './outcome.ts';
import { compareShares } from './share-evidence.ts';

/** Both arms against each other. */
export function weighBuyers(
  guardrail: Guardrail,
  data: GuardrailData,
  alpha: number | null,
): Evidence {
  const spent = weighTally(guardrail, SUMS, data, true, alpha);
  if (guardrail.bands === null) return spent;
  const bought = compareShares(guardrail, guardrail.bands, data.hits[0] ?? [], null);
  return {
    ...spent,
    // Either may show the harm; safety needs both.
    lnE: meanOfLogE([bought.lnE, spent.lnE]),
    lnESafe: Math.min(bought.lnESafe, spent.lnESafe),
  };
}
