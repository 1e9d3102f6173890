/** A system that a product of CSAF is or is for, as `inventory/platforms.ts` names it. */
export interface CsafPlatform {
  name: string;
  /** Whether every machine of that system gets its builds; false for lines of a minor release that are paid for (EUS). */
  isMain: boolean;
}

/** Lines of Red Hat that hold to one minor release. `rhel_els` prolongs a whole major one and is its only line by then. */
const MINOR_LINES = /^(?:rhel_eus|rhel_eus_long_life|rhel_aus|rhel_tus|rhel_e4s)$/;

/**
 * The system behind a product, by its CPE for Red Hat and by its name for SUSE; null for what is no such system (OpenShift,
 * Satellite, container images): what is built for those is another line of the same packages.
 */
export function platformOf(cpe: string | null, name: string): CsafPlatform | null {
  const [, product = '', major] = /^cpe:\/[ao]:redhat:([a-z0-9_]+):([0-9]+)(?:[.:]|$)/.exec(cpe ?? '') ?? [];
  if (major !== undefined) {
    if (product === 'enterprise_linux' || product === 'rhel_els') return { name: `redhat ${major}`, isMain: true };
    return MINOR_LINES.test(product) ? { name: `redhat ${major}`, isMain: false } : null;
  }
  const suse = suseSystem(name);
  return suse === null ? null : { name: suse, isMain: true };
}

const ENTERPRISE = /^SUSE Linux Enterprise (?!Micro|Storage).*?\b(1[0-9])(?: SP([0-9]+)|\.([0-9]+))?(?:[ -].*)?$/;

/** Modules and flavours (`Module for Basesystem 15 SP5`, `Server 12 SP5-LTSS`) are parts of one system. */
function suseSystem(name: string): string | null {
  const micro = /^SUSE Linux (?:Enterprise )?Micro (?:for Rancher )?([0-9]+\.[0-9]+)/.exec(name)?.[1];
  if (micro !== undefined) return `suse linux enterprise micro ${micro}`;
  const leap = /^openSUSE Leap ([0-9]+\.[0-9]+)$/.exec(name)?.[1];
  if (leap !== undefined) return `opensuse leap ${leap}`;
  if (name === 'openSUSE Tumbleweed') return 'opensuse tumbleweed';
  const [, major, pack, minor] = ENTERPRISE.exec(name) ?? [];
  const point = pack ?? minor;
  return major === undefined ? null : `suse linux enterprise ${major}${point === undefined ? '' : `.${point}`}`;
}
