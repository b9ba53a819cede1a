// Messages that a team may send to its users, with the facts of an incident filled in, to be read before they go out.
import { inWords, percentOf } from '../gate/words.ts';
import { losesData } from '../plan/way-back.ts';
import { blastRadiusOf, exposureMsOf, type IncidentReport } from './report.ts';

export type SuggestedMessages = {
  readonly statusPage: string;
  readonly email: { readonly subject: string; readonly body: string };
  /** Short enough to stand above a page. */
  readonly banner: string;
};

/** `2026-11-30 14:05 UTC` */
export const utc = (ms: number): string =>
  `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** What a team may tell its users. */
export function suggestMessages(report: IncidentReport): SuggestedMessages {
  const { flagOffAtMs, evidence, kind } = report;
  const fromMs = evidence?.firstHurtAtMs ?? report.openedAtMs;
  const share = blastRadiusOf(evidence);
  const who = share === null ? 'some people' : `${percentOf(share)} of the people using it`;
  if (kind === 'investigation' || flagOffAtMs === null) {
    return {
      statusPage: `Investigating. Since ${utc(fromMs)} a recent change may not work as it should for ${who}. We have stopped giving it to more people and are looking into it.`,
      email: {
        subject: 'A recent change may not work as it should',
        body: `Hello,\n\nsince ${utc(fromMs)} a change we are trying out may not work as it should for ${who}, and you may be one of them. We have stopped giving it to more people and are looking into it. You need not do anything.\n\nWe are sorry for the trouble.`,
      },
      banner: 'A recent change may not work as it should. We are looking into it.',
    };
  }
  const took = exposureMsOf(flagOffAtMs, evidence);
  const lasted = took === null ? '' : ` It lasted ${inWords(took)}.`;
  const isLost = losesData(report.plan, report.stageIndex);
  const lost = isLost ? ' What was saved with it in that time may be missing.' : '';
  return {
    statusPage: `Resolved. Between ${utc(fromMs)} and ${utc(flagOffAtMs)} a new version did not work as it should for ${who}. We took it back, and everyone has the version from before.${lasted}${lost}`,
    email: {
      subject: 'A change did not work as it should, and we took it back',
      body: `Hello,\n\nbetween ${utc(fromMs)} and ${utc(flagOffAtMs)} we tried a new version with ${who}, and you were one of them. It did not work as it should.${lasted} We took it back, and you have the version from before.${lost} If something still looks wrong, load the page again, and tell us if that does not help.\n\nWe are sorry for the trouble.`,
    },
    banner:
      'A new version did not work as it should. We have taken it back; if something looks wrong, load the page again.',
  };
}
