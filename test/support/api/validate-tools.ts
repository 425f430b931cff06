import { invalid } from "./errors";
import type { Dialogue } from "./headers";
import type { Model } from "./models";
import { builtInTools, isCustomTool, type MessagesRequest } from "./schema";
import { checkSchemaSubset } from "./validate-parameters";

/** Rules of `tools` and `tool_choice` (Messages API, tools). */
export function checkTools(request: MessagesRequest, model: Model, { betas }: Dialogue): void {
  const tools = request.tools ?? [];
  const names = new Set<string>();
  for (const [index, tool] of tools.entries()) {
    if (isCustomTool(tool)) {
      const path = `tools.${index}.custom.input_schema`;
      if (["anyOf", "oneOf", "allOf"].some((key) => key in tool.input_schema)) {
        throw invalid(`${path}: input_schema does not support oneOf, allOf, or anyOf at the top level`);
      }
      if (tool.strict) checkSchemaSubset(tool.input_schema, path);
    } else {
      const { name, beta } = builtInTools[tool.type] ?? {};
      const path = `tools.${index}.${tool.type}`;
      if (name !== undefined && tool.name !== name) throw invalid(`${path}.name: Input should be '${name}'`);
      if (beta !== undefined && !betas.some((given) => given.startsWith(beta))) {
        throw invalid(
          `tools.${index}: Input tag '${tool.type}' found using 'type' does not match any of the expected tags`,
        );
      }
      if (tool.type.startsWith("computer_20")) {
        for (const field of ["display_width_px", "display_height_px"]) {
          if (typeof tool[field] !== "number") throw invalid(`${path}.${field}: Field required`);
        }
      }
      if (tool.type === "computer_20251124" && model.generation === 5.5 && model.line !== "sonnet") {
        throw invalid(`${path}: not supported for ${model.id}`);
      }
    }
    if (tool.name === undefined) continue;
    if (names.has(tool.name)) throw invalid("tools: Tool names must be unique.", { error_code: "tool_name_conflict" });
    names.add(tool.name);
  }

  const choice = request.tool_choice;
  if (!choice || choice.type === "none") return;
  if (tools.length === 0) throw invalid("tool_choice: tool_choice may only be specified while providing tools.");
  if (choice.type === "auto") return;
  if (!model.forcedTools) {
    throw invalid('tool_choice: type "tool" and "any" are not supported for this model.');
  }
  if (choice.type === "tool" && !names.has(choice.name)) {
    throw invalid(`tool_choice: Tool '${choice.name}' not found in provided tools`);
  }
}
