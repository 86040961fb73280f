import { useEffect, useState } from 'react';
import { useToasts } from '#renderer/ui/toasts.tsx';

/** Whether a page stands alone on a screen at the wall, and the switch. */
export interface WallMode {
  readonly isOn: boolean;
  readonly toggle: () => void;
}

/** A page without the frame and in larger type, for a screen that hangs at the wall. It ends with Esc, with the page, and with a
 *  reload: nobody is left without navigation. */
export function useWallMode(): WallMode {
  const [isOn, setOn] = useState(false);
  const { say } = useToasts();
  useEffect(() => {
    if (!isOn) return undefined;
    document.documentElement.dataset['wall'] = 'on';
    const leave = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) setOn(false);
    };
    addEventListener('keydown', leave);
    return () => {
      removeEventListener('keydown', leave);
      delete document.documentElement.dataset['wall'];
    };
  }, [isOn]);
  return {
    isOn,
    toggle: () => {
      if (!isOn) say('Wall mode', { detail: 'Esc leaves it.' });
      setOn(!isOn);
    },
  };
}
