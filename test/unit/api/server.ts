/** A real HTTP server on this machine whose every byte a test decides. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Endpoint } from "../../../src/api/endpoint";
import type { Fetch } from "../../../src/api/transport";
import { preset } from "./harness";

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface Answer extends ServerResponse {
  /** Writes and waits until the bytes have left, so that they arrive as a chunk of their own. */
  send(bytes: Uint8Array | string): Promise<void>;
}

export interface Site extends AsyncDisposable {
  readonly url: string;
  readonly seen: Seen[];
  readonly fetch: Fetch;
  /** For `run`: an endpoint that leads here. */
  readonly options: { readonly endpoint: Endpoint };
  /** Resolves when no socket is open any more. */
  idle(): Promise<void>;
}

export type Script = (request: Seen, response: Answer, socket: Socket) => Promise<void> | void;

/** @param script answers each request; `count` of earlier requests is `site.seen.length - 1` */
export async function server(script: Script): Promise<Site> {
  const seen: Seen[] = [];
  const sockets = new Set<Socket>();
  const http = createServer((request, response) => {
    void (async () => {
      const body: Buffer[] = [];
      for await (const chunk of request) body.push(chunk as Buffer);
      const { method = "", url = "", headers, socket } = request;
      const entry = { method, url, headers, body: Buffer.concat(body).toString() };
      seen.push(entry);
      const answer = Object.assign(response, {
        send: (bytes: Uint8Array | string) =>
          new Promise<void>((resolve) => response.write(bytes, () => setImmediate(resolve))),
      });
      await script(entry, answer, socket);
    })();
  });
  http.on("connection", (socket) => {
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return {
    url,
    seen,
    fetch: (target, init) => fetch(target, init),
    options: { endpoint: { ...preset("anthropic"), baseUrl: url } },
    async idle() {
      await Promise.all([...sockets].map((socket) => once(socket, "close")));
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      http.close();
      await once(http, "close");
    },
  };
}
