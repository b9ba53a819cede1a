// The switch of a flag. In production it asks first, because it reaches customers at once.
import { Switch } from '@mantine/core';
import type { Flag } from '../api/flags.ts';
import type { Scope } from '../api/session.ts';
import { usePropose } from '../changes/proposal.ts';
import { missingForChange } from '../environments/protection-words.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { toastDone } from '../ui/toast.ts';
import { useGuardedUpdate } from './use-guarded-update.ts';
import { audienceWords } from './words.ts';

type FlagSwitchProps = {
  readonly flag: Flag;
  readonly scope: Scope;
  readonly size?: 'sm' | 'md';
};

function switchWords(flag: Flag, environmentName: string) {
  if (flag.active) {
    return {
      title: `Switch ${flag.key} off in ${environmentName}?`,
      body: 'Everyone gets false from the next evaluation on.',
      action: 'Switch off',
      tone: 'harm' as const,
    };
  }
  const audience = audienceWords(flag.filters);
  return {
    title: `Switch ${flag.key} on in ${environmentName}?`,
    body: `It then goes to ${audience}.`,
    action: 'Switch on',
    tone: 'pine' as const,
  };
}

export function FlagSwitch({ flag, scope, size = 'sm' }: FlagSwitchProps) {
  const confirm = useConfirm();
  const propose = usePropose();
  const update = useGuardedUpdate(scope);
  const change = async () => {
    const words = switchWords(flag, scope.environment.name);
    const wanted = { active: !flag.active, version: flag.version };
    // A kill switch takes flags away by being on.
    const takesAway = flag.kind === 'kill_switch' ? !flag.active : flag.active;
    const missing = missingForChange(scope.environment.protection, takesAway);
    const title = `${words.action} ${flag.key}`;
    if (missing === 'approval') return propose({ flag, change: wanted, title });
    const asks = missing === 'reason' ? ({ reason: 'required' } as const) : {};
    const answer = scope.isProduction ? await confirm({ ...words, ...asks }) : { reason: '' };
    if (!answer) return;
    const because = answer.reason ? { reason: answer.reason } : {};
    await update.save({ id: flag.id, ...wanted, ...because }, title, (saved) =>
      toastDone(`${saved.key} is ${saved.active ? 'on' : 'off'}.`),
    );
  };
  return (
    <Switch
      size={size}
      checked={flag.active}
      disabled={flag.archived || update.isPending}
      aria-label={`${flag.key} in ${scope.environment.name}`}
      onChange={() => void change()}
    />
  );
}
