/** What a run ends with. Scripts build on these numbers: they never change their meaning. */
export const EXIT_CODES = {
  ok: { code: 0, meaning: 'it worked' },
  error: { code: 1, meaning: 'something went wrong; stderr says what, why and what to do' },
  usage: { code: 2, meaning: 'the command line is not valid, or a confirmation was refused' },
  found: { code: 3, meaning: 'with --check only: the answer is yes, there is something' },
  sign_in: { code: 4, meaning: 'sign in first, or you may not do this' },
  blocked: { code: 5, meaning: 'an approval, a policy or its state is in the way; stderr lists blocked_by' },
  failed: { code: 6, meaning: 'the rollout or one of its gates failed' },
  timeout: { code: 7, meaning: 'it took longer than --timeout' },
  interrupted: { code: 130, meaning: 'interrupted' },
} as const;

export type ExitName = keyof typeof EXIT_CODES;
