// Loaded into the server by NODE_OPTIONS: notes, in the file SPY_FILE, each name looked up and each connection made
// beyond this machine. CommonJS, because only --require is there before everything else.
const { appendFileSync } = require("node:fs");
const dns = require("node:dns");
const net = require("node:net");

const LOCAL = /^(localhost|127\.|::1$|::ffff:127\.|0\.0\.0\.0$|::$)/;
const note = (what, host) => {
  if (typeof host === "string" && !LOCAL.test(host)) appendFileSync(process.env.SPY_FILE, `${what} ${host}\n`);
};

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  const [options] = Array.isArray(args[0]) ? args[0] : args;
  note("connect", typeof options === "object" ? options?.host : args[1]);
  return connect.apply(this, args);
};

for (const owner of [dns, dns.promises]) {
  for (const name of Object.keys(owner).filter((key) => /^(lookup|resolve)/.test(key))) {
    const original = owner[name];
    if (typeof original !== "function") continue;
    owner[name] = (host, ...rest) => {
      note(name, host);
      return original.call(owner, host, ...rest);
    };
  }
}
