/** Where a host's ratchet stands, or where the host says it does. */
export interface RatchetPlace {
  step: number;
  link: string | null;
}

/**
 * What the last link a host knows says of it, beside what the server knows (decision 0018). `lost-answer`: it never heard
 * the last one; `ahead`: the server has forgotten a turn; `forked`: another holder of the host's key has turned the
 * ratchet since, or the host was set back to an earlier state.
 */
export function judgeLink(
  known: { step: number; link: string; previous: string } | null,
  said: RatchetPlace,
): 'first' | 'current' | 'lost-answer' | 'ahead' | 'forked' {
  if (known === null) return 'first';
  if (said.link === known.link) return 'current';
  if ((said.link ?? '') === known.previous) return 'lost-answer';
  return said.step > known.step ? 'ahead' : 'forked';
}
