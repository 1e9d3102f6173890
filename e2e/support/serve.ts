import { type ServerOptions, startServer } from '@fleetmend/server/start-server.ts';

/** A server in a process of its own, so that a test can end it as a power cut would. Says where it is in one line of JSON. */
const server = await startServer(JSON.parse(process.env['FLEETMEND_E2E_SERVER'] ?? '{}') as ServerOptions);
console.log(
  JSON.stringify({ url: server.url, signInLink: server.signInLink, enrolmentCode: await server.enrolmentCode() }),
);
process.once('SIGTERM', () => void server.close());
