// One press from a flag or a rollout to what the variants do. The page that it leads to writes the question, so
// that pages with this link load nothing of insights.
import { IconChartLine } from '@tabler/icons-react';
import { LinkButton } from '../ui/link-button.tsx';

type InsightsLinkProps = {
  readonly flagKey: string;
  /** When it became what it is now, such as the last change of the flag. */
  readonly since: string;
  /** Events that are told apart; without any, all together. */
  readonly events?: readonly string[];
};

export function InsightsLink({ flagKey, since, events = [] }: InsightsLinkProps) {
  return (
    <LinkButton
      to="/insights/new"
      search={{
        flag: flagKey,
        since,
        ...(events.length > 0 ? { events: JSON.stringify(events) } : {}),
      }}
      variant="default"
      leftSection={<IconChartLine size={16} stroke={1.7} />}
    >
      See in insights
    </LinkButton>
  );
}
