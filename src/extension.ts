import { commands, env, Uri, window, workspace, type ExtensionContext } from "vscode";
import { BatchStore } from "./chat/batch/batchStore";
import { ConversationList } from "./chat/conversationList";
import { ConversationStore } from "./chat/conversationStore";
import {
  addChanges,
  addToChat,
  addTerminalSelection,
  askAboutProblem,
  attachFiles,
  attachMention,
  describeImages,
  explainSelection,
  explainTerminalSelection,
  fixSelection,
} from "./host/ask";
import { attachGiven, attachUris } from "./host/attach";
import { batches, type BatchesOfWindow } from "./host/batches/batches";
import { Budget } from "./host/budget";
import { Chat } from "./host/chat";
import { ChatPages } from "./host/chatPages";
import { offerCodeActions } from "./host/codeActions";
import { writeCommitMessage } from "./host/commitMessage";
import { filesOf, menuCommands, registerCommands, runCommand } from "./host/commands";
import { countDraft } from "./host/draftTokens";
import { copyChat, exportChat, importChats } from "./host/exportChat";
import type { DrawImage } from "./host/fitImages";
import { openFile } from "./host/fileLinks";
import { showHistory } from "./host/history";
import { Keys } from "./host/keys";
import { watchEditors } from "./host/lastEditor";
import { ModelPreferences } from "./host/modelPreferences";
import { Models } from "./host/models";
import { deleteBranch, openAttachment, openLink } from "./host/pageActions";
import { writeTitles } from "./host/modelTitles";
import { ProposedEdits } from "./host/proposedEdit";
import { usePrompt } from "./host/prompts";
import { refreshAttachments } from "./host/refresh";
import { selectProfile } from "./host/profiles";
import { Mentions } from "./host/mentions";
import { retryWithModel, selectModel } from "./host/selectModel";
import { removeKey, setKey } from "./host/setKey";
import { saveFile } from "./host/saveFile";
import { showRequest } from "./host/showRequest";
import { storageDisk } from "./host/storageDisk";
import { openSymbol } from "./host/symbolLinks";
import { splitModel } from "./host/target";
import { testConnection } from "./host/testConnection";
import { AskedApprovals } from "./host/tools/approvals";
import { computer } from "./host/tools/computer";
import { languageModelTools } from "./host/tools/languageModelTools";
import { memory } from "./host/tools/memory";
import { ownTools } from "./host/tools/ownTools";
import { selectTools } from "./host/selectTools";
import { showMemory } from "./host/tools/showMemory";
import { workspaceTools } from "./host/tools/workspaceTools";
import { tellWaiting } from "./host/tellWaiting";
import { UsageDocument } from "./host/usage";
import { useCode } from "./host/useCode";
import { UserProblem } from "./host/userProblem";
import { showErrorMessage, showWarningMessage } from "./host/notifications";

let chat: Chat | undefined;
let batchesHere: BatchesOfWindow | undefined;

