/**
 * Waits for what comes from elsewhere: a file, a request, what a page shows. It asks often, and leaves the processor to what is
 * waited for; asking without a pause keeps VS Code from its work on a machine with few cores.
 */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}
