import { useEffect, useReducer } from 'react';

/**
 * The time now in milliseconds, again every `every` milliseconds and whenever the component is drawn anew: a fact that
 * came in since the last tick is never in the future.
 */
export function useNow(every: number): number {
  const [, drawAgain] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const timer = setInterval(drawAgain, every);
    return () => clearInterval(timer);
  }, [every]);
  return Date.now();
}
