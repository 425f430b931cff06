import { DISPLAY } from "../../api/client-tools";
import type { Tool } from "./tool";
import { quoted, typedOutput } from "./kit";

/**
 * The computer that models know by its type (Messages API, built-in tools). There is no screen here for them to use: each action is
 * shown to the user, who says what came of it, with a screenshot if there shall be one. So whoever builds a computer for Claude can
 * try by hand what it would do.
 */
export const computer: Tool = {
  definition: {
    name: "computer",
    description: `Claude asks for screenshots, clicks and keys, and you say by hand what came of each, with an image of ${DISPLAY.width} × ${DISPLAY.height} pixels where it asks for one. Sidenote touches neither mouse nor screen.`,
  },
  // The actions are many and differ from type to type; a person reads them.
  inputSchema: { type: "object", properties: { action: { type: "string" } }, required: ["action"] },
  source: "Sidenote",
  effect: "none",
  describe({ action, coordinate, text }) {
    const place = Array.isArray(coordinate) ? ` at ${coordinate.map(Number).join(", ")}` : "";
    return `You do by hand: ${String(action).replaceAll("_", " ")}${place}${typeof text === "string" ? ` ${quoted(text)}` : ""}`;
  },
  call: async (_input, context) => typedOutput(await context.askUser()),
};
