// What people should know before they change the flag: stands above every tab, empty most of the time.
import { WaitingNotice } from '../changes/waiting-notice.tsx';
import { RolloutNotice } from './rollout-notice.tsx';
import type { FlagPartProps } from './flag-part.ts';

export function FlagNotices({ flag, scope }: FlagPartProps) {
  return (
    <>
      <RolloutNotice flag={flag} scope={scope} />
      <WaitingNotice flag={flag} scope={scope} />
    </>
  );
}