/** Builds the parts and joins them. Nothing is read from disk or sent before the chat is opened or a command is used. */
export function activate(context: ExtensionContext): void {
  const log = window.createOutputChannel("Sidenote", { log: true });
  const keys = new Keys(context.secrets);
  const disk = storageDisk(context.globalStorageUri, "conversations");
  const store = new ConversationStore(disk, (error) => {
    log.error("A conversation could not be stored", error instanceof Error ? error.message : "");
    void showWarningMessage(
      "Sidenote cannot write to its storage. The chat goes on, and what is new is kept in memory until writing works again.",
    );
  });
  const list = new ConversationList(disk, (error) => {
    log.warn("The list of conversations is not complete or not cached", error instanceof Error ? error.message : "");
  });
  const directory = { keys, models: new Models(keys), preferences: new ModelPreferences(context.globalState) };
  const batchStore = new BatchStore(storageDisk(context.globalStorageUri, "batches"));
  const spentOnBatches = () => batchStore.spending();
  const budget = new Budget({
    list,
    batches: spentOnBatches,
    flush: () => store.flush(),
    memory: context.globalState,
    log,
  });
  const allowSpending = () => budget.allow();
  const own = ownTools((sentence) => void showWarningMessage(sentence));
  const proposedEdits = new ProposedEdits();
  const approvals = new AskedApprovals();
  // Without a folder, what is remembered is no workspace's.
  const memoryRoot = Uri.joinPath(context.storageUri ?? context.globalStorageUri, "memory");
  const knownToModels = { tools: () => [memory(memoryRoot, proposedEdits), computer] };
  const toolbox = {
    sources: [own, workspaceTools(proposedEdits), knownToModels, languageModelTools()],
    own,
    approvals,
  };
  const drawImage: DrawImage = (image) => pages.drawImage(image);
  const current = new Chat({
    store,
    directory,
    toolbox,
    drawImage,
    memory: context.workspaceState,
    log,
    spending: budget,
  });
  chat = current;

  const usage = new UsageDocument(list, spentOnBatches);

  const mentions = new Mentions();
  const pages = new ChatPages({
    extension: context.extensionUri,
    chat: current,
    mentions,
    actions: {
      answerQuestion: (id, answer) => approvals.answer(id, answer),
      saveFile: (file) => saveFile(current, directory, file),
      setKey: () => runCommand("sidenote.setApiKey", "current"),
      selectModel: () => runCommand("sidenote.selectModel"),
      selectProfile: () => runCommand("sidenote.selectProfile"),
      selectTools: () => runCommand("sidenote.selectTools"),
      showLog: () => log.show(),
      retryWithModel: (answer) => retryWithModel(current, directory, answer),
      deleteBranch: (message) => deleteBranch(current, message),
      attach: () => attachFiles(current, pages),
      attachFiles: (files) => attachGiven(current, files),
      attachUris: (uris) => attachUris(current, uris),
      openAttachment: (id) => openAttachment(current, Uri.joinPath(context.globalStorageUri, "conversations"), id),
      copy: (text) => env.clipboard.writeText(text),
      copyChat: () => copyChat(current),
      useCode: (how, code) => useCode(proposedEdits, how, code),
      openLink,
      openFile,
      openSymbol,
      mention: (id) => attachMention(current, mentions, id),
      usePrompt: async (id) => {
        const used = await usePrompt(current, id);
        if (used) await pages.suggest(used.text, used.notice);
      },
    },
    log,
  });

  const report = (error: unknown) => {
    if (error instanceof UserProblem) {
      void showWarningMessage(error.message);
      return;
    }
    log.error(error instanceof Error ? error : String(error));
    void showErrorMessage("Something went wrong in Sidenote; the log says what.", "Show Log").then((choice) => {
      if (choice) log.show();
    });
  };
  const batch = batches({
    batchStore,
    extension: context.extensionUri,
    chat: current,
    store,
    list,
    directory,
    toolbox,
    drawImage,
    log,
    allowSpending,
    focusChat: () => pages.focus(),
    report,
  });
  batchesHere = batch;
  const handlers = registerCommands(
    {
      ...batch.handlers,
      "sidenote.focus": () => pages.focus(),
      "sidenote.find": () => pages.find(),
      "sidenote.newChat": async () => {
        await current.newChat();
        await pages.focus();
      },
      "sidenote.openInEditor": () => pages.openInEditor(),
      "sidenote.history": async () => {
        if (await showHistory(current, list, report)) await pages.focus();
      },
      "sidenote.stop": () => current.stop(),
      "sidenote.explainSelection": () => explainSelection(current, pages),
      "sidenote.fixSelection": () => fixSelection(current, pages),
      "sidenote.explainProblem": (uri, range) => askAboutProblem(current, pages, "explain", uri, range),
      "sidenote.fixProblem": (uri, range) => askAboutProblem(current, pages, "fix", uri, range),
      "sidenote.explainTerminalSelection": () => explainTerminalSelection(current, pages),
      "sidenote.addTerminalSelection": () => addTerminalSelection(current, pages),
      "sidenote.writeCommitMessage": (repository) => writeCommitMessage(current, repository),
      "sidenote.describeImage": (...passed) => describeImages(current, pages, filesOf(passed)),
      "sidenote.addToChat": (...passed) => addToChat(current, pages, filesOf(passed)),
      "sidenote.addChanges": (...passed) => addChanges(current, pages, passed),
      "sidenote.refreshAttachments": () => refreshAttachments(current),
      "sidenote.setApiKey": async (which) => {
        if (await setKey(current, keys, which)) await pages.focus();
      },
      "sidenote.removeApiKey": () => removeKey(current, keys),
      "sidenote.selectModel": () => selectModel(current, directory),
      "sidenote.selectProfile": () => selectProfile(current),
      "sidenote.editParameters": () => pages.editParameters(),
      "sidenote.exportChat": () => exportChat(current, store),
      "sidenote.copyChat": () => copyChat(current),
      "sidenote.importChats": async () => {
        await importChats(current, store);
        await pages.focus();
      },
      "sidenote.selectTools": () => selectTools(current, toolbox, directory),
      "sidenote.showMemory": () => showMemory(memoryRoot),
      "sidenote.usage": async () => {
        await current.flush();
        await usage.show();
      },
      "sidenote.showRequest": () => showRequest(current),
      "sidenote.testConnection": async () => {
        await current.opened();
        const found = current.choices.endpoint;
        if ("problem" in found) throw new UserProblem(found.problem);
        await testConnection(keys, found.endpoint, splitModel(current.choices.model).id);
      },
      "sidenote.showLog": () => log.show(),
      "sidenote.acceptEdit": (shown) => proposedEdits.accept(shown),
      "sidenote.rejectEdit": (shown) => proposedEdits.reject(shown),
      "sidenote.acceptChange": (edit, part) => proposedEdits.decide("accepted", edit, part),
      "sidenote.rejectChange": (edit, part) => proposedEdits.decide("rejected", edit, part),
      ...menuCommands((page, action) => pages.act(page, action)),
    },
    report,
  );

  context.subscriptions.push(
    log,
    current,
    pages,
    usage,
    proposedEdits,
    handlers,
    batch,
    window.registerWebviewViewProvider(ChatPages.viewId, pages),
    window.registerWebviewPanelSerializer(ChatPages.panelType, pages),
    context.secrets.onDidChange(() => {
      directory.models.forget();
      void current.choices.refresh();
    }),
    workspace.onDidGrantWorkspaceTrust(() => void current.choices.refresh()),
    workspace.onDidChangeConfiguration((change) => {
      const read = ["sidenote", "chat.fontFamily", "chat.fontSize"];
      if (read.some((name) => change.affectsConfiguration(name))) void current.choices.refresh();
    }),
    watchEditors(),
    offerCodeActions(),
    countDraft(current, directory, log),
    current.onOpen(() => void batch.refresh()), // what runs at the servers is looked at again
    current.onAnswered(({ conversation }) => budget.answered(conversation.id)),
    tellWaiting(current, pages, report),
    writeTitles(current, directory, log),
    current.onBusy((busy) => void commands.executeCommand("setContext", "sidenote.busy", busy)),
  );
}

export async function deactivate(): Promise<void> {
  await Promise.all([chat?.flush(), batchesHere?.pauseAll()]);
}
