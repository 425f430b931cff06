/** A command to run. */
export interface Command {
  /** The program and its arguments, as they are: no shell reads them. */
  readonly command: readonly string[];
  /** Goes to its standard input. */
  readonly input: string;
  readonly folder: string | undefined;
  /** Milliseconds. */
  readonly timeout: number;
  /** Bytes of output that are kept of each stream. */
  readonly longest: number;
  /** Ends it, and all that it has started. */
  readonly signal: AbortSignal;
}

export interface CommandResult {
  /** Null when it did not end by itself. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly end: "exited" | "timeout" | "aborted" | "tooLong" | "missing";
}
