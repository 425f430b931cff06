// Measures the resident memory of the extension host that it runs in, beside Sidenote. Each line that comes from the port begins
// anew and is answered by what was measured since the line before: {"before", "peak"}, in bytes.
const { connect } = require("node:net");
const { createInterface } = require("node:readline");

exports.activate = (context) => {
  const socket = connect(Number(process.env.SIDENOTE_MEMORY_PORT), "127.0.0.1");
  let before = process.memoryUsage.rss();
  let peak = before;
  const look = () => (peak = Math.max(peak, process.memoryUsage.rss()));
  const timer = setInterval(look, 5);
  createInterface({ input: socket }).on("line", () => {
    look();
    socket.write(`${JSON.stringify({ before, peak })}\n`);
    before = peak = process.memoryUsage.rss();
  });
  context.subscriptions.push({
    dispose() {
      clearInterval(timer);
      socket.destroy();
    },
  });
};
