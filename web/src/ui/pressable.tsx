// A figure that may be pressed; where a press leads nowhere it neither looks nor acts like a button.
import { UnstyledButton } from '@mantine/core';
import type { CSSProperties, ReactNode } from 'react';

type PressableProps = {
  /** Undefined where there is nothing to see behind it. */
  readonly onPress: (() => void) | undefined;
  /** What the figure says, where its content does not. */
  readonly label?: string;
  readonly title?: string;
  readonly className?: string | undefined;
  readonly style?: CSSProperties;
  /** `data-…` attributes that style sheets ask for. */
  readonly data?: Readonly<Record<`data-${string}`, boolean | undefined>>;
  readonly children?: ReactNode;
};

/** Style sheets tell the two apart by `data-pressable`. */
export function Pressable(props: PressableProps) {
  const { onPress, label, title, className = '', style, data, children } = props;
  const shared = { title, className, style, ...data };
  if (!onPress) {
    return (
      <span {...shared} {...(label === undefined ? {} : { role: 'img', 'aria-label': label })}>
        {children}
      </span>
    );
  }
  return (
    <UnstyledButton {...shared} aria-label={label} data-pressable onClick={onPress}>
      {children}
    </UnstyledButton>
  );
}
