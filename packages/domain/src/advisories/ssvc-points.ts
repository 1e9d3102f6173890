export const EXPLOITATION = ['none', 'public_poc', 'active'] as const;
export const AUTOMATABLE = ['no', 'yes'] as const;
export const TECHNICAL_IMPACT = ['partial', 'total'] as const;

/** SSVC decision points as CISA publishes them for a vulnerability; null for a point that is not among them. */
export interface SsvcPoints {
  exploitation: (typeof EXPLOITATION)[number] | null;
  automatable: (typeof AUTOMATABLE)[number] | null;
  technical_impact: (typeof TECHNICAL_IMPACT)[number] | null;
  /** When CISA assessed it. */
  as_of: string | null;
}

const POINTS = {
  exploitation: new Map([
    ['none', 'none'],
    ['poc', 'public_poc'],
    ['public poc', 'public_poc'],
    ['active', 'active'],
  ] as const),
  automatable: new Map([
    ['no', 'no'],
    ['yes', 'yes'],
  ] as const),
  technical_impact: new Map([
    ['partial', 'partial'],
    ['total', 'total'],
  ] as const),
};

/**
 * Reads the options of an SSVC assessment, `{"Exploitation": "PoC"}`; CISA has written the same words in large and small
 * letters. Null where none of the three points has a word that is known.
 */
export function readSsvcPoints(options: Readonly<Record<string, unknown>>, asOf: string | null): SsvcPoints | null {
  const word = (name: string) => String(options[name] ?? '').toLowerCase();
  const points = {
    exploitation: POINTS.exploitation.get(word('Exploitation') as 'none') ?? null,
    automatable: POINTS.automatable.get(word('Automatable') as 'no') ?? null,
    technical_impact: POINTS.technical_impact.get(word('Technical Impact') as 'total') ?? null,
  };
  const isEmpty = points.exploitation === null && points.automatable === null && points.technical_impact === null;
  return isEmpty ? null : { ...points, as_of: asOf };
}
