// An extension that brings a tool of its own: what any other extension may do.
const { LanguageModelTextPart, LanguageModelToolResult, lm } = require("vscode");

exports.activate = (context) => {
  context.subscriptions.push(
    lm.registerTool("tea_price", {
      invoke: ({ input }) => new LanguageModelToolResult([new LanguageModelTextPart(`${input.tea} costs 4 euros`)]),
    }),
  );
};
