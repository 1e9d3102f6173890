import type { ReleaseCycle } from '../advisories/read-end-of-life.ts';
import type { OperatingSystem } from './installed.ts';

/** Until when a machine's system gets security fixes. */
export interface SystemSupport extends Pick<ReleaseCycle, 'product' | 'cycle' | 'ends_on' | 'extended_until'> {
  /** `extended`: only for those who pay, or by others than its publisher. */
  state: 'supported' | 'extended' | 'ended';
}

/** Products of endoflife.date by family of system; a family of the same name needs no line. */
const PRODUCTS: Readonly<Record<string, string>> = {
  redhat: 'rhel',
  alma: 'almalinux',
  rocky: 'rocky-linux',
  rockylinux: 'rocky-linux',
  oracle: 'oracle-linux',
  ol: 'oracle-linux',
  amazon: 'amazon-linux',
  amzn: 'amazon-linux',
  alpine: 'alpine-linux',
  'opensuse-leap': 'opensuse',
  sles_sap: 'sles',
  slem: 'suse-linux-micro',
  tvos: 'apple-tvos',
};

/** The product of endoflife.date that a family of systems is. */
export function productOfSystem({ family }: Pick<OperatingSystem, 'family'>): string {
  return Object.hasOwn(PRODUCTS, family) ? (PRODUCTS[family] ?? family) : family;
}

/**
 * How a system is supported on a day (`2026-11-25`), by the release cycles that are known; null where its own is not among
 * them, or says neither when it ends nor that it has.
 */
export function supportOfSystem(
  os: OperatingSystem,
  cycles: readonly ReleaseCycle[],
  day: string,
): SystemSupport | null {
  const product = productOfSystem(os);
  const release = os.release.split(/\s/)[0] ?? '';
  // The most particular name first: 15.6, then 15.
  const names = [release.split('.').slice(0, 2).join('.'), release.split('.')[0] ?? ''];
  const own = names.flatMap((name) => cycles.find((each) => each.product === product && each.cycle === name) ?? [])[0];
  if (own === undefined || (own.ends_on === null && !own.is_ended)) return null;
  const { cycle, ends_on, extended_until } = own;
  const isOver = own.is_ended || (ends_on !== null && ends_on <= day);
  const isExtended = extended_until !== null && extended_until > day;
  const state = !isOver ? 'supported' : isExtended ? 'extended' : 'ended';
  return { product, cycle, ends_on, extended_until, state };
}
