// A mark for each band, told apart by its shape as well.
import {
  IconAlertOctagon,
  IconAlertTriangle,
  IconCheck,
  IconCircleDashed,
  IconShieldCheck,
} from '@tabler/icons-react';
import type { GuardrailLook } from './rollout-words.ts';

const ICONS = {
  red: IconAlertOctagon,
  yellow: IconAlertTriangle,
  safe: IconShieldCheck,
  green: IconCheck,
  unknown: IconCircleDashed,
} as const;

export function BandIcon({ band }: { band: GuardrailLook['band'] }) {
  const Icon = ICONS[band];
  return <Icon size={13} stroke={2} aria-hidden />;
}
