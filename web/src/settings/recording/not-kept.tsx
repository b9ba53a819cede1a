// What of recordings was not kept as it came, by reason; nothing while all of it was.
import { useQuery } from '@tanstack/react-query';
import { warningsQuery } from '../../api/ingestion-warnings.ts';
import type { Scope } from '../../api/session.ts';
import { formatNumber } from '../../ui/format.ts';
import { KeyValue } from '../../ui/key-value.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { Section } from '../../ui/page.tsx';

export function NotKept({ scope }: { scope: Scope }) {
  const { data } = useQuery(warningsQuery(scope, '7'));
  const warnings = (data?.results ?? []).filter(({ type }) => type.startsWith('recording'));
  if (warnings.length === 0) return null;
  return (
    <Section
      title="Not kept as it came"
      lead="In the last seven days, by reason."
      actions={
        <LinkButton to="/events/warnings" variant="default" size="compact-sm">
          What to do
        </LinkButton>
      }
    >
      <KeyValue
        entries={warnings.map(({ title, count }) => [title, `${formatNumber(count)} ×`] as const)}
      />
    </Section>
  );
}
