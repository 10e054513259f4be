// What parsers and tables have stumbled over.

export const KEYS = [
  ...["__proto__", "constructor", "prototype", "toString", "valueOf", "hasOwnProperty", "toJSON"],
  ...[
    "then",
    "length",
    "splice",
    "0",
    "-1",
    "",
    " ",
    "\\u0000",
    "_placeholder",
    "num",
    "nsp",
    "type",
  ],
  ...[
    "id",
    "data",
    "sid",
    "pid",
    "offset",
    "message",
    "auth",
    "__defineGetter__",
    "\\ud800",
    "a,b/c",
  ],
];

/** JSON numbers, and what is nearly one. */
export const NUMBERS = [
  ...[
    "0",
    "-0",
    "1",
    "-1",
    "7",
    "10",
    "11",
    "255",
    "256",
    "65536",
    "0.5",
    "1e3",
    "1e309",
    "-1e309",
  ],
  ...[
    "2147483647",
    "2147483648",
    "4294967295",
    "4294967296",
    "9007199254740991",
    "9007199254740992",
  ],
  ...["18446744073709551616", "1e-400", "00", "+1", "0x10", "NaN", "Infinity", "1_0", "\u0663"],
  ...["9".repeat(310), "1".repeat(2000), " 1", "1 "],
];

export const STRINGS = [
  ...[
    "",
    "a",
    "hello",
    "\\u0000",
    "\\ud800",
    "\\udfff\\ud800",
    "\u20ac",
    "\ud83d\ude00",
    "\ufeff",
    "\ufffd",
  ],
  ...[
    "\\u001e",
    "\u2028",
    "\\\\n",
    "\\n",
    "%00",
    "..",
    "<script>",
    "${x",
    "' OR 1",
    "x".repeat(300),
  ],
  ...["y".repeat(5000), "e\u0301".repeat(50), "\\\\".repeat(40), "42[1]", "451-", "b4AAAA"],
];

export const EVENTS = [
  ...["echo", "echo", "echo", "ask", "join", "leave", "room", "volatile", "binary", "data", "many"],
  ...["bye", "connect", "disconnect", "disconnecting", "connect_error", "error", "newListener"],
  ...[
    "removeListener",
    "__proto__",
    "constructor",
    "toString",
    "",
    "message",
    "ping",
    "close",
    "\\u0000",
  ],
];

export const NAMESPACES = [
  ...[
    "/",
    "/chat",
    "/chat",
    "/closed",
    "/slow",
    "/fn-1",
    "/fn-x",
    "/dyn-1",
    "/dyn-2",
    "/dyn-__proto__",
  ],
  ...[
    "/unknown",
    "/__proto__",
    "/constructor",
    "/chat?x=1&y=2",
    "/chat,",
    "//",
    "/chat/",
    "/\u20ac",
  ],
  ...[
    "/toString",
    "/%00",
    "/\u0000",
    `/${"n".repeat(400)}`,
    "/dyn-\ud800",
    "/fn-?a=b",
    "/ ",
    "chat",
  ],
];

/** Where the id of a session belongs. */
export const SIDS = [
  ...[
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "0",
    "",
    "%00",
    "..%2f..",
    "a".repeat(20),
  ],
  ...["A".repeat(3000), "{sid}x", "{sid}%20", "%7Bsid%7D", "%E0%A4%A", "null", "undefined", "[]"],
];

export const EIO = [
  "4",
  "4",
  "4",
  "3",
  "3",
  "2",
  "5",
  "",
  "04",
  "4.0",
  "%34",
  "4&EIO=3",
  "3&EIO=4",
  "NaN",
];

export const TRANSPORTS = [
  ...[
    "polling",
    "websocket",
    "webtransport",
    "",
    "flashsocket",
    "__proto__",
    "constructor",
    "POLLING",
  ],
  ...["polling&transport=websocket", "websocket&transport=polling", "poll\u0131ng", "%00"],
];

export const METHODS = [
  ...[
    "GET",
    "POST",
    "PUT",
    "DELETE",
    "OPTIONS",
    "HEAD",
    "PATCH",
    "TRACE",
    "PROPFIND",
    "M-SEARCH",
    "QUERY",
  ],
  ...["get", "PRI", "SOURCE", "LINK", "BREW"],
];

