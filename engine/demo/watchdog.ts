// Loaded into a service before its own code (`node --import`): ends it when the pipe on its standard input closes,
// which is when the process that started it is gone, whatever became of that one, kill -9 included.

import net from 'node:net';
import process from 'node:process';

process.stdin.on('end', gone);
process.stdin.on('close', gone);
process.stdin.on('error', gone);
process.stdin.resume();
// Listening must not keep a process alive that has nothing else to do.
if (process.stdin instanceof net.Socket) process.stdin.unref();

function gone(): never {
  process.exit(0);
}
