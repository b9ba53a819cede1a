// What a command costs in data, to be read before it is confirmed.
import { Alert } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Confirmation } from './command-words.ts';

const TITLES: Record<Confirmation['risk'], string> = {
  accept: 'Going back will lose data',
  cross: 'No way back from there on',
  lose: 'Data is lost',
};

export function RiskWarning({ risk }: { readonly risk: Confirmation }) {
  return (
    <Alert
      color={risk.risk === 'accept' ? 'watch' : 'harm'}
      icon={<IconAlertTriangle size={18} />}
      title={TITLES[risk.risk]}
    >
      {risk.text}
    </Alert>
  );
}

/** What a command brings about, with what it costs. */
export function withRisk(words: string, risk: Confirmation | undefined): ReactNode {
  if (!risk) return words;
  return (
    <>
      <p style={{ marginBlock: '0 12px' }}>{words}</p>
      <RiskWarning risk={risk} />
    </>
  );
}
