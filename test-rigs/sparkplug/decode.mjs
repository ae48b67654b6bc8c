// Reads Sparkplug messages as a host application does, with Eclipse Tahu's JavaScript decoder.
//
//   node decode.mjs < messages     each line: topic, a space, the payload in hex
//
// Prints one JSON array: topic, and the payload as decoded. Values in data messages have no type of
// their own; the birth that named their alias gives it, as the specification says.
//
//   node decode.mjs rebirth        prints a command for a rebirth, in hex
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const require = createRequire(import.meta.url);
const { get } = require("sparkplug-payload");
const { org } = require("sparkplug-payload/lib/sparkplugPayloadProto");
const spb = get("spBv1.0");
const Payload = org.eclipse.tahu.protobuf.Payload;

if (process.argv[2] === "rebirth") {
  const command = spb.encodePayload({
    timestamp: Date.now(),
    metrics: [{ name: "Node Control/Rebirth", type: "Boolean", value: true }],
  });
  console.log(Buffer.from(command).toString("hex"));
} else {
  const types = new Map();
  const all = [];
  for (const line of readFileSync(0, "utf8").split("\n").filter((l) => l)) {
    const [topic, hex] = line.split(" ");
    let bytes = Buffer.from(hex, "hex");
    const raw = Payload.decode(bytes);
    const typed = raw.metrics.map((m) => Object.hasOwn(m, "datatype"));
    for (const m of raw.metrics) {
      if (Object.hasOwn(m, "alias") && Object.hasOwn(m, "datatype")) {
        types.set(String(m.alias), m.datatype);
      } else if (Object.hasOwn(m, "alias")) {
        m.datatype = types.get(String(m.alias));
      }
    }
    const payload = spb.decodePayload(Payload.encode(raw).finish());
    payload.metrics?.forEach((m, i) => (m.typed = typed[i]));
    all.push({ topic, ...payload });
  }
  console.log(JSON.stringify(all, (k, v) => (v && v.constructor?.name === "Long" ? v.toNumber() : v)));
}