export const TARGETS = [
  ...[
    "/",
    "/socket.io",
    "/socket.io/",
    "/socket.io/?",
    "/socket.io/x",
    "/socket.io/socket.io.js",
    "*",
  ],
  ...[
    "/socket.io/socket.io.min.js.map",
    "/socket.io/socket.io.msgpack.min.js",
    "/socket.io/../etc/passwd",
  ],
  ...[
    "/socket.io/%2e%2e/%2e%2e/etc/passwd",
    "/socket.io/socket.io.js?%",
    "/socket.io/socket.io.js/",
    "//",
  ],
  ...[
    "/socket.io/__proto__",
    "http://127.0.0.1/socket.io/?EIO=4&transport=polling",
    "/socket.iox/",
    "?",
  ],
  ...[
    "/socket.io/?EIO=4&transport=polling#frag",
    "/socket.io/?&&&===&",
    "/socket.io/?%ff%fe=%ff",
    "/engine.io/",
  ],
  ...[
    `/socket.io/?${"a=1&".repeat(400)}`,
    `/socket.io/?EIO=4&transport=polling&x=${"z".repeat(9000)}`,
  ],
];

/** Headers that are legal as bytes; what they say need not be. */
export const HEADERS = [
  ["Origin", "null"],
  ["Origin", "http://evil.example"],
  ["Origin", "http://\u00e9\u0080"],
  ["Origin", ""],
  ["Accept-Encoding", "gzip, deflate"],
  ["Accept-Encoding", "gzip;q=0, br;q=0.5, identity;q=0, *;q=9"],
  ["Accept-Encoding", ",,,;;q=;"],
  ["Cookie", "io=__proto__; a=%E0%A4%A; ; =; io=x"],
  ["Cookie", `a=${"c".repeat(4000)}`],
  ["User-Agent", "x;MSIE 9; Trident/7.0"],
  ["Content-Type", "application/octet-stream"],
  ["Content-Type", "application/x-www-form-urlencoded"],
  ["Content-Type", "text/plain;charset=utf-16"],
  ["Content-Type", ""],
  ["Content-Encoding", "gzip"],
  ["Expect", "100-continue"],
  ["Expect", "the-unexpected"],
  ["X-Forwarded-For", "1.2.3.4, __proto__, ::ffff:10.0.0.1"],
  ["X-Forwarded-For", ",".repeat(500)],
  ["Forwarded", 'for="[::1]:x";proto=https'],
  ["Access-Control-Request-Method", "POST"],
  ["Access-Control-Request-Headers", "x-a, __proto__"],
  ["If-None-Match", '"4.8.100"'],
  ["If-None-Match", 'W/"x", *'],
  ["Range", "bytes=0-1,5-"],
  ["__proto__", "x"],
  ["constructor", "x"],
  ["TE", "trailers"],
  ["Via", "1.0 fred"],
  ["Host", "evil.example:99999"],
  ...Array.from({ length: 3 }, (_, i) => [`X-${"h".repeat(50)}-${i}`, "v".repeat(1500)]),
];

/** Headers of WebSocket handshakes: name, and what may stand in the place of the right value. */
export const HANDSHAKE_HEADERS = {
  Upgrade: ["WebSocket", "websocket, h2c", "h2c", "", "WEBSOCKET"],
  Connection: ["upgrade", "keep-alive, Upgrade", "close, Upgrade", "Upgrade, Upgrade"],
  "Sec-WebSocket-Version": ["8", "12", "14", "", "13, 13", "-1"],
  "Sec-WebSocket-Key": ["", "short", "dGhlIHNhbXBsZSBub25jZQ", "=".repeat(24), "A".repeat(300)],
  "Sec-WebSocket-Protocol": ["a", "a, a", "constructor", ",,", `a${" ".repeat(3000)}b`, "\u00e9"],
  "Sec-WebSocket-Extensions": [
    ...[
      "permessage-deflate",
      "constructor",
      "__proto__; a=b",
      "permessage-deflate; server_max_window_bits=0",
    ],
    ...[
      "permessage-deflate; client_max_window_bits=99999",
      `x; a="${"\\".repeat(2000)}`,
      ";;;",
      "a;b=,c",
    ],
    ...["permessage-deflate, ".repeat(200), "permessage-deflate; client_max_window_bits; x"],
  ],
};
