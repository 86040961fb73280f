import { useElementScrollRestoration, useMatch, useRouter } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useLayoutEffect, type RefObject } from 'react';

/** Where something that scrolls is remembered. */
interface ScrollPlace {
  /** The value of its `data-scroll-restoration-id`, under which the router remembers. It holds the path of the page that is shown, not
   *  of the one that is on its way, or one page would begin where another one had been scrolled to. */
  readonly name: string;
  /** Where one had left it on this page, in px from its start; 0 when one comes by a link. */
  readonly formerPx: number;
}

/** Brings something that scrolls back to where one had left it on this page, and to its start on another page that is drawn in the
 *  same place. `what` tells it from others on the page. */
export function useScrollPlace(what: string, scroller: RefObject<HTMLElement | null>): ScrollPlace {
  const router = useRouter();
  const name = useMatch({ strict: false, select: (match) => `${what} ${match.pathname}` });
  const formerPx = useElementScrollRestoration({ id: name })?.scrollY ?? 0;
  const goThere = useEffectEvent(() => {
    scroller.current?.scrollTo(0, formerPx);
  });
  useLayoutEffect(() => goThere(), [name]);
  useEffect(() => {
    // When the address changes, the router keeps the places of what it has heard scroll since the last change. A row that is chosen by
    // key scrolls and changes the address at once, before its event: the router would keep, and go back to, where the list was before.
    const announce = () => scroller.current?.dispatchEvent(new Event('scroll'));
    announce();
    return router.subscribe('onRendered', announce);
  }, [router, scroller]);
  return { name, formerPx };
}
