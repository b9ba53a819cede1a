// How many people a stage needs before it can speak: for forecasts only, never for decisions. Source:
// docs/statistics.md §6 (expected growth of the rate e-process per treatment person).
import { oneSampleLogE } from './one-sample.ts';

/** Control people per treatment person when a fraction `stageShare` is in treatment. */
function controlPerTreatment(stageShare: number): number {
  return (1 - stageShare) / stageShare;
}

/** Expected growth of ln E (harm) per treatment person, at control rate p0 and true ratio `ratio`. */
export function infoDetect(p0: number, ratio: number, stageShare: number): number {
  const kappa = controlPerTreatment(stageShare);
  return p0 * (ratio * Math.log(ratio) - (ratio + kappa) * Math.log((ratio + kappa) / (1 + kappa)));
}

/** Expected growth of ln E (safe) per treatment person, when the rates are in truth equal. */
export function infoSafe(p0: number, red: number, stageShare: number): number {
  const kappa = controlPerTreatment(stageShare);
  return p0 * ((1 + kappa) * Math.log((red + kappa) / (1 + kappa)) - Math.log(red));
}

/** ln E lost to the mixture over alternatives, on average. */
const MIXTURE_COST = 0.8;

/** Treatment people expected until ln E reaches `lnThreshold`; Infinity when it never grows. */
export function expectedTreatmentPeople(infoPerPerson: number, lnThreshold: number): number {
  return infoPerPerson > 0 ? (lnThreshold + MIXTURE_COST) / infoPerPerson : Infinity;
}

/** Treatment people without any outcome after whom "the share reaches `limit`" is refuted at `beta`. */
export function cleanPeopleNeeded(limit: number, beta: number): number {
  const isProven = (n: number) =>
    oneSampleLogE({ events: 0, n }, { p0: limit, side: 'down' }) >= -Math.log(beta);
  let enough = 1;
  while (!isProven(enough)) enough *= 2;
  let tooFew = enough / 2;
  while (enough - tooFew > 1) {
    const middle = Math.floor((enough + tooFew) / 2);
    if (isProven(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}
