/** A part of the window that moves to another place without beginning anew: what grows, is typed or searched for in it stays. */
import { type ReactNode, type ReactPortal, useCallback, useRef, useState } from 'react';
import { createPortal } from 'react-dom';

export interface Movable {
  /** Rendered once, by what outlives the places. */
  part: ReactPortal;
  /** The ref of the element in which the part stands now. */
  place: (element: HTMLElement | null) => (() => void) | undefined;
}

export function useMovable(content: ReactNode): Movable {
  const [home] = useState(() => {
    const element = document.createElement('div');
    element.className = 'h-full';
    return element;
  });
  const before = useRef<{ scrolled: [Element, number][]; focused: Element | null }>({ scrolled: [], focused: null });
  const place = useCallback(
    (element: HTMLElement | null) => {
      if (!element) return undefined;
      element.append(home);
      // What leaves the page, if only for a moment, loses its scroll positions and the focus.
      for (const [part, top] of before.current.scrolled) part.scrollTop = top;
      if (before.current.focused instanceof HTMLElement) before.current.focused.focus({ preventScroll: true });
      return () => {
        const scrolled = [...home.querySelectorAll('*')].filter((part) => part.scrollTop > 0);
        const focused = home.contains(document.activeElement) ? document.activeElement : null;
        before.current = { scrolled: scrolled.map((part) => [part, part.scrollTop]), focused };
      };
    },
    [home],
  );
  return { part: createPortal(content, home), place };
}
