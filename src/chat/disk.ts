/**
 * The folder of all conversations, on whatever disk there is. Paths are relative to it, with `/` between names; the empty path
 * is the folder itself.
 */
export interface Disk {
  /** The names in a folder; none when there is no such folder. Rejects when the folder cannot be read. */
  list(folder: string): Promise<readonly string[]>;
  /** In bytes. Rejects when there is no such file. */
  size(file: string): Promise<number>;
  /** Rejects when there is no such file. */
  read(file: string): Promise<Uint8Array>;
  /** Adds text or bytes at the end of a file, which is made when it is missing. */
  append(file: string, added: string | Uint8Array): Promise<void>;
  /** Writes a file whole: a reader sees the old one or the new one, nothing between. */
  write(file: string, bytes: Uint8Array): Promise<void>;
  /** Removes a folder with all that is in it. */
  remove(folder: string): Promise<void>;
}

/** A disk on which a file may be larger than memory. */
export interface LargeDisk extends Disk {
  /** Rejects when there is no such file. */
  open(file: string): Promise<OpenFile>;
}

export interface OpenFile {
  /** In bytes, when it was opened. */
  readonly size: number;
  /** Fills the array and gives it; at the end of the file the part of it that could be filled. */
  read(at: number, into: Uint8Array): Promise<Uint8Array>;
  close(): Promise<void>;
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Folders are named by the UUID of their conversation. Other names are not ours. */
export function isConversationId(name: string): boolean {
  return ID.test(name);
}

/** The texts of a conversation's journals; none when it has no folder. */
export async function readJournals(disk: Disk, id: string): Promise<readonly Uint8Array[]> {
  const names = await journalNames(disk, id);
  return Promise.all(names.map((name) => disk.read(`${id}/${name}`)));
}

/** All bytes of a conversation's journals. They are only ever appended to: another sum means that there is something new. */
export async function journalSize(disk: Disk, id: string): Promise<number> {
  const names = await journalNames(disk, id);
  const sizes = await Promise.all(names.map((name) => disk.size(`${id}/${name}`)));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function journalNames(disk: Disk, id: string): Promise<readonly string[]> {
  return (await disk.list(id)).filter((name) => name.endsWith(".jsonl"));
}
