// The few numbers that say how bad it was.
import type { ReactNode } from 'react';
import type { Incident, IncidentEvidence } from '../api/incidents.ts';
import { formatDuration, formatNumber, formatShare, plural } from '../ui/format.ts';
import { Section } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import { culpritWords } from './incident-words.ts';
import styles from './incidents.module.css';

function Fact({ name, value, note }: { name: string; value: ReactNode; note?: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt>{name}</dt>
      <dd className={styles.factValue}>{value}</dd>
      {note && <dd className={styles.dim}>{note}</dd>}
    </div>
  );
}

export function Facts({ incident }: { readonly incident: Incident }) {
  return (
    <Section title="What happened">
      <ul className={styles.reasons}>
        {incident.reasons.length === 0 && <li>{culpritWords(incident.culprits)}</li>}
        {incident.reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
      {incident.way_back.loses_data && <p className={styles.cost}>{incident.way_back.text}</p>}
      <dl className={styles.facts}>
        {incident.evidence ? <Reach evidence={incident.evidence} /> : <Counting />}
        <Fact
          name="Flag"
          value={incident.flag_off_at ? 'taken back' : 'goes no further'}
          note={<Time at={incident.flag_off_at ?? incident.opened_at} />}
        />
        <Fact
          name="Acknowledged"
          value={acknowledgement(incident)}
          note={incident.closed_at && <Time at={incident.closed_at} />}
        />
      </dl>
    </Section>
  );
}

function Counting() {
  return (
    <>
      <Fact name="Had the change" value="…" note="being counted" />
      <Fact name="Of all active people" value="…" note="being counted" />
      <Fact name="From the first one hurt to off" value="…" note="being counted" />
    </>
  );
}

function Reach({ evidence }: { readonly evidence: IncidentEvidence }) {
  const { affected, opted_in: optedIn, active, blast_radius: radius } = evidence;
  const { exposure_seconds: exposure, first_hurt_at: firstAt } = evidence;
  return (
    <>
      <Fact
        name="Had the change"
        value={formatNumber(affected)}
        note={`${formatNumber(optedIn)} of these had opted in`}
      />
      <Fact
        name="Of all active people"
        value={radius === null ? '–' : formatShare(radius)}
        note={`${plural(active, 'person was', 'people were')} active`}
      />
      <Fact
        name="From the first one hurt to off"
        value={exposure === null ? '–' : formatDuration(exposure)}
        note={
          firstAt ? (
            <>
              first hurt <Time at={firstAt} />
            </>
          ) : (
            'nobody was seen to be hurt'
          )
        }
      />
    </>
  );
}

function acknowledgement({ acknowledgement: state, closing, closed_by: by }: Incident): string {
  if (state === 'given') return by ?? 'yes';
  if (state === 'needed') return 'not yet';
  return closing === null ? '–' : 'not needed';
}
