// One look with all of its evidence: each guardrail's numbers, the split of people, and every input as it is stored.
import { Code } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { capital, type Units } from 'serin/kernel/units';
import { lookQuery, type Rollout } from '../api/rollouts.ts';
import type { Scope } from '../api/session.ts';
import { formatExact, formatNumber } from '../ui/format.ts';
import { LoadingBlock, QueryView } from '../ui/states.tsx';
import { BandIcon } from './band-icon.tsx';
import { guardrailTitle } from './guardrail-words.ts';
import { harmOf } from './looks.ts';
import styles from './rollout.module.css';
import { bandWords, type Look, oddsWords, type RolloutEvent, unitsOf } from './rollout-words.ts';

type LookDetailsProps = {
  readonly event: RolloutEvent;
  readonly rollout: Rollout;
  readonly scope: Scope;
};

export function LookDetails({ event, rollout, scope }: LookDetailsProps) {
  const { evaluation_id: id, inputs } = event;
  if (id !== null) return <OneLook rollout={rollout} evaluationId={id} scope={scope} />;
  return <Inputs inputs={inputs} />;
}

type OneLookProps = {
  readonly rollout: Rollout;
  readonly evaluationId: string;
  readonly scope: Scope;
};

function OneLook({ rollout, evaluationId, scope }: OneLookProps) {
  const look = useQuery(lookQuery(scope, rollout.id, evaluationId));
  const units = unitsOf(rollout);
  return (
    <QueryView query={look} loading={<LoadingBlock height={160} />}>
      {(data) => (
        <div className={styles.look}>
          <p className={styles.detail}>
            Looked {formatExact(Date.parse(data.at))}, at everything received before{' '}
            {formatExact(Date.parse(data.watermark))}: {formatNumber(data.people.treatment)}{' '}
            {units.many} with the flag, {formatNumber(data.people.control)} without.
          </p>
          <Found look={data} units={units} />
          <Together look={data} units={units} />
          <Inputs inputs={data.inputs} />
        </div>
      )}
    </QueryView>
  );
}

type FoundProps = { readonly look: Look; readonly units: Units };

function Found({ look, units }: FoundProps) {
  return (
    <div className={styles.tableScroll}>
      <table className={styles.looks}>
        <thead>
          <tr>
            <th scope="col">Guardrail</th>
            <th scope="col">Found</th>
            <th scope="col">Harm</th>
            <th scope="col">Safe</th>
          </tr>
        </thead>
        <tbody>
          {look.guardrails.map((one) => (
            <tr key={one.id}>
              <th scope="row">
                <BandIcon band={one.band} /> {guardrailTitle(one, units)}
                <span className={styles.dim}>, {bandWords(one.band).label.toLowerCase()}</span>
              </th>
              <td className={styles.wide}>{one.summary}</td>
              <td>
                {oddsWords(Math.max(0, harmOf(one)))}, needs {oddsWords(one.harm.ln_line)}
              </td>
              <td>
                {oddsWords(Math.max(0, one.safety.ln_e))}, needs {oddsWords(one.safety.ln_line)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What concerns all guardrails: their evidence together, and whether people split as planned. */
function Together({
  look: { combined, sample_ratio: split, multi_exposed: both },
  units: { many },
}: FoundProps) {
  return (
    <p className={styles.detail}>
      All guardrails together: {oddsWords(Math.max(0, combined.ln_e))} for harm; it pauses at{' '}
      {oddsWords(combined.pause_line)} and rolls back at {oddsWords(combined.rollback_line)}.
      {split &&
        ` Odds that ${many} do not split as planned: ${oddsWords(Math.max(0, split.ln_e))}, distrusted from ${oddsWords(split.ln_line)} on.`}
      {both > 0 && ` ${capital(many)} seen in both arms and left out: ${formatNumber(both)}.`}
    </p>
  );
}

function Inputs({ inputs }: { inputs: unknown }) {
  return (
    <details className={styles.more}>
      <summary>Every input</summary>
      <Code block className={styles.inputs ?? ''} tabIndex={0}>
        {JSON.stringify(inputs, null, 2)}
      </Code>
    </details>
  );
}
