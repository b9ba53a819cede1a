// Evidence that a change costs money: fewer people buy, or those who buy spend less. Whether somebody buys tells from the
// first buyers on, what people spend only from many; from then on that alone counts. Source: docs/statistics.md §3, "Revenue".
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
  // Fewer may spend more: once sums can be judged, they alone are. The half of the error that buyers were given stays spent.
  if (spent.isMature) return { ...spent, lnE: spent.lnE - Math.LN2 };
  const bought = compareShares(guardrail, guardrail.bands, data.hits[0] ?? [], null);
  return { ...spent, lnE: meanOfLogE([bought.lnE, spent.lnE]) };
}
