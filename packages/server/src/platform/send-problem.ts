import { Problem, type ProblemDocument, problems } from '@fleetmend/api/problems.ts';
import type { FastifyBaseLogger, FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';

/** PostgreSQL classes 08 (connection) and 57P (shut down or starting), and the sockets' own words for "nobody there". */
const UNAVAILABLE = /^(08...|57P0.|ECONNREFUSED|ECONNRESET|ENOENT|EPIPE)$/;

/** Any error as a problem; what is not one on purpose is logged whole and shown without detail. */
export function toProblem(error: FastifyError | Problem | Error, log: FastifyBaseLogger): Problem {
  if (error instanceof Problem) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const errors = error.validation.map(({ instancePath, message }) => ({
      pointer: instancePath || '/',
      message: message ?? 'is not valid',
    }));
    return new Problem('invalid', errors.map(({ pointer, message }) => `${pointer}: ${message}`).join('; '), errors);
  }
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new Problem('body-too-large', 'The body is larger than this address takes.');
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new Problem('media-type-unsupported', 'Send application/json.');
  if ('statusCode' in error && error.statusCode === 400) return new Problem('invalid', error.message);
  log.error({ error: { message: error.message, stack: error.stack, code } }, 'unexpected error');
  if (UNAVAILABLE.test(code)) return new Problem('database-unavailable', 'Try again in a moment.');
  return new Problem('internal', 'The server log has more under this request id.');
}

/** A problem as RFC 9457 writes it. */
export function describeProblem(problem: Problem, instance: string): ProblemDocument {
  const { status, title } = problems[problem.code];
  return {
    // Relative to the address that was asked (RFC 9457 §3.1.1): this server explains its own problems.
    type: `/api/problems#${problem.code}`,
    title,
    status,
    detail: problem.message,
    instance,
    code: problem.code,
    ...(problem.errors ? { errors: problem.errors } : {}),
  };
}

/** Sends a problem. */
export function sendProblem(reply: FastifyReply, request: FastifyRequest, problem: Problem): FastifyReply {
  const document = describeProblem(problem, request.id);
  const { status } = document;
  if ((status === 503 || status === 429) && !reply.hasHeader('retry-after')) reply.header('retry-after', '5');
  // The route's own response schema describes success; a problem is written past it.
  return reply
    .status(status)
    .header('content-type', 'application/problem+json')
    .serializer(JSON.stringify)
    .send(document);
}
