/*
 * Loaded into a process before its own code (--import): writes down every thread that began, and every
 * handle for the network that was opened in it, whichever module opened it. SOCKETS names the file.
 */
import { createHook } from "node:async_hooks";
import { appendFileSync } from "node:fs";
import { threadId } from "node:worker_threads";

const file = process.env.SOCKETS;
const kinds =
  /^(TCP|UDP|PIPE|TLS|QUIC|HTTP|GETADDRINFO|GETNAMEINFO|QUERY|DNS|JSSTREAM|ConnectWrap|SENDWRAP)/i;
appendFileSync(file, `thread ${threadId}\n`);
createHook({
  init(_, type) {
    if (kinds.test(type)) appendFileSync(file, `${type}\n`);
  },
}).enable();
