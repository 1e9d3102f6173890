import { setTimeout as sleep } from 'node:timers/promises';
import type { PackageChanger } from '../package-managers/package-manager.ts';

export interface LockWait {
  changer: PackageChanger;
  seconds: number;
  note: (text: string) => void;
}

/**
 * Waits until nobody else uses the package manager, saying who does.
 * @returns null when it is free, else who still holds it after `seconds`.
 */
export async function waitForLock({ changer, seconds, note }: LockWait): Promise<string | null> {
  const until = performance.now() + seconds * 1000;
  let told: string | null = null;
  for (;;) {
    const holder = changer.lockHolder();
    if (holder === null) return null;
    if (holder !== told) note(`waiting: the package manager is in use by ${holder}`);
    told = holder;
    if (performance.now() >= until) return holder;
    await sleep(500);
  }
}
