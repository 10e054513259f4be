// Runs in the page: does what the test asks with the objects of the bundle. Values go as JSON; what
// cannot, such as sockets and functions, stays here and goes by number.

/** @type {Map<number, unknown>} */
const kept = new Map();
/** @type {Map<unknown, number>} */
const numbers = new Map();
/** The test's functions, by its numbers. @type {Map<number, Function>} */
const listeners = new Map();
const address = new URL(location.href);
const wire = new WebSocket(`ws://${address.host}/`);

function keep(value) {
  let number = numbers.get(value);
  if (number === undefined) {
    number = numbers.size;
    numbers.set(value, number);
    kept.set(number, value);
  }
  return number;
}

/** The test has numbered this object before it has seen it. */
function keepAs(value, number) {
  kept.set(number, value);
  numbers.set(value, number);
}

function isPlain(value) {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function bytesToText(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(text);
}

function pack(value) {
  if (value === undefined) return { $: "undefined" };
  if (typeof value === "function") return { $: "function", id: keep(value) };
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof ArrayBuffer) return { $: "bytes", text: bytesToText(new Uint8Array(value)) };
  if (ArrayBuffer.isView(value)) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    return { $: "bytes", text: bytesToText(bytes) };
  }
  if (value instanceof Error) {
    const { name, message } = value;
    return { $: "error", own: packAll({ ...value, name, message }) };
  }
  if (value instanceof Promise) {
    const id = keep(value);
    const settle = (outcome, result) => tell({ settled: id, outcome, result: pack(result) });
    value.then(
      (result) => settle("resolve", result),
      (error) => settle("reject", error),
    );
    return { $: "promise", id };
  }
  if (Array.isArray(value)) return value.map(pack);
  return isPlain(value) ? packAll(value) : { $: "object", id: keep(value) };
}

function packAll(object) {
  return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, pack(item)]));
}

function unpack(value) {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(unpack);
  switch (value.$) {
    case "undefined":
      return undefined;
    case "bigint":
      return BigInt(value.text);
    case "number":
      return Number(value.text);
    case "date":
      return new Date(value.ms);
    case "bytes":
      return Uint8Array.from(atob(value.text), (c) => c.charCodeAt(0)).buffer;
    case "object":
      return kept.get(value.id);
    case "error":
      return Object.assign(new Error(), unpack(value.own));
    case "function":
      if (!listeners.has(value.id)) {
        const { id } = value;
        listeners.set(id, (...args) => tell({ call: id, args: args.map(pack) }));
      }
      return listeners.get(value.id);
    default:
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unpack(item)]));
  }
}

function tell(message) {
  wire.send(JSON.stringify(message));
}

function answer({ target, action, name, args = [], as }) {
  const object = kept.get(target);
  switch (action) {
    case "get": {
      const value = object[name];
      if (as !== undefined) return keepAs(value, as);
      return typeof value === "function" ? { $: "method" } : pack(value);
    }
    case "set":
      object[name] = unpack(args[0]);
      return pack(undefined);
    case "has":
      return name in object;
    case "call": {
      const result = object[name](...args.map(unpack));
      return as === undefined ? pack(result) : keepAs(result, as);
    }
    case "invoke":
      return pack(object(...args.map(unpack)));
    default:
      throw new Error(`no such action: ${action}`);
  }
}

async function load(source) {
  if (source.includes(".esm.")) {
    return import(source);
  }
  const element = document.createElement("script");
  element.src = source;
  document.head.append(element);
  await new Promise((resolve, reject) => {
    element.onload = resolve;
    element.onerror = () => reject(new Error(`cannot load ${source}`));
  });
  return window.io;
}

addEventListener("error", ({ message }) => tell({ mistake: message }));
addEventListener("unhandledrejection", ({ reason }) => tell({ mistake: String(reason) }));

const { io } = await load(address.searchParams.get("bundle"));
keep({ io: (url, options) => io(url, options) });

/** What the test asked for at once happens at once: nothing of the page comes in between. */
wire.onmessage = ({ data }) => {
  for (const request of JSON.parse(data)) {
    try {
      const value = answer(request);
      if (request.id) tell({ reply: request.id, value });
    } catch (error) {
      tell(request.id ? { reply: request.id, error: pack(error) } : { mistake: String(error) });
    }
  }
};
if (wire.readyState === WebSocket.CONNECTING) {
  await new Promise((resolve) => {
    wire.onopen = resolve;
  });
}
tell({ ready: true });
