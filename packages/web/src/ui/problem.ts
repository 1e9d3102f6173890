import { ApiError } from '@fleetmend/api/client.ts';
import type { ProblemCode } from '@fleetmend/api/problems.ts';

export interface ShownProblem {
  title: string;
  detail: string;
  /** What to quote when asking for help. */
  reference: string;
  errors: { pointer: string; message: string }[];
}

/** The stable code of a failed call, or null when the server gave no answer of its own. */
export function problemCode(error: unknown): ProblemCode | null {
  return error instanceof ApiError ? error.problem.code : null;
}

/** What to show of anything that was thrown: the server's problem, a broken line, or our own refusal. */
export function readProblem(error: unknown): ShownProblem {
  if (error instanceof ApiError) {
    const { title, detail, code, instance, errors } = error.problem;
    // The detail of a refused policy strings its errors together; the list below it says them better.
    const isListed = errors?.length ? errors.every((each) => detail.includes(each.message)) : false;
    return {
      title,
      detail: detail === title || isListed ? '' : detail,
      reference: [code, instance].filter(Boolean).join(' · '),
      errors: errors ?? [],
    };
  }
  if (error instanceof TypeError || error instanceof SyntaxError) {
    return {
      title: 'The server does not answer',
      detail: 'It may be restarting, or the line is down. Nothing you entered is lost.',
      reference: 'no-answer',
      errors: [],
    };
  }
  if (error instanceof Error && error.name === 'NotAllowedError') {
    return {
      title: 'The passkey was not used',
      detail: 'You declined, or it took too long. Nothing was signed and nothing was sent.',
      reference: '',
      errors: [],
    };
  }
  const detail = error instanceof Error ? error.message : String(error);
  return { title: 'This did not work', detail, reference: '', errors: [] };
}
