import { connect, createServer } from 'node:net';

/** Runs inside a lab's network: hands each connection over to a Unix socket, and says whom it came from, a line each. */
const [address, port, socketPath = ''] = process.argv.slice(2);
createServer((caller) => {
  console.log(caller.remoteAddress);
  const there = connect(socketPath);
  for (const [from, to] of [
    [caller, there],
    [there, caller],
  ] as const) {
    from.pipe(to);
    from.on('error', () => to.destroy());
  }
}).listen(Number(port), address, () => console.log('listens'));
