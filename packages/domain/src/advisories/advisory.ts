/** One point on a range of versions, as OSV writes it: exactly one of the four is set. */
export interface RangeEvent {
  introduced?: string | undefined;
  fixed?: string | undefined;
  last_affected?: string | undefined;
  limit?: string | undefined;
}

/** `ECOSYSTEM` compares versions as the package manager does; other types are kept and not judged. */
export interface VersionRange {
  type: string;
  events: RangeEvent[];
}

/** One package that an advisory speaks of (OSV schema, `affected[]`). */
export interface Affected {
  /** `Debian:12`, `Ubuntu:22.04:LTS`. */
  ecosystem: string;
  /** The source package, for distributions. */
  package: string;
  ranges: VersionRange[];
  versions: string[];
  /** The distribution's own word for how bad it is (`high`, `not yet assigned`); null when it has none. */
  severity: string | null;
}

/** What one source has published about one or more vulnerabilities. */
export interface Advisory {
  id: string;
  /** Other names of the same, as its publisher lists them. */
  aliases: string[];
  /** CVE ids it is about, or its own id where no CVE is named. */
  vulnerabilities: string[];
  /** One line for people; empty where the publisher writes none. */
  summary: string;
  published: string | null;
  modified: string | null;
  /** Set when its publisher has taken it back: it then affects nothing. */
  withdrawn: string | null;
  /** CVSS vectors, by the type OSV gives them (`CVSS_V3`). They are the worst of what it is about. */
  vectors: { type: string; vector: string }[];
  /** The publisher's own word for how bad it is, in small letters; null when it has none. */
  severity: string | null;
  /** Web pages that it refers to. */
  references: string[];
  /** Whether its publisher knows of attacks. */
  is_exploited: boolean;
}

/** An advisory of which no more is known than what it is about. */
export function plainAdvisory(id: string, vulnerabilities: string[], more: Partial<Advisory> = {}): Advisory {
  const unknown = { published: null, modified: null, withdrawn: null, severity: null, is_exploited: false };
  return { id, aliases: [], vulnerabilities, summary: '', vectors: [], references: [], ...unknown, ...more };
}

/** Vectors as OSV types them, by how each begins; what begins as none is left out. */
export function typeVectors(vectors: readonly (string | null)[]): Advisory['vectors'] {
  return vectors.flatMap((vector) => {
    const version = /^CVSS:([34])\./.exec(vector ?? '')?.[1] ?? (/^AV:[LAN]\/AC:/.test(vector ?? '') ? '2' : undefined);
    return vector === null || version === undefined ? [] : [{ type: `CVSS_V${version}`, vector }];
  });
}
