/** So many lines of a tree tell what is there; each is sent with every message. */
const MOST_LINES = 500;

type Tree = Map<string, Tree>;

/**
 * Files as an indented tree, folders first. Of a large one the deeper levels are counted only: what is near the top tells most.
 * @param paths relative to the folder, with "/"
 */
export function folderTree(paths: readonly string[], most = MOST_LINES): string {
  const root: Tree = new Map();
  for (const path of paths) {
    let tree = root;
    for (const name of path.split("/")) {
      const below = tree.get(name) ?? new Map<string, Tree>();
      tree.set(name, below);
      tree = below;
    }
  }
  const deepest = Math.max(...paths.map((path) => path.split("/").length));
  for (let depth = deepest; depth > 1; depth--) {
    const lines = linesOf(root, depth);
    if (lines.length <= most) return lines.join("\n");
  }
  const lines = linesOf(root, 1);
  const more = lines.length > most ? [`… and ${lines.length - most} more`] : [];
  return [...lines.slice(0, most), ...more].join("\n");
}

function linesOf(tree: Tree, depth: number, indent = ""): string[] {
  const entries = [...tree].toSorted(
    ([a, inA], [b, inB]) => Number(inB.size > 0) - Number(inA.size > 0) || (a < b ? -1 : 1),
  );
  return entries.flatMap(([name, below]) => {
    if (below.size === 0) return [indent + name];
    const files = count(below);
    if (depth === 1) return [`${indent}${name}/ (${files} ${files === 1 ? "file" : "files"})`];
    return [`${indent}${name}/`, ...linesOf(below, depth - 1, `${indent}  `)];
  });
}

function count(tree: Tree): number {
  let files = 0;
  for (const below of tree.values()) files += below.size === 0 ? 1 : count(below);
  return files;
}
