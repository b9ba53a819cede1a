// The dialogs: Mantine's, which keep the focus inside and close with Escape. Mantine gives the focus back only
// when `opened` turns; many of ours are mounted open, or taken away with what they were for.
import { Drawer, type DrawerProps, Modal, type ModalProps } from '@mantine/core';
import { useLayoutEffect } from 'react';

export function Dialog(props: ModalProps) {
  useFocusReturn(props.opened);
  return <Modal {...props} returnFocus={false} />;
}

/** Comes in from the side, beside what it is about. */
export function SideDialog(props: DrawerProps) {
  useFocusReturn(props.opened);
  return <Drawer {...props} returnFocus={false} />;
}

/** 10 ms: as Mantine waits, until what was focused in the dialog is gone. */
const SETTLE_MS = 10;

/** Whoever opened a dialog is there again when it closes, and does not start at the top of the page. */
function useFocusReturn(isOpen: boolean): void {
  useLayoutEffect(() => {
    if (!isOpen) return undefined;
    const opener = stayingOpener(document.activeElement);
    return () => {
      const last = document.activeElement;
      window.setTimeout(() => {
        const now = document.activeElement;
        const isNowhere = now === null || now === document.body || now === last;
        if (isNowhere) opener?.focus({ preventScroll: true });
      }, SETTLE_MS);
    };
  }, [isOpen]);
}

/** A menu closes with its choice: the button that opened the menu stays. */
function stayingOpener(element: Element | null): HTMLElement | null {
  const menu = element?.closest('[role="menu"]');
  const opener = menu
    ? document.getElementById(menu.getAttribute('aria-labelledby') ?? '')
    : element;
  return opener instanceof HTMLElement ? opener : null;
}
