import * as v from "valibot";
import { parseJson } from "../../api/json";
import type { Disk } from "../disk";

const SOONEST = 2000;
const LATEST = 5 * 60_000;

/**
 * When a batch is looked at again, in milliseconds: after a tenth of its age, and after failures later each time. Most end within
 * the hour, some take a day (Messages API, batches).
 */
export function nextLook(age: number, failures: number): number {
  const delay = Math.max(SOONEST, age / 10) * 2 ** Math.min(failures, 10);
  return Math.min(delay, LATEST);
}

const LEASE = "lease.json";
const leaseSchema = v.object({ window: v.string(), until: v.number() });

/** After this time what windows wrote at the same moment has settled, in milliseconds. */
const SETTLED = 100;

/**
 * Of all windows one asks the servers: the one whose name stands in `lease.json`, until the time there is over. Resolves to
 * whether it is this one, for `duration` milliseconds from now.
 */
export async function takeLease(disk: Disk, window: string, duration: number, now: number): Promise<boolean> {
  const holder = await readLease(disk);
  const mine = holder?.window === window;
  if (holder && !mine && holder.until > now) return false;
  await writeLease(disk, { window, until: now + duration });
  if (mine) return true;
  await new Promise<void>((resolve) => void setTimeout(resolve, SETTLED)); // of several the last one has it
  return (await readLease(disk))?.window === window;
}

/** The next window need not wait. */
export async function giveLeaseBack(disk: Disk, window: string): Promise<void> {
  if ((await readLease(disk))?.window === window) await writeLease(disk, { window, until: 0 });
}

async function writeLease(disk: Disk, lease: v.InferOutput<typeof leaseSchema>): Promise<void> {
  await disk.write(LEASE, new TextEncoder().encode(JSON.stringify(lease)));
}

async function readLease(disk: Disk): Promise<v.InferOutput<typeof leaseSchema> | undefined> {
  try {
    const parsed = v.safeParse(leaseSchema, parseJson(new TextDecoder().decode(await disk.read(LEASE))));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
