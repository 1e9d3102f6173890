/** Where publishers show what they have published, by how its id begins. */
const PAGES: readonly (readonly [pattern: RegExp, page: (id: string) => string])[] = [
  [/^CVE-\d{4}-\d+$/, (id) => `https://www.cve.org/CVERecord?id=${id}`],
  [/^(DSA|DLA)-\d/, (id) => `https://security-tracker.debian.org/tracker/${id}`],
  [/^USN-\d/, (id) => `https://ubuntu.com/security/notices/${id}`],
  [/^RH[SBE]A-\d{4}:\d/, (id) => `https://access.redhat.com/errata/${id}`],
  [/^R[LX]SA-\d{4}:\d/, (id) => `https://errata.rockylinux.org/${id}`],
  [/^GHSA-/, (id) => `https://github.com/advisories/${id}`],
  [/^GO-\d{4}-\d/, (id) => `https://pkg.go.dev/vuln/${id}`],
  [/^RUSTSEC-\d{4}-\d/, (id) => `https://rustsec.org/advisories/${id}.html`],
  [/^(PYSEC|AL[SBE]A|MAL|OSV|DEBIAN-CVE|UBUNTU-CVE|ALPINE-CVE)-\d/, (id) => `https://osv.dev/vulnerability/${id}`],
];

/** What an id may be made of, so that it is put into an address as it stands. */
const ID = /^[A-Za-z0-9:._-]{1,100}$/;

/** The page of an advisory at its publisher; null where none is known by its id. */
export function advisoryPage(id: string): string | null {
  if (!ID.test(id)) return null;
  return PAGES.find(([pattern]) => pattern.test(id))?.[1](id) ?? null;
}

/** Ids as publishers write them: a word or two of letters, and what they count by. */
const SHAPES = [
  /^(CVE|PYSEC|RUSTSEC|GO|OSV|MAL|DEBIAN-CVE|UBUNTU-CVE|ALPINE-CVE)-\d{4}-\d+$/i,
  /^(DSA|DLA|USN)-\d+(-\d+)?$/i,
  /^(RH[SBE]A|AL[SBE]A|R[LX]SA|EL[SBE]A)-\d{4}:\d+$/i,
  /^(open)?SUSE-[SROF]U-\d{4}:[\d-]+$/i,
  /^GHSA(-[0-9a-z]{4}){3}$/i,
];

/** Whether a text looks like the id of an advisory or a vulnerability, and like nothing else that people search for. */
export function isAdvisoryId(text: string): boolean {
  return SHAPES.some((shape) => shape.test(text));
}
