/** Every error this API can answer with: one literal, so that code, status and title cannot drift apart. */
export const problems = {
  'sign-in-needed': { status: 401, title: 'Sign in first' },
  'sign-in-link-dead': { status: 401, title: 'This sign-in link has been used or is older than 15 minutes' },
  'passkey-refused': { status: 401, title: 'This passkey was not accepted' },
  'host-signature-refused': { status: 401, title: 'This host request is not signed by a key that is enrolled here' },
  'host-session-needed': { status: 401, title: 'This host has to open a session first' },
  'enrolment-code-dead': { status: 401, title: 'This enrolment code is unknown, used or expired' },
  'permission-missing': { status: 403, title: 'You may not do this' },
  'cross-site-request': { status: 403, title: 'This request did not come from the console' },
  'not-found': { status: 404, title: 'There is nothing at this address' },
  'state-conflict': { status: 409, title: 'This is not possible in its present state' },
  'inventory-digest-mismatch': { status: 409, title: 'The inventory does not add up to its digest; send it whole' },
  'name-taken': { status: 409, title: 'This name is taken' },
  'precondition-failed': { status: 412, title: 'It has changed since you read it' },
  'body-too-large': { status: 413, title: 'The request is too large' },
  'media-type-unsupported': { status: 415, title: 'This kind of content is not taken here' },
  invalid: { status: 422, title: 'The request is not valid' },
  'idempotency-key-reused': { status: 422, title: 'This Idempotency-Key came with another request before' },
  'policy-invalid': { status: 422, title: 'The policy is not valid' },
  'ranking-invalid': { status: 422, title: 'The weights of the ranking are not valid' },
  'plan-impossible': { status: 422, title: 'No exact plan can be made' },
  'signature-refused': { status: 422, title: 'The signature does not count' },
  'feed-refused': { status: 422, title: 'The feed was refused and the last good data kept' },
  'precondition-needed': { status: 428, title: 'Say which version you have read (If-Match)' },
  'idempotency-key-needed': { status: 428, title: 'This request needs an Idempotency-Key' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'host-quota-used-up': { status: 429, title: 'This host has brought more that is new than one machine may in a day' },
  internal: { status: 500, title: 'Something went wrong on the server' },
  'server-busy': { status: 503, title: 'The server has more to do than it can; come back as late as it says' },
  'database-unavailable': { status: 503, title: 'The database does not answer' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problems;

/** RFC 9457, with the stable `code` that programs switch on. */
export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  code: ProblemCode;
  errors?: { pointer: string; message: string }[];
}

/** The one error a use case throws on purpose. Anything else that is thrown is a bug and becomes `internal`. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly errors: { pointer: string; message: string }[] | undefined;
  constructor(code: ProblemCode, detail: string, errors?: { pointer: string; message: string }[]) {
    super(detail);
    this.name = 'Problem';
    this.code = code;
    this.errors = errors;
  }
}
