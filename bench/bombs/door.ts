import type { Bomb } from './make-bombs.ts';

/** A way in for foreign bytes, and what lies behind it. */
export interface Door {
  name: string;
  bombs: readonly Bomb[];
  /** Hands a bomb over, as whoever means harm would; false where it was taken in. */
  isRefused(bomb: Bomb): Promise<boolean>;
  /** Whether the good data from before still serves; a program holds none. */
  serves?(): Promise<boolean>;
  /** Milliseconds that a refusal takes with nothing to refuse: what a program needs to start. */
  base?(): Promise<number>;
}
