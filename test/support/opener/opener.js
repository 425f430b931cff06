const { commands } = require("vscode");

exports.activate = () => commands.executeCommand("sidenote.focus");
