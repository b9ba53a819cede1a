// How code asks for the flag, ready to be pasted.
import { InstallSnippets } from '../install/install-snippets.tsx';
import { Section } from '../ui/page.tsx';
import type { FlagPartProps } from './flag-part.ts';

export function FlagUse({ flag, scope }: FlagPartProps) {
  const variants = flag.filters.multivariate?.variants ?? [];
  const variant = (variants.find(({ key }) => key !== 'control') ?? variants[0])?.key ?? null;
  return (
    <Section
      title={`Ask for ${flag.key} in your code`}
      lead={`With the token of ${scope.environment.name}. Serin speaks to unmodified PostHog and OpenFeature SDKs.`}
    >
      <InstallSnippets
        input={{
          origin: window.location.origin,
          token: scope.environment.token,
          flagKey: flag.key,
          variant,
          valueType: flag.value_type,
        }}
      />
    </Section>
  );
}
