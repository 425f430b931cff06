import type { Capabilities } from "../../api/capabilities";
import { estimateTokens, TOKENS_PER_FILE } from "../../api/tokens";
import type { MessageRequest } from "../../api/types";
import { fittedSize, imageTokens } from "../images";
import { base64Of, imagesOf, type ImageSize } from "./problems";

/** Roughly how many input tokens a request has. Its images count as the model will see them. */
export function inputTokens(request: MessageRequest, { images }: Capabilities, sizeOf: ImageSize): number {
  let tokens = estimateTokens({ ...request, model: "" });
  for (const image of imagesOf(request.messages)) {
    const data = base64Of(image);
    const size = data === undefined ? undefined : sizeOf(data);
    if (data === undefined) tokens += TOKENS_PER_FILE;
    else if (images && size) tokens += imageTokens(fittedSize(size, images.tier)) - TOKENS_PER_FILE;
  }
  return tokens;
}
