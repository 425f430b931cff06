import { callForJson } from "./call";
import { ApiFailure } from "./failure";
import { asCount, asText, isObject } from "./json";
import { type Connection, exchange } from "./transport";

/** A file at the server (Messages API, files). */
export interface FileInfo {
  readonly id: string;
  /** As the server gives it: a name from outside. */
  readonly name: string;
  /** In bytes; undefined when the server does not tell. */
  readonly size: number | undefined;
}

/** GET /v1/files/{id} */
export async function fileInfo(connection: Connection, id: string, signal: AbortSignal): Promise<FileInfo> {
  const path = `/v1/files/${encodeURIComponent(id)}`;
  const reply = await callForJson(connection, { method: "GET", path }, signal);
  if (!isObject(reply) || asText(reply["id"]) === "") {
    throw new ApiFailure({ kind: "protocol", message: `${connection.endpoint.name} did not describe the file.` });
  }
  return { id, name: asText(reply["filename"]) || id, size: asCount(reply["size_bytes"]) };
}

/** GET /v1/files/{id}/content: the bytes as they come. Only files that tools have made can be had. */
export function fileContent(connection: Connection, id: string, signal: AbortSignal): AsyncIterable<Uint8Array> {
  return exchange(connection, { method: "GET", path: `/v1/files/${encodeURIComponent(id)}/content` }, signal);
}
